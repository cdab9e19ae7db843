//! The lines of the detail pane: everything that is known of one row.

use ratatui::style::Style;

use super::{scene::Scene, text::width, theme::Role, wrap::wrap};
use crate::{
    model::{Cell, Level, Place, time},
    rows::{Slot, scopes::is_fresh},
};

/// A line: words with their styles.
pub type Line = Vec<(String, Style)>;

/// Collects lines of a width.
pub struct Lines<'a> {
    scene: &'a Scene<'a>,
    room: u16,
    out: Vec<Line>,
}

/// Everything that is known of a row, in lines of `room` cells.
pub fn lines(scene: &Scene<'_>, slot: &Slot, room: u16) -> Vec<Line> {
    let mut lines = Lines { scene, room, out: Vec::new() };
    lines.verdict(slot);
    lines.gap();
    lines.fields(&fields(scene, slot));
    for (at, (title, text)) in scene.app.sections().into_iter().enumerate() {
        lines.section(title, text.as_deref(), scene.app.screen.view.is_difference(at));
    }
    lines.out
}

impl Lines<'_> {
    fn push(&mut self, text: impl Into<String>, style: Style) {
        self.out.push(vec![(text.into(), style)]);
    }

    fn gap(&mut self) {
        if self.out.last().is_some_and(|l| !l.is_empty()) {
            self.out.push(Vec::new());
        }
    }

    /// How it is, since when, and the evidence.
    fn verdict(&mut self, slot: &Slot) {
        let health = slot.health(self.scene.app.now);
        if health.level == Level::None && health.why.is_empty() {
            return;
        }
        let style = self.scene.level(health.level);
        let mut line = vec![(format!("{} {}", health.level.glyph(), health.level.word()), style)];
        if let Some(since) = health.since {
            line.push((format!("  since {}", self.scene.moment(since)), self.scene.style(Role::Dim)));
        }
        self.out.push(line);
        for text in wrap(&health.why, self.room) {
            self.push(text, Style::new());
        }
    }

    /// Names and values, the values in a column of their own and wrapped there.
    fn fields(&mut self, fields: &[(String, String, Role)]) {
        let widest = fields.iter().map(|(name, ..)| width(name)).max().unwrap_or(0);
        let names = widest.min(self.room / 3);
        let values = self.room.saturating_sub(names + 2).max(1);
        for (name, value, role) in fields {
            let style = self.scene.style(*role);
            let name = crate::model::text::clip(name, usize::from(names)).into_owned();
            let pad = " ".repeat(usize::from(names.saturating_sub(width(&name)) + 2));
            let mut label = format!("{name}{pad}");
            for text in wrap(value, values) {
                self.out.push(vec![(label.clone(), self.scene.style(Role::Dim)), (text, style)]);
                label = " ".repeat(usize::from(names + 2));
            }
        }
    }

    fn section(&mut self, title: &str, text: Option<&str>, difference: bool) {
        self.gap();
        self.push(title, self.scene.style(Role::Group));
        match text {
            None => self.push("…", self.scene.style(Role::Dim)),
            Some("") => self.push("–", self.scene.style(Role::Dim)),
            Some(text) => {
                for line in text.lines() {
                    let role = changed(line).filter(|_| difference);
                    let style = role.map_or_else(Style::new, |role| self.scene.style(role));
                    for part in wrap(line, self.room) {
                        self.push(part, style);
                    }
                }
            }
        }
    }
}

/// What a line of a difference is, by its first letters, which say the same without colour; `None` for any other.
fn changed(line: &str) -> Option<Role> {
    match line.get(..2)? {
        "+ " => Some(Role::Ok),
        "- " => Some(Role::Broken),
        "~ " => Some(Role::Attention),
        _ => None,
    }
}

/// Names, values and what the values are: the place, every column, and the facts that no column tells.
fn fields(scene: &Scene<'_>, slot: &Slot) -> Vec<(String, String, Role)> {
    let app = scene.app;
    let mut out = place(scene, &slot.place);
    let heads = app.screen.view.heads();
    for (at, head) in heads.iter().enumerate() {
        let known = out.iter().any(|(name, ..)| name == head.id);
        let cell = slot.row.cell(at);
        let role = match &cell {
            Cell::Missing => Role::Dim,
            Cell::Level(level) => Role::of(*level),
            _ => Role::Text,
        };
        let mut value = String::new();
        match cell {
            _ if known => continue,
            Cell::At(at) => value = scene.moment(at),
            other => other.write(app.now, &mut value),
        }
        out.push((head.id.to_owned(), value, role));
    }
    let facts = slot.row.facts();
    let url = facts.url.as_deref().map(|url| ("url", url, Role::Link));
    let more = [facts.arn.map(|arn| ("arn", arn, Role::Text)), facts.owner.map(|o| ("owner", o, Role::Text)), url];
    for (name, value, role) in more.into_iter().flatten() {
        if !out.iter().any(|(n, v, _)| n == name || v == value) {
            out.push((name.to_owned(), value.to_owned(), role));
        }
    }
    if let Some(at) =
        facts.created.map(|at| scene.moment(at)).filter(|at| !out.iter().any(|(n, v, _)| n == "created" || v == at))
    {
        out.push(("created".to_owned(), at, Role::Text));
    }
    let tags = facts.tags.into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
    if !tags.is_empty() {
        // A column tells them on one line; here there is room for a line each.
        out.retain(|(name, ..)| name != "tags");
        out.push(("tags".to_owned(), tags.join("\n"), Role::Text));
    }
    let fresh = is_fresh(Some(slot.read_at), app.now, scene.table().every());
    let read = format!("{} ago", time::age(app.now, slot.read_at));
    out.push(("read".to_owned(), read, if fresh { Role::Dim } else { Role::Old }));
    out
}

fn place(scene: &Scene<'_>, place: &Place) -> Vec<(String, String, Role)> {
    let app = scene.app;
    let mut out = Vec::new();
    if let Some(id) = &place.account {
        let account = app.org.account(id);
        let name = account.map_or_else(|| id.to_string(), |a| format!("{} {id}", a.name));
        out.push(("account".to_owned(), name, Role::Text));
        if let Some(account) = account {
            let environment = app.environment(account);
            let role = if environment.counts_as_production() { Role::Production } else { Role::Nonproduction };
            let word = app.setup.config.environment_label(account).unwrap_or(environment.word());
            out.push(("environment".to_owned(), word.to_owned(), role));
            if !account.path.is_empty() {
                out.push(("ou".to_owned(), account.path.to_string(), Role::Text));
            }
        }
    }
    if let Some(region) = &place.region {
        out.push(("region".to_owned(), region.to_string(), Role::Text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_taken_out_and_changed_look_different() {
        assert_eq!(changed("+ web env EXTRA"), Some(Role::Ok));
        assert_eq!(changed("- web env KEY"), Some(Role::Broken));
        assert_eq!(changed("~ web image: a → b"), Some(Role::Attention));
        for line in ["against revision 7", "", "-", "-x", "é +"] {
            assert_eq!(changed(line), None, "{line}");
        }
    }
}
