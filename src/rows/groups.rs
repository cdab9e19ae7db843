//! Rows gathered into groups: which group each row of a listing is in, how the groups follow each other, and which
//! lines that makes on the screen. Made when the listing changes; a frame only looks lines up.

use std::{cmp::Reverse, collections::HashMap, ops::Range};

use super::{Listing, Slot, SlotId, Table};
use crate::model::Level;

/// What a group is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// What tells it from the others; empty for rows that belong to none.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it lies, in words; may be empty.
    pub about: String,
}

/// The levels that a group counts, in the order of [`Group::counts`].
pub const COUNTED: [Level; 4] = [Level::Broken, Level::Degraded, Level::Attention, Level::Unknown];

/// A group with the sum over its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub name: Name,
    /// The worst verdict in it.
    pub level: Level,
    /// How many rows are of each of the levels in [`COUNTED`].
    pub counts: [usize; 4],
    /// How many rows there are.
    pub len: usize,
    /// Whether its rows are folded away.
    pub closed: bool,
    /// The greatest weight among the rows of its worst level.
    weight: u8,
    /// The line of its heading.
    line: usize,
    /// Where its rows begin among all that were gathered.
    from: usize,
}

impl Group {
    fn count(&mut self, level: Level, weight: impl FnOnce() -> u8) {
        self.len += 1;
        if let Some(at) = COUNTED.iter().position(|l| *l == level) {
            self.counts[at] += 1;
        }
        if level >= self.level {
            let weight = weight();
            self.weight = if level > self.level { weight } else { self.weight.max(weight) };
            self.level = level;
        }
    }

    /// The lines of its rows; none while it is closed.
    fn lines(&self) -> Range<usize> {
        let len = if self.closed { 0 } else { self.len };
        self.line + 1..self.line + 1 + len
    }
}

/// A line of a table: the heading of a group, or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// The heading of a group.
    Group(&'a Group),
    /// A row.
    Row(SlotId),
}

/// The groups of a listing, the worst first, each with its rows in the order of the listing.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    all: Vec<Group>,
    /// The rows, group after group.
    rows: Vec<SlotId>,
    /// The group of each account.
    accounts: HashMap<String, usize>,
    /// The group of what lies in none.
    homeless: Option<usize>,
}

impl Groups {
    /// All rows, group after group.
    #[must_use]
    pub fn rows(&self) -> &[SlotId] {
        &self.rows
    }

    /// Gathers a listing. `name` tells the group of an account, or of the rows that lie in none, and is asked once for
    /// each; accounts of the same group share its id. `is_closed` tells whether a group is folded.
    #[must_use]
    pub fn gather(
        listing: &Listing,
        table: &Table,
        name: &dyn Fn(Option<&str>) -> Name,
        is_closed: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut made = Self::default();
        let mut of = Vec::with_capacity(listing.len());
        let mut by_account: HashMap<Option<&str>, usize> = HashMap::new();
        let mut by_id: HashMap<String, usize> = HashMap::new();
        for (id, slot) in listing.iter().filter_map(|id| Some((id, table.get(id)?))) {
            let account = slot.account();
            let number = *by_account.entry(account).or_insert_with(|| {
                let name = name(account);
                *by_id.entry(name.id.clone()).or_insert_with(|| {
                    made.all.push(Group { closed: is_closed(&name.id), name, ..Group::default() });
                    made.all.len() - 1
                })
            });
            of.push((number, id));
            made.all[number].count(slot.level, || slot.row.weight());
        }
        let place = made.order();
        made.fill(&of, &place);
        for (account, number) in by_account {
            match account {
                Some(account) => drop(made.accounts.insert(account.to_owned(), place[number])),
                None => made.homeless = Some(place[number]),
            }
        }
        made
    }

    /// Puts the worst groups first, production before the rest among equals, and what belongs to none last. Gives the
    /// new place of each.
    fn order(&mut self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.all.len()).collect();
        order.sort_by_cached_key(|&at| {
            let group = &self.all[at];
            let name = (group.name.name.to_lowercase(), group.name.id.clone());
            (Reverse(group.level), Reverse(group.weight), group.name.id.is_empty(), name)
        });
        let mut place = vec![0; order.len()];
        let mut sorted = Vec::with_capacity(order.len());
        for (to, at) in order.into_iter().enumerate() {
            place[at] = to;
            sorted.push(std::mem::take(&mut self.all[at]));
        }
        self.all = sorted;
        place
    }

    /// Lays the rows out behind their groups.
    fn fill(&mut self, of: &[(usize, SlotId)], place: &[usize]) {
        let mut from = 0;
        for group in &mut self.all {
            group.from = from;
            from += group.len;
        }
        let mut next: Vec<usize> = self.all.iter().map(|g| g.from).collect();
        self.rows = vec![SlotId(0); of.len()];
        for (number, id) in of {
            let next = &mut next[place[*number]];
            self.rows[*next] = *id;
            *next += 1;
        }
        self.lay();
    }

    /// Gives each heading its line.
    fn lay(&mut self) {
        let mut line = 0;
        for group in &mut self.all {
            group.line = line;
            line = group.lines().end;
        }
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.last().map_or(0, |g| g.lines().end)
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What stands on a line.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<Line<'_>> {
        let group = self.around(line)?;
        match line.checked_sub(group.line + 1) {
            None => Some(Line::Group(group)),
            Some(nth) => self.rows.get(group.from + nth).copied().map(Line::Row),
        }
    }

    /// The group that a line belongs to, be it its heading or a row.
    #[must_use]
    pub fn around(&self, line: usize) -> Option<&Group> {
        let after = self.all.partition_point(|g| g.line <= line);
        let group = self.all.get(after.checked_sub(1)?)?;
        (line < group.lines().end).then_some(group)
    }

    /// The group of a row.
    #[must_use]
    pub fn of(&self, slot: &Slot) -> Option<&Group> {
        let number = slot.account().map_or(self.homeless, |account| self.accounts.get(account).copied());
        self.all.get(number?)
    }

    /// The line of a row; the heading's where its group is closed.
    #[must_use]
    pub fn line_of(&self, id: SlotId, slot: &Slot) -> Option<usize> {
        let group = self.of(slot)?;
        let rows = self.rows.get(group.from..group.from + group.len)?;
        let nth = rows.iter().position(|row| *row == id)?;
        Some(if group.closed { group.line } else { group.line + 1 + nth })
    }

    /// The line of a group's heading.
    #[must_use]
    pub fn heading(&self, id: &str) -> Option<usize> {
        self.all.iter().find(|g| g.name.id == id).map(|g| g.line)
    }

    /// Folds the rows of a group away, or shows them again.
    pub fn fold(&mut self, id: &str, closed: bool) {
        if let Some(group) = self.all.iter_mut().find(|g| g.name.id == id) {
            group.closed = closed;
            self.lay();
        }
    }
}
