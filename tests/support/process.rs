//! Child processes that end with the test that started them, each by its own number.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::Done;

/// A child. Dropping it kills it and waits for it.
#[derive(Debug)]
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

impl Running {
    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits for its end; `None` if it takes longer.
    pub fn end(&mut self, longest: Duration) -> Option<i32> {
        let until = Instant::now() + longest;
        loop {
            match self.0.try_wait().expect("a child of this process") {
                Some(status) => return Some(status.code().unwrap_or(-1)),
                None if Instant::now() >= until => return None,
                None => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// Sends a signal by its name, such as `TERM`.
pub fn signal(id: u32, name: &str) {
    let done = Command::new("kill").args([&format!("-{name}"), &id.to_string()]).status();
    assert!(done.is_ok_and(|status| status.success()), "kill -{name} {id}");
}

/// Whether a process is stopped, as by SIGSTOP.
pub fn is_stopped(id: u32) -> bool {
    let out = Command::new("ps").args(["-o", "stat=", "-p", &id.to_string()]).output().expect("ps");
    String::from_utf8_lossy(&out.stdout).trim_start().starts_with('T')
}

/// The arguments of a process and of all that it has started and that still runs, as every user of the machine can read
/// them: number and words, these parted by zero bytes.
pub fn arguments(root: u32) -> Vec<(u32, Vec<u8>)> {
    let folders = std::fs::read_dir("/proc").expect("the processes of the machine");
    let ids = folders.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parent = |id: &u32| {
        // Behind the name, which may hold anything, stand the state and the parent (proc(5)).
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let all: Vec<(u32, u32)> = ids.filter_map(|id| Some((id, parent(&id)?))).collect();
    let mut family = vec![root];
    let mut at = 0;
    while let Some(&one) = family.get(at) {
        family.extend(all.iter().filter(|(_, parent)| *parent == one).map(|(id, _)| *id));
        at += 1;
    }
    family.into_iter().filter_map(|id| Some((id, std::fs::read(format!("/proc/{id}/cmdline")).ok()?))).collect()
}

/// The lines of a stream, read on a thread of their own so that a full pipe never stops the child.
pub fn lines(stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (tell, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Where nobody reads on, the stream is emptied all the same.
            let _unread = tell.send(line);
        }
    });
    lines
}

/// Runs a command to its end, its input being empty.
pub fn run(mut command: Command, longest: Duration) -> Done {
    let said = format!("{command:?}");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().unwrap_or_else(|e| panic!("{said}: {e}")));
    let out = whole(child.0.stdout.take().expect("piped"));
    let err = whole(child.0.stderr.take().expect("piped"));
    let code = child.end(longest);
    let code = code.unwrap_or_else(|| panic!("{said} did not end within {longest:?}"));
    Done { code, out: out.join().expect("a reader"), err: err.join().expect("a reader") }
}

fn whole(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A child that was killed leaves a broken pipe; what came until then counts.
        let _cut = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
