//! One row of a log: mark, level, moment, stream, text with its colours and what was found in it.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};
use unicode_segmentation::UnicodeSegmentation as _;

use super::super::{
    scene::Scene,
    text::{put, tint, width},
    theme::Role,
};
use crate::{
    app::log::{
        Columns, Entry, Pane, Spot, Times,
        shape::{Shape, Tone, shape},
    },
    model::{
        Severity,
        ansi::{Ink, Tint},
    },
    view::log::Kind,
};

/// Roles whose colours tell streams apart; their names do so without colour.
const STREAMS: [Role; 6] = [Role::Info, Role::Key, Role::Spark, Role::Nonproduction, Role::Favourite, Role::Group];

/// Draws the rows of a pane from the top down.
pub struct Painter<'a> {
    scene: &'a Scene<'a>,
    pane: &'a Pane,
    body: Rect,
    columns: Columns,
    zone: TimeZone,
    /// The line that was shaped last: its rows follow one another.
    last: Option<(usize, Shape<'a>)>,
}

impl<'a> Painter<'a> {
    /// A painter of a pane whose lines lie in `body`.
    pub fn new(scene: &'a Scene<'a>, pane: &'a Pane, body: Rect) -> Self {
        let zone = if scene.app.utc { TimeZone::UTC } else { scene.app.setup.zone.clone() };
        Self { scene, pane, body, columns: pane.columns(body.width), zone, last: None }
    }

    /// Draws a row of the log into a row of the screen.
    pub fn row(&mut self, buf: &mut Buffer, spot: Spot, y: u16) {
        let Some(entry) = self.pane.buffer.get(spot.line) else { return };
        if self.last.as_ref().is_none_or(|(line, _)| *line != spot.line) {
            self.last = Some((spot.line, shape(entry, self.pane.look, self.columns.text)));
        }
        let x = self.margin(buf, entry, spot, y);
        let Some((_, shape)) = &self.last else { return };
        self.text(buf, entry, shape, spot, (x, y));
        if spot == self.pane.cursor {
            tint(buf, Rect { y, height: 1, ..self.body }, self.scene.style(Role::Selection));
        }
    }

    /// What stands before the text; gives the column where the text begins.
    fn margin(&self, buf: &mut Buffer, entry: &Entry, spot: Spot, y: u16) -> u16 {
        let (scene, mut x) = (self.scene, self.body.x);
        let room = self.body.right().saturating_sub(x);
        let here = if spot == self.pane.cursor { "▶" } else { " " };
        put(buf, x, y, room.min(1), here, scene.style(Role::Mark));
        if entry.marked {
            put(buf, x + 1, y, room.saturating_sub(1).min(1), "•", scene.style(Role::Mark));
        }
        let first = spot.row == 0;
        if let Some(level) = entry.line.level.filter(|_| first && entry.line.kind != Kind::More) {
            put(buf, x + 2, y, room.saturating_sub(2).min(1), &level.letter().to_string(), self.level(level));
        }
        x += crate::app::log::MARGIN;
        let Columns { time, stream, .. } = self.columns;
        // The lines of one event bear one moment: it is said once.
        if let Some(at) = entry.line.at.filter(|_| first && entry.line.kind == Kind::First) {
            put(buf, x, y, time.saturating_sub(1), &self.moment(at), scene.style(Role::Dim));
        }
        x += time;
        if first && stream > 0 {
            put(buf, x, y, stream - 1, &entry.line.stream, self.stream(&entry.line.stream));
        }
        x + stream
    }

    fn level(&self, level: Severity) -> Style {
        self.scene.style(match level {
            Severity::Fatal | Severity::Error => Role::Broken,
            Severity::Warn => Role::Attention,
            Severity::Info => Role::Ok,
            Severity::Debug | Severity::Trace => Role::Dim,
        })
    }

    fn stream(&self, name: &str) -> Style {
        let at = self.pane.streams.iter().position(|s| **s == *name).unwrap_or(0);
        self.scene.style(STREAMS[at % STREAMS.len()])
    }

    fn moment(&self, at: Timestamp) -> String {
        let zoned = at.to_zoned(self.zone.clone());
        match self.pane.look.times {
            Times::Full => zoned.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
            Times::Clock | Times::Off => zoned.strftime("%H:%M:%S").to_string(),
        }
    }

