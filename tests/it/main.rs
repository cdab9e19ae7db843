//! The tests of the whole: one program, so that the SDKs are linked once.
//!
//! Unit tests lie beside the code. What is here runs the library or the built program against the embedded fleet,
//! against moto, and against clients that this project did not write, and looks at the sources themselves.

#![allow(clippy::disallowed_methods, reason = "tests run programs, write files and wait")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod access;
mod architecture;
mod browser;
mod canary;
mod changes;
mod clients;
mod clusters;
mod console;
mod doctor;
mod exec;
mod faults;
mod fill;
mod grant;
mod guard;
mod hand;
mod headless;
mod journal;
mod keymap;
mod keys;
mod least;
mod logs;
mod machine;
mod moto;
mod moto_least;
mod pictures;
mod properties;
mod regions;
mod rollouts;
mod screen;
mod session;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod walk;
mod watch;
mod web_identity;
