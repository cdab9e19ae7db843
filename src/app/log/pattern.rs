//! What is looked for in a log: plain words or a regular expression, or lines without them.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled expression may take: what is typed must not cost memory without bound.
const SIZE: usize = 1 << 20;

/// How the line that was typed is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// As it stands.
    Words,
    /// As a regular expression.
    Expression,
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// How it is read.
    pub means: Means,
    /// Whether lines that hold it are left out.
    pub inverse: bool,
}

impl Pattern {
    /// Reads what was typed: `!` in front leaves out what holds it; `=` takes the rest as it stands; otherwise it is a
    /// regular expression where it holds a sign of one and is one, and plain words where not. Case counts only where a
    /// capital letter was typed. `None` where nothing is looked for.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (inverse, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (plain, rest) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
        if rest.is_empty() {
            return None;
        }
        let signs = rest.contains(['\\', '^', '$', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|']);
        let small = !rest.chars().any(char::is_uppercase);
        let build = |text: &str| RegexBuilder::new(text).case_insensitive(small).size_limit(SIZE).build().ok();
        if let Some(regex) = build(rest).filter(|regex| signs && !plain && !regex.is_match("")) {
            return Some(Self { regex, means: Means::Expression, inverse });
        }
        let regex = build(&regex::escape(rest))?;
        Some(Self { regex, means: Means::Words, inverse })
    }

    /// Whether a text holds it.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where in a text it is.
    pub fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|m| m.range()).filter(|r| !r.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, text: &str) -> bool {
        Pattern::parse(line).is_some_and(|p| p.is_in(text))
    }

    #[test]
    fn words_are_words_and_expressions_are_expressions() {
        let means = |line: &str| Pattern::parse(line).map(|p| p.means);
        assert_eq!(means("10.0.0.1"), Some(Means::Words));
        assert_eq!(means("error|warn"), Some(Means::Expression));
        assert_eq!(means("in [0-9]{4} ms"), Some(Means::Expression));
        assert_eq!(means("{\"level\""), Some(Means::Words), "no expression: as it stands");
        assert_eq!(means("=a|b"), Some(Means::Words));
        assert_eq!(means("x*"), Some(Means::Words), "it would be found everywhere");
        assert!(Pattern::parse("").is_none() && Pattern::parse("!").is_none() && Pattern::parse("!=").is_none());
        assert!(found("10.0.0.1", "from 10.0.0.1") && !found("10.0.0.1", "10a0b0c1"));
        assert!(found("=a|b", "xa|bx") && !found("=a|b", "a"));
    }

    #[test]
    fn case_counts_where_a_capital_was_typed() {
        assert!(found("error", "ERROR x") && !found("Error", "ERROR x") && found("Error", "an Error"));
        assert!(Pattern::parse("!healthz").unwrap().inverse);
    }

    #[test]
    fn an_expression_that_would_take_all_memory_is_taken_as_words() {
        let pattern = Pattern::parse("(a{1000}){1000}").unwrap();
        assert_eq!(pattern.means, Means::Words);
        let places: Vec<_> = Pattern::parse("a+").unwrap().places("baab a").collect();
        assert_eq!(places, [1..3, 5..6]);
    }
}