    /// Draws a row of the text: its tones, and what was found over them.
    fn text(&self, buf: &mut Buffer, entry: &Entry, shape: &Shape<'_>, spot: Spot, (x, y): (u16, u16)) {
        let Some(row) = shape.rows.get(spot.row).cloned() else { return };
        let found: Vec<_> = match &self.pane.pattern {
            Some(pattern) if !pattern.inverse => pattern.places(&shape.text).take(200).collect(),
            _ => Vec::new(),
        };
        let mut cuts: Vec<usize> = shape.tones.iter().map(|(end, _)| *end).collect();
        cuts.extend(found.iter().flat_map(|r| [r.start, r.end]));
        cuts.retain(|at| row.contains(at) && *at > row.start);
        cuts.push(row.end);
        cuts.sort_unstable();
        cuts.dedup();
        let mut pen = Shifted { x, end: self.body.right(), skip: self.pane.shift };
        let mut from = row.start;
        for to in cuts {
            let tone = shape.tones.iter().find(|(end, _)| *end > from).map_or(Tone::Text, |(_, tone)| *tone);
            let mut style = self.tone(tone, entry);
            if found.iter().any(|r| r.start <= from && from < r.end) {
                style = style.patch(self.scene.style(Role::Match));
            }
            let more = to < row.end;
            pen.put(buf, y, &shape.text[from..to], style, more);
            from = to;
        }
    }

    fn tone(&self, tone: Tone, entry: &Entry) -> Style {
        match tone {
            Tone::Ink(ink) => self.ink(ink).unwrap_or_else(|| self.plain(entry)),
            Tone::Name => self.scene.style(Role::Info),
            Tone::Sign => self.scene.style(Role::Dim),
            Tone::Note => self.scene.style(Role::Dim).add_modifier(Modifier::ITALIC),
            Tone::Text => self.plain(entry),
        }
    }

    /// Letters without a colour of their own: those of grave lines in the colour of their level.
    fn plain(&self, entry: &Entry) -> Style {
        match entry.line.level {
            Some(level @ (Severity::Fatal | Severity::Error | Severity::Debug | Severity::Trace)) => self.level(level),
            Some(Severity::Warn) => self.scene.style(Role::Attention),
            _ => Style::new(),
        }
    }

    /// The style of an ink, in as many colours as the terminal has; `None` for the usual one.
    fn ink(&self, ink: Ink) -> Option<Style> {
        if ink == Ink::default() {
            return None;
        }
        let mut style = Style::new();
        let colours = self.scene.theme.colours();
        style.fg = ink.fore.and_then(|tint| colours.show(colour(tint)));
        style.bg = ink.back.and_then(|tint| colours.show(colour(tint)));
        let wanted = [
            (ink.bold, Modifier::BOLD),
            (ink.dim, Modifier::DIM),
            (ink.italic, Modifier::ITALIC),
            (ink.underline, Modifier::UNDERLINED),
            (ink.reverse, Modifier::REVERSED),
        ];
        Some(wanted.into_iter().filter(|(on, _)| *on).fold(style, |style, (_, m)| style.add_modifier(m)))
    }
}

fn colour(tint: Tint) -> Color {
    const BASIC: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match tint {
        Tint::Basic(n) => BASIC[usize::from(n % 16)],
        Tint::Indexed(n) => Color::Indexed(n),
        Tint::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

/// A pen whose first cells are not seen.
struct Shifted {
    x: u16,
    end: u16,
    skip: usize,
}

impl Shifted {
    /// Writes a stretch; `more` says that another follows, so that the last cell is not yet the end of the row.
    fn put(&mut self, buf: &mut Buffer, y: u16, text: &str, style: Style, more: bool) {
        let text = self.unseen(text);
        if self.x >= self.end || text.is_empty() {
            return;
        }
        let room = self.end - self.x;
        // What ends right at the edge while more follows has to say so.
        let cut = more && width(text) >= room;
        self.x = put(buf, self.x, y, room, text, style);
        if cut {
            put(buf, self.end - 1, y, 1, "…", style);
            self.x = self.end;
        }
    }

    /// Leaves out what is shifted off the screen.
    fn unseen<'t>(&mut self, text: &'t str) -> &'t str {
        if self.skip == 0 {
            return text;
        }
        for (at, grapheme) in text.grapheme_indices(true) {
            if self.skip == 0 {
                return &text[at..];
            }
            self.skip = self.skip.saturating_sub(usize::from(width(grapheme)));
        }
        ""
    }
}
