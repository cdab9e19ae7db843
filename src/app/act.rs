//! What an action does to the state.

use super::{
    App, Effect, Effects, Focus, Gate, Wish,
    action::{Action, Motion},
    deeds::Stage,
    geometry,
    layers::{Asked, Layer, Palette},
    palette,
};
use crate::model::{Ask, Memo};

impl App {
    pub(super) fn act(&mut self, action: Action, effects: &mut Effects) {
        if !matches!(action, Action::Move(_)) {
            // What was said was about the action before.
            self.notice = None;
        }
        match action {
            Action::Move(motion) => self.motion(motion),
            Action::Open => self.open(effects),
            Action::Back => self.go_back(false, effects),
            Action::Leave => self.go_back(true, effects),
            Action::Focus(forward) => self.next_pane(forward),
            Action::Link(link) => self.follow_link(link),
            Action::Verb(id) => self.start_verb(id),
            Action::Elevate => self.elevate(effects),
            Action::Go(view, line) => self.go_view(&view, &line),
            Action::GoAt { view, node, line } => self.go_at(&view, &node, &line, effects),
            Action::Select(node) => self.go_node(&node, effects),
            Action::Filter => self.start_filter(),
            Action::Palette => self.start_palette(""),
            Action::Help => self.toggle_help(),
            Action::Detail => self.toggle_detail(effects),
            Action::Preview => self.toggle_preview(effects),
            Action::Full => self.toggle_full(),
            Action::Ask => self.ask_what_costs(effects),
            Action::Refresh => self.refresh(effects),
            Action::History(step) => self.history(step),
            Action::Sort(order) => {
                self.sort(&order);
                self.keep_habit(effects);
            }
            Action::Problems => {
                self.screen.problems = !self.screen.problems;
                self.screen.stale = true;
            }
            Action::Wide => {
                self.screen.wide = !self.screen.wide;
                self.keep_habit(effects);
            }
            Action::Columns(arrange) => self.arrange_columns(arrange, effects),
            Action::Tree => self.toggle_tree(),
            Action::Fold(fold) => self.fold(fold),
            Action::Zone => self.utc = !self.utc,
            Action::Favourite(digit) => self.go_favourite(digit, effects),
            Action::Star => self.star(effects),
            Action::Copy(what) => self.copy(what, effects),
            Action::Browse => self.browse(effects),
            Action::Mark(mark) => self.mark(mark),
            Action::Save => self.start_save(),
            Action::Log(act) => self.log_act(act, effects),
            Action::Theme(name) => self.use_theme(&name, effects),
            Action::Confirm => self.confirm(effects),
            Action::Recall => self.recall(),
            Action::Profile(name) => effects.push(Effect::Access(Wish::Profile(name))),
            Action::Role(name) => self.use_role(&name, effects),
            Action::Shell => self.open_shell(effects),
            Action::Suspend => effects.push(Effect::Suspend),
            Action::Quit => effects.push(Effect::Quit),
        }
    }

    pub(super) fn motion(&mut self, motion: Motion) {
        if matches!(self.layers.last(), Some(Layer::Raise(_))) {
            return self.next_field(motion == Motion::Down);
        }
        if let Some(Layer::Palette(palette)) = self.layers.last() {
            let before =
                motion == Motion::Up && palette.chosen == 0 || motion == Motion::Down && palette.past.is_some();
            if before {
                return self.line_before(motion == Motion::Up);
            }
        }
        if let Some(Layer::Palette(Palette { offers, chosen, .. })) = self.layers.last_mut() {
            *chosen = step(*chosen, motion, offers.len(), 10);
            return;
        }
        if matches!(self.layers.last(), Some(Layer::Columns(_))) {
            let len = self.columns().len();
            if let Some(Layer::Columns(at)) = self.layers.last_mut() {
                *at = step(*at, motion, len, 10);
            }
            return;
        }
        let areas = self.areas();
        // About as many lines as the help has at its narrowest.
        let lines = self.setup.keymap.bindings().len() + 2 * self.setup.views.len() + 40;
        if let Some(Layer::Help(offset)) = self.layers.last_mut() {
            *offset = step(*offset, motion, lines, 10);
            return;
        }
        match self.focus {
            Focus::Tree => {
                let page = geometry::lines(areas.tree);
                self.tree.move_to(step(self.tree.position, motion, self.tree.lines.len(), page));
            }
            Focus::Table if self.mapped().is_some() => self.move_on_map(motion),
            Focus::Table => {
                let page = geometry::rows(areas.table);
                let to = step(self.screen.position, motion, self.screen.len(), page);
                let at = self.table_index(self.screen.view.id());
                self.screen.move_to(to, &self.tables[at]);
            }
            Focus::Log => self.log_motion(motion),
            Focus::Detail => {
                let page = geometry::lines(areas.detail);
                self.detail.offset = step(self.detail.offset, motion, self.detail_lines(areas.detail), page);
            }
        }
    }

