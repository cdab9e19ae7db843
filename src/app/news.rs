//! What access tells.

use super::{App, Effects, Layer, screen::Screen};
use crate::model::{FaultKind, News};

impl App {
    pub(super) fn news(&mut self, news: News, effects: &mut Effects) {
        match news {
            News::Caller(caller) => {
                let first = self.caller.is_none();
                self.caller = Some(caller);
                self.no_caller = None;
                // Whatever failed for want of a caller is worth another try.
                if first {
                    self.jobs.hurry(|_, _| true);
                } else {
                    self.jobs.go_on(None);
                }
                self.wants_dirty = true;
            }
            News::NoCaller(fault) => {
                // A login that has run out asks by itself, over the tree that is remembered.
                let start = fault.kind == FaultKind::NoCredentials || self.org.is_empty();
                self.say(fault.to_string());
                self.no_caller = Some(fault);
                self.caller = None;
                self.wants_dirty = true;
                if start
                    && self.back.is_empty()
                    && let Some(start) = self.setup.view_named("credentials")
                    && self.screen.view.id() != start.id()
                {
                    self.screen = Screen::new(start, String::new(), "");
                    self.changed_screen();
                }
            }
            News::Lease(lease) => {
                self.lost.remove(&lease.account);
                self.jobs.go_on(Some(&lease.account));
                self.leases.insert(lease.account.clone(), lease);
            }
            News::Lost(account, fault) => {
                self.leases.remove(&account);
                self.lost.insert(account, fault);
            }
            News::Ask(id, ask) => {
                self.answered(id);
                // A question goes below what is being typed: it must not swallow the letters of a filter.
                let at = self.layers.iter().position(|l| matches!(l, Layer::Filter { .. } | Layer::Palette(_)));
                let layer = Layer::Ask { id, ask, input: tui_input::Input::default() };
                self.layers.insert(at.unwrap_or(self.layers.len()), layer);
            }
            News::Answered(id) => {
                self.answered(id);
                self.jobs.go_on(None);
                self.plan(effects);
            }
        }
    }

    fn answered(&mut self, number: u64) {
        self.layers.retain(|l| !matches!(l, Layer::Ask { id, .. } if *id == number));
    }
}
