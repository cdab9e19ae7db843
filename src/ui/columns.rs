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
}

/// What stands under a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
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
/// No column of words is made narrower than this.
const LEAST: u16 = 8;

/// Places columns into `room` cells with `gap` cells between them. Where room is short, the widest are made narrower
/// first, and then the last are left out; the ones that take the rest share what is left over.
pub fn place(mut wishes: Vec<Wish>, room: u16, gap: u16) -> Vec<Column> {
    let least = |w: &Wish| if w.width == 0 { REST } else { w.width };
    let sum = |all: &[Wish]| {
        let gaps = u32::from(gap) * u32::try_from(all.len().saturating_sub(1)).unwrap_or(0);
        all.iter().map(|w| u32::from(least(w))).sum::<u32>() + gaps
    };
    while sum(&wishes) > u32::from(room) {
        let over = sum(&wishes) - u32::from(room);
        if !narrow(&mut wishes, over) {
            let Some(last) = wishes.iter().rposition(|w| w.width > 0 && w.from != From::Health) else { break };
            if wishes.len() <= 2 {
                break;
            }
            wishes.remove(last);
        }
    }
    let used = u16::try_from(sum(&wishes)).unwrap_or(u16::MAX);
    let rests = u16::try_from(wishes.iter().filter(|w| w.width == 0).count()).unwrap_or(0);
    let over = room.saturating_sub(used);
    let mut x = 0;
    let mut given = 0;
    let mut out = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let mut width = least(&wish);
        if wish.width == 0 {
            given += 1;
            width += over * given / rests - over * (given - 1) / rests;
        }
        width = width.min(room.saturating_sub(x));
        if width > 0 {
            out.push(Column { from: wish.from, id: wish.id, x, width });
        }
        x += width + gap;
    }
    out
}

/// Takes a cell from the widest columns until `over` cells are won. Tells whether any was.
fn narrow(wishes: &mut [Wish], over: u32) -> bool {
    let mut won = 0;
    while won < over {
        let widest = wishes.iter_mut().filter(|w| w.width > LEAST).max_by_key(|w| w.width);
        let Some(widest) = widest else { break };
        widest.width -= 1;
        won += 1;
    }
    won > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(wishes: &[u16], room: u16) -> Vec<(u16, u16)> {
        let wish = |(i, width): (usize, &u16)| Wish { from: From::Cell(i), id: "", width: *width };
        place(wishes.iter().enumerate().map(wish).collect(), room, 2).iter().map(|c| (c.x, c.width)).collect()
    }

    #[test]
    fn the_rest_is_shared() {
        assert_eq!(widths(&[10, 0, 5], 60), [(0, 10), (12, 41), (55, 5)]);
        assert_eq!(widths(&[0, 10, 0], 61), [(0, 23), (25, 10), (37, 24)]);
        assert_eq!(widths(&[10, 5], 60), [(0, 10), (12, 5)]);
    }

    #[test]
    fn where_room_is_short_the_widest_give_way_and_then_the_last() {
        assert_eq!(widths(&[20, 0, 12], 44), [(0, 14), (16, 14), (32, 12)]);
        assert_eq!(widths(&[20, 0, 12, 6], 40), [(0, 10), (12, 14), (28, 12)]);
        assert_eq!(widths(&[20, 0], 5), [(0, 5)]);
        assert_eq!(widths(&[20, 0], 0), []);
    }

    #[test]
    fn columns_never_overlap_or_leave_the_room() {
        for room in 0..120 {
            for wishes in [&[1, 14, 14, 0, 18, 8, 14, 8][..], &[0, 0, 0], &[40, 40, 40], &[]] {
                let placed = widths(wishes, room);
                assert!(placed.windows(2).all(|w| w[0].0 + w[0].1 + 2 <= w[1].0), "{placed:?}");
                assert!(placed.last().is_none_or(|(x, w)| x + w <= room), "{placed:?} in {room}");
            }
        }
    }
}
