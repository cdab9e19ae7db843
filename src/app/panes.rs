//! Which panes are shown beside the table, and whether anything else is.

use super::{App, Effect, Effects, Focus, action::Action};
use crate::model::Memo;

/// Columns of the screen from which the preview has its place at the right.
pub const PREVIEW: u16 = 160;

/// How long the cursor has to rest on a row before the preview asks for the texts that cost a request, in
/// milliseconds: over rows that are only passed nothing is asked.
const REST: i64 = 250;

/// Which panes are wished for beside the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wished {
    /// The tree.
    pub tree: bool,
    /// The detail, for now.
    pub detail: bool,
    /// The detail of whatever is under the cursor, on wide screens, in every run.
    pub preview: bool,
    /// The pane that is looked at alone.
    pub full: bool,
}

impl App {
    /// Whether everything but the pane that is looked at is left out.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.panes.full
    }

    /// Whether the detail of the row under the cursor is shown: because it was asked for, or as a preview.
    #[must_use]
    pub fn has_detail(&self) -> bool {
        self.panes.detail || self.has_preview()
    }

    /// Whether there is a preview: it is wished for, and there is room.
    pub(super) fn has_preview(&self) -> bool {
        self.panes.preview && self.size.0 >= PREVIEW && self.mapped().is_none()
    }

    /// Whether the texts of the detail may be asked for: at once where the row was opened, of a preview when the cursor
    /// rests.
    pub(super) fn may_ask(&self) -> bool {
        let rests = || self.detail.since.is_none_or(|since| self.now.as_millisecond() - since.as_millisecond() >= REST);
        self.panes.detail || self.has_preview() && rests()
    }

    /// Shows the detail, or hides it: for now; the preview comes back with the next run.
    pub(super) fn toggle_detail(&mut self, effects: &mut Effects) {
        let shown = self.has_detail();
        self.panes.detail = !shown;
        if shown {
            self.panes.preview = false;
        }
        self.forget_texts();
        if shown && self.focus == Focus::Detail {
            self.focus = Focus::Table;
        } else if !shown && self.areas().detail.is_empty() {
            // Where there is no room below the table, the detail takes its place.
            self.focus = Focus::Detail;
        }
        self.ask_sections(effects);
    }

    /// Leaves the detail for the table; what is not a preview is closed.
    pub(super) fn leave_detail(&mut self, effects: &mut Effects) {
        if self.panes.detail {
            self.toggle_detail(effects);
        } else {
            self.focus = Focus::Table;
        }
    }

    /// Wishes for a preview, or no longer; kept for the next run.
    pub(super) fn toggle_preview(&mut self, effects: &mut Effects) {
        let wide = self.size.0 >= PREVIEW;
        self.panes.preview = if wide { !self.has_detail() } else { !self.panes.preview };
        self.panes.detail &= !wide;
        effects.push(Effect::Write(vec![Memo::keep(
            "screen",
            "preview",
            if self.panes.preview { "yes" } else { "no" },
        )]));
        if !self.has_detail() && self.focus == Focus::Detail {
            self.focus = Focus::Table;
        }
        if !wide {
            let on = if self.panes.preview { "on" } else { "off" };
            self.say(format!(
                "the preview is {on}: it has its place from {PREVIEW} columns on; d shows the detail here"
            ));
        }
        self.ask_sections(effects);
    }

    /// Leaves the rows, the detail or the log alone on the screen, or brings everything else back.
    pub(super) fn toggle_full(&mut self) {
        self.panes.full = !self.panes.full;
        if self.panes.full {
            let key = self.setup.keymap.chord_in(self.keys(), &Action::Full);
            let key = key.map(|key| key.to_string()).unwrap_or_default();
            self.say(format!("{key} or esc brings the rest back; ? lists the keys"));
        }
    }
}
