//! What a view is: a typed item, its columns, how to fetch it, how healthy it is, and where it leads.
//!
//! A view is one file under `views/`. Everything else (table, tree roll-up, watch board, palette, help, headless
//! output, documentation) is made from the one definition, through the erased twin [`AnyView`].

mod any;
pub mod at;
pub mod deed;
pub mod derive;
pub mod fill;
pub mod log;
pub mod out;
pub mod output;
pub mod picture;
#[cfg(test)]
mod tests;
mod typed;
pub mod verb;

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

pub use any::{AnyView, Head, Run};
pub use at::At;
pub use deed::Deed;
pub use derive::{All, Derive, Inputs, Need};
pub use fill::Fill;
pub use log::{Chunk, Line, Lines, LogAsk, Logs, Since};
pub use out::{Doing, Out, Reply, Sink};
pub use picture::{Mapped, Picture};
pub use typed::item;
pub use verb::{Dry, Plan, Verb, VerbHead};

use crate::{
    cx::Cx,
    model::{Cell, Facts, Health, Key, Page, Place, Scope, ViewId, org},
    rows::Snapshot,
};

/// What every item of a view can do. Nothing is to be written for it: it follows from the derives.
pub trait Item: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {}
impl<T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Item for T {}

/// Which scopes a view is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Once for all: the organisation, or what the console itself knows.
    Fleet,
    /// Each account that can be entered.
    Account,
    /// Each account in each of its regions.
    AccountRegion,
    /// Each row of another view.
    Each(ViewId),
    /// The one row of another view from which it was opened.
    One(ViewId),
}

/// A column: its id (the word in headings, filters and JSON), its width in cells, and the value under it.
pub struct Column<I> {
    /// Lower case, no blanks.
    pub id: &'static str,
    /// Cells on the screen; 0 takes what is left over.
    pub width: u16,
    /// Shown on wide screens only.
    pub wide: bool,
    /// The value. A function pointer over all lifetimes, since a cell borrows from its item.
    pub cell: for<'a> fn(&'a I) -> Cell<'a>,
}

impl<I> Column<I> {
    /// A column that is always shown.
    pub const fn new(id: &'static str, width: u16, cell: for<'a> fn(&'a I) -> Cell<'a>) -> Self {
        Self { id, width, wide: false, cell }
    }

    /// A column for wide screens.
    pub const fn wide(id: &'static str, width: u16, cell: for<'a> fn(&'a I) -> Cell<'a>) -> Self {
        Self { id, width, wide: true, cell }
    }
}

/// A part of the detail pane.
pub struct Section<I: 'static> {
    /// Its heading.
    pub title: &'static str,
    /// Where its text comes from.
    pub text: Text<I>,
}

/// Where the text of a section comes from.
pub enum Text<I: 'static> {
    /// From what was read already.
    Now(fn(&I, Timestamp) -> String),
    /// By asking, when the section is looked at.
    Later(fn(Cx, At, I) -> Doing<String>),
    /// The same, the text being a difference: lines that begin with `+`, `-` or `~` and a blank are what was added, taken
    /// out and changed, and are drawn so.
    Changes(fn(Cx, At, I) -> Doing<String>),
    /// By asking, and only when somebody asks for it: the service that answers bills for it.
    OnRequest {
        /// What asking costs, with the number of calls: the text until then.
        cost: fn(&I) -> String,
        /// Asks.
        ask: fn(Cx, At, I) -> Doing<String>,
    },
}

/// A way from a row to rows of another view.
pub struct Link<I> {
    /// Which view.
    pub to: ViewId,
    /// The key that follows it on a row, such as `e`; empty for none of its own. Enter follows the first link.
    pub key: &'static str,
    /// The filter line that finds them there; empty where the row itself is the scope ([`Span::One`]).
    pub filter: fn(&I) -> String,
}

/// Where the rows of a view come from. All three reach the state as the same steps of a pass.
pub enum Source<I: 'static> {
    /// Asked for again and again; a pass ends.
    Poll {
        /// How long a pass stays fresh.
        every: Duration,
        /// Reads one scope and pushes pages.
        fetch: fn(Cx, At, Out<I>) -> Doing,
    },
    /// Asked for once; it tells by itself what changes and never ends of its own accord.
    Live {
        /// Watches one scope, pushes the list and then the changes.
        watch: fn(Cx, At, Out<I>) -> Doing,
    },
    /// A pure join over the rows of other views.
    Derived {
        /// Of which views.
        need: Need,
        /// The join.
        derive: fn(&Snapshot, Timestamp) -> Vec<I>,
    },
}

