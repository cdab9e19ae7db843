//! The fleet on one line: a cell for each account, grouped by the OUs below the root, or a count for each OU where
//! there are more accounts than cells. It is the map of the view `fleet` with one line, laid out and drawn by the same
//! functions.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    map::glyph::Look,
    scene::Scene,
    text::{put, width},
    theme::Role,
    words::count,
};
use crate::{
    app::map::flow::{Density, GAP, Placed, flow},
    model::{Level, Org, org::Node, text::clip},
};

/// Cells for an OU's name.
const NAME: usize = Density::STRIP.heading as usize;

/// Cells from which it is said what is counted.
const LABELLED: u16 = 36;

/// The accounts below one OU of the first level, or those without one.
struct Group<'a> {
    ou: Option<&'a Node>,
    name: &'a str,
    accounts: Vec<&'a Node>,
}

/// Groups accounts by the OU below the root; those that lie at the root itself come last, without a name.
fn groups(org: &Org) -> Vec<Group<'_>> {
    let mut out: Vec<Group<'_>> = Vec::new();
    let mut loose = Group { ou: None, name: "", accounts: Vec::new() };
    let mut inside = false;
    for (node, depth) in org.walk() {
        match (&node.account, depth) {
            (None, 0) => inside = false,
            (None, 1) => {
                inside = true;
                out.push(Group { ou: Some(node), name: &node.name, accounts: Vec::new() });
            }
            (None, _) => {}
            (Some(_), 0 | 1) => loose.accounts.push(node),
            (Some(_), _) => match out.last_mut() {
                Some(group) if inside => group.accounts.push(node),
                _ => loose.accounts.push(node),
            },
        }
    }
    out.push(loose);
    out.retain(|g| !g.accounts.is_empty());
    out
}

/// Draws the map into the first row of an area.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, area: Rect) {
    if area.is_empty() || scene.app.org.is_empty() {
        return;
    }
    let groups = groups(&scene.app.org);
    let named = |g: &Group<'_>| if g.name.is_empty() { 0 } else { cells(&clip(g.name, NAME)) + 1 };
    let sum = groups.iter().fold(0_usize, |sum, g| sum + usize::from(named(g) + GAP) + g.accounts.len());
    if sum <= usize::from(area.width + GAP) {
        draw_cells(scene, buf, area, &groups);
    } else {
        draw_counts(scene, buf, area, &groups);
    }
}

fn cells(text: &str) -> u16 {
    width(&crate::model::text::clean(text))
}

