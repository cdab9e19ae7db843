//! How much of the fleet was looked at, for an answer without any problem: it says what it saw, and never that all is
//! well.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    Scope,
    text::{count, counted},
    time,
};

/// How many accounts, regions and views have answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breadth {
    /// Accounts of which something was read.
    pub accounts: usize,
    /// Accounts that are known, of what was looked at.
    pub known: usize,
    /// Regions in which something was read.
    pub regions: usize,
    /// Regions that are enabled in the caller's account and read in none; `None` where nobody told which are enabled.
    pub unread: Option<usize>,
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
        Self { accounts: accounts.len(), regions: regions.len(), views: count, ..Self::default() }
    }

    /// The same, with how many accounts are known and how many regions that are enabled in the caller's account
    /// nobody reads.
    #[must_use]
    pub fn among(self, known: usize, unread: Option<usize>) -> Self {
        Self { known, unread, ..self }
    }

    /// What an empty board says, such as `No problem seen in 29 of 31 accounts, 2 regions (15 enabled in the
    /// caller's account not read), 1 view; oldest reading 4m ago.`
    /// `None` where nothing has answered: then nothing was seen.
    #[must_use]
    pub fn no_problem(self, oldest: Option<Timestamp>, now: Timestamp) -> Option<String> {
        if self.views == 0 {
            return None;
        }
        let accounts = match self.known {
            known if known > self.accounts => format!("{} of {}", count(self.accounts), counted(known, "account")),
            _ => counted(self.accounts, "account"),
        };
        let mut seen = vec![accounts];
        if self.regions > 0 {
            let unread = match self.unread {
                Some(0) => String::new(),
                Some(n) => format!(" ({} enabled in the caller's account not read)", count(n)),
                None => " (how many the caller's account has enabled is not known)".to_owned(),
            };
            seen.push(format!("{}{unread}", counted(self.regions, "region")));
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
        assert_eq!(
            said,
            "No problem seen in 2 accounts, 2 regions (how many the caller's account has enabled is not known), 1 view; oldest \
             reading 4m ago."
        );
        let said = breadth.among(2, Some(0)).no_problem(None, at(240)).unwrap();
        assert_eq!(said, "No problem seen in 2 accounts, 2 regions, 1 view.");
        let said = breadth.among(3, Some(15)).no_problem(None, at(240)).unwrap();
        assert_eq!(
            said,
            "No problem seen in 2 of 3 accounts, 2 regions (15 enabled in the caller's account not read), 1 view."
        );
        assert_eq!(Breadth::default().among(3, None).no_problem(None, at(0)), None, "nothing was seen");
        assert_eq!(Breadth::default().no_problem(None, at(0)), None);
    }
}
