//! Hints without the console: it is the console's commands and keys that they name, and here there are neither.

use std::borrow::Cow;

use crate::view::AnyView;

/// The hint for somebody who has a command line: `:access` becomes `qd get access`, and what speaks of a key is left
/// out. Sentences are parted by `; `, as hints write them.
#[must_use]
pub fn plain<'a>(views: &[&'static dyn AnyView], hint: &'a str) -> Cow<'a, str> {
    let pressed =
        |part: &str| part.starts_with("Ctrl-") || part.starts_with("Enter ") || part.starts_with("E elevates");
    if !hint.contains(':') && !hint.split("; ").any(pressed) {
        return Cow::Borrowed(hint);
    }
    let parts = hint.split("; ").filter(|part| !pressed(part)).map(|part| commands(views, part));
    Cow::Owned(parts.collect::<Vec<_>>().join("; "))
}

/// The text with each `:view` as the command that prints it.
fn commands(views: &[&'static dyn AnyView], text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(after.len());
        let word = &after[..end];
        out.push_str(before);
        // A colon within a word is a part of it: `ecs:ListServices`, `arn:aws:ecs:…`, `http://…`.
        let begins = out.is_empty() || out.ends_with([' ', '(']);
        match views.iter().find(|view| begins && view.id().0 == word) {
            Some(view) => out.push_str(&format!("`qd get {}`", view.id())),
            None => out.push_str(&rest[at..=at + end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::VIEWS;

    #[test]
    fn a_view_is_named_where_a_word_begins_and_no_part_of_an_arn_is_one() {
        let said = |hint: &str| plain(VIEWS, hint).into_owned();
        assert_eq!(said(":ecs shows it (:access too)"), "`qd get ecs` shows it (`qd get access` too)");
        let arn = "name one: arn:aws:ecs:eu-west-1:446297880118:service/prod-main/web";
        assert_eq!(said(arn), arn);
        assert_eq!(said("grant ecs:ListServices; Enter looks again"), "grant ecs:ListServices");
    }
}
