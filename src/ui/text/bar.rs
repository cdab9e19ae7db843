//! Small pictures made of block characters, which read the same without colour.

/// The eighths of a cell from the bottom.
const EIGHTHS_UP: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The eighths of a cell from the left.
const EIGHTHS_RIGHT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A sparkline: the last `cells` of the values, one cell each, against the greatest of them. Nothing is the lowest
/// bar, so that a quiet stretch can be told from a missing one, and any value above nothing stands above it.
#[must_use]
pub fn spark(values: &[u16], cells: u16) -> String {
    let shown = &values[values.len().saturating_sub(usize::from(cells))..];
    let most = u32::from(shown.iter().copied().max().unwrap_or(0));
    let height = |v: u16| if v == 0 { 0 } else { (u32::from(v) * 7).div_ceil(most) };
    shown.iter().map(|v| EIGHTHS_UP[height(*v) as usize]).collect()
}

/// A bar of exactly `cells` cells: `done` of `all` filled to an eighth of a cell, the rest dotted. It is full only
/// when all is done, and empty only when nothing is.
#[must_use]
pub fn bar(done: u64, all: u64, cells: u16) -> String {
    let width = u128::from(cells) * 8;
    let (done, all) = (u128::from(done.min(all)), u128::from(all.max(1)));
    let eighths = match done * width / all {
        0 if done > 0 => 1.min(width),
        n => n,
    };
    let full = usize::try_from(eighths / 8).unwrap_or(0);
    let mut out = "█".repeat(full);
    let mut used = full;
    if let Some(part) = usize::try_from(eighths % 8).ok().and_then(|n| n.checked_sub(1)) {
        out.push(EIGHTHS_RIGHT[part]);
        used += 1;
    }
    out.extend(std::iter::repeat_n('·', usize::from(cells).saturating_sub(used)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_stands_on_the_floor() {
        assert_eq!(spark(&[0, 1, 50, 100], 9), "▁▂▅█");
        assert_eq!(spark(&[9, 9, 0, 1], 2), "▁█");
        assert_eq!(spark(&[0, 0], 9), "▁▁");
        assert_eq!(spark(&[u16::MAX, 1], 9), "█▂");
        assert_eq!(spark(&[], 9), "");
    }

    #[test]
    fn a_bar_is_full_only_at_the_end() {
        assert_eq!(bar(0, 10, 4), "····");
        assert_eq!(bar(10, 10, 4), "████");
        assert_eq!(bar(5, 10, 4), "██··");
        assert_eq!(bar(999_999, 1_000_000, 4), "███▉");
        assert_eq!(bar(1, 1_000_000, 4), "▏···");
        assert_eq!(bar(3, 0, 2), "··");
        assert_eq!(bar(0, 0, 2), "··");
        assert_eq!(bar(u64::MAX, u64::MAX, 1), "█");
    }
}
