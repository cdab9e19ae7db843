//! Back and forth: out of layers, filters and screens, and through what was looked at before.

use super::{App, Asked, Effect, Effects, Focus, Gate, Layer, Wish, action::Step, palette::Past, screen::Screen};
use crate::model::Ask;

/// What was looked at and typed before, and what was left by going back.
#[derive(Default)]
pub(super) struct Trail {
    /// The commands that were typed.
    pub(super) commands: Past,
    pub(super) back: Vec<Screen>,
    pub(super) forward: Vec<Screen>,
    /// The one looked at last, for going to and fro.
    pub(super) before: Option<Box<Screen>>,
}

impl App {
    /// Closes, clears or leaves the innermost thing; at the root nothing happens, unless `end` is meant.
    pub(super) fn go_back(&mut self, end: bool, effects: &mut Effects) {
        if self.leave_question() {
            return;
        }
        match self.layers.pop() {
            Some(Layer::Filter { before, .. }) => {
                self.filter(&before);
                self.screen.stale |= self.refilter;
            }
            // Keys that may write are not lent later, by a key that was meant for something else.
            Some(Layer::Ask(Asked { id, ask: Ask::Lend { .. }, .. })) => {
                effects.push(Effect::Access(Wish::Answer(id, None)));
            }
            Some(Layer::Ask(question)) => self.put_aside(question),
            // It is under way: what comes of it is given back.
            Some(Layer::Raise(form)) if form.sent => self.unwanted = Some(form.account.id.clone()),
            Some(Layer::Sweep(_)) => {
                self.gate = Gate::Refused;
                self.say("only what you look at is read; Ctrl-R on the watch board asks again");
            }
            Some(_) => {}
            None if self.panes.full => self.panes.full = false,
            None if self.focus == Focus::Detail => self.leave_detail(effects),
            None if self.focus == Focus::Log => self.leave_log(),
            None if self.focus == Focus::Tree && !self.tree.search.is_empty() => self.filter(""),
            None if self.focus == Focus::Tree => self.focus = Focus::Table,
            None if !self.screen.line.is_empty() => self.filter(""),
            None => self.leave(end, effects),
        }
    }

    fn leave(&mut self, end: bool, effects: &mut Effects) {
        if let Some(screen) = self.trail.back.pop() {
            let left = self.replace(screen);
            self.trail.forward.push(left);
        } else if !self.screen.select.is_empty() {
            self.screen.select.clear();
            self.changed_screen();
        } else if end {
            effects.push(Effect::Quit);
        } else {
            self.say("this is the first screen; q ends");
        }
    }

    pub(super) fn history(&mut self, step: Step) {
        match step {
            Step::Back => {
                if let Some(screen) = self.trail.back.pop() {
                    let left = self.replace(screen);
                    self.trail.forward.push(left);
                }
            }
            Step::Forward => {
                if let Some(screen) = self.trail.forward.pop() {
                    let left = self.replace(screen);
                    self.trail.back.push(left);
                }
            }
            Step::Last => {
                if let Some(screen) = self.trail.before.take() {
                    let left = self.replace(*screen);
                    self.trail.before = Some(Box::new(left));
                }
            }
        }
    }

    /// Puts a screen in place of the present one, and gives the latter.
    pub(super) fn replace(&mut self, screen: Screen) -> Screen {
        let mut left = std::mem::replace(&mut self.screen, screen);
        // It is made anew when the screen comes back, and a history of large listings would be large.
        left.clear();
        self.leave_vanished();
        self.changed_screen();
        left
    }

    pub(super) fn changed_screen(&mut self) {
        self.screen.stale = true;
        self.wants_dirty = true;
        if matches!(self.focus, Focus::Detail | Focus::Log) {
            self.focus = Focus::Table;
        }
        // What is derived is derived again at once: the new screen must not show what was true before.
        self.derived.remove(&self.screen.view.id());
    }
}
