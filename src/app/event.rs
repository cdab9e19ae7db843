//! Facts: all that can reach the state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{chord::Chord, effect::Ticket};
use crate::{model::News, view::Reply};

/// A fact. There is no other way to change an [`App`](super::App).
#[derive(Clone, Debug)]
pub enum Event {
    /// A key was pressed.
    Key(Chord),
    /// Text was pasted. It never triggers anything that a key would.
    Paste(String),
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal has another size, in cells.
    Resize(u16, u16),
    /// It is now so late, and so much was asked of the world.
    Tick(Tick),
    /// An answer arrived for a ticket.
    Reply(Ticket, Reply),
    /// Access has news.
    Access(News),
    /// Something to say to the person at the screen, from outside the state (a theme file with a fault, a copy that
    /// did not work).
    Notice(String),
}

/// What a tick tells: the time, and what is counted outside of the state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Now.
    pub now: Timestamp,
    /// Requests in each of the last seconds, the oldest first; the last one is the second under way. Empty where nobody
    /// counts: what was told before then stays.
    pub calls: Vec<u16>,
}

impl From<Timestamp> for Tick {
    fn from(now: Timestamp) -> Self {
        Self { now, calls: Vec::new() }
    }
}

/// What a mouse does here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mouse {
    /// The left button went down on a cell (column, row).
    Click(u16, u16),
    /// The wheel turned over a cell, by so many lines, down being positive.
    Scroll(u16, u16, i16),
}
