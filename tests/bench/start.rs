//! How long the first frame takes, from exec to its last byte in a pty of 200×50, with the cached tree of 1,000 accounts on
//! it; beside taws where it is installed, and a C program that prints three lines. All in one run: ratios, not seconds.
//!
//! `cargo bench --bench start` (with `TAWS=/path/to/taws` for the comparison).

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use quarterdeck::{
    config::{Env, Paths},
    model::Memo,
    store::Store,
};

/// Runs of each program, in turn, so that noise of the machine falls on all of them.
const RUNS: usize = 21;

/// The end of a synchronised update: the last bytes of a frame of ours.
const FRAME_END: &[u8] = b"\x1b[?2026l";

fn main() {
    let folder = std::env::temp_dir().join(format!("qd-bench-start-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let c = c_program(&folder);
    let qd = program::program();
    let env = cached_tree(&folder);
    let taws = std::env::var_os("TAWS").map(PathBuf::from);
    let (mut ours, mut floor, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        floor.push(first_frame(&c, &[], None));
        ours.push(first_frame(&qd, &env, Some(FRAME_END)));
        if let Some(taws) = &taws {
            theirs.push(first_frame(taws, &env, None));
        }
    }
    println!("first frame, exec to last byte, median of {RUNS} (fastest–slowest), ms");
    show("C program that prints three lines", &mut floor);
    show("qd with 1,000 accounts cached", &mut ours);
    if taws.is_some() {
        show("taws (an empty table)", &mut theirs);
    } else {
        println!("taws: not measured, TAWS names no program");
    }
    let over = median(&mut ours) - median(&mut floor);
    println!("qd above the C program: {over:.1} ms (figure to hold: 10)");
    if std::env::var_os("KEEP").is_none() {
        let _left = fs::remove_dir_all(&folder);
    }
}

fn show(name: &str, times: &mut [f64]) {
    let middle = median(times);
    println!("  {name:36} {middle:6.1} ({:.1}–{:.1})", times[0], times[times.len() - 1]);
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn c_program(folder: &Path) -> PathBuf {
    let (source, program) = (folder.join("three.c"), folder.join("three"));
    fs::write(&source, "#include <stdio.h>\nint main(void){puts(\"one\");puts(\"two\");puts(\"three\");return 0;}\n")
        .unwrap();
    assert!(Command::new("cc").arg("-O2").arg(&source).arg("-o").arg(&program).status().unwrap().success());
    program
}

/// A home with a store that remembers a tree of 1,000 accounts in 200 OUs, and keys that lead nowhere.
fn cached_tree(folder: &Path) -> Vec<(String, String)> {
    let home = folder.display().to_string();
    let vars = [
        ("HOME", home.as_str()),
        ("XDG_STATE_HOME", &format!("{home}/state")),
        ("XDG_CONFIG_HOME", &format!("{home}/config")),
        ("AWS_ACCESS_KEY_ID", "AKIABENCHBENCHBENCH0"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
    ];
    let vars: Vec<(String, String)> = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let env: Env = vars.iter().cloned().collect();
    let now = jiff::Timestamp::now();
    let opened = Store::open(&Paths::new(&env, None).store());
    let book = opened.store.fleet("o-bench arn:aws:iam::000000000000:user/bench");
    opened.store.set_last_fleet("key AKIABENCHBENCHBENCH0", book.fleet(), now).unwrap();
    let rows = kept_tree();
    book.write(vec![Memo::keep("tree", "rows", rows), Memo::keep("fleet", "swept", "yes")], now).unwrap();
    vars
}

/// The rows of `accounts`, read once from the embedded fleet, as the store keeps them.
fn kept_tree() -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    fleet::kept(runtime.block_on(fleet::rows(1_000)))
}

/// From exec to the last byte of the first frame: up to `mark`, or up to a pause of 20 ms.
fn first_frame(program: &Path, env: &[(String, String)], mark: Option<&[u8]>) -> f64 {
    let size = PtySize { rows: 50, cols: 200, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    for (name, value) in env {
        command.env(name, value);
    }
    let mut reader = pair.master.try_clone_reader().unwrap();
    let (tell, bytes) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            if tell.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                break;
            }
        }
    });
    let begun = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let (mut last, mut all, mut any) = (begun, Vec::new(), false);
    loop {
        let wait = if any && mark.is_none() { Duration::from_millis(20) } else { Duration::from_secs(5) };
        let Ok((at, chunk)) = bytes.recv_timeout(wait) else { break };
        (last, any) = (at, true);
        all.extend_from_slice(&chunk);
        if mark.is_some_and(|m| all.windows(m.len()).any(|w| w == m)) {
            break;
        }
    }
    let _ended = child.kill();
    let _code = child.wait();
    assert!(any, "{} printed nothing", program.display());
    if mark.is_some() {
        assert!(String::from_utf8_lossy(&all).contains("workload"), "the kept tree is not in the first frame");
    }
    last.duration_since(begun).as_secs_f64() * 1_000.0
}

#[path = "fleet.rs"]
mod fleet;

#[path = "../support/program.rs"]
mod program;
