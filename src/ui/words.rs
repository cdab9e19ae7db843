//! Counts and lists as people write them.

/// A count with its thousands set apart: `12,345`.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun, which takes an `s` unless it is one: `1 account`, `31 accounts`.
pub fn counted(n: usize, noun: &str) -> String {
    let end = if n == 1 { "" } else { "s" };
    format!("{} {noun}{end}", count(n))
}

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
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1_000, 12_345, 1_234_567].map(count), ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn one_is_singular() {
        assert_eq!([0, 1, 2_000].map(|n| counted(n, "row")), ["0 rows", "1 row", "2,000 rows"]);
    }

    #[test]
    fn a_long_list_says_what_it_leaves_out() {
        let words = ["a", "b", "c"].map(ToOwned::to_owned);
        assert_eq!(some(&words, 3), "a, b, c");
        assert_eq!(some(&words, 1), "a and 2 more");
    }
}
