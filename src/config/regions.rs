//! Region codes: their shape is checked; the list only helps with slips, since AWS opens new ones.

use super::error::Wrong;
use crate::model::{Region, text::nearest};

/// The regions known at the time of writing, of all partitions open to customers (botocore 1.43, `partitions.json`).
pub(super) const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// A region by its code.
///
/// # Errors
/// Where the text has not the shape of a region code.
pub(super) fn check(text: &str) -> Result<Region, Wrong> {
    let text = text.trim();
    if shape(text) {
        return Ok(Region::from(text));
    }
    let help = nearest(text, KNOWN.iter().copied())
        .map_or_else(|| "such as \"eu-central-1\"".to_owned(), |near| format!("did you mean {near:?}?"));
    Err(Wrong::new(format!("must be a region code, not {text:?}"), help))
}

/// What to say about a region of the right shape that is not in the list: the name that may have been meant, or nothing.
#[must_use]
pub fn doubt(region: &Region) -> Option<String> {
    if KNOWN.contains(&region.as_str()) {
        return None;
    }
    let near = nearest(region.as_str(), KNOWN.iter().copied());
    Some(near.map_or_else(String::new, |n| format!("did you mean {n:?}?")))
}

/// Letters, then at least one more word of letters, then a number, joined by dashes.
fn shape(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [words @ .., number] = &parts[..] else { return false };
    words.len() >= 2
        && words.iter().all(|w| (2..=12).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_lowercase()))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_region_has_the_shape() {
        for region in KNOWN {
            assert!(shape(region), "{region}");
        }
    }

    #[test]
    fn slips_are_refused_or_doubted() {
        assert_eq!(check("eu-central").expect_err("no number").help, "did you mean \"eu-central-1\"?");
        assert!(check("EU-CENTRAL-1").is_err());
        assert_eq!(doubt(&Region::from("eu-centrall-1")).as_deref(), Some("did you mean \"eu-central-1\"?"));
        assert_eq!(doubt(&Region::from("eu-west-1")), None);
    }
}
