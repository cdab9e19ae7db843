//! Filter patterns of `CloudWatch` Logs, as far as they are about words.

/// `error`, `"out of memory"`, `-debug`, `?warn ?error`: all plain terms, none of the excluded ones, and one of the
/// optional ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Pattern {
    /// Reads a pattern; `None` for those about JSON fields, columns and regular expressions, which this fleet does not
    /// know.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pattern = Self::default();
        let mut rest = text.trim();
        if rest.starts_with(['{', '[', '%']) {
            return None;
        }
        while !rest.is_empty() {
            let (list, word) = match rest.split_at_checked(1) {
                Some(("-", word)) => (&mut pattern.none, word),
                Some(("?", word)) => (&mut pattern.any, word),
                _ => (&mut pattern.all, rest),
            };
            let (word, after) = match word.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => word.split_once(' ').unwrap_or((word, "")),
            };
            list.push(word.to_owned());
            rest = after.trim_start();
        }
        Some(pattern)
    }

    /// Whether a line is wanted; upper and lower case differ, as in `CloudWatch`.
    pub fn covers(&self, line: &str) -> bool {
        let has = |word: &String| line.contains(word.as_str());
        self.all.iter().all(has) && !self.none.iter().any(has) && (self.any.is_empty() || self.any.iter().any(has))
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn terms_are_joined_as_in_cloudwatch() {
        let covers = |pattern: &str, line| Pattern::parse(pattern).map(|pattern| pattern.covers(line));
        assert_eq!(covers("", "anything"), Some(true));
        assert_eq!(covers("ERROR http", "ERROR http: 502"), Some(true));
        assert_eq!(covers("\"in 5 ms\" -GET", "POST / in 5 ms"), Some(true));
        assert_eq!(covers("\"in 5 ms\" -GET", "GET / in 5 ms"), Some(false));
        assert_eq!(covers("?WARN ?ERROR", "INFO fine"), Some(false));
        assert_eq!(covers("{ $.level = \"error\" }", ""), None);
    }
}
