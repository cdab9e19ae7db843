//! Quarterdeck: the console from which the officer of the watch runs a fleet of AWS accounts.
//!
//! One loop, three nouns: an [`Action`](app::Action) is an intent, an [`Event`](app::Event) a fact, an
//! [`Effect`](app::Effect) a request. One function changes the state, [`App::apply`](app::App::apply); it is pure.
//! `ui` draws the state and only reads it. A view is one file under [`views`], and one word.
//!
//! ```text
//! key ── keymap ──► Action ─┐
//! reply · tick · resize ────┼─► Event ─► App::apply ─► Effects ─► shell::Runner ─► view.fetch(Cx, At, Out)
//! paste · mouse · access ───┘                │                                        │ remote: limits, counts, faults
//!                                            ▼                                        ▼
//!                                        ui::render ─► frame        Reply(ticket, Rows | Text | Tree | Fault | End)
//! ```
//!
//! Arrows between rooms run one way: `model ← {rows, config, store, remote} ← access ← cx ← view ← {views, app} ← {base,
//! ui} ← {headless, shell}`; `sim` is known to `main` and the tests alone.

/// The unit tests share doubles with the tests of the whole, which know the library by its name.
#[cfg(test)]
extern crate self as quarterdeck;

pub mod access;
pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod cx;
pub mod headless;
pub mod model;
pub mod remote;
pub mod rows;
pub mod shell;
pub mod sim;
pub mod store;
pub mod ui;
pub mod view;
pub mod views;