impl<I: 'static> Source<I> {
    /// The source of a view that implements [`Derive`], its inputs being types.
    #[must_use]
    pub const fn derived<V: Derive<Item = I>>() -> Self {
        Self::Derived { need: <V::From as Inputs>::NEED, derive: derive::run::<V> }
    }
}

/// One view. See the file of any view for an example; `ecs` is the fullest.
pub trait View: Sync + 'static {
    /// What a row holds.
    type Item: Item;
    /// Its word.
    const ID: ViewId;
    /// Other words by which the palette and the command line know it.
    const ALIASES: &'static [&'static str] = &[];
    /// What it shows, in a sentence without a full stop.
    const ABOUT: &'static str;
    /// Which scopes it is read for.
    const SPAN: Span;
    /// Read for the whole fleet because the watch board is on screen; false for heavy inventories.
    const PATROL: bool = false;
    /// IAM actions that its reading calls, such as `ecs:ListServices`: the session policy is made from them.
    const ACTIONS: &'static [&'static str] = &[];
    /// IAM actions that its reading calls as the caller, outside of any assumed session.
    const CALLER_ACTIONS: &'static [&'static str] = &[];
    /// What it means that it has no rows, for views that tell of the console itself.
    const EMPTY: &'static str = "there is nothing to tell";
    /// Its columns.
    const COLUMNS: &'static [Column<Self::Item>];
    /// How its rows are drawn.
    const PICTURE: Picture = Picture::Table;
    /// The parts of its detail pane, after the columns.
    const SECTIONS: &'static [Section<Self::Item>] = &[];
    /// Where Enter leads, the first being the usual one.
    const LINKS: &'static [Link<Self::Item>] = &[];
    /// What its items lack until they are on the screen.
    const FILL: Option<Fill<Self::Item>> = None;
    /// The log of an item, where it has one.
    const LOGS: Option<Logs<Self::Item>> = None;
    /// What can be done to an item, the harmless first.
    const VERBS: &'static [Verb<Self::Item>] = &[];
    /// The column that its rows are ordered by at first, with a leading `-` from the largest; empty for by trouble.
    const ORDER: &'static str = "";
    /// Where its rows come from.
    const SOURCE: Source<Self::Item>;

    /// What tells an item from its neighbours within one scope.
    fn key(item: &Self::Item) -> Key;

    /// How healthy an item is. A verdict that needs the past takes it from the item's own history fields.
    fn judge(item: &Self::Item, now: Timestamp) -> Health {
        let _ = (item, now);
        Health::default()
    }

    /// Whether waiting alone may turn the verdict of an item as it is. What says no is not judged again until it is read
    /// again, so a view of many rows that are well says no for those.
    fn turns(item: &Self::Item) -> bool {
        let _ = item;
        true
    }

    /// How much an item matters among others that are as bad: more goes first. Production before the rest.
    fn weight(item: &Self::Item) -> u8 {
        let _ = item;
        0
    }

    /// Facts for search, paste and rules.
    fn facts(item: &Self::Item) -> Facts<'_> {
        let _ = item;
        Facts::default()
    }

    /// Its page in AWS's own console; the account's home where it has none.
    fn page(item: &Self::Item) -> Page {
        let _ = item;
        Page::default()
    }

    /// Where an item lies. Derived rows lie elsewhere than their scope.
    fn place(item: &Self::Item, scope: &Scope) -> Place {
        let _ = item;
        scope.place()
    }

    /// An item that is read again, with what it keeps of what was known of it, where the new reading is poorer for a
    /// while; `None` to take the new reading as it is.
    fn absorb(old: &Self::Item, new: &Self::Item) -> Option<Self::Item> {
        let _ = (old, new);
        None
    }

    /// Items as text, to be kept between runs: a JSON list, unless a view knows a form that is read faster.
    fn keep(items: &[&Self::Item]) -> String {
        serde_json::to_string(items).unwrap_or_default()
    }

    /// The items that [`View::keep`] wrote.
    ///
    /// # Errors
    /// Where the text is not of that form: another version wrote it.
    fn kept(text: &str) -> Result<Vec<Self::Item>, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The node of the organisation that an item stands for, if it is one.
    fn node(item: &Self::Item) -> Option<&Arc<org::Node>> {
        let _ = item;
        None
    }

    /// The row that Enter goes to when it is not in this view: its view, its place and its key. For rows that
    /// speak of other rows, such as the watch board's.
    fn target(item: &Self::Item) -> Option<Target> {
        let _ = item;
        None
    }
}

/// A row of another view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which view, by its word.
    pub view: String,
    /// Where it lies.
    pub scope: Scope,
    /// Its key; without one, the place itself is the target.
    pub key: Option<Key>,
}

impl fmt::Debug for dyn AnyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({})", self.id())
    }
}
