//! Rows out of what the walk knows so far.

use std::collections::HashSet;

use super::{
    nodes::{Item, management_of},
    picture::{Known, Picture},
};
use crate::model::{
    Tags,
    org::{Details, Origin},
};

impl Picture {
    /// These groups, and all that lies below them: its path reads otherwise now.
    pub(super) fn show_under(&self, renamed: &HashSet<String>) -> Vec<Item> {
        if renamed.is_empty() {
            return Vec::new();
        }
        let below = |start: Option<&str>| {
            let mut at = start;
            // No path is longer than there are groups, even where parents go in a circle.
            for _ in 0..=self.groups.len() {
                match at {
                    Some(id) if renamed.contains(id) => return true,
                    Some(id) => at = self.groups.get(id).and_then(|g| g.parent.as_deref()),
                    None => return false,
                }
            }
            false
        };
        let groups = self.groups.keys().filter(|id| below(Some(id))).filter_map(|id| self.group(id));
        let placed = self.accounts.iter().filter(|(_, a)| a.parent.is_some() && below(a.parent.as_deref()));
        groups.chain(placed.filter_map(|(id, _)| self.account(id))).collect()
    }

    /// Ids and names from the root down to `parent`.
    fn above(&self, parent: Option<&str>) -> Vec<(String, String)> {
        let mut above = Vec::new();
        let mut at = parent;
        while let Some((id, group)) = at.and_then(|id| self.groups.get_key_value(id)) {
            if above.len() > self.groups.len() {
                break;
            }
            above.push((id.clone(), group.name.as_ref().unwrap_or(id).clone()));
            at = group.parent.as_deref();
        }
        above.reverse();
        above
    }

    /// The row of a root or OU.
    pub(super) fn group(&self, id: &str) -> Option<Item> {
        let group = self.groups.get(id)?;
        let mut item = Item::group(id, group.name.as_deref(), group.parent.as_deref(), Origin::Organizations);
        item.node_mut().placed = self.placed && group.parent.is_none();
        Some(item.below(&self.above(group.parent.as_deref())))
    }

    /// The row of an account.
    pub(super) fn account(&self, id: &str) -> Option<Item> {
        let Known { seen, parent, tags } = self.accounts.get(id)?;
        let details = Details {
            email: seen.email.clone(),
            state: seen.state.clone(),
            joined: seen.joined,
            tags: tags.clone().map(Tags::from),
            ..Details::default()
        };
        let mut item = Item::account(id, &seen.name, details, Origin::Organizations);
        item.node_mut().management = management_of(&seen.arn) == Some(id);
        item.arn.clone_from(&seen.arn);
        Some(item.below(&self.above(parent.as_deref())))
    }
}
