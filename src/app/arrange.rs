//! How the rows and the tree are arranged, what is marked in them, and what is taken out of them.

use super::{
    App, Effect, Effects, Focus,
    action::{Fold, Motion, Order, What},
};
use crate::{
    model::text,
    rows::{Slot, Sort, SortBy},
};

impl App {
    pub(super) fn sort(&mut self, order: &Order) {
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
            Order::Group => return self.group(),
            Order::Left | Order::Right => {
                // In the order in which they stand; from one that is hidden on to the first.
                let orders = self.orders();
                let at = orders.iter().position(|o| *o == by).unwrap_or(0);
                let step = if *order == Order::Right { 1 } else { orders.len() - 1 };
                Sort { by: orders[(at + step) % orders.len()], descending: false }
            }
        };
        self.screen.sort = sort;
        self.screen.stale = true;
    }

    pub(super) fn fold(&mut self, fold: Fold) {
        if self.focus != Focus::Tree {
            return self.fold_group(fold);
        }
        let Some(node) = self.tree.current(&self.org) else { return };
        let (id, parent, has) = (node.id.clone(), node.parent.clone(), self.org.has_children(&node.id));
        let closed = self.tree.is_closed(&id);
        match fold {
            Fold::Toggle if has => self.tree.set_closed(&id, !closed),
            Fold::Open if has && closed => self.tree.set_closed(&id, false),
            // Of an open one, to the first below it.
            Fold::Open if has => return self.motion(Motion::Down),
            Fold::Open => return,
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

    pub(super) fn star(&mut self, effects: &mut Effects) {
        let Some(node) = self.tree.current(&self.org) else { return };
        let (id, name) = (node.id.clone(), node.name.clone());
        let Some(memo) = self.uses.star(&id) else { return self.say("all nine favourites are taken") };
        effects.push(Effect::Write(vec![memo]));
        match self.uses.digit(&id) {
            Some(digit) => self.say(format!("{name} is favourite {digit}")),
            None => self.say(format!("{name} is no favourite any more")),
        }
    }

    pub(super) fn copy(&mut self, what: What, effects: &mut Effects) {
        if what == What::Page {
            return self.copy_page(effects);
        }
        let text = if self.focus == Focus::Tree {
            self.tree.current(&self.org).map(|n| if what == What::Name { n.name.clone() } else { n.id.clone() })
        } else if let Some(group) = self.screen.heading() {
            Some(if what == What::Name { group.name.name.clone() } else { group.name.id.clone() })
        } else {
            let table = self.table(self.screen.view.id());
            if !self.screen.marks.is_empty() {
                return self.copy_marked(what, effects);
            }
            self.screen.current(table).map(|slot| told(slot, what))
        };
        if let Some(text) = text {
            let text = text::clean(&text).into_owned();
            self.say(format!("copied {}", text::clip(&text, 60)));
            effects.push(Effect::Copy(text));
        }
    }

    /// Copies something of every marked row on the screen, a line each.
    fn copy_marked(&mut self, what: What, effects: &mut Effects) {
        let table = self.table(self.screen.view.id());
        let rows = self.screen.chosen(table);
        let lines = rows.iter().filter_map(|id| table.get(*id)).map(|slot| text::clean(&told(slot, what)).into_owned());
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            return self.say("the filter leaves out every marked row");
        }
        let noun = if what == What::Name { "name" } else { "ARN or key" };
        self.say(if lines.len() == 1 {
            format!("copied {}", text::clip(&lines[0], 60))
        } else {
            format!("copied the {noun} of {}", text::counted(lines.len(), "row"))
        });
        effects.push(Effect::Copy(lines.join("\n")));
    }
}

/// The name of a row, or what tells it from all others.
fn told(slot: &Slot, what: What) -> String {
    let facts = slot.row.facts();
    match what {
        What::Name if !facts.name.is_empty() => facts.name.to_owned(),
        _ => facts.arn.map_or_else(|| slot.row.key().shown().into_owned(), ToOwned::to_owned),
    }
}
