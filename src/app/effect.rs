//! Requests: all that the state can want of the world.

use std::sync::Arc;

use super::save::Saving;
use crate::{
    access::Raise,
    model::{Account, AccountId, Ask, Link, Memo, Region},
    rows::{Row, Snapshot},
    view::{AnyView, At, Deed, LogAsk},
};

/// The number of a request. A reply whose ticket is not current any more dies in `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A request for something outside the state. None of them names a view's own words: a new view needs no new one.
#[derive(Clone)]
pub enum Effect {
    /// Begin a job, and answer under this ticket until [`crate::view::Reply::End`].
    Start(Ticket, Job),
    /// Forget a job.
    Stop(Ticket),
    /// Keep notes in the store.
    Write(Vec<Memo>),
    /// Copy text to the clipboard of the person's own terminal.
    Copy(String),
    /// Open a link in the person's browser; where none can be opened, copy it and say so.
    Browse(Link),
    /// Write a file for the person, for their eyes alone. Answered under this ticket by a text that says where it is,
    /// or by a fault; that there is a file already is one of [`crate::model::FaultKind::Prompt`], for a person decides.
    Save(Ticket, Box<Saving>),
    /// Something about access.
    Access(Wish),
    /// Go to the background until called back.
    Suspend,
    /// End, leaving the terminal as it was.
    Quit,
}

/// Work to be done off the loop.
#[derive(Clone)]
pub enum Job {
    /// Read or watch one scope of a view.
    Rows {
        /// Which view.
        view: &'static dyn AnyView,
        /// Where.
        at: At,
        /// Whether somebody is looking at it: such requests go first.
        urgent: bool,
    },
    /// Join.
    Derive {
        /// Which view.
        view: &'static dyn AnyView,
        /// What it joins.
        snapshot: Snapshot,
    },
    /// Make the organisation from its rows.
    Tree(super::org::Growth),
    /// Fill in what rows of one scope lack: those on the screen. Answered by the rows with what was filled in.
    Fill {
        /// Which view.
        view: &'static dyn AnyView,
        /// Where the rows lie.
        at: At,
        /// The rows.
        rows: Vec<Row>,
    },
    /// Ask for the text of a section of the detail pane.
    Section {
        /// Which view.
        view: &'static dyn AnyView,
        /// Where the row lies.
        at: At,
        /// The row.
        row: Row,
        /// Which section.
        section: usize,
    },
    /// Read the log of a row, and follow it where that is asked.
    Lines {
        /// Which view.
        view: &'static dyn AnyView,
        /// Where the row lies.
        at: At,
        /// The row.
        row: Row,
        /// From where on, and whether it is followed.
        ask: LogAsk,
    },
    /// Change something, through the guard. The answer is a text, or the fault.
    Deed {
        /// Which view.
        view: &'static dyn AnyView,
        /// What, to which row.
        deed: Box<Deed>,
    },
}

/// What the person at the screen wants of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The answer to a question; `None` leaves it.
    Answer(u64, Option<String>),
    /// Do what the question asks for (run `aws sso login`).
    Login(u64, Ask),
    /// Forget refusals and try again.
    Retry,
    /// Use another profile of the AWS configuration.
    Profile(String),
    /// Raise the rights in one account for a while.
    Elevate(Raise),
    /// Give the raised rights of this account back.
    GiveBack(AccountId),
    /// Open a shell with the credentials of an account: those that read, or the elevated ones where it is elevated.
    Shell {
        /// The account.
        account: Arc<Account>,
        /// The role in use there, by its configured name; `None` for the default.
        role: Option<Arc<str>>,
        /// The region of the row under the cursor, where it lies in one.
        region: Option<Region>,
    },
}

/// Requests in order. They must reach the runner: a lost one would leave a job waiting for ever.
#[must_use = "a dropped effect is a request that is never made"]
#[derive(Default)]
pub struct Effects(pub Vec<Effect>);

impl Effects {
    /// Adds one.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
