//! Which columns fit, and how wide they are.

/// A column that is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What stands under it.
    pub from: From,
    /// Its heading.
    pub id: &'static str,
    /// Cells; 0 takes what is left over.
    pub width: u16,
    /// Cells that its heading and the values on the screen need.
    pub content: u16,
    /// Cells below which it says nothing any more.
    pub least: u16,
}

/// What stands under a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Whether the row is marked.
    Mark,
    /// The verdict as a glyph.
    Health,
    /// The account's name.
    Account,
    /// The region.
    Region,
    /// A value of the row, by its position.
    Cell(usize),
}

/// A column with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands under it.
    pub from: From,
    /// Its heading.
    pub id: &'static str,
    /// Cells from the left edge of the rows.
    pub x: u16,
    /// Cells.
    pub width: u16,
}

/// The least that a column which takes the rest is worth.
const REST: u16 = 14;
/// What a column which takes the rest is worth before others keep empty cells, or a verdict its word.
const ENOUGH: u16 = 28;
/// Cells between columns; one where room is short.
const GAP: u16 = 2;

/// Places columns into `room` cells. Where room is short, columns first give up what their values do not need, then
/// verdicts their words and gaps their second cell, then the widest are made narrower, and then the last are left
/// out. Those that take the rest share what is left over.
pub fn place(mut wishes: Vec<Wish>, room: u16) -> Vec<Column> {
    let (widths, gap) = loop {
        let fits = |gap| at_ease(&wishes, room, gap).map(|widths| (widths, gap));
        let tight = || narrowed(&wishes, room, 1).map(|widths| (widths, 1));
        if let Some(found) = fits(GAP).or_else(|| fits(1)).or_else(tight) {
            break found;
        }
        if wishes.len() <= 2 {
            break (wishes.iter().map(|w| if w.width == 0 { REST } else { w.least }).collect(), 1);
        }
        wishes.pop();
    };
    let mut x = 0;
    let mut out = Vec::with_capacity(wishes.len());
    for (wish, width) in wishes.iter().zip(widths) {
        let width = width.min(room.saturating_sub(x));
        if width > 0 {
            out.push(Column { from: wish.from, id: wish.id, x, width });
        }
        x = x.saturating_add(width + gap);
    }
    out
}

/// Cells for the columns alone, without the gaps between them.
fn inside(wishes: &[Wish], room: u16, gap: u16) -> Option<usize> {
    usize::from(room).checked_sub(usize::from(gap) * wishes.len().saturating_sub(1))
}

fn sum(widths: &[u16]) -> usize {
    widths.iter().map(|w| usize::from(*w)).sum()
}

/// The widths in which every value is whole, and those that take the rest have enough; `None` where there are none.
fn at_ease(wishes: &[Wish], room: u16, gap: u16) -> Option<Vec<u16>> {
    let room = inside(wishes, room, gap)?;
    let rests = wishes.iter().filter(|w| w.width == 0);
    let enough: usize = rests.map(|w| usize::from(w.content.clamp(REST, ENOUGH))).sum();
    let declared: Vec<u16> = wishes.iter().map(|w| w.width).collect();
    let fitted: Vec<u16> = wishes.iter().map(|w| w.width.min(w.content)).collect();
    if sum(&declared) + enough <= room {
        return Some(share(grown(wishes, declared, room), room));
    }
    let found = [fitted, wordless(wishes)].into_iter().find(|widths| sum(widths) + enough <= room)?;
    Some(share(found, room))
}

/// Where there is room to spare, values that are longer than their column was declared are whole: the first columns
/// first. Those that take the rest keep what their own values need, up to half of the room.
fn grown(wishes: &[Wish], mut widths: Vec<u16>, room: usize) -> Vec<u16> {
    let rests = wishes.iter().filter(|w| w.width == 0);
    let kept: usize = rests.map(|w| usize::from(w.content.max(ENOUGH)).min(room / 2)).sum();
    let mut spare = room.saturating_sub(sum(&widths) + kept);
    for (width, wish) in widths.iter_mut().zip(wishes).filter(|(_, wish)| wish.width > 0) {
        let more = wish.content.saturating_sub(*width).min(u16::try_from(spare).unwrap_or(u16::MAX));
        *width += more;
        spare -= usize::from(more);
    }
    widths
}

/// The widths that values need, verdicts as glyphs alone.
fn wordless(wishes: &[Wish]) -> Vec<u16> {
    wishes.iter().map(|w| w.width.min(if w.least == 1 { 1 } else { w.content })).collect()
}

