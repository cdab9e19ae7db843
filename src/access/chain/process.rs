//! `credential_process`: a program that prints credentials as JSON. It gets no terminal.
//!
//! The SDK's own provider lets the program inherit standard input, so that one that prompts takes the console's keys.
//! Here input is empty, output and errors are caught, and the program leads a session of its own (`setsid`, by
//! `process-wrap`, since a call between fork and exec is not safe code). A session without a terminal has no `/dev/tty`:
//! a program that would prompt there fails at once and says so. In a mere process group it would be stopped (`SIGTTIN`)
//! and keep everybody waiting to the end of its time. What it has started ends with it when it takes too long.

#![allow(clippy::disallowed_methods, reason = "the program that prints credentials")]

use std::{
    io,
    process::{Output, Stdio},
    time::Duration,
};

use jiff::Timestamp;
use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
};

use crate::{
    access::secret::Keys,
    model::{Fault, FaultKind, text},
};

/// How long the program may take. It may talk to an identity provider, but not to a person.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program of a profile and reads its answer.
///
/// # Errors
/// [`FaultKind::Expired`] where the program fails or takes too long: a person has to log in by its own means first;
/// [`FaultKind::Invalid`] where it cannot be run or its answer is not what the SDKs' reference guide demands.
pub async fn run(profile: &str, command: &SecretString) -> Result<Keys, Fault> {
    let what = format!("credential_process of profile {profile}");
    let wrong = |why: String| Fault::new(FaultKind::Invalid, format!("{what} {why}"));
    let mut shell = if cfg!(windows) { Command::new("cmd.exe") } else { Command::new("sh") };
    shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(command.expose_secret());
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut shell = CommandWrap::from(shell);
    shell.wrap(KillOnDrop);
    #[cfg(unix)]
    shell.wrap(process_wrap::tokio::ProcessSession);
    let mut child = shell.spawn().map_err(|e| wrong(format!("could not be started: {e}")))?;
    let Ok(ended) = tokio::time::timeout(PATIENCE, output(&mut *child)).await else {
        // The whole session; that it is over already is as good.
        let _over = child.start_kill();
        let message = format!("{what} took longer than {} s and was ended", PATIENCE.as_secs());
        return Err(Fault::new(FaultKind::Expired, message).hint("run it in another terminal: it may ask something"));
    };
    let ended = ended.map_err(|e| wrong(format!("could not be read: {e}")))?;
    let printed = SecretSlice::from(ended.stdout);
    if !ended.status.success() {
        let errors = String::from_utf8_lossy(&ended.stderr);
        let last = errors.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it said nothing");
        let message = format!("{what} failed ({}): {}", ended.status, text::clip(text::clean(last).trim(), 300));
        let hint = "run it in another terminal: it may ask something, or its login may have ended";
        return Err(Fault::new(FaultKind::Expired, message).hint(hint));
    }
    parse(printed.expose_secret()).map_err(wrong)
}

/// What the program printed, once it has ended.
async fn output(child: &mut dyn ChildWrapper) -> io::Result<Output> {
    let (printed, said) = (child.stdout().take(), child.stderr().take());
    let (stdout, stderr, status) = tokio::join!(whole(printed), whole(said), child.wait());
    Ok(Output { status: status?, stdout: stdout?, stderr: stderr? })
}

async fn whole(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// Reads `{"Version": 1, "AccessKeyId": …, "SecretAccessKey": …, "SessionToken": …, "Expiration": …}`; keys in any
/// case, as the SDKs read them.
fn parse(json: &[u8]) -> Result<Keys, String> {
    // The cause is left out: it could repeat a part of the answer.
    let Ok(Value::Object(fields)) = serde_json::from_slice(json) else {
        return Err("printed something that is no JSON object".to_owned());
    };
    let get = |key: &str| fields.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v);
    let text = |key: &str| get(key).and_then(Value::as_str).filter(|v| !v.is_empty());
    if get("Version").and_then(Value::as_i64) != Some(1) {
        return Err("printed an answer whose Version is not 1".to_owned());
    }
    let (Some(id), Some(secret)) = (text("AccessKeyId"), text("SecretAccessKey")) else {
        return Err("printed no AccessKeyId or no SecretAccessKey".to_owned());
    };
    let until = match text("Expiration").map(str::parse::<Timestamp>) {
        None => None,
        Some(Ok(until)) => Some(until),
        Some(Err(_)) => return Err("printed an Expiration that is no RFC 3339 time".to_owned()),
    };
    Ok(Keys::new(id, secret, text("SessionToken"), until))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ran(command: &str) -> Result<Keys, Fault> {
        run("p", &SecretString::from(command.to_owned())).await
    }

    #[tokio::test]
    async fn the_answer_is_read_and_input_is_empty() {
        let command = r#"test -z "$(cat)" && echo '{"Version":1,"accesskeyid":"AKIA9","SecretAccessKey":"s",
            "SessionToken":"t","Expiration":"2026-11-22T12:00:00+01:00"}'"#;
        let keys = ran(command).await.unwrap();
        assert_eq!((keys.id(), keys.has_token()), ("AKIA9", true));
        assert_eq!(keys.until().unwrap().to_string(), "2026-11-22T11:00:00Z");
    }

    #[tokio::test]
    async fn failures_say_what_the_program_said_and_never_what_it_printed() {
        let fault = ran("echo hunter2; echo 'session \u{1b}[31mexpired' >&2; exit 3").await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Expired);
        assert!(fault.message.contains("session expired") && !fault.message.contains("hunter2"), "{fault:?}");
        let fault = ran("echo hunter2").await.unwrap_err();
        assert!(fault.message.contains("no JSON object") && !fault.message.contains("hunter2"), "{fault:?}");
    }

    #[test]
    fn what_the_format_demands_is_demanded() {
        for (json, word) in [
            (r#"{"Version":2,"AccessKeyId":"a","SecretAccessKey":"b"}"#, "Version"),
            (r#"{"Version":1,"AccessKeyId":"a"}"#, "no SecretAccessKey"),
            (r#"{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"soon"}"#, "RFC 3339"),
        ] {
            assert!(parse(json.as_bytes()).unwrap_err().contains(word));
        }
    }
}
