//! What an action does to the state.

use super::{
    App, Effect, Effects, Focus, Gate, Wish,
    action::{Action, Fold, Motion, Order, Step, What},
    geometry,
    layers::{Layer, Palette},
    palette,
    screen::Screen,
};
use crate::{
    model::{Ask, Memo},
    rows::{Sort, SortBy},
    view::AnyView,
};

impl App {
    pub(super) fn act(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::Move(motion) => self.motion(motion),
            Action::Open => self.open(effects),
            Action::Back => self.go_back(effects),
            Action::Focus(forward) => self.next_pane(forward),
            Action::Go(view, line) => self.go_view(&view, &line),
            Action::Select(node) => self.go_node(&node, effects),
            Action::Filter => self.start_filter(),
            Action::Palette => self.start_palette(),
            Action::Help => self.toggle_help(),
            Action::Detail => self.toggle_detail(effects),
            Action::Refresh => self.refresh(effects),
            Action::History(step) => self.history(step),
            Action::Sort(order) => self.sort(&order),
            Action::Problems => {
                self.screen.problems = !self.screen.problems;
                self.screen.stale = true;
            }
            Action::Wide => self.screen.wide = !self.screen.wide,
            Action::Tree => self.toggle_tree(),
            Action::Fold(fold) => self.fold(fold),
            Action::Zone => self.utc = !self.utc,
            Action::Favourite(digit) => self.go_favourite(digit, effects),
            Action::Star => self.star(effects),
            Action::Copy(what) => self.copy(what, effects),
            Action::Theme(name) => self.use_theme(&name, effects),
            Action::Confirm => self.confirm(effects),
            Action::Profile(name) => effects.push(Effect::Access(Wish::Profile(name))),
            Action::Role(name) => self.use_role(&name),
            Action::Suspend => effects.push(Effect::Suspend),
            Action::Quit => effects.push(Effect::Quit),
        }
    }

    fn motion(&mut self, motion: Motion) {
        if let Some(Layer::Palette(Palette { offers, chosen, .. })) = self.layers.last_mut() {
            *chosen = step(*chosen, motion, offers.len(), 10);
            return;
        }
        let areas = self.areas();
        if let Some(Layer::Help(offset)) = self.layers.last_mut() {
            *offset = step(*offset, motion, usize::from(u16::MAX), 10);
            return;
        }
        match self.focus {
            Focus::Tree => {
                let page = geometry::lines(areas.tree, 0);
                self.tree.move_to(step(self.tree.position, motion, self.tree.lines.len(), page));
            }
            Focus::Table => {
                let page = geometry::lines(areas.table, 1);
                let to = step(self.screen.position, motion, self.screen.listing.len(), page);
                let at = self.table_index(self.screen.view.id());
                self.screen.move_to(to, &self.tables[at]);
            }
            Focus::Detail => {
                let page = geometry::lines(areas.detail, 0);
                self.detail.offset = step(self.detail.offset, motion, usize::from(u16::MAX), page);
            }
        }
    }

    fn open(&mut self, effects: &mut Effects) {
        match self.layers.last() {
            Some(Layer::Filter { .. }) => {
                self.layers.pop();
                if self.focus == Focus::Tree {
                    self.open_node(effects);
                }
            }
            Some(Layer::Palette(_)) => self.run_palette(effects),
            Some(Layer::Ask { .. }) => self.confirm(effects),
            Some(_) => {}
            None if self.focus == Focus::Tree => self.open_node(effects),
            None => self.open_row(effects),
        }
    }

    fn run_palette(&mut self, effects: &mut Effects) {
        let Some(Layer::Palette(palette)) = self.layers.pop() else { return };
        let line = palette.input.value().to_owned();
        // A chosen offer wins over the letters that were typed; without a choice the line is taken as it stands.
        let chosen = palette.offers.get(palette.chosen).filter(|_| palette.chosen > 0 || line.trim().is_empty());
        let action = match chosen {
            Some(offer) if !line.trim().is_empty() || palette.chosen > 0 => Ok(offer.action.clone()),
            _ if line.trim().is_empty() => return,
            _ => palette::parse(self, &line),
        };
        match action {
            Ok(Action::Palette) => self.start_palette(),
            Ok(action) => self.act(action, effects),
            Err(why) => self.say(why),
        }
    }

    fn confirm(&mut self, effects: &mut Effects) {
        match self.layers.pop() {
            Some(Layer::Ask { id, ask: Ask::Mfa { .. }, input }) => {
                effects.push(Effect::Access(Wish::Answer(id, Some(input.value().trim().to_owned()))));
            }
            Some(Layer::Ask { id, ask, .. }) => effects.push(Effect::Access(Wish::Login(id, ask))),
            Some(Layer::Sweep(_)) => {
                self.gate = Gate::Open;
                self.wants_dirty = true;
                effects.push(Effect::Write(vec![Memo::keep("fleet", "swept", "yes")]));
            }
            Some(other) => self.layers.push(other),
            None => {}
        }
    }

    fn go_back(&mut self, effects: &mut Effects) {
        match self.layers.pop() {
            Some(Layer::Filter { before, .. }) => self.filter(&before),
            Some(Layer::Ask { id, .. }) => effects.push(Effect::Access(Wish::Answer(id, None))),
            Some(Layer::Sweep(_)) => {
                self.gate = Gate::Refused;
                self.say("only what you look at is read; Ctrl-R on the watch board asks again");
            }
            Some(_) => {}
            None if self.focus == Focus::Detail => self.toggle_detail(effects),
            None if self.focus == Focus::Tree && !self.tree.search.is_empty() => self.filter(""),
            None if self.focus == Focus::Tree => self.focus = Focus::Table,
            None if !self.screen.line.is_empty() => self.filter(""),
            None => self.leave(effects),
        }
    }

    fn leave(&mut self, effects: &mut Effects) {
        if let Some(screen) = self.back.pop() {
            let left = self.replace(screen);
            self.forward.push(left);
        } else if !self.screen.select.is_empty() {
            self.screen.select.clear();
            self.changed_screen();
        } else {
            effects.push(Effect::Quit);
        }
    }

    fn next_pane(&mut self, forward: bool) {
        if let Some(Layer::Palette(Palette { input, offers, chosen })) = self.layers.last_mut() {
            if let Some(offer) = offers.get(*chosen) {
                *input = tui_input::Input::new(offer.line.clone());
            }
            return;
        }
        let mut panes = vec![Focus::Table];
        if self.show_tree {
            panes.insert(0, Focus::Tree);
        }
        if self.show_detail {
            panes.push(Focus::Detail);
        }
        let at = panes.iter().position(|p| *p == self.focus).unwrap_or(0);
        let by = if forward { 1 } else { panes.len() - 1 };
        self.focus = panes[(at + by) % panes.len()];
    }

    fn start_filter(&mut self) {
        if self.focus == Focus::Detail {
            self.focus = Focus::Table;
        }
        let before = if self.focus == Focus::Tree { &self.tree.search } else { &self.screen.line }.clone();
        self.layers.push(Layer::Filter { input: tui_input::Input::new(before.clone()), before });
    }

    fn start_palette(&mut self) {
        let offers = palette::offers(self, "");
        self.layers.push(Layer::Palette(Palette { offers, ..Palette::default() }));
    }

    fn toggle_help(&mut self) {
        if matches!(self.layers.last(), Some(Layer::Help(_))) {
            self.layers.pop();
        } else {
            self.layers.push(Layer::Help(0));
        }
    }

    fn toggle_tree(&mut self) {
        self.show_tree = !self.show_tree;
        if !self.show_tree && self.focus == Focus::Tree {
            self.focus = Focus::Table;
        }
    }

    /// Reads again what is on screen, at once; refusals of access are forgotten.
    fn refresh(&mut self, effects: &mut Effects) {
        let view = self.screen.view;
        let sweeping = matches!(view.run(), crate::view::Run::Derived(_));
        let patrol: Vec<_> = self.patrol().map(AnyView::id).collect();
        self.jobs.hurry(|v, _| v == view.id() || v.0 == super::plan::TREE || sweeping && patrol.contains(&v));
        if self.gate == Gate::Refused {
            self.gate = Gate::Closed;
        }
        effects.push(Effect::Access(Wish::Retry));
        self.wants_dirty = true;
        self.say("reading again");
    }

    fn history(&mut self, step: Step) {
        match step {
            Step::Back => {
                if let Some(screen) = self.back.pop() {
                    let left = self.replace(screen);
                    self.forward.push(left);
                }
            }
            Step::Forward => {
                if let Some(screen) = self.forward.pop() {
                    let left = self.replace(screen);
                    self.back.push(left);
                }
            }
            Step::Last => {
                if let Some(screen) = self.before.take() {
                    let left = self.replace(*screen);
                    self.before = Some(Box::new(left));
                }
            }
        }
    }

    fn sort(&mut self, order: &Order) {
        let heads = self.screen.view.heads();
        let column = |id: &str| heads.iter().position(|h| h.id == id).map_or(SortBy::Trouble, SortBy::Column);
        let Sort { by, descending } = self.screen.sort;
        let sort = match order {
            Order::Turn => Sort { by, descending: !descending },
            Order::By(id) => {
                let name = id.trim_start_matches('-');
                if name != "trouble" && !heads.iter().any(|h| h.id == name) {
                    let ids: Vec<&str> = heads.iter().map(|h| h.id).collect();
                    self.say(format!("no column {name} here; there are {}", ids.join(", ")));
                    return;
                }
                Sort { by: column(name), descending: id.starts_with('-') }
            }
            Order::Group => {
                let next = match by {
                    SortBy::Trouble => column("account"),
                    at if at == column("account") => column("ou"),
                    SortBy::Column(_) => SortBy::Trouble,
                };
                Sort { by: next, descending: false }
            }
            Order::Left | Order::Right => {
                let at = match by {
                    SortBy::Trouble => 0,
                    SortBy::Column(at) => at + 1,
                };
                let by = if *order == Order::Right { 1 } else { heads.len() };
                let at = (at + by) % (heads.len() + 1);
                Sort { by: at.checked_sub(1).map_or(SortBy::Trouble, SortBy::Column), descending: false }
            }
        };
        self.screen.sort = sort;
        self.screen.stale = true;
    }

    fn fold(&mut self, fold: Fold) {
        let Some(node) = self.tree.current(&self.org) else { return };
        let (id, parent, has) = (node.id.clone(), node.parent.clone(), self.org.has_children(&node.id));
        let closed = self.tree.is_closed(&id);
        match fold {
            Fold::Toggle if has => self.tree.set_closed(&id, !closed),
            Fold::Open if has && closed => self.tree.set_closed(&id, false),
            Fold::Open => return self.motion(Motion::Down),
            Fold::Close if has && !closed => self.tree.set_closed(&id, true),
            Fold::Close => {
                if let Some(parent) = parent {
                    self.tree.reveal(&self.org, &parent);
                }
            }
            Fold::Toggle => {}
        }
        self.retree();
    }

    fn star(&mut self, effects: &mut Effects) {
        let Some(node) = self.tree.current(&self.org) else { return };
        let (id, name) = (node.id.clone(), node.name.clone());
        let Some(memo) = self.uses.star(&id) else { return self.say("all nine favourites are taken") };
        effects.push(Effect::Write(vec![memo]));
        match self.uses.digit(&id) {
            Some(digit) => self.say(format!("{name} is favourite {digit}")),
            None => self.say(format!("{name} is no favourite any more")),
        }
    }

    fn copy(&mut self, what: What, effects: &mut Effects) {
        let text = if self.focus == Focus::Tree {
            self.tree.current(&self.org).map(|n| if what == What::Name { n.name.clone() } else { n.id.clone() })
        } else {
            let table = self.table(self.screen.view.id());
            self.screen.current(table).map(|slot| {
                let facts = slot.row.facts();
                match what {
                    What::Name if !facts.name.is_empty() => facts.name.to_owned(),
                    _ => facts.arn.map_or_else(|| slot.row.key().to_string(), ToOwned::to_owned),
                }
            })
        };
        if let Some(text) = text {
            let text = crate::model::text::clean(&text).into_owned();
            self.say(format!("copied {}", crate::model::text::clip(&text, 60)));
            effects.push(Effect::Copy(text));
        }
    }

    fn use_theme(&mut self, name: &str, effects: &mut Effects) {
        if self.setup.themes.iter().any(|t| t == name) {
            name.clone_into(&mut self.theme);
            effects.push(Effect::Write(vec![Memo::keep("screen", "theme", name)]));
        } else {
            self.say(format!("no theme {name}; there are {}", self.setup.themes.join(", ")));
        }
    }

    /// Uses another of the configured roles in the account that is looked at.
    fn use_role(&mut self, name: &str) {
        let Some(account) = self.org.account(&self.screen.select.as_str().into()).cloned() else {
            return self.say("choose an account first: a role is used in one account");
        };
        let roles = self.setup.config.roles_for(&account);
        if let Some(role) = roles.iter().find(|r| r.name == name) {
            self.roles.insert(account.id.clone(), role.name.as_str().into());
            self.jobs.hurry(|_, scope| scope.account.as_ref() == Some(&account.id));
            self.wants_dirty = true;
            self.say(format!("{}: role {name}", account.name));
        } else {
            let names: Vec<&str> = roles.iter().map(|r| r.name.as_str()).collect();
            self.say(format!("no role {name} for {}; there are {}", account.name, names.join(", ")));
        }
    }

    /// Puts a screen in place of the present one, and gives the latter.
    pub(super) fn replace(&mut self, screen: Screen) -> Screen {
        let left = std::mem::replace(&mut self.screen, screen);
        self.changed_screen();
        left
    }

    pub(super) fn changed_screen(&mut self) {
        self.screen.stale = true;
        self.wants_dirty = true;
        if self.focus == Focus::Detail {
            self.focus = Focus::Table;
        }
        // What is derived is derived again at once: the new screen must not show what was true before.
        self.derived.remove(&self.screen.view.id());
    }
}

/// A position after a motion over `len` lines, `page` of which are on the screen.
fn step(at: usize, motion: Motion, len: usize, page: usize) -> usize {
    let page = page.max(1);
    let to = match motion {
        Motion::Up => at.saturating_sub(1),
        Motion::Down => at.saturating_add(1),
        Motion::HalfUp => at.saturating_sub(page.div_ceil(2)),
        Motion::HalfDown => at.saturating_add(page.div_ceil(2)),
        Motion::PageUp => at.saturating_sub(page),
        Motion::PageDown => at.saturating_add(page),
        Motion::Top => 0,
        Motion::Bottom => len,
    };
    to.min(len.saturating_sub(1))
}