fn draw_cells(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, groups: &[Group<'_>]) {
    let at_hand = scene.app.account_at_hand().map(|a| a.id.as_str());
    let names: Vec<String> = groups.iter().map(|g| clip(g.name, NAME).into_owned()).collect();
    let sizes = groups.iter().zip(&names).map(|(g, name)| (cells(name), g.accounts.len()));
    let mut nodes = groups.iter().flat_map(|g| &g.accounts);
    flow(sizes, area.width, Density::STRIP, &mut |what, x, _| {
        let x = area.x + x;
        let room = area.right().saturating_sub(x);
        match what {
            Placed::Heading(at) => {
                put(buf, x, area.y, room, &names[at], scene.style(Role::Dim));
            }
            Placed::Cell(_) => {
                let Some(node) = nodes.next() else { return };
                let look = Look::of(scene, node);
                let mut style = look.style(scene);
                if at_hand == Some(node.id.as_str()) {
                    style = scene.style(Role::Selection).patch(style);
                }
                put(buf, x, area.y, room, look.glyph(), style);
            }
        }
    });
}

/// A group as one word, what it is all together and how many accounts it has.
struct Count {
    look: Look,
    text: String,
}

fn draw_counts(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, groups: &[Group<'_>]) {
    // Beside the glyphs of problems a bare number would pass for a count of them: where there is no room to say what is
    // counted, there is no number.
    let labelled = area.width > LABELLED;
    let counts: Vec<Count> = groups
        .iter()
        .map(|g| {
            let look = match g.ou {
                Some(ou) => Look::of(scene, ou),
                None => g.accounts.iter().fold(Look::default(), |sum, n| sum.and(Look::of(scene, n))),
            };
            let name = if g.name.is_empty() { "root".into() } else { clip(g.name, NAME) };
            let size = if labelled { format!(" {}", count(g.accounts.len())) } else { String::new() };
            Count { look, text: format!("{name}{size}") }
        })
        .collect();
    let area = if labelled {
        let x = put(buf, area.x, area.y, area.width, "accounts", scene.style(Role::Dim)) + GAP;
        Rect { x, width: area.right() - x, ..area }
    } else {
        area
    };
    let widths: Vec<u16> = counts.iter().map(|c| cells(&c.text) + 2).collect();
    let levels: Vec<Level> = counts.iter().map(|c| c.look.level).collect();
    let kept = keep(&levels, &widths, area.width);
    let mut x = area.x;
    for &i in &kept {
        let Count { look, text } = &counts[i];
        x = put(buf, x, area.y, area.right() - x, look.glyph(), look.style(scene)) + 1;
        x = put(buf, x, area.y, area.right().saturating_sub(x), text, Style::new());
        x = x.saturating_add(GAP).min(area.right());
    }
    if kept.len() < counts.len() && !kept.is_empty() {
        let more = format!("+{} OUs", counts.len() - kept.len());
        put(buf, x, area.y, area.right().saturating_sub(x), &more, scene.style(Role::Dim));
    }
}

/// Which groups are shown in `room` cells: the worst first, and in the order of the tree. Room for saying how many
/// are left out is kept where some are.
fn keep(levels: &[Level], widths: &[u16], room: u16) -> Vec<usize> {
    const MORE: u16 = 8;
    let all = widths.iter().fold(0_u16, |sum, w| sum.saturating_add(w + GAP)).saturating_sub(GAP);
    if all <= room {
        return (0..widths.len()).collect();
    }
    let mut order: Vec<usize> = (0..widths.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(levels[i]), i));
    let mut left = room.saturating_sub(MORE);
    let mut kept: Vec<usize> = order
        .into_iter()
        .take_while(|&i| {
            let fits = widths[i] + GAP <= left;
            left = left.saturating_sub(widths[i] + GAP);
            fits
        })
        .collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::org::{Node, Origin};

    fn node(id: &str, parent: Option<&str>, account: bool) -> Node {
        Node {
            id: id.to_owned(),
            name: id.to_owned(),
            parent: parent.map(ToOwned::to_owned),
            account: account.then(Arc::default),
            origin: Origin::default(),
            management: false,
            unnamed: false,
            placed: false,
        }
    }

    #[test]
    fn accounts_lie_in_the_ou_below_the_root() {
        let org = Org::new(vec![
            node("r", None, false),
            node("core", Some("r"), false),
            node("deep", Some("core"), false),
            node("empty", Some("r"), false),
            node("1", Some("deep"), true),
            node("2", Some("core"), true),
            node("3", Some("r"), true),
        ]);
        let found: Vec<(&str, usize)> = groups(&org).iter().map(|g| (g.name, g.accounts.len())).collect();
        assert_eq!(found, [("core", 2), ("", 1)]);
    }

    #[test]
    fn the_worst_groups_stay() {
        use Level::{Broken, Ok, Unknown};
        assert_eq!(keep(&[Ok, Broken, Unknown], &[10, 10, 10], 34), [0, 1, 2]);
        assert_eq!(keep(&[Ok, Broken, Unknown], &[10, 10, 10], 33), [1, 2]);
        assert_eq!(keep(&[Ok, Broken, Unknown], &[10, 10, 10], 20), [1]);
        assert_eq!(keep(&[Ok, Broken], &[10, 10], 3), [0_usize; 0]);
    }
}
