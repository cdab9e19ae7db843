//! The answer to `qd tree`: the organisation, drawn for people, and as flat nodes for programs.
//!
//! Each node is a row: `depth` is 0 at the top, `parent` the id of the node above, `path` the names from the root's
//! child down (what `--ou` takes), so that the tree can be made again without an order being relied on.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    coverage::Coverage,
    output::{Heading, Sheet},
    reader::Reader,
    select::path,
};
use crate::{
    app::plan::TREE,
    model::{AccountId, Cell, Org, ViewId, org::Node},
    view::AnyView,
    views::VIEWS,
};

/// The columns, for people and for programs.
const HEADINGS: [Heading; 13] = [
    Heading::people("organisation", 40),
    Heading { id: "id", people: true, data: true, wide: false, width: 18 },
    Heading { id: "state", people: true, data: true, wide: false, width: 18 },
    Heading::data("name"),
    Heading::data("kind"),
    Heading::data("parent"),
    Heading::data("path"),
    Heading::data("depth"),
    Heading { id: "email", people: true, data: true, wide: true, width: 32 },
    Heading::data("joined"),
    Heading::data("tags"),
    Heading::data("management"),
    Heading::data("origin"),
];

/// The organisation as it was read.
pub struct Tree {
    org: Arc<Org>,
    nodes: Vec<Line>,
    coverage: Coverage,
    read_at: Timestamp,
}

/// A node's id, its depth, and the branches in front of it.
struct Line {
    id: String,
    depth: u16,
    branches: String,
}

/// Reads the organisation.
pub async fn read(reader: &mut Reader) -> Tree {
    reader.read_org(true).await;
    reader.quiet();
    let mut coverage = reader.view(ViewId(TREE)).map(|tree| reader.coverage(&[tree])).unwrap_or_default();
    coverage.notes.extend(reader.idle().iter().map(ToString::to_string));
    Tree::new(Arc::clone(&reader.org), coverage, reader.cx.now())
}

impl Tree {
    fn new(org: Arc<Org>, coverage: Coverage, read_at: Timestamp) -> Self {
        let walk: Vec<(&Node, u16)> = org.walk().collect();
        // Whether another node of the same parent follows, at each depth above the present one; found from the end.
        let mut follows = vec![false; walk.iter().map(|(_, d)| usize::from(*d) + 2).max().unwrap_or(1)];
        let mut nodes: Vec<Line> = Vec::with_capacity(walk.len());
        for (node, depth) in walk.iter().rev() {
            let deep = usize::from(*depth);
            for deeper in &mut follows[deep + 1..] {
                *deeper = false;
            }
            let mut branches: String = follows[1..=deep].iter().map(|f| if *f { "│  " } else { "   " }).collect();
            if deep > 0 {
                // The last branch is the node's own.
                branches.truncate(
                    branches.len() - follows[deep..=deep].iter().map(|f| if *f { 5 } else { 3 }).sum::<usize>(),
                );
                branches.push_str(if follows[deep] { "├─ " } else { "└─ " });
            }
            follows[deep] = true;
            nodes.push(Line { id: node.id.clone(), depth: *depth, branches });
        }
        nodes.reverse();
        Self { org, nodes, coverage, read_at }
    }

    fn node(&self, row: usize) -> Option<(&Line, &Node)> {
        let line = self.nodes.get(row)?;
        Some((line, self.org.node(&line.id)?))
    }
}

impl Sheet for Tree {
    fn view(&self) -> &'static str {
        "tree"
    }

    fn read_at(&self) -> Timestamp {
        self.read_at
    }

    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn views(&self) -> &'static [&'static dyn AnyView] {
        VIEWS
    }
    fn org(&self) -> &Org {
        &self.org
    }

    fn headings(&self) -> &[Heading] {
        &HEADINGS
    }

    fn len(&self) -> usize {
        self.nodes.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (Some((line, node)), Some(heading)) = (self.node(row), HEADINGS.get(column)) else { return Cell::Missing };
        let account = node.account.as_ref();
        match heading.id {
            "organisation" => Cell::owned(format!("{}{}", line.branches, node.name)),
            "id" => Cell::text(&node.id),
            "state" => account.map_or(Cell::Missing, |a| Cell::text(a.state.word())),
            "name" => Cell::text(&node.name),
            "kind" => Cell::text(kind(node)),
            "parent" => Cell::maybe(node.parent.as_deref()),
            "path" => Cell::owned(path(&self.org, node)),
            "depth" => Cell::Number(line.depth.into()),
            "email" => account.map_or(Cell::Missing, |a| Cell::text(&a.email)),
            "joined" => Cell::at(account.and_then(|a| a.joined)),
            "tags" => Cell::owned(tags(node)),
            "management" => account.map_or(Cell::Missing, |_| Cell::Flag(node.management)),
            "origin" => Cell::text(node.origin.word()),
            _ => Cell::Missing,
        }
    }

    fn json(&self, row: usize, column: usize) -> Value {
        match (self.node(row), HEADINGS.get(column).map(|h| h.id)) {
            // Null where they were not read, which is not the same as none.
            (Some((_, node)), Some("tags")) => json!(node.account.as_ref().and_then(|a| a.tags.as_ref())),
            (Some((_, node)), Some("origin")) => json!(node.origin),
            _ => self.cell(row, column).json(),
        }
    }
}

fn kind(node: &Node) -> &'static str {
    match &node.parent {
        _ if node.account.is_some() || AccountId::fits(&node.id) => "account",
        None => "root",
        Some(_) => "ou",
    }
}

fn tags(node: &Node) -> String {
    let tags = node.account.as_ref().and_then(|a| a.tags.as_ref());
    tags.into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
}
