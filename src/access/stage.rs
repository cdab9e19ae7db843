//! The way to the person's terminal for what has to run there: a shell, or the plugin behind ECS Exec.
//!
//! The console opens it and lends the terminal to one guest after the other; without a console nobody does, and a request says so.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{mpsc, oneshot};

use super::program::{Ended, Program};
use crate::model::{Fault, FaultKind};

/// The way to the terminal. Cheap to clone; all clones lead to the same one.
#[derive(Clone, Default)]
pub struct Stage(Arc<Mutex<Option<mpsc::UnboundedSender<Guest>>>>);

/// One program that is to have the terminal until it ends.
pub struct Guest {
    /// The program.
    pub program: Program,
    /// What the person reads before it starts, without a line break at the end.
    pub banner: String,
    ended: oneshot::Sender<Result<Ended, Fault>>,
}

impl Guest {
    /// Tells whoever asked how the program ended, or why it did not start.
    pub fn end(self, result: Result<Ended, Fault>) {
        // Whoever asked may have gone meanwhile.
        let _gone = self.ended.send(result);
    }
}

impl fmt::Debug for Guest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guest({:?})", self.program)
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stage(…)")
    }
}

impl Stage {
    /// Opens the way: from now on the guests come out of here.
    #[must_use]
    pub fn open(&self) -> mpsc::UnboundedReceiver<Guest> {
        let (tell, guests) = mpsc::unbounded_channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(tell);
        guests
    }

    /// Whether there is a terminal to be lent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.sender().is_some_and(|tell| !tell.is_closed())
    }

    /// Runs a program on the terminal, and waits until it has ended.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] without a terminal, and why the program could not be started.
    pub async fn run(&self, program: Program, banner: String) -> Result<Ended, Fault> {
        let none = || {
            Fault::new(FaultKind::Unavailable, "there is no terminal to run this on")
                .hint("open the console in a terminal")
        };
        let (ended, wait) = oneshot::channel();
        let tell = self.sender().ok_or_else(none)?;
        tell.send(Guest { program, banner, ended }).map_err(|_| none())?;
        wait.await.map_err(|_| none())?
    }

    fn sender(&self) -> Option<mpsc::UnboundedSender<Guest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Env;

    #[tokio::test]
    async fn without_a_console_there_is_no_terminal_and_with_one_the_end_comes_back() {
        let program = || Program::new(vec!["true".into()], &Env::empty());
        let stage = Stage::default();
        assert!(!stage.is_open());
        assert_eq!(stage.run(program(), String::new()).await.unwrap_err().kind, FaultKind::Unavailable);
        let mut guests = stage.open();
        let console = async {
            let guest = guests.recv().await.unwrap();
            assert_eq!(guest.banner, "hello");
            guest.end(Ok(Ended { code: 3, signal: None }));
        };
        let (run, ()) = tokio::join!(stage.run(program(), "hello".to_owned()), console);
        assert_eq!(run.unwrap().code, 3);
        drop(guests);
        assert!(!stage.is_open());
    }
}
