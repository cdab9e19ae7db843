//! Pages and their tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A page of a list, and the token of the next one.
#[derive(Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items; may be none although more follow.
    pub items: Vec<T>,
    /// What to send for the next page; `None` on the last.
    pub next: Option<String>,
}

/// A token that this list did not give out.
#[derive(Debug, PartialEq, Eq)]
pub struct BadToken;

/// What a token hides: whose list, where to go on, and whether the page before was an empty one.
fn seal(list: &str, at: usize, skipped: bool) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}\n{at}\n{}", u8::from(skipped)))
}

fn open(list: &str, token: &str) -> Option<(usize, bool)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('\n');
    let (owner, at, skipped) = (parts.next()?, parts.next()?, parts.next()?);
    (owner == list).then_some((at.parse().ok()?, skipped == "1"))
}

/// The page of `all` that `token` asks for. `list` names the list (operation and its arguments), so that a token of
/// another list is refused. With `hollow`, an empty page with a token comes before each real one.
pub fn page<T: Clone>(
    list: &str,
    all: &[T],
    token: Option<&str>,
    size: usize,
    hollow: bool,
) -> Result<Page<T>, BadToken> {
    let (at, skipped) = match token {
        None => (0, false),
        Some(token) => open(list, token).ok_or(BadToken)?,
    };
    if hollow && !skipped {
        return Ok(Page { items: Vec::new(), next: Some(seal(list, at, true)) });
    }
    let items: Vec<T> = all.iter().skip(at).take(size).cloned().collect();
    let end = at + items.len();
    let next = (end < all.len() && !items.is_empty()).then(|| seal(list, end, false));
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(hollow: bool) -> (Vec<u32>, usize) {
        let all: Vec<u32> = (0..45).collect();
        let (mut seen, mut pages, mut token) = (Vec::new(), 0, None);
        while let Ok(page) = page("a", &all, token.as_deref(), 20, hollow) {
            seen.extend(page.items);
            pages += 1;
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        (seen, pages)
    }

    #[test]
    fn every_item_comes_once() {
        assert_eq!(walk(false), ((0..45).collect(), 3));
        assert_eq!(walk(true), ((0..45).collect(), 6));
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        assert_eq!(page("b", &[1], Some(&seal("a", 0, false)), 1, false), Err(BadToken));
        assert_eq!(page("b", &[1], Some("nonsense"), 1, false), Err(BadToken));
    }
}
