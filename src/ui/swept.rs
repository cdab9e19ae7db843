//! What of a sweep was answered, as a bar: a stretch for each state, each drawn with a sign of its own, so that it reads
//! the same without colour. The words beside it name the states in figures.

use super::theme::Role;
use crate::model::Coverage;

/// A stretch of the bar.
pub type Stretch = (String, Role);

/// A bar of exactly `cells` cells. A state that is there at all has a cell, and what waits has one until nothing does.
#[must_use]
pub fn stretches(coverage: &Coverage, cells: u16) -> Vec<Stretch> {
    let states = [
        (coverage.read, '█', Role::Ok),
        (coverage.stale, '▒', Role::Old),
        (coverage.throttled, '~', Role::Attention),
        (coverage.denied, '?', Role::Unknown),
        (coverage.failed, '✖', Role::Broken),
        (coverage.waiting, '·', Role::Dim),
    ];
    let there: Vec<_> = states.into_iter().filter(|(n, ..)| *n > 0).collect();
    let (cells, all) = (usize::from(cells), there.iter().map(|(n, ..)| n).sum::<usize>());
    if there.is_empty() || cells < there.len() {
        return Vec::new();
    }
    let mut widths: Vec<usize> = there.iter().map(|(n, ..)| (n * cells / all).max(1)).collect();
    // What rounding left over, or took too much, is settled where it shows least: at the longest stretch.
    while widths.iter().sum::<usize>() != cells {
        let short = widths.iter().sum::<usize>() < cells;
        let at = widths.iter().enumerate().max_by_key(|(_, w)| **w).map_or(0, |(at, _)| at);
        if short {
            widths[at] += 1;
        } else {
            widths[at] -= 1;
        }
    }
    there.iter().zip(widths).map(|((_, sign, role), width)| (sign.to_string().repeat(width), *role)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bar(coverage: &Coverage, cells: u16) -> String {
        stretches(coverage, cells).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn a_bar_is_read_without_colour() {
        let coverage = Coverage { wanted: 58, read: 2, waiting: 52, denied: 4, ..Coverage::default() };
        assert_eq!(bar(&coverage, 12), "█?··········");
        let coverage = Coverage { wanted: 58, read: 53, waiting: 1, denied: 4, ..Coverage::default() };
        assert_eq!(bar(&coverage, 12), "██████████?·", "what waits has a cell until nothing does");
        let coverage = Coverage { wanted: 4, read: 1, stale: 1, throttled: 1, failed: 1, ..Coverage::default() };
        assert_eq!(bar(&coverage, 8), "██▒▒~~✖✖");
        assert_eq!(bar(&coverage, 3), "", "no room for all states");
        assert_eq!(bar(&Coverage::default(), 8), "");
    }

    proptest! {
        #[test]
        fn it_is_as_long_as_it_says_and_leaves_nothing_out(
            counts in prop::array::uniform6(0_usize..10_000), cells in 6_u16..200,
        ) {
            let [read, waiting, denied, throttled, failed, stale] = counts;
            let wanted = counts.iter().sum();
            let coverage = Coverage { wanted, read, waiting, denied, throttled, failed, stale, ..Coverage::default() };
            let found = stretches(&coverage, cells);
            prop_assert_eq!(found.len(), counts.iter().filter(|n| **n > 0).count());
            let long: usize = found.iter().map(|(text, _)| text.chars().count()).sum();
            prop_assert_eq!(long, if wanted == 0 { 0 } else { usize::from(cells) });
        }
    }
}
