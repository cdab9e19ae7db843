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
    /// The keys that work here.
    pub footer: Rect,
}

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
}

/// Parts the screen.
#[must_use]
pub fn areas(width: u16, height: u16, wishes: Wishes) -> Areas {
    let head = if height >= 12 { 2 } else { u16::from(height >= 4) };
    let foot = u16::from(height >= 3);
    let body = Rect::new(0, head, width, height.saturating_sub(head + foot));
    let mut areas = Areas {
        header: Rect::new(0, 0, width, head),
        footer: Rect::new(0, height.saturating_sub(foot), width, foot),
        table: body,
        ..Areas::default()
    };
    if width >= SIDE_BY_SIDE && wishes.tree {
        let tree = if width >= 180 { 38 } else { 30 };
        areas.tree = Rect { width: tree, ..body };
        areas.table = Rect { x: tree, width: width - tree, ..body };
    } else if wishes.tree_first {
        areas.tree = body;
        areas.table = Rect { width: 0, ..body };
    }
    if wishes.detail && areas.table.width > 0 {
        split_detail(&mut areas, width);
    }
    areas
}

fn split_detail(areas: &mut Areas, width: u16) {
    let table = areas.table;
    if width >= DETAIL_BESIDE {
        let detail = (table.width * 2 / 5).clamp(44, 80);
        areas.table.width = table.width - detail;
        areas.detail = Rect { x: table.x + areas.table.width, width: detail, ..table };
    } else {
        let detail = (table.height * 3 / 5).max(table.height.min(8));
        areas.table.height = table.height - detail;
        areas.detail = Rect { y: table.y + areas.table.height, height: detail, ..table };
    }
}

/// The lines of rows that fit into a pane with border (and, for a table, a line of headings).
#[must_use]
pub fn lines(area: Rect, headings: u16) -> usize {
    usize::from(area.height.saturating_sub(2 + headings))
}
