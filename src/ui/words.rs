//! Counts and lists as people write them.

pub use crate::model::text::{count, counted};

/// The first `most` words, and how many more there are.
pub fn some(words: &[String], most: usize) -> String {
    let shown = words.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match words.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", count(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_says_what_it_leaves_out() {
        let words = ["a", "b", "c"].map(ToOwned::to_owned);
        assert_eq!(some(&words, 3), "a, b, c");
        assert_eq!(some(&words, 1), "a and 2 more");
    }
}
