//! Groups of cells laid out in lines. One function for the map in its pane and for the strip of the header, which is a
//! map of one line.

/// Cells between groups that share a line.
pub const GAP: u16 = 2;

/// Cells by which cells stand in below the heading of their group.
const INDENT: u16 = 2;

/// How densely cells are laid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Density {
    /// Columns of a cell.
    pub cell: u16,
    /// Columns of a heading at most; 0 leaves headings out.
    pub heading: u16,
    /// Whether a heading has a line of its own.
    pub apart: bool,
    /// Lines left free between groups.
    pub air: u16,
}

impl Density {
    /// From the roomiest to the tightest.
    pub const ALL: [Self; 6] = [
        Self { cell: 19, heading: 60, apart: true, air: 1 },
        Self { cell: 19, heading: 60, apart: true, air: 0 },
        Self { cell: 2, heading: 60, apart: true, air: 1 },
        Self { cell: 2, heading: 60, apart: true, air: 0 },
        Self::STRIP,
        Self { cell: 1, heading: 0, apart: false, air: 0 },
    ];

    /// One cell each, headings between them.
    pub const STRIP: Self = Self { cell: 1, heading: 14, apart: false, air: 0 };

    /// Whether there is room for a word in each cell.
    #[must_use]
    pub fn is_named(self) -> bool {
        self.cell > 2
    }
}

/// What is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The heading of a group, by its number.
    Heading(usize),
    /// A cell, by its number over all groups.
    Cell(usize),
}

/// Lays groups (columns of the heading, number of cells) out in lines of `width` columns, and tells where everything
/// stands as column and line. Gives how many lines it takes.
pub fn flow(
    groups: impl IntoIterator<Item = (u16, usize)>,
    width: u16,
    density: Density,
    place: &mut dyn FnMut(Placed, u16, u16),
) -> u16 {
    let mut pen = Pen { x: 0, y: 0, width, density };
    let mut cell = 0;
    for (number, (heading, cells)) in groups.into_iter().enumerate() {
        pen.group(number, heading.min(density.heading), place);
        for _ in 0..cells {
            pen.cell();
            place(Placed::Cell(cell), pen.x, pen.y);
            pen.x = pen.x.saturating_add(density.cell);
            cell += 1;
        }
    }
    if cell == 0 { 0 } else { pen.y.saturating_add(1) }
}

struct Pen {
    x: u16,
    y: u16,
    width: u16,
    density: Density,
}

impl Pen {
    fn group(&mut self, number: usize, heading: u16, place: &mut dyn FnMut(Placed, u16, u16)) {
        if self.density.apart {
            if number > 0 {
                self.y = self.y.saturating_add(1 + self.density.air);
            }
            place(Placed::Heading(number), 0, self.y);
            self.y = self.y.saturating_add(1);
            self.x = INDENT.min(self.width.saturating_sub(self.density.cell));
            return;
        }
        if number > 0 {
            self.x = self.x.saturating_add(GAP);
        }
        let before = if heading == 0 { 0 } else { heading + 1 };
        if self.x > 0 && self.x.saturating_add(before + self.density.cell) > self.width {
            (self.x, self.y) = (0, self.y.saturating_add(1));
        }
        if heading > 0 {
            place(Placed::Heading(number), self.x, self.y);
            self.x = self.x.saturating_add(before);
        }
    }

    /// Goes to the next line where the cell does not fit on this one.
    fn cell(&mut self) {
        let start = if self.density.apart { INDENT.min(self.width.saturating_sub(self.density.cell)) } else { 0 };
        if self.x > start && self.x.saturating_add(self.density.cell) > self.width {
            (self.x, self.y) = (start, self.y.saturating_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(groups: &[(u16, usize)], width: u16, density: Density) -> (u16, Vec<(Placed, u16, u16)>) {
        let mut all = Vec::new();
        let lines = flow(groups.iter().copied(), width, density, &mut |what, x, y| all.push((what, x, y)));
        (lines, all)
    }

    #[test]
    fn a_strip_is_a_map_of_one_line() {
        use Placed::{Cell, Heading};
        let (lines, all) = laid(&[(4, 2), (0, 1)], 10, Density::STRIP);
        assert_eq!(lines, 1);
        assert_eq!(all, [(Heading(0), 0, 0), (Cell(0), 5, 0), (Cell(1), 6, 0), (Cell(2), 9, 0)]);
        assert_eq!(laid(&[(4, 2), (0, 1)], 9, Density::STRIP).0, 2, "a cell less is a line more");
    }

    #[test]
    fn nothing_lies_on_anything_else_or_outside() {
        for density in Density::ALL {
            for width in [20, 21, 39, 78, 200] {
                let (lines, all) = laid(&[(12, 40), (70, 3), (5, 77), (0, 1)], width, density);
                let mut taken = std::collections::HashSet::new();
                for (what, x, y) in all {
                    let cells = if what == Placed::Heading(1) { density.heading.min(70) } else { density.cell };
                    let cells = if matches!(what, Placed::Heading(0 | 2 | 3)) { 1 } else { cells };
                    for x in x..x + cells.min(width) {
                        assert!(taken.insert((x, y)), "{what:?} at {x},{y} in {width} as {density:?}");
                    }
                    assert!(y < lines && (x < width), "{what:?} at {x},{y} in {width}×{lines}");
                }
            }
        }
    }

    #[test]
    fn a_thousand_accounts_fit_into_a_pane_of_a_small_terminal() {
        let groups: Vec<(u16, usize)> = (0..25).map(|_| (14, 40)).collect();
        let fits = |density: &Density| laid(&groups, 78, *density).0 <= 17;
        assert!(Density::ALL.iter().any(fits));
    }
}
