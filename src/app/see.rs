//! What the frame reads of the state, in words.

use std::sync::OnceLock;

use ratatui::layout::Rect;

use super::{
    Action, App, Effect, Effects, Focus, Job,
    geometry::{Areas, Wishes, areas},
    jobs::Errand,
};
use crate::{
    config::Environment,
    model::{Account, Breadth, Coverage, Lease, Mode, Place, Scope},
    rows::{Row, Slot, scopes::is_fresh},
    view::{AnyView, At, Run, Span},
};

/// A place in words for a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The account's name, or its id where the name is not known; empty for no account.
    pub account: String,
    /// The OU path.
    pub ou: String,
    /// The region; empty for none.
    pub region: String,
}

impl App {
    /// Where the panes are.
    #[must_use]
    pub fn areas(&self) -> Areas {
        let wishes = Wishes {
            tree: self.panes.tree,
            tree_first: self.focus == Focus::Tree,
            detail: self.has_detail(),
            detail_first: self.focus == Focus::Detail,
            full: self.panes.full,
            // Whoever may change things, or is asked something, has to see it.
            warned: self.raised.is_some() || !self.aside.is_empty(),
        };
        areas(self.size.0, self.size.1, wishes)
    }

    /// The whole screen.
    #[must_use]
    pub fn frame(&self) -> Rect {
        Rect::new(0, 0, self.size.0, self.size.1)
    }

