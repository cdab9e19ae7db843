//! The mouse: a click puts the cursor, a second one on the same line goes in (or folds a group), the wheel moves.

use ratatui::layout::{Position, Rect};

use super::{
    App, Effects, Focus,
    action::{Action, Fold, Motion},
    event::Mouse,
    geometry::headings,
};

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse, effects: &mut Effects) {
        if !self.layers.is_empty() {
            return;
        }
        match mouse {
            Mouse::Scroll(x, y, by) => {
                if self.focus == Focus::Log {
                    return self.wheel_log(by);
                }
                if let Some(focus) = self.pane_at(x, y) {
                    self.focus = focus;
                }
                let motion = if by < 0 { Motion::Up } else { Motion::Down };
                for _ in 0..by.unsigned_abs().min(20) {
                    self.act(Action::Move(motion), effects);
                }
            }
            Mouse::Click(x, y) => self.click(x, y, effects),
        }
    }

    fn pane_at(&self, x: u16, y: u16) -> Option<Focus> {
        let areas = self.areas();
        let at = Position::new(x, y);
        let panes = [(areas.tree, Focus::Tree), (areas.table, Focus::Table), (areas.detail, Focus::Detail)];
        panes.into_iter().find(|(area, _)| area.contains(at)).map(|(_, focus)| focus)
    }

    fn click(&mut self, x: u16, y: u16, effects: &mut Effects) {
        let areas = self.areas();
        if self.focus == Focus::Log {
            if let Some(row) = line(areas.log, y, 2) {
                self.click_log(row);
            }
            return;
        }
        let Some(focus) = self.pane_at(x, y) else { return };
        let same = self.focus == focus;
        self.focus = focus;
        match focus {
            Focus::Table if self.mapped().is_some() => match self.map.at(x, y) {
                Some(cell) if same && self.map_cursor() == Some(cell) => self.act(Action::Open, effects),
                Some(cell) => self.point_at(cell),
                None => {}
            },
            Focus::Table => {
                let Some(line) = line(areas.table, y, 1 + headings(areas.table)) else { return };
                let to = self.screen.offset + line;
                if to >= self.screen.len() {
                    return;
                }
                if same && to == self.screen.position {
                    let heading = self.screen.heading().is_some();
                    let meant = if heading { Action::Fold(Fold::Toggle) } else { Action::Open };
                    return self.act(meant, effects);
                }
                let at = self.table_index(self.screen.view.id());
                self.screen.move_to(to, &self.tables[at]);
            }
            Focus::Tree => {
                let Some(line) = line(areas.tree, y, 1) else { return };
                let to = self.tree.offset + line;
                if to >= self.tree.lines.len() {
                    return;
                }
                if same && to == self.tree.position {
                    return self.act(Action::Open, effects);
                }
                self.tree.move_to(to);
            }
            Focus::Detail | Focus::Log => {}
        }
    }
}

/// The line of a pane under a row of the screen; `above` rows are border and headings.
fn line(area: Rect, y: u16, above: u16) -> Option<usize> {
    let top = area.y + above;
    (y >= top && y + 1 < area.y + area.height).then(|| usize::from(y - top))
}
