//! The filter line: words that must all match, such as `payments !dev health:broken image:/v1\.[0-9]+/ cpu>80`.
//! [`GRAMMAR`] lists what they can be.

mod field;
mod find;
mod parse;
mod test;

use std::{fmt::Write as _, ops::Range};

use jiff::Timestamp;

pub use field::Where;
pub use find::{contains, occurrences, strewn};

use super::Slot;
use field::Field;
use test::Test;

/// What a filter can hold, with what it means: for help.
pub const GRAMMAR: &[(&str, &str)] = &[
    ("pay", "any value holds these letters, whatever their case; words must all match"),
    ("\"two words\"", "blanks belong to it"),
    ("~chkt", "any value holds the letters in this order"),
    ("/v1\\.[0-9]+/", "any value fits the regular expression; ^ and $ are its ends, (?-i) makes case count"),
    ("!dev !/^x/", "rows where it is not so"),
    (
        "cluster:/^prod/ name:~pmt",
        "the same of one column; account:, ou:, region:, env:, tag: and health: in every view",
    ),
    ("failed>0 deployed<=2h", "compares a column: > >= < <= = != with numbers, lengths of time, words"),
    ("health>=degraded", "at least so bad"),
];

/// A value on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Of a column, by its position.
    Column(usize),
    /// Of the row's place.
    Place(Where),
}

/// Tells a part of a row's place in words, a line for each.
pub type TellPlace<'a> = &'a dyn Fn(&Slot, Where, &mut String);

/// One word of a filter.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    /// What it looks at.
    field: Field,
    /// What that has to be.
    test: Test,
    /// Whether it must not be so.
    inverse: bool,
}

impl Term {
    /// Whether whatever passes this one also passed `other`.
    fn narrows(&self, other: &Self) -> bool {
        if self.inverse != other.inverse || self.field != other.field {
            return false;
        }
        let (long, short) = if other.inverse { (&other.test, &self.test) } else { (&self.test, &other.test) };
        match (long, short) {
            (Test::Word(long), Test::Word(short)) if other.field.begins() => long.starts_with(short),
            (Test::Word(long), Test::Word(short)) => long.contains(short),
            (Test::Letters(long), Test::Letters(short)) => long.starts_with(short),
            (long, short) => long == short,
        }
    }

    /// Whether a row is as demanded.
    fn fits(&self, slot: &Slot, columns: usize, place: TellPlace<'_>, now: Timestamp, buffer: &mut String) -> bool {
        buffer.clear();
        match self.field {
            Field::Health => return self.test.level(slot.level),
            Field::Column(at) => {
                let cell = slot.row.cell(at);
                if let Some(fits) = self.test.cell(&cell, now) {
                    return fits;
                }
                cell.write(now, buffer);
            }
            Field::Place(part, own) => {
                if let Some(at) = own {
                    slot.row.cell(at).write(now, buffer);
                    buffer.push('\n');
                }
                place(slot, part, buffer);
            }
            Field::Tag(_) => tags(slot, buffer),
            Field::Any => {
                place(slot, Where::All, buffer);
                haystack(slot, columns, now, buffer);
                if matches!(&self.test, Test::Word(word) if word.contains(' ')) {
                    // Quoted words may stand in neighbouring values, as they do on the screen.
                    *buffer = buffer.replace('\n', " ");
                }
            }
        }
        self.test.text(buffer, self.field.begins())
    }
}

