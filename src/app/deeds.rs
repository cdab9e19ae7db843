//! A verb as the state sees it: bound only while its account is elevated, put as a question about a frozen row, and
//! handed to the guard by a yes that was typed.

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use tui_input::Input;

use super::{App, Effect, Effects, Job, Layer, facts::TOO_SMALL, jobs::Errand};
use crate::{
    model::{Account, Scope, ViewId},
    view::{AnyView, At, Deed, Plan, VerbHead},
};

/// The question that stands before a deed. The row in it is the one that was under the cursor: whatever streams in
/// meanwhile, the question is about that one.
#[derive(Clone)]
pub struct Question {
    /// The verb.
    pub verb: VerbHead,
    /// The view of the row.
    pub view: &'static dyn AnyView,
    /// The row, its place, and what was typed for the verb.
    pub deed: Deed,
    /// The account.
    pub account: Arc<Account>,
    /// Whether it counts as production.
    pub production: bool,
    /// How far it is.
    pub stage: Stage,
    /// Since when it is at this stage.
    pub since: Timestamp,
    /// When the yes was said, until it is taken: nothing else must come with it.
    pub said: Option<Timestamp>,
    /// What was wrong with what was typed last.
    pub wrong: Option<String>,
}

/// How far a question is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// What the verb needs is typed.
    Value(Input),
    /// Yes or no.
    Yes(Plan),
    /// The name is typed.
    Name(Plan, Input),
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Question({} {}, {:?})", self.verb.id, self.deed.row.key(), self.stage)
    }
}

impl App {
    /// Whether verbs are bound for the row under the cursor: its account is the one that is elevated.
    #[must_use]
    pub fn may_change(&self) -> bool {
        let account = self.current().and_then(|slot| slot.place.account.as_ref());
        self.raised.as_ref().is_some_and(|raised| account == Some(&raised.lease.account))
    }

    /// Puts the question of a verb about the row under the cursor.
    pub(super) fn start_verb(&mut self, id: &str) {
        if self.in_burst() && self.may_change() {
            return self.say(format!("{id} came in one burst with other keys: press its key by itself"));
        }
        let Some(slot) = self.current().cloned() else { return self.say("there is no row under the cursor") };
        if let Some(why) = self.refuses_marks(id) {
            return self.say(why);
        }
        let view = self.screen.view;
        let Some(verb) = view.verbs().into_iter().find(|v| v.id == id) else {
            return self.say(format!("{id} is nothing that can be done to a row of {}", view.id()));
        };
        let Some(account) = slot.place.account.as_ref().and_then(|id| self.org.account(id)).cloned() else {
            return self.say("the row lies in no account of this fleet");
        };
        if self.setup.config.is_read_only(&account) {
            return self.say(format!("{} is read-only by the configuration and cannot be elevated", account.name));
        }
        if !self.may_change() {
            return self.say(format!("read-only: E elevates {}, then {} is on {}", account.name, verb.id, verb.key));
        }
        if self.jobs.is_doing() {
            return self.say("one thing at a time: what was begun has no answer yet");
        }
        if let Err(why) = view.verb_fits(id, &slot.row, None) {
            return self.say(format!("{}: {why}", verb.id));
        }
        let at = self.at_of(&slot);
        let deed = Deed { verb: verb.id, at, row: slot.row.clone(), typed: String::new() };
        let production = self.environment(&account).counts_as_production();
        let stage = Stage::Value(Input::new(view.verb_initial(id, &slot.row)));
        let (since, said, wrong) = (self.now, None, None);
        let mut question = Question { verb, view, deed, account, production, stage, since, said, wrong };
        if verb.asks.is_none() {
            question.plan(self.now);
        }
        self.layers.push(Layer::Deed(Box::new(question)));
    }

    fn at_of(&self, slot: &crate::rows::Slot) -> At {
        self.at_scope(&self.scope_of(slot))
    }

    /// Enter in a line of the question.
    pub(super) fn answer_line(&mut self) {
        let now = self.now;
        if !self.takes_answer() {
            return self.say(TOO_SMALL);
        }
        if self.is_pasted_to_its_end() {
            return;
        }
        let Some(Layer::Deed(question)) = self.layers.last_mut() else { return };
        match &question.stage {
            Stage::Value(input) => {
                let typed = input.value().trim().to_owned();
                match question.view.verb_fits(question.verb.id, &question.deed.row, Some(&typed)) {
                    Ok(()) => {
                        question.deed.typed = typed;
                        question.plan(now);
                    }
                    Err(why) => question.wrong = Some(why),
                }
            }
            Stage::Name(plan, input) if input.value().trim() == plan.name => self.say_yes(),
            Stage::Name(plan, _) => question.wrong = Some(format!("not the same: type {}", plan.name)),
            // Enter is the default, and the default is no.
            Stage::Yes(_) => {}
        }
    }

    /// A yes. It is taken with the next tick, if nothing else comes with it.
    pub(super) fn say_yes(&mut self) {
        let now = self.now;
        let named = matches!(self.layers.last(), Some(Layer::Deed(q)) if matches!(q.stage, Stage::Name(..)));
        if named && !self.means_name() {
            return;
        }
        if !self.takes_answer() {
            return self.say(TOO_SMALL);
        }
        if let Some(Layer::Deed(question)) = self.layers.last_mut() {
            question.said = Some(now);
        }
    }

    pub(super) fn do_it(&mut self, effects: &mut Effects) {
        let Some(Layer::Deed(question)) = self.layers.pop() else { return };
        let place = (question.view.id(), question.deed.at.scope.clone());
        let ticket = self.jobs.issue(Errand::Deed(place.0, place.1), self.now);
        self.say(format!("{} …", question.verb.about));
        effects.push(Effect::Start(ticket, Job::Deed { view: question.view, deed: Box::new(question.deed) }));
    }

    /// What was done shows in what is read: at once, and not when its time has come.
    pub(super) fn read_after(&mut self, view: ViewId, scope: &Scope) {
        self.jobs.hurry(|v, s| {
            let near = s.account == scope.account && s.region == scope.region;
            near && (v == view || s.parent.is_some() || scope.parent.is_some())
        });
        self.wants_dirty = true;
    }
}

impl Question {
    fn plan(&mut self, now: Timestamp) {
        (self.since, self.wrong) = (now, None);
        let Some(plan) = self.view.plan(self.verb.id, &self.deed.row, &self.deed.typed) else { return };
        self.stage = if plan.danger.wants_name(self.production) {
            Stage::Name(plan, Input::default())
        } else {
            Stage::Yes(plan)
        };
    }
}
