//! From a key to an action, or to a letter of what is being typed.

use super::{
    App, Effects, Focus,
    action::Action,
    chord::Chord,
    deeds::Stage,
    hand::PASTED,
    keymap::Keys,
    layers::{Layer, edit, paste},
    palette,
    save::Stage as Saving,
};
use crate::model::{Ask, locate};

/// Rows up to which a filter is applied with each letter; over more, with the next tick. A pass over 100,000 rows takes
/// some 50 ms.
const AT_ONCE: usize = 20_000;

impl App {
    /// Which bindings are in force: those of the top layer, or of the pane that has the keys.
    #[must_use]
    pub fn keys(&self) -> Keys {
        match (self.layers.last(), self.focus) {
            (Some(Layer::Save(asked)), _) if asked.stage == Saving::Exists => Keys::Confirm,
            (Some(Layer::Filter { .. } | Layer::Palette(_) | Layer::Raise(_) | Layer::Save(_)), _) => Keys::Input,
            (Some(Layer::Deed(question)), _) => match question.stage {
                Stage::Yes(_) => Keys::Confirm,
                _ => Keys::Input,
            },
            (Some(Layer::Ask(asked)), _) if matches!(asked.ask, Ask::Mfa { .. }) => Keys::Input,
            (Some(Layer::Ask(super::Asked { ask: Ask::Lend { name, .. }, .. })), _) => {
                if name.is_some() {
                    Keys::Input
                } else {
                    Keys::Confirm
                }
            }
            (Some(Layer::Ask(_) | Layer::Sweep(_)), _) => Keys::Ask,
            (Some(Layer::Help(_)), _) => Keys::Help,
            (Some(Layer::Columns(_)), _) => Keys::Columns,
            (None, Focus::Table) if self.screen.heading().is_some() => Keys::Group,
            (None, Focus::Table) if self.mapped().is_some() => Keys::Map,
            (None, Focus::Table) => Keys::Table,
            (None, Focus::Tree) => Keys::Tree,
            (None, Focus::Detail) => Keys::Detail,
            (None, Focus::Log) => Keys::Log,
        }
    }

    pub(super) fn key(&mut self, chord: Chord, effects: &mut Effects) {
        self.note_hand();
        if self.is_no_answer(chord) {
            return;
        }
        let keys = self.keys();
        let view = self.current().map(|_| self.screen.view.id());
        if let Some(action) = self.setup.keymap.find(keys, view, chord).cloned() {
            // One key for what waits for a person: a question that was put aside, and without one the shell.
            let no_question = action == Action::Recall && self.aside().is_empty();
            self.act(if no_question { Action::Shell } else { action }, effects);
        } else if keys == Keys::Input && !self.is_pasted(chord) {
            self.typed(|input| edit(input, chord));
        } else if keys != Keys::Input && self.layers.is_empty() {
            self.say(format!("{chord} does nothing here; ? lists the keys"));
        }
    }

    /// Pasted text is text: into the line that is being typed, or else a place to go to.
    pub(super) fn paste(&mut self, text: &str, effects: &mut Effects) {
        self.note_hand();
        if self.keys() == Keys::Input {
            if self.layers.last_mut().and_then(Layer::line).is_some_and(|(_, pastes)| !pastes) {
                return self.say(PASTED);
            }
            self.typed(|input| {
                paste(input, text);
                true
            });
        } else if self.layers.is_empty() {
            match locate::locate(text.trim()) {
                Some(target) => self.go_target(&target, effects),
                None => self.say("what was pasted is no account id, ARN or console address"),
            }
        }
    }

    fn typed(&mut self, change: impl FnOnce(&mut tui_input::Input) -> bool) {
        let Some((input, _)) = self.layers.last_mut().and_then(Layer::line) else { return };
        if !change(input) {
            return;
        }
        let line = input.value().to_owned();
        if matches!(self.layers.last(), Some(Layer::Filter { .. })) {
            return self.filter(&line);
        }
        if !matches!(self.layers.last(), Some(Layer::Palette(_))) {
            return;
        }
        let offers = palette::offers(self, &line);
        if let Some(Layer::Palette(palette)) = self.layers.last_mut() {
            palette.offers = offers;
            palette.chosen = 0;
            palette.past = None;
        }
    }

    /// Sets the filter of the table, or the search of the tree.
    pub(super) fn filter(&mut self, line: &str) {
        if self.focus == Focus::Log {
            self.search_log(line);
        } else if self.focus == Focus::Tree {
            let found = self.tree.current(&self.org).filter(|_| !self.tree.search.is_empty()).map(|n| n.id.clone());
            self.tree.search_for(line);
            if let Some(id) = found.filter(|_| line.is_empty()) {
                self.tree.reveal(&self.org, &id);
            }
            self.retree();
        } else {
            let narrows = self.screen.set_filter(line) && !self.screen.stale && !self.refilter;
            if self.screen.wrong.is_some() {
                // The last good filter stays in force: there is nothing to look through.
                return;
            }
            if narrows || self.table(self.screen.view.id()).len() <= AT_ONCE {
                self.relist(narrows);
            } else {
                // Until the next tick the rows stay as they were: a letter must not wait for all of them.
                self.refilter = true;
            }
        }
    }
}