    fn open(&mut self, effects: &mut Effects) {
        match self.layers.last() {
            // What is in force is not what stands in the line: that has to be put right, or left.
            Some(Layer::Filter { .. }) if self.focus == Focus::Table && self.screen.wrong.is_some() => {}
            Some(Layer::Filter { .. }) => {
                self.layers.pop();
                self.screen.stale |= self.refilter;
                match self.focus {
                    Focus::Tree => self.open_node(effects),
                    Focus::Log => self.searched_log(),
                    Focus::Table | Focus::Detail => {}
                }
            }
            Some(Layer::Palette(_)) => self.run_palette(effects),
            Some(Layer::Ask(_)) => self.confirm(effects),
            Some(Layer::Raise(_)) => self.send_form(effects),
            Some(Layer::Save(_)) => self.send_save(effects),
            Some(Layer::Deed(_)) => self.answer_line(),
            Some(_) => {}
            None if self.focus == Focus::Tree => self.open_node(effects),
            None if self.focus == Focus::Log => self.open_line(),
            None if self.screen.heading().is_some() => self.open_group(effects),
            None => self.open_row(effects),
        }
    }

    fn run_palette(&mut self, effects: &mut Effects) {
        let Some(Layer::Palette(palette)) = self.layers.pop() else { return };
        // A chosen offer wins over the letters that were typed; without a choice the line is taken as it stands.
        if palette.chosen > 0 {
            let Some(offer) = palette.offers.get(palette.chosen) else { return };
            return match &offer.action {
                Action::Palette => self.start_palette(&offer.line),
                action => self.obey(&offer.line, action.clone(), effects),
            };
        }
        let line = palette.input.value();
        if line.trim().is_empty() {
            return;
        }
        if let Some(offer) = palette::first_word(&palette) {
            return self.obey(&offer.line, offer.action.clone(), effects);
        }
        if let Some(target) = palette::place(self, line) {
            return self.go_target(&target, effects);
        }
        match palette::parse(self, line) {
            Ok(palette::Means::This(action)) => {
                let namesake = palette::namesake(self, line, &action);
                self.obey(line, action, effects);
                if let Some(words) = namesake {
                    self.say(words);
                }
            }
            Ok(palette::Means::More(line)) => self.start_palette(&line),
            Err(why) => self.say(why),
        }
    }

    /// Does what a line of the palette means, and keeps the line.
    fn obey(&mut self, line: &str, action: Action, effects: &mut Effects) {
        let memos = self.trail.commands.add(line, self.now);
        if !memos.is_empty() {
            effects.push(Effect::Write(memos));
        }
        self.act(action, effects);
    }

