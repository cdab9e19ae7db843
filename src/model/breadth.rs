//! How much of the fleet was looked at, for an answer without any problem: it says what it saw, and never that all is
//! well.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Scope, text::counted, time};

/// How many accounts, regions and views have answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breadth {
    /// Accounts of which something was read.
    pub accounts: usize,
    /// Regions in which something was read.
    pub regions: usize,
    /// Views of which some scope was read.
    pub views: usize,
}

impl Breadth {
    /// Counts the scopes that were read: those of each view by themselves.
    #[must_use]
    pub fn of<'a, S: Iterator<Item = &'a Scope>>(views: impl Iterator<Item = S>) -> Self {
        let (mut accounts, mut regions, mut count) = (HashSet::new(), HashSet::new(), 0);
        for scopes in views {
            let mut scopes = scopes.peekable();
            count += usize::from(scopes.peek().is_some());
            for scope in scopes {
                accounts.extend(&scope.account);
                regions.extend(&scope.region);
            }
        }
        Self { accounts: accounts.len(), regions: regions.len(), views: count }
    }

    /// What an empty board says, such as `No problem seen in 31 accounts, 2 regions, 1 view; oldest reading 4m ago.`
    /// `None` where nothing has answered: then nothing was seen.
    #[must_use]
    pub fn no_problem(self, oldest: Option<Timestamp>, now: Timestamp) -> Option<String> {
        if self.views == 0 {
            return None;
        }
        let mut seen = vec![counted(self.accounts, "account")];
        if self.regions > 0 {
            seen.push(counted(self.regions, "region"));
        }
        seen.push(counted(self.views, "view"));
        let oldest = oldest.map(|at| format!("; oldest reading {} ago", time::age(now, at))).unwrap_or_default();
        Some(format!("No problem seen in {}{oldest}.", seen.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_board_says_what_it_saw_and_nothing_where_it_saw_nothing() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let scope = |account: &str, region: &str| Scope::region(account.into(), region.into());
        let read = [scope("111111111111", "a"), scope("111111111111", "b"), scope("222222222222", "a")];
        let breadth = Breadth::of([read.iter(), [].iter()].into_iter());
        assert_eq!((breadth.accounts, breadth.regions, breadth.views), (2, 2, 1));
        let said = breadth.no_problem(Some(at(0)), at(240)).unwrap();
        assert_eq!(said, "No problem seen in 2 accounts, 2 regions, 1 view; oldest reading 4m ago.");
        assert_eq!(Breadth::default().no_problem(None, at(0)), None);
    }
}
