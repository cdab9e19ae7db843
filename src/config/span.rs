//! Lengths of time as people write them: `60s`, `15m`, `1h30m`, `2d`.

use std::{fmt::Write as _, time::Duration};

use super::error::Wrong;

/// Reads a length of time: whole numbers, each with `d`, `h`, `m` or `s`, from the largest unit to the smallest.
///
/// # Errors
/// What is wrong with the text, and an example.
pub fn parse(text: &str) -> Result<Duration, Wrong> {
    let wrong =
        || Wrong::new(format!("must be a length of time, not {text:?}"), "such as \"60s\", \"15m\" or \"1h30m\"");
    let mut total: u64 = 0;
    let mut rest = text.trim();
    let mut larger = u64::MAX;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest[digits..].chars().next() {
            Some('d') => 86_400,
            Some('h') => 3_600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(wrong()),
        };
        if unit >= larger {
            return Err(wrong());
        }
        larger = unit;
        total = number.checked_mul(unit).and_then(|n| n.checked_add(total)).ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    Ok(Duration::from_secs(total))
}

/// Reads a length of time within bounds.
///
/// # Errors
/// What is wrong with it, and the bounds.
pub fn within(text: &str, least: Duration, most: Duration) -> Result<Duration, Wrong> {
    let span = parse(text)?;
    if (least..=most).contains(&span) {
        return Ok(span);
    }
    let bounds = format!("must be between {} and {}, not {text:?}", show(least), show(most));
    Err(Wrong::new(bounds, String::new()))
}

/// The same length of time as text that [`parse`] reads.
#[must_use]
pub fn show(span: Duration) -> String {
    let mut left = span.as_secs();
    let mut out = String::new();
    for (unit, mark) in [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')] {
        if left >= unit {
            // Writing to a String cannot fail.
            let _ok = write!(out, "{}{mark}", left / unit);
            left %= unit;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back() {
        for text in ["1s", "60s", "15m", "1h", "1h30m", "2d", "1d2h3m4s", "0s"] {
            let span = parse(text).expect(text);
            assert_eq!(parse(&show(span)), Ok(span), "{text}");
        }
        assert_eq!(show(Duration::from_secs(90)), "1m30s");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "60", "s", "1m1h", "1h1h", "-5s", "1.5h", "1 h", "99999999999999999999s", "9999999999999999999d", "1µ"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(within("10s", Duration::from_secs(15), Duration::from_mins(1)).is_err());
    }
}