/// A parsed filter. Words are parted by blanks and must all match; [`GRAMMAR`] lists what they can be. Verdicts and
/// environments begin with a word, everything else holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// A name before a sign that is no column and is near to one: most likely a slip, and as letters it would be found
    /// nowhere. With the column that was meant.
    #[must_use]
    pub fn slip<'a>(line: &str, columns: &[&'a str]) -> Option<(String, &'a str)> {
        parse::slip(line, columns)
    }

    /// Reads a filter line. `columns` are the ids of the view's columns; a word before a colon that names none of
    /// them is part of the word (an ARN holds colons).
    ///
    /// # Errors
    /// What is wrong with one of its words (an expression that is none, a comparison with no number), as a sentence
    /// without a full stop.
    pub fn parse(line: &str, columns: &[&str]) -> Result<Self, String> {
        Ok(Self { terms: parse::terms(line, columns)? })
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether whatever passes this filter also passed `other`: a longer line only narrows.
    #[must_use]
    pub fn narrows(&self, other: &Self) -> bool {
        other.terms.iter().all(|o| self.terms.iter().any(|t| t.narrows(o)))
    }

    /// Whether a row passes. `place` says in words where it lies, and `buffer` is scratch space that saves an
    /// allocation for each row.
    #[must_use]
    pub fn passes(
        &self,
        slot: &Slot,
        columns: usize,
        place: TellPlace<'_>,
        now: Timestamp,
        buffer: &mut String,
    ) -> bool {
        self.terms.iter().all(|term| term.fits(slot, columns, place, now, buffer) != term.inverse)
    }

    /// Whether a word of it is about this column, by its name or by what it shows.
    #[must_use]
    pub fn asks_for(&self, column: usize) -> bool {
        let about = |field| matches!(field, Field::Column(at) | Field::Tag(Some(at)) if at == column);
        self.terms.iter().any(|term| about(term.field))
    }

    /// Where in a value on the screen stands what was asked for, in bytes of `text`: what is worth marking in it.
    #[must_use]
    pub fn hits(&self, shown: Shown, text: &str) -> Vec<Range<usize>> {
        let asked = |field: Field| match (field, shown) {
            (Field::Any, _) => true,
            (Field::Column(at) | Field::Place(_, Some(at)) | Field::Tag(Some(at)), Shown::Column(column)) => {
                at == column
            }
            (Field::Place(part, _), Shown::Place(place)) => part == place,
            _ => false,
        };
        self.terms.iter().filter(|t| !t.inverse && asked(t.field)).flat_map(|t| t.test.hits(text)).collect()
    }
}

/// Everything that a row says, a value a line.
fn haystack(slot: &Slot, columns: usize, now: Timestamp, out: &mut String) {
    for at in 0..columns {
        out.push('\n');
        slot.row.cell(at).write(now, out);
    }
    let facts = slot.row.facts();
    for word in [facts.arn, facts.owner].into_iter().flatten() {
        out.push('\n');
        out.push_str(word);
    }
    tags(slot, out);
}