    /// What was said last, while it is worth reading.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|(text, _)| text.as_str())
    }

    /// Whether what was said last is of trouble with a deed.
    #[must_use]
    pub fn notice_is_trouble(&self) -> bool {
        self.notice.is_some() && self.kept == Some(true)
    }

    /// Whether something is being changed, and has no answer yet.
    #[must_use]
    pub fn is_changing(&self) -> bool {
        self.jobs.is_doing()
    }

    /// Whether anything is being read for the view on screen.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.jobs.is_reading(self.screen.view.id())
    }

    /// How many requests are under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.jobs.len()
    }

    /// A place in words.
    #[must_use]
    pub fn words(&self, place: &Place) -> Words {
        let account = place.account.as_ref().and_then(|id| self.org.account(id));
        Words {
            account: match (account, &place.account) {
                (Some(account), _) => account.name.clone(),
                (None, Some(id)) => id.to_string(),
                (None, None) => String::new(),
            },
            ou: account.map(|a| a.path.to_string()).unwrap_or_default(),
            region: place.region.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Slot> {
        self.screen.current(self.table(self.screen.view.id()))
    }

    /// The account that the screen is about: the one looked at, or the one of the row or heading under the cursor.
    #[must_use]
    pub fn account_at_hand(&self) -> Option<&Account> {
        let selected = self.org.account_called(&self.screen.select);
        let under = || self.current().and_then(|slot| self.org.account(slot.place.account.as_ref()?));
        let heading = || self.screen.heading().and_then(|group| self.org.account_called(&group.name.id));
        selected.or_else(under).or_else(heading).map(|a| &**a)
    }

    /// The lease on the account at hand.
    #[must_use]
    pub fn lease_at_hand(&self) -> Option<&Lease> {
        self.leases.get(&self.account_at_hand()?.id)
    }

    /// The mode that the header shows: of the account at hand, or the weakest of all leases.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        if self.raised.is_some() {
            return Some(Mode::Elevated);
        }
        if let Some(lease) = self.lease_at_hand() {
            return Some(lease.mode);
        }
        let weak = |l: &Lease| l.mode != Mode::ReadOnly;
        let own = self.caller.as_ref().map(|c| &c.account);
        let others = self.leases.values().filter(|l| Some(&l.account) != own);
        match others.clone().find(|l| weak(l)) {
            Some(lease) => Some(lease.mode),
            None => others.map(|l| l.mode).next().or_else(|| self.leases.values().next().map(|l| l.mode)),
        }
    }

    /// Whether an account counts as production, as the configuration says.
    #[must_use]
    pub fn environment(&self, account: &Account) -> Environment {
        self.setup.config.environment(account)
    }

    /// What was read of what is on screen: of the view, or of all views that the board reads.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.covered().clone()
    }

    /// The same, without a copy.
    #[must_use]
    pub fn covered(&self) -> &Coverage {
        self.covered.get_or_init(|| {
            let mut sum = Coverage::default();
            for view in self.shown() {
                self.count_scopes(view, &mut sum);
            }
            sum
        })
    }

    /// What was read of one view of what is on screen.
    pub(super) fn covered_of(&self, view: &dyn AnyView) -> Coverage {
        let mut sum = Coverage::default();
        self.count_scopes(view, &mut sum);
        sum
    }

    fn count_scopes(&self, view: &dyn AnyView, sum: &mut Coverage) {
        let table = self.table(view.id());
        for state in table.scopes.iter().filter(|s| s.wanted && self.is_here(&s.scope)) {
            let fresh = is_fresh(state.read_at, self.now, table.every());
            sum.count(&state.scope, &state.progress, state.read_at, fresh);
        }
    }

    /// The views whose rows are on screen: the one, or those that it is derived from.
    pub(super) fn shown(&self) -> Vec<&'static dyn AnyView> {
        match self.screen.view.run() {
            Run::Derived(_) => self.patrol().collect(),
            _ => vec![self.screen.view],
        }
    }

    /// Whether a scope belongs to what is looked at.
    fn is_here(&self, scope: &Scope) -> bool {
        let hanging = self.screen.parent.as_ref().filter(|_| matches!(self.screen.view.span(), Span::One(_)));
        if let Some(parent) = hanging {
            return scope.parent.as_ref() == Some(parent.row.key())
                && scope.account == parent.scope.account
                && scope.region == parent.scope.region;
        }
        self.screen.select.is_empty() || scope.account.as_ref().is_none_or(|id| self.is_account_selected(id))
    }

    /// What was read may be another sum now. Over many scopes it is taken anew with the ticks alone: a frame must not
    /// cost what the fleet is large.
    pub(super) fn forget_coverage(&mut self, surely: bool) {
        if surely || self.covered.get().is_some_and(|sum| sum.wanted < 1_000) {
            self.covered = OnceLock::new();
        }
    }

    /// How many accounts, regions and views the board covers, of what is looked at.
    #[must_use]
    pub fn breadth(&self) -> Breadth {
        let read = |view: &'static dyn AnyView| {
            let scopes = self.table(view.id()).scopes.iter();
            scopes.filter(|s| s.wanted && s.read_at.is_some() && self.is_here(&s.scope)).map(|s| &s.scope)
        };
        let known = self.org.accounts().iter().filter(|a| a.is_under(&self.screen.select)).count();
        Breadth::of(self.patrol().map(read)).among(known, self.unread_regions())
    }

    /// The digit under which a node is a favourite.
    #[must_use]
    pub fn favourite(&self, node: &str) -> Option<usize> {
        self.uses.digit(node)
    }

    /// The sections of the detail pane: title and text; `None` while a text is awaited.
    #[must_use]
    pub fn sections(&self) -> Vec<(&'static str, Option<String>)> {
        let Some(slot) = self.current() else { return Vec::new() };
        let sections = self.screen.view.sections(&slot.row, self.now);
        let offer = |i: usize| {
            let cost = self.screen.view.cost(&slot.row, i).filter(|_| !self.detail.willing)?;
            let key = self.setup.keymap.chord(&Action::Ask).map(|chord| format!("\n{chord} asks")).unwrap_or_default();
            Some(format!("{cost}{key}"))
        };
        let asked = |(i, (title, text)): (usize, (&'static str, Option<String>))| {
            (title, text.or_else(|| offer(i)).or_else(|| self.detail.texts.get(&i).cloned().flatten()))
        };
        sections.into_iter().enumerate().map(asked).collect()
    }

    /// How many lines the detail pane may have, about: so far it can be scrolled.
    pub(super) fn detail_lines(&self, area: Rect) -> usize {
        let room = usize::from(area.width.saturating_sub(4)).max(1);
        let lines = |text: &str| text.lines().map(|l| 1 + l.len() / room).sum::<usize>();
        let texts: usize = self.sections().iter().map(|(_, text)| 2 + text.as_deref().map_or(1, lines)).sum();
        (self.screen.view.heads().len() + 8 + texts).saturating_sub(usize::from(area.height) / 2)
    }

    /// Shows the detail pane and asks for those of its texts that cost something: for this row alone.
    pub(super) fn ask_what_costs(&mut self, effects: &mut Effects) {
        self.panes.detail = true;
        self.settle_detail();
        self.detail.willing = true;
        self.ask_sections(effects);
    }

    /// Asks for the texts that the detail pane shows and that are not known yet.
    pub(super) fn ask_sections(&mut self, effects: &mut Effects) {
        for ticket in std::mem::take(&mut self.unasked) {
            self.jobs.stop(ticket, effects);
        }
        if !self.may_ask() {
            return;
        }
        let Some(slot) = self.current().cloned() else { return };
        let view = self.screen.view;
        let scope = self.scope_of(&slot);
        for (section, (_, text)) in view.sections(&slot.row, self.now).into_iter().enumerate() {
            let unasked = !self.detail.willing && view.cost(&slot.row, section).is_some();
            if text.is_some() || unasked || self.detail.texts.contains_key(&section) {
                continue;
            }
            self.detail.texts.insert(section, None);
            let at = self.at_scope(&scope);
            let ticket = self.jobs.issue(Errand::Section(section), self.now);
            self.detail.asked.push(ticket);
            effects.push(Effect::Start(ticket, Job::Section { view, at, row: slot.row.clone(), section }));
        }
    }

    /// Where rows of a scope are asked about.
    pub(super) fn at_scope(&self, scope: &Scope) -> At {
        let account = self.account_of(scope);
        let role = scope.account.as_ref().and_then(|a| self.roles.get(a)).cloned();
        let hanging = self.screen.parent.as_ref().filter(|p| scope.parent.as_ref() == Some(p.row.key()));
        let parent = hanging.map(|p| Row::clone(&p.row));
        At { scope: scope.clone(), account, parent, role }
    }

    /// Forgets the texts of the detail pane when another row comes under the cursor.
    pub(super) fn settle_detail(&mut self) {
        let row = self.current().map(|slot| (slot.row.view(), slot.scope, slot.row.key().clone()));
        if self.detail.row != row {
            self.forget_texts();
            (self.detail.row, self.detail.since) = (row, Some(self.now));
        }
    }

    /// Forgets the texts of the detail pane, and that they were asked for: an answer that comes late is no answer
    /// about another row.
    pub(super) fn forget_texts(&mut self) {
        let old = std::mem::take(&mut self.detail);
        self.unasked.extend(old.asked);
        (self.detail.row, self.detail.since) = (old.row, old.since);
    }
}
