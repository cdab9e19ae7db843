//! Questions of access: a code, a login, credentials that ended.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    input, overlay,
    parts::{self, Part},
    scene::Scene,
    text::put,
    theme::Role,
    wrap::wrap,
};
use crate::{
    app::{Action, Asked, Keys},
    model::Ask,
};

/// Cells of the box.
const WIDTH: u16 = 72;

/// Draws the box. Gives the cell of the cursor where a code is typed.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, question: &Asked) -> Option<Position> {
    let Asked { ask, input: typed, .. } = question;
    let screen = scene.app.frame();
    let width = WIDTH.min(screen.width.saturating_sub(2));
    let said = paragraphs(ask);
    let mut lines: Vec<(String, Role)> = Vec::new();
    for (text, role) in said {
        if !lines.is_empty() {
            lines.push((String::new(), role));
        }
        lines.extend(wrap(&text, width.saturating_sub(4)).into_iter().map(|line| (line, role)));
    }
    let code = matches!(ask, Ask::Mfa { .. });
    let height = u16::try_from(lines.len()).unwrap_or(1).saturating_add(if code { 6 } else { 4 });
    let area = overlay::area(screen, width, height, overlay::Lies::Middle);
    let inner = overlay::open(scene, buf, area, title(ask), Vec::new());
    let mut y = inner.y;
    for (line, role) in &lines {
        if y < inner.bottom() {
            put(buf, inner.x, y, inner.width, line, scene.style(*role));
        }
        y += 1;
    }
    let mut cursor = None;
    if code && y + 1 < inner.bottom() {
        let x = put(buf, inner.x, y + 1, inner.width, "code ", scene.style(Role::Key));
        let line = Rect { x, y: y + 1, width: inner.right().saturating_sub(x), height: 1 };
        cursor = input::draw(scene, buf, line, typed);
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    if inner.height > 1 {
        parts::draw(buf, last, answers(scene, ask), Vec::new());
    }
    cursor
}

/// What is wanted, in few words.
pub fn title(ask: &Ask) -> &'static str {
    match ask {
        Ask::Mfa { .. } => "a code is asked for",
        Ask::SsoLogin { .. } => "a login is needed",
        Ask::Renew { .. } => "the credentials end, or have ended",
    }
}

fn paragraphs(ask: &Ask) -> Vec<(String, Role)> {
    match ask {
        Ask::Mfa { serial, refused } => {
            let again = refused.as_ref().map(|why| {
                let words = format!("That code was refused: {why}; enter the next one. A code is good once.");
                (words, Role::Attention)
            });
            let asked = [
                ("The six digits that this MFA device shows now:".to_owned(), Role::Text),
                (serial.clone(), Role::Info),
            ];
            again.into_iter().chain(asked).collect()
        }
        Ask::SsoLogin { .. } => vec![
            (
                "Nobody is signed in to Identity Center here, or the session has ended. This command signs in, in your browser:".to_owned(),
                Role::Text,
            ),
            (ask.line(), Role::Info),
            ("What needs no sign-in goes on meanwhile.".to_owned(), Role::Dim),
        ],
        Ask::Renew { origin } => vec![
            (format!("They came from: {origin}"), Role::Text),
            (
                "Nothing here can renew them. Renew them where they come from, or choose a profile: :credentials. The environment of a running program cannot be changed: with new variables, start qd again.".to_owned(),
                Role::Dim,
            ),
        ],
    }
}

/// The keys that answer, and what each does.
fn answers(scene: &Scene<'_>, ask: &Ask) -> Vec<Part> {
    let (keys, yes, words) = match ask {
        Ask::Mfa { .. } => (Keys::Input, Action::Open, ["send the code", "later"]),
        Ask::SsoLogin { .. } => (Keys::Ask, Action::Confirm, ["run it", "later"]),
        Ask::Renew { .. } => (Keys::Ask, Action::Confirm, ["try again", "later"]),
    };
    keyed(scene, keys, &yes, words)
}

/// The keys for an action and for going back, each with its word.
pub fn keyed(scene: &Scene<'_>, keys: Keys, yes: &Action, words: [&str; 2]) -> Vec<Part> {
    let part = |(action, word): (&Action, &str)| {
        Part::new(0, scene.chords(keys, action), scene.style(Role::Key))
            .and(" ", Style::new())
            .and(word, Style::new())
            .gap(3)
    };
    [(yes, words[0]), (&Action::Back, words[1])].into_iter().map(part).collect()
}