/// The tags of a row, a line for each.
fn tags(slot: &Slot, out: &mut String) {
    for (key, value) in slot.row.facts().tags.into_iter().flatten() {
        // Writing to a String cannot fail.
        let _ok = write!(out, "\n{key}={value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(line: &str, columns: &[&str]) -> Filter {
        Filter::parse(line, columns).unwrap()
    }

    /// Whether a line of text passes, as if it were all of a row.
    fn passes(line: &str, text: &str) -> bool {
        filter(line, &["name"]).terms.iter().all(|t| t.test.text(text, false) != t.inverse)
    }

    #[test]
    fn a_line_is_words_that_must_all_match() {
        let line = "prod !dev \"two words\"";
        assert!(passes(line, "PROD two words"));
        assert!(!passes(line, "prod two words dev"));
        assert!(!passes(line, "prod words"));
    }

    #[test]
    fn letters_expressions_and_words_stand_beside_each_other() {
        assert!(passes("~pmt /v1\\.[0-9]+/ !dev", "payments\nweb:v1.12"));
        assert!(!passes("~pmt /v1\\.[0-9]+/", "payments\nweb:v1x12"));
        assert!(!passes("~tmp", "payments"));
        assert!(passes("/^web$/", "api\nweb\nx") && !passes("/^web$/", "api web x"), "the ends of a value");
        assert!(passes("/a b/ c", "xa bx c") && !passes("/a b/ c", "xab c"), "blanks belong to it");
        assert!(passes("/WEB/", "web") && !passes("/(?-i)WEB/", "web"), "case counts where it is asked for");
        assert!(passes("/ecs/pay", "log /ecs/payments"), "a path is found, whatever it begins with");
        assert!(passes("\"/ecs/\"", "/ecs/x") && !passes("\"/ecs/\"", "ecs"));
        assert!(passes("!/^x/", "yx") && !passes("!/^x/", "xy"));
        assert!(filter("/ ~ name: name> ! //", &["name"]).is_empty(), "what is not typed yet demands nothing");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |line: &str| Filter::parse(line, &["name", "cpu", "health"]).unwrap_err();
        assert_eq!(wrong("web name:/v1[/"), "/v1[/: unclosed character class");
        assert_eq!(wrong("name:/v1[0-"), "/v1[0-/: unclosed character class");
        assert_eq!(wrong("cpu>much"), "cpu: much is no number, such as 80, and no length of time, such as 2h");
        assert_eq!(wrong("image:/v1/ x"), "no column image here; there are name, cpu, health");
        assert_eq!(wrong("cpus>80"), "no column cpus here; did you mean cpu?");
        for fine in ["http://x", "arn:aws:s3:::x", "a>b", "team=pay", "<"] {
            assert!(Filter::parse(fine, &["name"]).is_ok(), "{fine}");
        }
        assert!(wrong("health>=bad").starts_with("health: bad is no verdict; there are none, ok"));
        assert_eq!(wrong("region>eu"), "region: places have no order; use : or =");
        assert!(wrong(&"/a/ ".repeat(9)).contains("8 expressions at most"));
        assert!(Filter::parse(&"/a/ ".repeat(8), &[]).is_ok());
    }

    #[test]
    fn a_longer_line_narrows() {
        let f = |line| filter(line, &["name"]);
        assert!(f("prod che").narrows(&f("pro")));
        assert!(f("name:check").narrows(&f("name:che")));
        assert!(!f("name:check").narrows(&f("che")));
        assert!(!f("!abc").narrows(&f("!ab")));
        assert!(f("!ab").narrows(&f("!abc")));
        assert!(f("~abc").narrows(&f("~ab")) && !f("~ab").narrows(&f("~abc")) && !f("!~abc").narrows(&f("!~ab")));
        assert!(f("/a/ b").narrows(&f("/a/")) && !f("/ab/").narrows(&f("/a/")) && !f("ab").narrows(&f("/a/")));
        assert!(f("name=a b").narrows(&f("name=a")) && !f("name!=a").narrows(&f("name=a")));
    }

    #[test]
    fn a_verdict_is_narrowed_by_its_beginning() {
        let f = |line| filter(line, &["name", "health"]);
        assert!(f("health:bro").narrows(&f("health:b")));
        assert!(!f("health:degraded").narrows(&f("health:rad")));
        assert!(f("!health:o").narrows(&f("!health:ok")));
    }

    #[test]
    fn what_is_marked_is_what_was_asked_for() {
        let marked = |line, shown| {
            let text = "web api prod v1.2";
            let hits = filter(line, &["name", "account"]).hits(shown, text);
            hits.into_iter().map(|r| text[r].to_owned()).collect::<Vec<_>>()
        };
        let line = "Web !db name:api account:prod health:bro name:/v[0-9]\\.[0-9]/";
        assert_eq!(marked(line, Shown::Column(0)), ["web", "api", "v1.2"]);
        assert_eq!(marked(line, Shown::Column(1)), ["web", "prod"]);
        assert_eq!(marked(line, Shown::Place(Where::Account)), ["web", "prod"]);
        assert_eq!(marked(line, Shown::Place(Where::Region)), ["web"]);
        assert_eq!(marked("~wai", Shown::Place(Where::Region)), ["w", "a", "i"]);
    }

    #[test]
    fn a_tag_that_was_asked_for_is_marked_in_the_column_of_tags() {
        let filter = filter("tag:team=PAY", &["name", "tags"]);
        assert_eq!(filter.hits(Shown::Column(1), "env=prod, team=pay"), std::iter::once(10..18).collect::<Vec<_>>());
        assert!(filter.hits(Shown::Column(0), "team=pay").is_empty(), "that is a name");
        assert!(filter.asks_for(1) && !filter.asks_for(0));
        assert!(Filter::parse("tag:x", &["name"]).is_ok_and(|f| !f.asks_for(0)));
    }

    #[test]
    fn an_environment_is_narrowed_by_its_beginning_and_an_account_by_any_part() {
        let f = |line| filter(line, &["name"]);
        assert!(f("env:prod").narrows(&f("env:pro")));
        assert!(!f("env:non-production").narrows(&f("env:production")));
        assert!(f("account:checkout").narrows(&f("account:check")));
        assert!(!f("account:check").narrows(&f("ou:check")));
    }

    #[test]
    fn a_slip_in_the_name_of_a_column_is_told_from_letters() {
        let slip = |line: &str| Filter::slip(line, &["name", "running"]);
        assert_eq!(slip("x !helth:broken"), Some(("helth".to_owned(), "health")));
        assert_eq!(slip("runing:2"), Some(("runing".to_owned(), "running")));
        assert_eq!(slip("runing>2"), Some(("runing".to_owned(), "running")));
        for fine in ["health:broken", "name:a", "arn:aws:ecs:x", "account:prod", "http://x", "zz", "nam=pay"] {
            assert_eq!(slip(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_colon_that_names_no_column_is_a_letter() {
        assert!(passes("arn:aws", "arn:aws:ecs") && passes("team=pay", "x\nteam=pay"));
    }
}
