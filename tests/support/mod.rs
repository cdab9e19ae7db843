//! What the tests stand on: folders that vanish, the Python of the pinned clients, moto, the embedded fleet as a
//! process, the built program with a clean environment, and a terminal to look at it.

pub mod bench;
pub mod fleet;
pub mod http;
pub mod inside;
pub mod moto;
pub mod process;
pub mod program;
pub mod pty;
pub mod python;
pub mod qd;
pub mod temp;

pub use fleet::Fleet;
pub use inside::Inside;
pub use moto::Moto;
pub use pty::Pty;
pub use qd::{Done, Qd};
pub use temp::Temp;
