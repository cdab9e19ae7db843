//! The tree pane: which nodes are open, where the cursor is, what a search finds.

use std::collections::HashSet;

use super::screen::window;
use crate::model::{Org, org::Node};

/// Above this many nodes, OUs below the first level start closed.
const SMALL: usize = 120;

/// A line of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The node's id.
    pub id: String,
    /// How far it is moved in.
    pub depth: u16,
}

/// The tree pane's own state.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The lines in order.
    pub lines: Vec<Line>,
    /// Where the cursor is.
    pub position: usize,
    /// The first line on the screen.
    pub offset: usize,
    /// The search as typed; empty shows the tree.
    pub search: String,
    cursor: Option<String>,
    closed: HashSet<String>,
    /// Whether anybody opened or closed a node: from then on only people do.
    touched: bool,
}

impl Tree {
    /// Makes the lines anew from the organisation, or from the ids of the nodes that a search found.
    pub fn rebuild(&mut self, org: &Org, found: Option<Vec<String>>) {
        if !self.touched && org.len() > SMALL {
            self.closed.extend(org.walk().filter(|(n, d)| *d >= 1 && n.account.is_none()).map(|(n, _)| n.id.clone()));
        }
        self.lines = match found {
            None => self.shown(org),
            Some(ids) => ids.into_iter().map(|id| Line { id, depth: 0 }).collect(),
        };
        let at = self.cursor.as_ref().and_then(|id| self.lines.iter().position(|l| l.id == *id));
        self.position = at.unwrap_or(self.position).min(self.lines.len().saturating_sub(1));
        self.keep();
    }

    /// Searches for something else: what fits best is under the cursor. The lines must be made anew afterwards.
    pub fn search_for(&mut self, line: &str) {
        line.clone_into(&mut self.search);
        self.position = 0;
        // Where a search is left, the node that it found stays under the cursor, wherever it lies.
        if !line.is_empty() {
            self.cursor = None;
        }
    }

    fn shown(&self, org: &Org) -> Vec<Line> {
        let mut lines = Vec::with_capacity(org.len());
        let mut hidden: Option<u16> = None;
        for (node, depth) in org.walk() {
            if hidden.is_some_and(|under| depth > under) {
                continue;
            }
            hidden = self.closed.contains(&node.id).then_some(depth);
            lines.push(Line { id: node.id.clone(), depth });
        }
        lines
    }

    /// The node under the cursor.
    #[must_use]
    pub fn current<'a>(&self, org: &'a Org) -> Option<&'a Node> {
        org.node(&self.lines.get(self.position)?.id)
    }

    /// Whether a node is closed.
    #[must_use]
    pub fn is_closed(&self, id: &str) -> bool {
        self.closed.contains(id)
    }

    /// Opens or closes a node.
    pub fn set_closed(&mut self, id: &str, closed: bool) {
        self.touched = true;
        if closed {
            self.closed.insert(id.to_owned());
        } else {
            self.closed.remove(id);
        }
    }

    /// Puts the cursor on a node, opening what is above it. The lines must be made anew afterwards.
    pub fn reveal(&mut self, org: &Org, id: &str) {
        self.touched = true;
        for above in org.above(id) {
            self.closed.remove(&above.id);
        }
        self.cursor = Some(id.to_owned());
    }

    /// Moves the cursor to a line.
    pub fn move_to(&mut self, position: usize) {
        self.position = position.min(self.lines.len().saturating_sub(1));
        self.keep();
    }

    /// Keeps the cursor on the screen of `height` lines.
    pub fn settle(&mut self, height: usize) {
        self.offset = window(self.offset, self.position, self.lines.len(), height);
    }

    fn keep(&mut self) {
        self.cursor = self.lines.get(self.position).map(|l| l.id.clone());
    }
}
