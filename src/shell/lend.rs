//! Programs of the person's own in the foreground: on the terminal that the console lends, or in its place (`qd exec`).

use std::{
    io::{self, Write as _},
    process::{Child, ExitCode},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use rustix::process::{Pid, Resource, Rlimit, Signal as Kill, kill_process, setrlimit};
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2},
    iterator::{SignalsInfo, exfiltrator::WithOrigin},
    low_level::{emulate_default_handler, siginfo::Cause},
};

use crate::{
    access::{Ended, Loan, Program},
    model::{Fault, FaultKind, Mode},
};

/// The signals that are passed on to a program. All others end `qd`, or are of no matter.
const PASSED: [i32; 8] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGUSR1, SIGUSR2];

/// A program that could not be found, and one that could not be started (POSIX, "Exit Status for Commands").
const NOT_FOUND: u8 = 127;
const NOT_STARTED: u8 = 126;

/// Runs a program on the terminal that was given back for it, below a line that says whose credentials it has. What
/// the keyboard sends goes to it; the console's own handlers keep still meanwhile.
///
/// # Errors
/// Why it could not be started.
pub fn foreground(program: &Program, banner: &str) -> Result<Ended, Fault> {
    let _alone = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if !banner.is_empty() {
        let mut out = io::stdout().lock();
        // Where the terminal is gone, the program will find out.
        let _gone = writeln!(out, "{banner}").and_then(|()| out.flush());
    }
    // Held over the start: a signal of this moment waits until there is somebody to pass it on to.
    let mut place = guest();
    let mut child = program.command().spawn().map_err(|e| unstarted(program, &e))?;
    *place = Some(Pid::from_child(&child));
    drop(place);
    let status = wait(&mut child);
    *guest() = None;
    status.map(Ended::of).map_err(|e| unstarted(program, &e))
}

/// There is one terminal, and one program at a time has it.
static TERMINAL: Mutex<()> = Mutex::new(());

/// The program that has the terminal.
static GUEST: Mutex<Option<Pid>> = Mutex::new(None);

fn guest() -> MutexGuard<'static, Option<Pid>> {
    GUEST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes a signal on to the program that has the terminal, if one has it.
pub fn pass_on(signal: i32) {
    if let (Some(pid), Some(kill)) = (*guest(), Kill::from_named_raw(signal)) {
        // It may have ended in this moment.
        let _ended = kill_process(pid, kill);
    }
}

/// Runs a program in the place of `qd`: its end is ours, by the same code or the same signal, and signals reach it. A
/// script that is interrupted stops only where what it waits for died of the interrupt, too. That the audit log could not
/// take the line after is said, and hides no end.
pub fn exec(loan: Loan, program: &Program) -> ExitCode {
    if loan.lease.mode == Mode::ReadOnlyByKeys {
        eprintln!("qd: these credentials are not limited to reading: what the command may do, it can do");
    }
    let (result, code, signal) = match in_place(program) {
        Ok(ended) => (Ok(ended), ended.code, ended.signal),
        Err(error) => {
            let fault = unstarted(program, &error);
            eprintln!("qd: {fault}");
            (Err(fault), if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_STARTED }, None)
        }
    };
    if let Err(fault) = loan.settle(&result) {
        eprintln!("qd: {fault}");
    }
    if let Some(signal) = signal {
        end_by(signal);
    }
    ExitCode::from(code)
}

/// Ends this process by a signal. Comes back where the system does not let it, as of signals without a name.
fn end_by(signal: i32) {
    // A core of this process would hold what was lent.
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if setrlimit(Resource::Core, none).is_ok() {
        let _unknown = emulate_default_handler(signal);
    }
}

fn in_place(program: &Program) -> io::Result<Ended> {
    // Caught before there is a program: nothing that comes early is lost.
    let mut signals = SignalsInfo::<WithOrigin>::new(PASSED)?;
    let handle = signals.handle();
    let mut command = program.command();
    let mut child = command.spawn()?;
    // What it holds of secrets is with the child now.
    drop(command);
    let pid = Pid::from_child(&child);
    let passing = thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            pass(signal.signal, matches!(signal.cause, Cause::Sent(_)), pid);
        }
    });
    let status = wait(&mut child);
    handle.close();
    drop(passing);
    Ok(Ended::of(status?))
}

/// Passes a signal on, unless the kernel sent it: then it came from the keyboard or with the end of the terminal, and
/// went to the whole foreground group, the program included.
fn pass(signal: i32, sent: bool, pid: Pid) {
    if sent && let Some(kill) = Kill::from_named_raw(signal) {
        // It may have ended in this moment.
        let _ended = kill_process(pid, kill);
    }
    if signal == SIGTSTP {
        // The shell gets its turn when the whole group has stopped.
        let _refused = emulate_default_handler(SIGTSTP);
    }
}

fn wait(child: &mut Child) -> io::Result<std::process::ExitStatus> {
    loop {
        match child.wait() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn unstarted(program: &Program, error: &io::Error) -> Fault {
    let name = program.name();
    let fault = Fault::new(FaultKind::Unavailable, format!("{name:?} cannot be started: {error}"));
    if error.kind() == io::ErrorKind::NotFound {
        fault.hint("see whether it is installed and in the PATH")
    } else {
        fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Env;

    fn program(words: &[&str]) -> Program {
        Program::new(words.iter().map(Into::into).collect(), &Env::empty())
    }

    #[test]
    fn the_exit_code_comes_back_and_what_cannot_start_says_so() {
        assert_eq!(in_place(&program(&["sh", "-c", "exit 9"])).unwrap().code, 9);
        assert_eq!(in_place(&program(&["sh", "-c", "kill -HUP $$"])).unwrap().code, 129);
        let fault = foreground(&program(&["/nonexistent/qd-test"]), "").unwrap_err();
        assert!(fault.message.contains("cannot be started") && fault.hint.contains("PATH"), "{fault}");
    }

    #[test]
    fn a_program_that_has_the_terminal_gets_what_ends_the_console() {
        let folder = std::env::temp_dir().join(format!("qd-guest-{}", std::process::id()));
        let script = format!("trap 'exit 5' TERM; : > {}; while :; do sleep 0.05; done", folder.display());
        let run = thread::spawn(move || foreground(&program(&["sh", "-c", &script]), ""));
        while !folder.exists() {
            thread::sleep(std::time::Duration::from_millis(10));
        }
        pass_on(SIGTERM);
        assert_eq!(run.join().unwrap().unwrap().code, 5);
        std::fs::remove_file(folder).unwrap();
    }
}