    fn confirm(&mut self, effects: &mut Effects) {
        match self.layers.last() {
            // A name is typed, not nodded through.
            Some(Layer::Deed(q)) if matches!(q.stage, Stage::Yes(_)) => return self.say_yes(),
            Some(Layer::Deed(_)) => return,
            Some(Layer::Save(_)) => return self.send_save(effects),
            _ => {}
        }
        match self.layers.pop() {
            Some(Layer::Ask(question)) if matches!(question.ask, Ask::Mfa { .. }) => {
                let code = question.input.value().trim().to_owned();
                if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
                    effects.push(Effect::Access(Wish::Answer(question.id, Some(code))));
                } else {
                    // STS takes six digits, and a wrong try counts.
                    self.layers.push(Layer::Ask(question));
                    self.say("a code has six digits");
                }
            }
            Some(Layer::Ask(Asked { id, ask: Ask::Lend { name, .. }, input })) if agrees(name.as_deref(), &input) => {
                effects.push(Effect::Access(Wish::Answer(id, Some("yes".to_owned()))));
            }
            Some(Layer::Ask(question)) if matches!(question.ask, Ask::Lend { .. }) => {
                self.layers.push(Layer::Ask(question));
                self.say("not the same: type the account's name");
            }
            Some(Layer::Ask(Asked { id, ask, .. })) => effects.push(Effect::Access(Wish::Login(id, ask))),
            Some(Layer::Sweep(_)) => {
                self.gate = Gate::Open;
                self.wants_dirty = true;
                effects.push(Effect::Write(vec![Memo::keep("fleet", "swept", "yes")]));
            }
            Some(other) => self.layers.push(other),
            None => {}
        }
    }

    fn next_pane(&mut self, forward: bool) {
        match self.layers.last() {
            Some(Layer::Palette(Palette { input, offers, chosen, .. })) => {
                // Where what was typed is whole, the next word is wanted.
                let typed = input.value().trim();
                let next = offers.iter().skip(*chosen).find(|offer| offer.line.trim_end() != typed || *chosen > 0);
                if let Some(line) = next.map(|offer| offer.line.clone()) {
                    self.layers.pop();
                    self.start_palette(&line);
                }
                return;
            }
            Some(Layer::Raise(_)) => return self.next_field(forward),
            Some(Layer::Save(_)) => return self.next_form(forward),
            // The keys belong to the layer: what is being typed must not go to another pane half-way.
            Some(_) => return,
            None if self.focus == Focus::Log => return,
            None => {}
        }
        let mut panes = vec![Focus::Table];
        if self.panes.tree {
            panes.insert(0, Focus::Tree);
        }
        if self.has_detail() {
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
        let before = match (self.focus, &self.log) {
            (Focus::Tree, _) => self.tree.search.clone(),
            (Focus::Log, Some(pane)) => pane.typed.clone(),
            _ => self.screen.line.clone(),
        };
        self.layers.push(Layer::Filter { input: tui_input::Input::new(before.clone()), before });
    }

    fn start_palette(&mut self, line: &str) {
        let offers = palette::offers(self, line);
        let input = tui_input::Input::new(line.to_owned());
        self.layers.push(Layer::Palette(Palette { input, offers, chosen: 0, past: None }));
    }

    fn toggle_help(&mut self) {
        if matches!(self.layers.last(), Some(Layer::Help(_))) {
            self.layers.pop();
        } else {
            self.layers.push(Layer::Help(0));
        }
    }

    fn toggle_tree(&mut self) {
        // Where there is no room beside the table, the tree takes its place.
        if self.panes.tree && self.areas().tree.is_empty() {
            self.focus = Focus::Tree;
            return;
        }
        self.panes.tree = !self.panes.tree;
        if !self.panes.tree && self.focus == Focus::Tree {
            self.focus = Focus::Table;
        }
    }

    /// Reads again what is on screen, at once; refusals of access are forgotten.
    pub(super) fn refresh(&mut self, effects: &mut Effects) {
        self.read_log(effects);
        let read = self.read_for_screen();
        self.jobs.hurry(|v, _| v.0 == super::plan::TREE || read.contains(&v));
        self.forget_texts();
        self.fills.forget();
        self.derived.clear();
        if self.gate == Gate::Refused {
            self.gate = Gate::Closed;
        }
        effects.push(Effect::Access(Wish::Retry));
        self.wants_dirty = true;
        self.say("reading again");
    }

    fn use_theme(&mut self, name: &str, effects: &mut Effects) {
        if self.setup.themes.iter().any(|t| t == name) {
            name.clone_into(&mut self.theme);
            effects.push(Effect::Write(vec![Memo::keep("screen", "theme", name)]));
        } else {
            self.say(format!("no theme {name}; there are {}", self.setup.themes.join(", ")));
        }
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
        Motion::Left | Motion::Right => at,
        Motion::Top => 0,
        Motion::Bottom => len,
    };
    to.min(len.saturating_sub(1))
}

/// Whether what was typed is the name that a question wants, if it wants one.
fn agrees(name: Option<&str>, typed: &tui_input::Input) -> bool {
    name.is_none_or(|name| name == typed.value().trim())
}
