//! Going somewhere: to a view, a node, a row, a place that was pasted.

use super::{
    App, Effect, Effects, Focus,
    action::Action,
    screen::{Parent, Screen},
};
use crate::{
    model::{Scope, locate},
    rows::Slot,
    view::{AnyView, Span, Target},
};

/// How many screens the history keeps.
const HISTORY: usize = 100;

impl App {
    /// A view by its word or another word for it.
    pub(super) fn view_named(&self, word: &str) -> Option<&'static dyn AnyView> {
        self.setup.view_named(word)
    }

    pub(super) fn go_view(&mut self, word: &str, line: &str) {
        let Some(view) = self.view_named(word) else { return self.say(format!("there is no view {word}")) };
        if let Err(why) = Screen::read_filter(view, line) {
            return self.say(format!("no filter: {why}"));
        }
        if let Span::One(of) = view.span() {
            return match self.at_hand(of) {
                Some(parent) => self.under(view, parent, line),
                None => self.say(format!("{} belong to a row of {of}: choose one there", view.id())),
            };
        }
        let select = if matches!(view.span(), Span::Fleet) && view.id().0 != super::plan::TREE {
            // The board and what the console knows of itself are about the whole fleet, unless a part was chosen.
            if self.screen.view.id() == view.id() { String::new() } else { self.screen.select.clone() }
        } else {
            self.screen.select.clone()
        };
        self.enter(Screen::new(view, select, line));
    }

    /// Shows a view of one node of the organisation alone.
    pub(super) fn go_at(&mut self, word: &str, node: &str, line: &str, effects: &mut Effects) {
        match self.view_named(word).filter(|view| !matches!(view.span(), Span::One(_))) {
            Some(view) if self.org.node(node).is_some() => {
                self.note_use(node, effects);
                self.enter(Screen::new(view, node.to_owned(), line));
            }
            _ => self.go_view(word, line),
        }
    }

    /// Shows a screen, remembering the present one. The same one again is no step of the history.
    pub(super) fn enter(&mut self, screen: Screen) {
        let screen = self.ordered(screen);
        let now = &self.screen;
        let parent = |s: &Screen| s.parent.as_ref().map(|p| (p.scope.clone(), p.row.key().clone()));
        let same = now.view.id() == screen.view.id() && now.select == screen.select && now.line == screen.line;
        if same && screen.seek.is_none() && parent(now) == parent(&screen) {
            self.focus = Focus::Table;
            return;
        }
        let left = self.replace(screen);
        self.trail.before = Some(Box::new(left.clone()));
        self.trail.back.push(left);
        if self.trail.back.len() > HISTORY {
            self.trail.back.remove(0);
        }
        self.trail.forward.clear();
        self.focus = Focus::Table;
        self.detail.offset = 0;
    }

    /// Looks at one node of the organisation alone; the empty one is all of it.
    pub(super) fn go_node(&mut self, id: &str, effects: &mut Effects) {
        if !id.is_empty() {
            let Some(node) = self.org.node(id) else { return self.say(format!("no account or OU {id} in this fleet")) };
            let state = node.account.as_ref().map(|a| a.state.clone());
            let name = node.name.clone();
            effects.push(Effect::Write(vec![self.uses.count(id, self.now)]));
            self.tree.reveal(&self.org, id);
            self.tree.search.clear();
            self.retree();
            if let Some(state) = state.filter(|s| !s.can_enter()) {
                self.say(format!("{name} is {}: it is not entered", state.word()));
            } else if let Some(words) = self.org.account_called(id).and_then(|account| self.regionless(account)) {
                self.say(words);
            }
        }
        self.retree_whole();
        if self.screen.select != id {
            let mut next = self.screen.clone();
            next.clear();
            id.clone_into(&mut next.select);
            if matches!(next.view.span(), Span::One(_))
                && let Some(first) = self.setup.views.first()
            {
                next = Screen::new(*first, id.to_owned(), "");
            }
            (next.cursor, next.seek, next.moved) = (None, None, false);
            self.enter(next);
        }
        self.focus = Focus::Table;
    }

    /// Shows the tree in place of what a search found.
    fn retree_whole(&mut self) {
        if !self.tree.search.is_empty() {
            self.tree.search.clear();
            self.retree();
        }
    }

    pub(super) fn open_node(&mut self, effects: &mut Effects) {
        let Some(node) = self.tree.current(&self.org) else { return };
        let id = if node.parent.is_none() && node.account.is_none() { String::new() } else { node.id.clone() };
        self.go_node(&id, effects);
    }

    pub(super) fn go_favourite(&mut self, digit: u8, effects: &mut Effects) {
        if digit == 0 {
            self.go_node("", effects);
        } else if let Some(id) = self.uses.favourite(digit).map(ToOwned::to_owned) {
            self.go_node(&id, effects);
        } else {
            self.say(format!("favourite {digit} is free: in the tree, s makes the node under the cursor one"));
        }
    }

    /// Enter on a row: to the row that it speaks of, or along its first link, or into the detail.
    pub(super) fn open_row(&mut self, effects: &mut Effects) {
        let table = self.table(self.screen.view.id());
        let Some(slot) = self.screen.current(table).cloned() else {
            // Where nobody is known to call there is nothing to go into, and one thing to want.
            return if self.caller.is_none() {
                self.refresh(effects);
            };
        };
        let view = self.screen.view;
        if self.open_cell(&slot, effects) {
            return;
        }
        if let Some(node) = slot.row.node() {
            let id = node.id.clone();
            return self.open_account_row(&id, effects);
        }
        if let Some(target) = view.target(&slot.row) {
            return self.go_row(target, effects);
        }
        match view.links().first().and_then(|(to, _)| self.view_named(to.0)) {
            Some(to) => self.follow(to, 0, &slot),
            None => self.act(Action::Detail, effects),
        }
    }

    /// Enter on an account or OU in the table of accounts: the board, for it alone.
    fn open_account_row(&mut self, id: &str, effects: &mut Effects) {
        self.note_use(id, effects);
        let whole = self.org.node(id).is_none_or(|node| node.parent.is_none() && node.account.is_none());
        let select = if whole { String::new() } else { id.to_owned() };
        self.enter(Screen::new(self.board(), select, ""));
    }

    /// Notes that a node was looked at, and shows it in the tree.
    pub(super) fn note_use(&mut self, id: &str, effects: &mut Effects) {
        effects.push(Effect::Write(vec![self.uses.count(id, self.now)]));
        self.tree.reveal(&self.org, id);
        self.retree();
    }

    /// The view that the console opens with.
    fn board(&self) -> &'static dyn AnyView {
        self.setup.first()
    }

    /// Follows a link of the row under the cursor, by its number.
    pub(super) fn follow_link(&mut self, link: usize) {
        let table = self.table(self.screen.view.id());
        let Some(slot) = self.screen.current(table).cloned() else { return };
        let to = self.screen.view.links().get(link).and_then(|(to, _)| self.view_named(to.0));
        if let Some(to) = to {
            self.follow(to, link, &slot);
        }
    }

    /// The row of a view that is at hand: the one under the cursor, or the one that the screen hangs on.
    fn at_hand(&self, of: crate::model::ViewId) -> Option<Parent> {
        if self.screen.view.span() == Span::One(of) {
            return self.screen.parent.clone();
        }
        let slot = self.current().filter(|_| self.screen.view.id() == of)?;
        Some(Parent { row: slot.row.clone(), scope: self.scope_of(slot) })
    }

    /// Shows what hangs on a row.
    fn under(&mut self, to: &'static dyn AnyView, parent: Parent, line: &str) {
        let account = parent.scope.account.as_ref().map(|a| a.as_str().to_owned());
        let mut screen = Screen::new(to, account.unwrap_or_default(), line);
        screen.parent = Some(parent);
        self.enter(screen);
    }

    fn follow(&mut self, to: &'static dyn AnyView, link: usize, slot: &Slot) {
        let view = self.screen.view;
        let Some(scope) = self.table(view.id()).scopes.get(slot.scope).map(|s| s.scope.clone()) else { return };
        let line = view.link_filter(link, &slot.row);
        let account = slot.place.account.as_ref().map(|a| a.as_str().to_owned());
        let mut screen = Screen::new(to, account.unwrap_or_default(), &line);
        screen.parent = match to.span() {
            Span::One(of) if of == view.id() => Some(Parent { row: slot.row.clone(), scope }),
            // From one view that hangs on a row to another that hangs on the same.
            Span::One(of) => self.at_hand(of),
            _ => None,
        };
        self.enter(screen);
    }

    /// Goes to a row of another view; to the account it lies in where the target names no view.
    pub(super) fn go_row(&mut self, target: Target, effects: &mut Effects) {
        let account = target.scope.account.as_ref().map(|a| a.as_str().to_owned()).unwrap_or_default();
        if target.view == "profile" {
            let name = target.key.map(|k| k.to_string()).unwrap_or_default();
            return self.act(Action::Profile(name), effects);
        }
        let Some(view) = self.view_named(&target.view) else { return self.go_node(&account, effects) };
        let place = target.key.is_none() && !account.is_empty();
        if place && matches!(view.span(), Span::Fleet) {
            // A board that is named with a place is meant for that place alone.
            self.note_use(&account, effects);
        }
        let mut screen = Screen::new(view, account, "");
        if matches!(view.span(), Span::Fleet) && !place {
            screen.select = String::new();
        }
        if let Span::One(of) = view.span() {
            screen.parent = self.parent_in(of, &target.scope);
        }
        screen.seek = target.key.is_some().then_some(target);
        self.enter(screen);
    }

    /// The row of another view on which a scope hangs, where it was read.
    fn parent_in(&self, of: crate::model::ViewId, scope: &Scope) -> Option<Parent> {
        let table = self.table(self.view_named(of.0)?.id());
        let above = Scope { parent: None, ..scope.clone() };
        let slot = table.get(table.find(table.scopes.find(&above)?, scope.parent.as_ref()?)?)?;
        Some(Parent { row: slot.row.clone(), scope: above })
    }

    /// Goes to what was pasted: the account, and the view, region and thing where it names them. A link of the console
    /// without an account opens its view over what is looked at already.
    pub(super) fn go_target(&mut self, target: &locate::Target, effects: &mut Effects) {
        let (to, select, line) = match self.destination(target) {
            Ok(found) => found,
            Err(why) => return self.say(why),
        };
        if let Some(account) = &target.account {
            self.note_use(account.as_str(), effects);
        }
        self.enter(Screen::new(to, select, &line));
        self.warn_of_region(target);
    }

    /// Where what was pasted leads: the view, the part of the fleet, and the filter line.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub(super) fn destination(
        &self,
        target: &locate::Target,
    ) -> Result<(&'static dyn AnyView, String, String), String> {
        let named = target.view.and_then(|v| self.view_named(v));
        // What hangs on a row is reached through it: a task through the services of its cluster.
        let (view, thing) = match named.map(|v| (v, v.span())) {
            Some((_, Span::One(of))) => (self.view_named(of.0), target.within.as_deref()),
            _ => (named, target.resource.as_deref().or(target.within.as_deref())),
        };
        let stay = match self.screen.view.span() {
            Span::Account | Span::AccountRegion | Span::Each(_) => self.screen.view,
            Span::Fleet | Span::One(_) => self.board(),
        };
        let select = match &target.account {
            Some(account) if self.org.account(account).is_none() => {
                return Err(format!("account {account} is not in this fleet"));
            }
            Some(account) => account.as_str().to_owned(),
            None if view.is_none() => return Err("it names no account, and nothing that a view here shows".to_owned()),
            None => self.screen.select.clone(),
        };
        let to = view.unwrap_or(stay);
        let mut words = Vec::new();
        if view.is_some() || to.span() == Span::AccountRegion {
            words.extend(target.region.as_ref().map(|region| format!("region:{region}")));
        }
        words.extend(thing.filter(|_| view.is_some()).map(last_part));
        Ok((to, select, words.join(" ")))
    }

    /// Says that a region which was pasted is not among those that are read: its rows would be looked for in vain.
    fn warn_of_region(&mut self, target: &locate::Target) {
        let (Some(region), Some(caller)) = (&target.region, &self.caller) else { return };
        let config = &self.setup.config;
        let account = target.account.as_ref().and_then(|id| self.org.account(id));
        let read = match account {
            Some(account) => config.regions_for(account, Some(&caller.region)).contains(region),
            None => config.regions_anywhere(&caller.region).contains(region),
        };
        if !read {
            self.say(format!("{region} is not read: regions = [\"{region}\", …] in the configuration reads it"));
        }
    }

    /// The scope of the row under the cursor, for requests about it.
    pub(super) fn scope_of(&self, slot: &Slot) -> Scope {
        let table = self.table(self.screen.view.id());
        table.scopes.get(slot.scope).map(|s| s.scope.clone()).unwrap_or_default()
    }
}

fn last_part(resource: &str) -> String {
    resource.rsplit(['/', ':']).next().unwrap_or(resource).to_owned()
}
