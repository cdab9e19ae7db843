//! The `Paths` of an account: where it lies, without a further call.
//!
//! Pattern (Organizations API reference, `Account.Paths`, March 2026): `^(o-…/r-…(/ou-…)*(/\d{12})*)/`.

use crate::model::AccountId;

/// The root is at depth 0, and OUs nest five levels below it ("Quotas for AWS Organizations"): a node at this depth
/// has no OUs below it, so that nobody needs to ask.
pub const DEEPEST: usize = 5;

/// The ids from the root down to the node that holds the account. `None` where none of the paths has the known shape,
/// or where they name another account.
#[must_use]
pub fn chain(paths: &[String], account: &str) -> Option<Vec<String>> {
    paths.iter().find_map(|path| one(path, account))
}

fn one(path: &str, account: &str) -> Option<Vec<String>> {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.first()?.starts_with("o-") {
        parts.remove(0);
    }
    if parts.last().is_some_and(|last| AccountId::fits(last)) && parts.pop()? != account {
        return None;
    }
    let (root, units) = parts.split_first()?;
    let whole = root.starts_with("r-") && units.iter().all(|unit| unit.starts_with("ou-"));
    whole.then(|| parts.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str]) -> Option<String> {
        let paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
        chain(&paths, "111111111111").map(|c| c.join(" "))
    }

    #[test]
    fn the_place_is_read_from_the_path() {
        for (path, place) in [
            ("o-a/r-b/111111111111/", Some("r-b")),
            ("o-a/r-b/ou-b-1/ou-b-2/111111111111/", Some("r-b ou-b-1 ou-b-2")),
            ("o-a/r-b/ou-b-1/", Some("r-b ou-b-1")),
            ("r-b/ou-b-1/111111111111", Some("r-b ou-b-1")),
            ("o-a/r-b/1/2/3/4/5/111111111111/", None),
            ("o-a/r-b/ou-b-1/222222222222/", None),
            ("o-a/ou-b-1/111111111111/", None),
            ("o-a/111111111111/", None),
            ("o-a/", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(of(&[path]).as_deref(), place, "{path:?}");
        }
    }

    #[test]
    fn a_strange_path_does_not_hide_a_good_one() {
        assert_eq!(of(&["nonsense", "o-a/r-b/ou-b-1/111111111111/"]).as_deref(), Some("r-b ou-b-1"));
        assert_eq!(of(&[]), None);
    }
}
