//! The audit log: every elevation and everything that was done under one, the newest first. `qd audit` prints it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    cx::Cx,
    model::{
        Cell, Facts, Fault, FaultKind, Health, Key, Level, Place, Scope, ViewId,
        audit::{Deed, Entry, Outcome},
    },
    view::{At, Column, Doing, Out, Section, Source, Span, Text, View},
};

/// The view `audit`.
pub struct Audit;
/// For the catalogue.
pub static VIEW: Audit = Audit;

/// A deed: its line before, with the outcome of its line after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The line after where there is one, else the line before.
    pub line: Entry,
    /// When it was begun.
    pub begun: Timestamp,
    /// How many lines there were before it in the log.
    pub number: u64,
}

impl View for Audit {
    type Item = Item;
    const ID: ViewId = ViewId("audit");
    const ALIASES: &'static [&'static str] = &["deeds"];
    const ABOUT: &'static str = "Every elevation, and everything that was changed under one, with reason and answer";
    const SPAN: Span = Span::Fleet;
    const EMPTY: &'static str = "the audit log is empty: nothing was elevated, lent or changed from here";
    const COLUMNS: &'static [Column<Item>] = &[
        Column::new("at", 6, |i| Cell::At(i.begun)),
        Column::new("outcome", 8, |i| Cell::text(i.line.outcome.word())),
        Column::new("deed", 10, |i| Cell::text(i.word())),
        Column::new("account", 14, |i| Cell::text(&i.line.account_name)),
        Column::new("region", 14, |i| Cell::text(&i.line.region)),
        Column::new("target", 0, |i| Cell::text(i.target())),
        Column::new("reason", 24, |i| Cell::text(&i.line.reason)),
        Column::wide("parameters", 36, |i| Cell::owned(i.line.parameters.join(" "))),
        Column::wide("api", 20, |i| Cell::text(&i.line.api)),
        Column::wide("answer", 40, |i| Cell::text(&i.line.answer)),
        Column::wide("who", 40, |i| Cell::text(&i.line.who)),
        Column::wide("account-id", 12, |i| Cell::text(&i.line.account)),
        Column::wide("environment", 14, |i| Cell::text(&i.line.environment)),
    ];
    const SECTIONS: &'static [Section<Item>] = &[Section { title: "what was done", text: Text::Now(told) }];
    const SOURCE: Source<Item> = Source::Poll { every: Duration::from_secs(2), fetch };

    /// Rows without a verdict are ordered by place and key: counted down, the newest comes first.
    fn key(item: &Item) -> Key {
        Key::from(format!("{:020}", u64::MAX - item.number))
    }

    fn judge(item: &Item, _: Timestamp) -> Health {
        let (level, why) = match item.line.outcome {
            Outcome::Unknown => (Level::Attention, "no answer came: it may have been done"),
            Outcome::Begun => (Level::Attention, "its end is not in the log"),
            Outcome::Done | Outcome::Failed | Outcome::Refused => return Health::default(),
        };
        Health::new(level, why)
    }

    fn facts(item: &Item) -> Facts<'_> {
        Facts { name: item.target(), created: Some(item.begun), ..Facts::default() }
    }

    /// None of its own: by place the deeds of one account would come together, and not the newest first.
    fn place(_: &Item, _: &Scope) -> Place {
        Place::default()
    }
}

impl Item {
    fn word(&self) -> &str {
        if self.line.deed == Deed::Verb { &self.line.verb } else { self.line.deed.word() }
    }

    /// The target as people name it: the last part of an ARN.
    fn target(&self) -> &str {
        let whole = &self.line.target;
        whole.rsplit_once(['/', ':']).map_or(whole.as_str(), |(_, name)| name)
    }
}

fn told(item: &Item, _: Timestamp) -> String {
    let line = &item.line;
    let mut all = vec![format!("Outcome: {}", line.outcome.word())];
    let mut say = |what: &str, text: &str| {
        if !text.is_empty() {
            all.push(format!("{what}: {text}"));
        }
    };
    say("Answer", &line.answer);
    say("Call", &line.api);
    say("Parameters", &line.parameters.join(", "));
    say("Target", &line.target);
    say("Account", &format!("{} ({}), {}", line.account_name, line.account, line.environment));
    say("Role", &line.role);
    say("As", &line.who);
    say("Reason", &line.reason);
    say("Number", &line.id);
    all.join("\n")
}

/// Joins the lines before with their lines after.
fn joined(lines: Vec<Entry>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for line in lines {
        match at.get(&line.id) {
            Some(&i) => {
                let item: &mut Item = &mut items[i];
                item.line = line;
            }
            None => {
                at.insert(line.id.clone(), items.len());
                let (begun, number) = (line.at, items.len() as u64);
                items.push(Item { line, begun, number });
            }
        }
    }
    items
}

fn fetch(cx: Cx, _: At, out: Out<Item>) -> Doing {
    Box::pin(async move {
        let (lines, damaged) = cx.guard.audit().read_aside().await?;
        out.page(joined(lines)).await;
        if damaged > 0 {
            let message = format!("{damaged} lines of the audit log could not be read");
            out.fault(Fault::new(FaultKind::Invalid, message).hint("look at the file: `qd info` names it")).await;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, outcome: Outcome) -> Entry {
        let text = format!(
            r#"{{"at":"2026-01-01T00:00:00Z","id":"{id}","deed":"verb","outcome":"begun","who":"w","account":"1",
                "account_name":"prod","environment":"production","role":"r","verb":"stop",
                "target":"arn:aws:ecs:eu-central-1:1:task/main/abc"}}"#
        );
        Entry { outcome, ..serde_json::from_str(&text).unwrap() }
    }

    #[test]
    fn a_line_before_is_joined_with_its_line_after() {
        let items = joined(vec![line("1", Outcome::Begun), line("2", Outcome::Begun), line("1", Outcome::Done)]);
        let seen: Vec<_> = items.iter().map(|i| (i.line.id.as_str(), i.line.outcome, i.target())).collect();
        assert_eq!(seen, [("1", Outcome::Done, "abc"), ("2", Outcome::Begun, "abc")]);
        let level = |i: usize| Audit::judge(&items[i], Timestamp::UNIX_EPOCH).level;
        assert_eq!((level(0), level(1)), (Health::default().level, Level::Attention));
    }
}
