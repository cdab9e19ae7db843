//! The commands that were typed before, over restarts. Kept in the book `commands`, by the line, as microseconds.

use jiff::Timestamp;

use crate::model::Memo;

/// How many are kept.
const KEPT: usize = 100;

/// Letters of the longest line that is kept: a pasted address is no command to go back to.
const LONGEST: usize = 200;

/// The lines, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Past(Vec<String>);

impl Past {
    /// Reads what the store kept.
    #[must_use]
    pub fn new(book: &[(String, String)]) -> Self {
        let mut lines: Vec<(i64, &String)> = book.iter().map(|(line, at)| (at.parse().unwrap_or(0), line)).collect();
        lines.sort();
        Self(lines.into_iter().map(|(_, line)| line.clone()).collect())
    }

    /// Adds a line, in place of the same one before. Gives what the store is to keep and to forget.
    pub fn add(&mut self, line: &str, now: Timestamp) -> Vec<Memo> {
        let line = line.trim().trim_start_matches(':').trim();
        if line.is_empty() || line.chars().count() > LONGEST {
            return Vec::new();
        }
        self.0.retain(|old| old != line);
        self.0.push(line.to_owned());
        let over = self.0.len().saturating_sub(KEPT);
        let gone = self.0.drain(..over).map(|old| Memo::forget("commands", old));
        gone.chain([Memo::keep("commands", line, now.as_microsecond().to_string())]).collect()
    }

    /// The line so many steps back, 0 being the newest.
    #[must_use]
    pub fn back(&self, steps: usize) -> Option<&str> {
        self.0.iter().rev().nth(steps).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_line_is_kept_once_and_the_oldest_are_forgotten() {
        let mut past = Past::default();
        assert_eq!(past.add(":ecs prod ", at(1)), [Memo::keep("commands", "ecs prod", "1000000")]);
        assert!(past.add(" : ", at(1)).is_empty() && past.add(&"x".repeat(201), at(1)).is_empty());
        past.add("utc", at(2));
        past.add("ecs prod", at(3));
        assert_eq!((past.back(0), past.back(1), past.back(2)), (Some("ecs prod"), Some("utc"), None));
        for n in 0..KEPT {
            past.add(&format!("account {n}"), at(4));
        }
        assert_eq!((past.back(KEPT - 1), past.back(KEPT)), (Some("account 0"), None));
        let memos = past.add("one more", at(200));
        assert_eq!(memos[0], Memo::forget("commands", "account 0"));
        let book =
            [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "10".to_owned()), ("c".to_owned(), "x".to_owned())];
        assert_eq!(Past::new(&book).0, ["c", "b", "a"], "by time, whatever the store's order");
    }
}