/// The widths in which all columns fit, the widest cut; `None` where there are none.
fn narrowed(wishes: &[Wish], room: u16, gap: u16) -> Option<Vec<u16>> {
    let room = inside(wishes, room, gap)?;
    let rests = wishes.iter().filter(|w| w.width == 0).count();
    let most = room.checked_sub(rests * usize::from(REST))?;
    let mut widths = wordless(wishes);
    while sum(&widths) > most {
        let wider = widths.iter_mut().zip(wishes).filter(|(width, wish)| **width > wish.least.min(wish.width));
        let (widest, _) = wider.max_by_key(|(width, _)| **width)?;
        *widest -= 1;
    }
    Some(share(widths, room))
}

/// Shares what is left over among the columns of no width.
fn share(mut widths: Vec<u16>, room: usize) -> Vec<u16> {
    let used: usize = widths.iter().map(|w| usize::from(*w)).sum();
    let mut rests = widths.iter().filter(|w| **w == 0).count();
    let mut left = room.saturating_sub(used);
    for width in widths.iter_mut().filter(|w| **w == 0) {
        let part = left / rests;
        *width = u16::try_from(part).unwrap_or(u16::MAX);
        left -= part;
        rests -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns by width, content and least width.
    fn placed(wishes: &[(u16, u16, u16)], room: u16) -> Vec<(u16, u16)> {
        let wish = |(i, (width, content, least)): (usize, &(u16, u16, u16))| Wish {
            from: From::Cell(i),
            id: "",
            width: *width,
            content: *content,
            least: *least,
        };
        place(wishes.iter().enumerate().map(wish).collect(), room).iter().map(|c| (c.x, c.width)).collect()
    }

    #[test]
    fn the_rest_is_shared() {
        assert_eq!(placed(&[(10, 9, 9), (0, 30, 30), (5, 5, 5)], 60), [(0, 10), (12, 41), (55, 5)]);
        assert_eq!(placed(&[(0, 14, 8), (10, 9, 9), (0, 20, 8)], 61), [(0, 23), (25, 10), (37, 24)]);
        assert_eq!(placed(&[(10, 9, 9), (5, 5, 5)], 60), [(0, 10), (12, 5)]);
    }

    #[test]
    fn where_there_is_room_to_spare_long_values_are_whole() {
        assert_eq!(placed(&[(14, 24, 10), (0, 30, 10), (5, 5, 5)], 100), [(0, 24), (26, 67), (95, 5)]);
        assert_eq!(placed(&[(14, 24, 10), (0, 30, 10), (5, 5, 5)], 60), [(0, 23), (25, 28), (55, 5)], "half");
    }

    #[test]
    fn where_room_is_short_empty_cells_go_first() {
        assert_eq!(placed(&[(20, 8, 8), (0, 40, 10), (12, 4, 4)], 60), [(0, 8), (10, 44), (56, 4)]);
    }

    #[test]
    fn then_verdicts_give_up_their_words() {
        assert_eq!(placed(&[(11, 8, 1), (20, 18, 10), (0, 90, 10)], 56), [(0, 1), (3, 18), (23, 33)]);
    }

    #[test]
    fn then_gaps_become_narrow_and_the_widest_give_way() {
        assert_eq!(placed(&[(20, 20, 10), (0, 14, 10), (12, 12, 10)], 48), [(0, 20), (21, 14), (36, 12)]);
        assert_eq!(placed(&[(20, 20, 10), (0, 14, 10), (12, 12, 10)], 44), [(0, 16), (17, 14), (32, 12)]);
    }

    #[test]
    fn then_the_last_are_left_out() {
        assert_eq!(placed(&[(20, 20, 10), (0, 14, 10), (12, 12, 10), (6, 6, 6)], 38), [(0, 11), (12, 14), (27, 11)]);
        assert_eq!(placed(&[(20, 20, 10), (0, 3, 3)], 5), [(0, 5)]);
        assert_eq!(placed(&[(20, 20, 10), (0, 3, 3)], 0), []);
    }

    #[test]
    fn columns_never_overlap_or_leave_the_room() {
        let many = [(1, 1, 1), (14, 9, 8), (0, 99, 10), (18, 3, 3), (8, 8, 1), (0, 5, 5), (14, 12, 10)];
        for room in 0..120 {
            for wishes in [&many[..], &[(0, 1, 1); 3], &[(40, 40, 10); 3], &[]] {
                let placed = placed(wishes, room);
                assert!(placed.windows(2).all(|w| w[0].0 + w[0].1 < w[1].0), "{placed:?}");
                assert!(placed.last().is_none_or(|(x, w)| x + w <= room), "{placed:?} in {room}");
            }
        }
    }
}
