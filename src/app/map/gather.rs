//! From rows to a map: cells gathered by the OUs on the first level at which their paths differ, in the roomiest way
//! that fits; a cell for each OU where the rows do not.

use ratatui::layout::Rect;

use super::{Density, Heading, Listing, Map, Placed, Slot, SlotId, Spot, Table, flow::flow};
use crate::model::text;

/// The heading of what lies at the top, beside the OUs.
const TOP: &str = "root";

/// A row with its path.
type Entry = (String, SlotId);

/// A group: its heading, its cells as ranges of rows.
struct Group {
    name: String,
    cells: Vec<(usize, usize)>,
}

/// Makes the map of rows.
pub(super) fn map(mut rows: Vec<Entry>, table: &Table, listing: &Listing, area: Rect) -> Map {
    // What lies at the top goes last, as in the tree.
    rows.sort_by_cached_key(|(path, id)| {
        let name = table.get(*id).map(|s| s.row.facts().name.to_lowercase()).unwrap_or_default();
        (path.is_empty(), path.to_lowercase(), name, *id)
    });
    let single = groups(&rows, |_, _| false);
    let whole = groups(&rows, |a, b| a == b);
    // Where all rows lie in one OU there is nothing to gather.
    let can_gather = whole.iter().map(|g| g.cells.len()).sum::<usize>() > 1;
    let fitting = |groups: &[Group]| Density::ALL.into_iter().find(|d| lay(groups, area, *d, None) <= area.height);
    let (groups, density, gathered) = match (fitting(&single), fitting(&whole)) {
        (Some(density), _) => (single, density, false),
        (None, Some(density)) if can_gather => (whole, density, true),
        (None, _) if can_gather => (whole, Density::STRIP, true),
        (None, _) => (single, Density::STRIP, false),
    };
    let mut map = Map { area, density, gathered, ..Map::default() };
    map.lines = usize::from(lay(&groups, area, density, Some(&mut map)));
    map.order = rows.into_iter().map(|(_, id)| id).collect();
    light(&mut map, table, listing);
    map
}

/// The parts of a path.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// How many parts all paths have in common, those at the top left out.
fn shared(rows: &[Entry]) -> usize {
    let mut paths = rows.iter().map(|(path, _)| path.as_str()).filter(|path| !path.is_empty());
    let Some(first) = paths.next() else { return 0 };
    let like = |path: &str| parts(first).zip(parts(path)).take_while(|(a, b)| a == b).count();
    paths.map(like).fold(parts(first).count(), usize::min)
}

/// Gathers sorted rows; rows whose paths are `same` share a cell.
fn groups(rows: &[Entry], same: impl Fn(&str, &str) -> bool) -> Vec<Group> {
    let deep = shared(rows) + 1;
    let of = |path: &str| parts(path).take(deep).last().map(str::to_owned);
    let top = |path: &str| parts(path).take(deep).count();
    let mut out: Vec<Group> = Vec::new();
    let mut above: Option<&str> = None;
    for (at, (path, _)) in rows.iter().enumerate() {
        let kin =
            above.is_some_and(|above| parts(above).take(deep).eq(parts(path).take(deep)) && top(above) == top(path));
        match out.last_mut().filter(|_| kin) {
            Some(group) => match group.cells.last_mut().filter(|_| above.is_some_and(|above| same(above, path))) {
                Some(cell) => cell.1 = at + 1,
                None => group.cells.push((at, at + 1)),
            },
            None => out.push(Group { name: of(path).unwrap_or_else(|| TOP.to_owned()), cells: vec![(at, at + 1)] }),
        }
        above = Some(path);
    }
    out
}

/// Lays groups out, into a map if one is given; gives the lines that it takes.
fn lay(groups: &[Group], area: Rect, density: Density, mut map: Option<&mut Map>) -> u16 {
    let cells: Vec<(usize, usize)> =
        if map.is_some() { groups.iter().flat_map(|g| g.cells.iter().copied()).collect() } else { Vec::new() };
    let sizes = groups.iter().map(|g| (heading(&g.name, density), g.cells.len()));
    flow(sizes, area.width, density, &mut |what, x, y| {
        let Some(map) = &mut map else { return };
        match what {
            Placed::Cell(at) => map.spots.push(Spot { x, y, lit: None, rows: cells[at] }),
            Placed::Heading(at) => {
                let rows = groups[at].cells.iter().map(|(from, to)| to - from).sum();
                let name = text::clip(&groups[at].name, usize::from(density.heading)).into_owned();
                map.headings.push(Heading { x, y, name, rows });
            }
        }
    })
}

/// Columns of a heading.
fn heading(name: &str, density: Density) -> u16 {
    u16::try_from(text::clip(name, usize::from(density.heading)).chars().count()).unwrap_or(density.heading)
}

/// Finds for each row its cell, and for each cell the row that stands for it: the worst of those that are listed.
fn light(map: &mut Map, table: &Table, listing: &Listing) {
    let most = map.order.iter().map(|id| id.0 as usize + 1).max().unwrap_or(0);
    let mut listed = vec![false; most];
    for id in listing.iter() {
        if let Some(listed) = listed.get_mut(id.0 as usize) {
            *listed = true;
        }
    }
    map.home = vec![None; most];
    for (cell, spot) in map.spots.iter_mut().enumerate() {
        let ids = &map.order[spot.rows.0..spot.rows.1];
        for id in ids {
            map.home[id.0 as usize] = u32::try_from(cell).ok();
        }
        let level = |id: &&SlotId| table.get(**id).map(|slot: &Slot| slot.level).unwrap_or_default();
        // Of equals the first: `max_by_key` alone would give the last.
        spot.lit = ids.iter().filter(|id| listed[id.0 as usize]).rev().max_by_key(level).copied();
    }
}
