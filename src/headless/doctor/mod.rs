//! `qd doctor`: what the console stands on, looked at from the outside in, each line with the next step.
//!
//! Nobody is asked anything, and nothing is changed: every call reads.

#![allow(clippy::disallowed_methods, reason = "looks at files and rights, and measures answers")]

mod access;
mod files;
mod network;
mod programs;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde_json::json;

use super::{Base, codes, connect, write};
use crate::{
    cli::Report,
    config::Env,
    model::{
        Fault,
        check::{Check, Verdict},
        text,
    },
    views::VIEWS,
};

/// Looks at everything and writes it to stdout. `base` is what the program stands on, or why its configuration cannot
/// be used; `terminal` what was found of the terminal.
///
/// # Errors
/// No threads, or a stdout that cannot be written. What is wrong is part of the answer, and of the exit code.
pub fn doctor(base: Result<&Base, &str>, terminal: Vec<Check>, form: Report) -> Result<ExitCode, Fault> {
    let runtime = super::runtime()?;
    let (mut checks, mut code) = (Vec::new(), codes::WHOLE);
    match base {
        Ok(base) => {
            checks.extend(files::look(base));
            match runtime.block_on(async { connect(base, VIEWS) }) {
                Ok(mut reader) => {
                    let found = runtime.block_on(access::look(&mut reader));
                    if found.iter().any(|c| c.area == access::CREDENTIALS && c.verdict == Verdict::Wrong) {
                        code = codes::CREDENTIALS;
                    }
                    checks.extend(found);
                    checks.extend(runtime.block_on(network::look(base, &reader)));
                }
                Err(fault) => checks.push(of(network::ENDPOINTS, "connection", &fault)),
            }
        }
        Err(why) => {
            code = codes::USAGE;
            let check = Check::ok(files::FILES, "configuration", why.trim_start_matches("qd: "));
            checks.push(check.wrong("mend it; `qd config check` looks at the file alone"));
        }
    }
    checks.extend(terminal);
    let env = base.map_or_else(|_| Env::empty(), |base| base.env.clone());
    checks.extend(runtime.block_on(programs::look(&env)));
    runtime.shutdown_background();
    if code == codes::WHOLE && checks.iter().any(|c| c.verdict == Verdict::Wrong) {
        code = codes::WRONG;
    }
    write(|out| put(&checks, form, out), code)
}

/// A fault as a line.
fn of(area: &'static str, name: &str, fault: &Fault) -> Check {
    Check::ok(area, name, fault.to_string()).wrong(fault.hint.clone())
}

fn put(checks: &[Check], form: Report, out: &mut dyn Write) -> io::Result<()> {
    if form == Report::Json {
        let worst = checks.iter().map(|c| c.verdict).max().unwrap_or(Verdict::Ok);
        serde_json::to_writer_pretty(&mut *out, &json!({ "worst": worst, "checks": checks }))?;
        return out.write_all(b"\n");
    }
    let wide = checks.iter().map(|c| text::width(&c.name)).max().unwrap_or_default();
    let mut area = "";
    for check in checks {
        if check.area != area {
            let gap = if area.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}{}", check.area)?;
            area = check.area;
        }
        let name = text::clean(&check.name);
        let pad = " ".repeat(wide.saturating_sub(text::width(&name)));
        let mut said = check.said.lines();
        writeln!(out, "  {} {name}{pad}  {}", check.verdict.sign(), text::clean(said.next().unwrap_or_default()))?;
        let indent = " ".repeat(wide + 6);
        for line in said {
            writeln!(out, "{indent}{}", text::clean(line))?;
        }
        if !check.next.is_empty() {
            writeln!(out, "{indent}→ {}", text::clean(&check.next))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_sign_and_its_next_step_below() {
        let checks = [
            Check::ok("clock", "skew", "0 s"),
            Check::ok("files", "store", "in memory").doubtful("see the folder's rights"),
        ];
        let mut out = Vec::new();
        put(&checks, Report::Table, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "clock\n  ✔ skew   0 s\n\nfiles\n  ▲ store  in memory\n           → see the folder's rights\n"
        );
        let mut out = Vec::new();
        put(&checks, Report::Json, &mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&json["worst"], &json["checks"][1]["verdict"]), (&json!("doubtful"), &json!("doubtful")));
    }
}
