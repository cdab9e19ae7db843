//! Rows in groups: by the account that they lie in, or by its OU.

use super::{
    App, Effects,
    action::{Fold, Motion},
    screen::Grouping,
};
use crate::{
    model::Org,
    rows::{Slot, groups::Name},
};

impl App {
    /// By account, by OU, and in one list again.
    pub(super) fn group(&mut self) {
        let table = self.table(self.screen.view.id());
        let homeless = |(_, slot): (_, &Slot)| slot.account().is_none();
        if self.screen.grouping == Grouping::None && !table.is_empty() && table.iter().all(homeless) {
            return self.say("these rows lie in no account: there is nothing to group them by");
        }
        self.screen.gather_by(self.screen.grouping.next());
    }

    /// Gathers the rows on screen, if they are wished in groups and anything changed; `streams` while pages arrive.
    pub(super) fn gather(&mut self, streams: bool) {
        let at = self.table_index(self.screen.view.id());
        let (org, grouping) = (&self.org, self.screen.grouping);
        self.screen.gather(&self.tables[at], streams, &|account| name(org, grouping, account));
    }

    /// Folds the group of the line under the cursor, as the tree folds an OU.
    pub(super) fn fold_group(&mut self, fold: Fold) {
        let Some(group) = self.screen.group() else { return };
        let (id, closed, heading) = (group.name.id.clone(), group.closed, self.screen.heading().is_some());
        match fold {
            Fold::Toggle => self.screen.fold(&id, !closed),
            Fold::Open if heading && closed => self.screen.fold(&id, false),
            Fold::Open if heading => self.motion(Motion::Down),
            Fold::Close if heading => self.screen.fold(&id, true),
            Fold::Close => {
                let at = self.table_index(self.screen.view.id());
                let to = self.screen.heading_of(&id).unwrap_or(self.screen.position);
                self.screen.move_to(to, &self.tables[at]);
            }
            Fold::Open => {}
        }
    }

    /// Enter on a heading: looks at this account or OU alone, as in the tree.
    pub(super) fn open_group(&mut self, effects: &mut Effects) {
        let Some(id) = self.screen.heading().map(|group| group.name.id.clone()) else { return };
        if self.org.node(&id).is_some() && self.screen.select != id {
            self.go_node(&id, effects);
        } else {
            self.fold_group(Fold::Toggle);
        }
    }
}

/// The group of an account, or of what lies in none.
fn name(org: &Org, grouping: Grouping, account: Option<&str>) -> Name {
    let Some(id) = account else {
        return Name { name: "in no account".to_owned(), ..Name::default() };
    };
    let known = org.account_called(id);
    if grouping == Grouping::Account {
        let name = known.map_or_else(|| id.to_owned(), |a| a.name.clone());
        return Name { id: id.to_owned(), name, about: known.map(|a| a.path.to_string()).unwrap_or_default() };
    }
    match known.and_then(|a| Some((a, org.node(a.above.last()?)?))) {
        Some((account, node)) => {
            let name = if account.path.is_empty() { node.name.clone() } else { account.path.to_string() };
            Name { id: node.id.clone(), name, about: String::new() }
        }
        None => Name { name: "in no OU".to_owned(), ..Name::default() },
    }
}
