//! Where the panes are. Belongs to the state, since paging and the mouse depend on it.

use ratatui::layout::Rect;

/// The panes of the screen, in cells. A pane that has no room is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    /// Fleet, role, coverage, budget; and what was said last.
    pub header: Rect,
    /// The organisation, with its border.
    pub tree: Rect,
    /// The table, with its border.
    pub table: Rect,
    /// The detail of the row, with its border.
    pub detail: Rect,
    /// The log with its border, over tree, table and detail while it is open.
    pub log: Rect,
    /// The keys that work here.
    pub footer: Rect,
}

/// The least screen, in cells, on which anything is shown: a frame with the row under the cursor.
pub const LEAST: (u16, u16) = (16, 3);

/// Lines of a table's pane from which it has headings: below, frame and row are all.
const HEADED: u16 = 4;

/// Lines of a pane that is worth its frame.
const PANE: u16 = 3;

/// Columns from which tree and table stand side by side.
const SIDE_BY_SIDE: u16 = 100;

/// Columns from which the detail stands beside the table, too.
const DETAIL_BESIDE: u16 = 150;

/// Which panes are wished for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The tree.
    pub tree: bool,
    /// The tree has the keys: on a narrow screen it then takes the table's place.
    pub tree_first: bool,
    /// The detail.
    pub detail: bool,
    /// The detail has the keys: on a low screen it then takes the table's place.
    pub detail_first: bool,
    /// The table, the detail or the log alone.
    pub full: bool,
    /// The first line of the header says something that must be seen all the same.
    pub warned: bool,
}

/// Parts the screen. Where it is low, the row under the cursor comes first, then the headings, the keys at the bottom,
/// and the lines at the top; below [`LEAST`] every area is empty.
#[must_use]
pub fn areas(width: u16, height: u16, wishes: Wishes) -> Areas {
    if width < LEAST.0 || height < LEAST.1 {
        return Areas::default();
    }
    let (head, foot) = match height {
        _ if wishes.full => (u16::from(wishes.warned && height > 5), 0),
        ..=4 => (0, 0),
        5 => (0, 1),
        6..=11 => (1, 1),
        _ => (2, 1),
    };
    let body = Rect::new(0, head, width, height.saturating_sub(head + foot));
    let mut areas = Areas {
        header: Rect::new(0, 0, width, head),
        footer: Rect::new(0, height.saturating_sub(foot), width, foot),
        table: body,
        log: body,
        ..Areas::default()
    };
    if width >= SIDE_BY_SIDE && wishes.tree && !wishes.full {
        let tree = if width >= 180 { 38 } else { 30 };
        areas.tree = Rect { width: tree, ..body };
        areas.table = Rect { x: tree, width: width - tree, ..body };
    } else if wishes.tree_first {
        areas.tree = body;
        areas.table = Rect { width: 0, ..body };
    }
    if wishes.full && wishes.detail && wishes.detail_first {
        areas.detail = std::mem::replace(&mut areas.table, Rect { height: 0, ..body });
    } else if wishes.detail && areas.table.width > 0 {
        split_detail(&mut areas, width, wishes.detail_first);
    }
    areas
}

fn split_detail(areas: &mut Areas, width: u16, first: bool) {
    let table = areas.table;
    if width >= DETAIL_BESIDE {
        let detail = (table.width * 2 / 5).clamp(44, 80);
        areas.table.width = table.width - detail;
        areas.detail = Rect { x: table.x + areas.table.width, width: detail, ..table };
    } else {
        let wished = (table.height * 3 / 5).max(table.height.min(8));
        let detail = wished.min(table.height.saturating_sub(HEADED));
        if detail < PANE {
            if first {
                areas.detail = table;
                areas.table.height = 0;
            }
            return;
        }
        areas.table.height = table.height - detail;
        areas.detail = Rect { y: table.y + areas.table.height, height: detail, ..table };
    }
}

/// The lines that fit into a pane with a border.
#[must_use]
pub fn lines(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(2))
}

/// Lines of headings in the pane of a table.
#[must_use]
pub fn headings(area: Rect) -> u16 {
    u16::from(area.height >= HEADED)
}

/// The lines of rows that fit into the pane of a table, below its headings.
#[must_use]
pub fn rows(area: Rect) -> usize {
    lines(area).saturating_sub(usize::from(headings(area)))
}

/// Lines below a map that name the cell under the cursor and say what the glyphs mean.
const SAID: u16 = 2;

/// Where the cells of a map are in the pane of a table: within its frame, above what is said of them. The lowest
/// screens have the name alone.
#[must_use]
pub fn map(area: Rect) -> Rect {
    let inner = Rect::new(area.x + 1, area.y + 1, area.width.saturating_sub(2), area.height.saturating_sub(2));
    let said = if inner.height > 4 { SAID } else { u16::from(inner.height > 1) };
    Rect { height: inner.height - said, ..inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_screen_keeps_the_row_then_the_headings_then_the_keys_then_the_header() {
        let parts = |height| {
            let areas = areas(20, height, Wishes::default());
            (areas.header.height, headings(areas.table), rows(areas.table), areas.footer.height)
        };
        assert_eq!([3, 4, 5, 6, 7].map(parts), [(0, 0, 1, 0), (0, 1, 1, 0), (0, 1, 1, 1), (1, 1, 1, 1), (1, 1, 2, 1)]);
        assert_eq!([parts(2), parts(0)], [(0, 0, 0, 0); 2]);
        assert_eq!(areas(LEAST.0 - 1, 40, Wishes::default()), Areas::default());
    }

    #[test]
    fn a_detail_leaves_the_row_that_it_is_about_or_takes_its_place() {
        for height in LEAST.1..60 {
            for width in [LEAST.0, 80, 120, 200] {
                let wishes = Wishes { detail: true, ..Wishes::default() };
                let beside = areas(width, height, wishes);
                assert!(rows(beside.table) > 0, "{width}×{height}");
                let first = areas(width, height, Wishes { detail_first: true, ..wishes });
                assert!(lines(first.detail) > 0, "{width}×{height}");
                assert!(!beside.detail.is_empty() || first.table.is_empty());
            }
        }
    }
}
