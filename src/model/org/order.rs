//! The order in which the tree is drawn.

use std::{cmp::Ordering, sync::Arc};

use super::Node;

/// The order of the tree, each node with its depth: what is at the top, and below each node its own.
pub(super) fn order(nodes: &[Arc<Node>], parents: &[Option<usize>]) -> Vec<(usize, u16)> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut tops = Vec::new();
    for (i, parent) in parents.iter().enumerate() {
        match parent {
            Some(p) if *p != i => below[*p].push(i),
            _ => tops.push(i),
        }
    }
    let arrange = |list: &mut Vec<usize>| list.sort_by(|&a, &b| side_by_side(&nodes[a], &nodes[b]));
    arrange(&mut tops);
    let mut order = Vec::with_capacity(nodes.len());
    let mut seen = vec![false; nodes.len()];
    let mut stack: Vec<(usize, u16)> = tops.into_iter().rev().map(|i| (i, 0)).collect();
    let mut rest = 0;
    loop {
        while let Some((i, depth)) = stack.pop() {
            if std::mem::replace(&mut seen[i], true) {
                continue;
            }
            order.push((i, depth));
            arrange(&mut below[i]);
            stack.extend(below[i].iter().rev().map(|&c| (c, depth + 1)));
        }
        while rest < seen.len() && seen[rest] {
            rest += 1;
        }
        if rest == seen.len() {
            return order;
        }
        stack.push((rest, 0));
    }
}

/// How two nodes below the same one follow each other.
fn side_by_side(a: &Node, b: &Node) -> Ordering {
    let names = || small_letters(&a.name).cmp(small_letters(&b.name));
    a.account.is_some().cmp(&b.account.is_some()).then_with(names).then_with(|| a.id.cmp(&b.id))
}

fn small_letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}
