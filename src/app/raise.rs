//! Elevation as the state sees it: the form that asks for it, the countdown, and the end.

use std::{sync::Arc, time::Duration};

use tui_input::Input;

use super::{App, Effect, Effects, Layer, Wish, facts::TOO_SMALL};
use crate::{
    access::{Raise, guard},
    model::{Account, AccountId, Fault, Lease, time},
};

/// The rights of one account, raised for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// The elevated lease.
    pub lease: Lease,
    /// The account's name.
    pub name: String,
}

/// The form that asks for an elevation.
#[derive(Clone, Debug)]
pub struct Form {
    /// The account.
    pub account: Arc<Account>,
    /// The role that will be used, in words.
    pub role: String,
    /// Whether it counts as production: then its name has to be typed.
    pub production: bool,
    /// The lines to be filled in.
    pub fields: Vec<Field>,
    /// Which of them has the keys.
    pub at: usize,
    /// What was wrong with the last try.
    pub wrong: Option<String>,
    /// Whether it is under way.
    pub sent: bool,
}

/// A line of the form.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is.
    pub label: &'static str,
    /// What was typed.
    pub input: Input,
    /// Whether pasted text is taken: a name that confirms something is typed by hand.
    pub pastes: bool,
}

impl Form {
    fn text(&self, label: &str) -> &str {
        self.fields.iter().find(|f| f.label == label).map_or("", |f| f.input.value().trim())
    }

    /// What was asked for, or what is wrong with it and where.
    fn read(&self) -> Result<Raise, (usize, String)> {
        let reason = self.text(REASON);
        if reason.is_empty() {
            return Err((0, "say why, in a few words: the audit log keeps it".to_owned()));
        }
        let most = guard::LONGEST.as_secs() / 60;
        let minutes = self.text(MINUTES).parse::<u64>().ok().filter(|m| (1..=most).contains(m));
        let minutes = minutes.ok_or_else(|| (1, format!("whole minutes, 1 to {most}")))?;
        if self.production && self.text(NAME) != self.account.name {
            return Err((2, format!("type the account's name: {}", self.account.name)));
        }
        let span = Duration::from_secs(minutes * 60);
        Ok(Raise { account: Arc::clone(&self.account), reason: reason.to_owned(), span })
    }
}

const REASON: &str = "reason";
const MINUTES: &str = "minutes";
const NAME: &str = "account's name";

impl App {
    /// Asks for an elevation of the account at hand; where it is elevated already, gives the rights back.
    pub(super) fn elevate(&mut self, effects: &mut Effects) {
        let Some(account) = self.account_at_hand().and_then(|a| self.org.account(&a.id)).cloned() else {
            return self.say("choose an account first: elevation is for one account, never for the fleet");
        };
        if self.raised.as_ref().is_some_and(|raised| raised.lease.account == account.id) {
            effects.push(Effect::Access(Wish::GiveBack(account.id.clone())));
            return;
        }
        if self.setup.config.is_read_only(&account) {
            return self.say(format!("{} is read-only by the configuration and cannot be elevated", account.name));
        }
        let partition = self.caller.as_ref().map_or("aws", |c| c.partition.as_str());
        let own = self.caller.as_ref().is_some_and(|c| c.account == account.id);
        let raising = self.setup.config.raising(&account, own, partition);
        if let Some((why, next)) = raising.reads_only() {
            return self.say(format!("{why}; {next}"));
        }
        let role = raising.words();
        let field = |label, text: &str, pastes| Field { label, input: Input::new(text.to_owned()), pastes };
        let usual = (guard::USUAL.as_secs() / 60).to_string();
        let mut fields = vec![field(REASON, "", true), field(MINUTES, &usual, true)];
        let production = self.environment(&account).counts_as_production();
        if production {
            fields.push(field(NAME, "", false));
        }
        let form = Form { account, role, production, fields, at: 0, wrong: None, sent: false };
        self.layers.push(Layer::Raise(Box::new(form)));
    }

    /// Asks for a shell in the account at hand.
    pub(super) fn open_shell(&mut self, effects: &mut Effects) {
        let Some(account) = self.account_at_hand().and_then(|a| self.org.account(&a.id)).cloned() else {
            return self.say("choose an account first: a shell has the credentials of one account");
        };
        let here = self.current().map(|slot| &slot.place).filter(|place| place.account.as_ref() == Some(&account.id));
        let region = here.and_then(|place| place.region.clone());
        let role = self.roles.get(&account.id).cloned();
        self.say(format!("a shell for {} …", account.name));
        effects.push(Effect::Access(Wish::Shell { account, role, region }));
    }

    /// Enter in the form: on to the next line, or off.
    pub(super) fn send_form(&mut self, effects: &mut Effects) {
        if matches!(self.layers.last(), Some(Layer::Raise(form)) if !self.shows_form(form)) {
            return self.say(TOO_SMALL);
        }
        if self.is_pasted_to_its_end() {
            return;
        }
        let Some(Layer::Raise(form)) = self.layers.last_mut() else { return };
        if form.sent {
            return;
        }
        if form.at + 1 < form.fields.len() {
            form.at += 1;
            return;
        }
        match form.read() {
            Ok(raise) => {
                (form.sent, form.wrong) = (true, None);
                self.unwanted = None;
                effects.push(Effect::Access(Wish::Elevate(raise)));
            }
            Err((at, words)) => (form.at, form.wrong) = (at, Some(words)),
        }
    }

    /// Gives the keys of the form to the next line, or the one before.
    pub(super) fn next_field(&mut self, forward: bool) {
        let Some(Layer::Raise(form)) = self.layers.last_mut() else { return };
        let by = if forward { 1 } else { form.fields.len() - 1 };
        form.at = (form.at + by) % form.fields.len();
    }

    pub(super) fn raised_now(&mut self, lease: Lease, effects: &mut Effects) {
        if self.unwanted.take().is_some_and(|account| account == lease.account) {
            effects.push(Effect::Access(Wish::GiveBack(lease.account.clone())));
        }
        self.layers.retain(|l| !matches!(l, Layer::Raise(_)));
        let name = self.org.account(&lease.account).map_or_else(|| lease.account.to_string(), |a| a.name.clone());
        let left = lease.until.map(|until| format!(" for {}", time::left(self.now, until))).unwrap_or_default();
        self.say(format!("{name} is elevated{left}; E gives it back"));
        self.raised = Some(Raised { lease, name });
    }

    pub(super) fn not_raised(&mut self, account: &AccountId, fault: &Fault) {
        let words = if fault.hint.is_empty() { fault.to_string() } else { format!("{fault}; {}", fault.hint) };
        let form = self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Raise(form) if form.account.id == *account => Some(form),
            _ => None,
        });
        match form {
            Some(form) => (form.sent, form.wrong) = (false, Some(words)),
            None => self.say(words),
        }
    }

    /// The rights are read-only again: a question that waits for a yes has lost its ground.
    pub(super) fn given_back(&mut self) {
        let Some(raised) = self.raised.take() else { return };
        self.layers.retain(|l| !matches!(l, Layer::Deed(_)));
        self.say(format!("{} is read-only again", raised.name));
    }

    /// Gives the rights back when their time is over.
    pub(super) fn end_elevation(&mut self, effects: &mut Effects) {
        let over = self.raised.as_ref().map(|r| &r.lease).filter(|l| l.until.is_some_and(|until| until <= self.now));
        if let Some(account) = over.map(|lease| lease.account.clone()) {
            effects.push(Effect::Access(Wish::GiveBack(account)));
            self.given_back();
        }
    }
}
