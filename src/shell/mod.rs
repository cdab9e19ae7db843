//! The running: the loop between terminal, state and world.
//!
//! Keys go first; a turn takes in replies for some milliseconds, so that a fast source never holds up a key; a frame is
//! drawn only when something changed, and while replies stream at most thirty times a second.

#![allow(clippy::disallowed_methods, reason = "the loop, its clock, its tasks, the terminal and the themes folder")]

mod browse;
mod console;
mod first;
mod journal;
mod keyboard;
mod lend;
mod login;
mod prompt;
mod runner;
mod save;
pub mod signals;
mod survey;
pub mod terminal;
mod themes;
mod turn;
mod writer;

pub use crate::base::Base;
pub use console::{crash, run};
pub use lend::exec;
pub use runner::Runner;
pub use survey::survey;
pub use themes::names as theme_names;
