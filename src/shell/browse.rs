//! The person's browser: what opens a link, and whether it did.
//!
//! A link is handed over as one argument of a program, never through a shell, and without anything in its environment that
//! leads to credentials.

use std::{ffi::OsString, os::unix::process::CommandExt as _, process::Stdio, time::Duration};

use crate::{access::Program, base::Base, config::Env, model::Link};

/// How long a program may take to say that it cannot. One that runs on is the browser itself.
const SOON: Duration = Duration::from_secs(3);

/// Opens a link, and tells why where that was not possible.
pub async fn open(base: &Base, link: &Link) -> Result<(), String> {
    if base.badge.is_some() {
        return Err("these accounts are not in AWS".to_owned());
    }
    let mut why = "no browser is known here: set BROWSER".to_owned();
    for argv in openers(&base.env, cfg!(target_os = "macos"), link) {
        let name = argv.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        match start(Program::new(argv, &base.env)).await {
            Ok(()) => return Ok(()),
            Err(e) => why = format!("{name}: {e}"),
        }
    }
    Err(why)
}

/// The programs that may open a link, with their arguments, in the order in which they are tried.
///
/// `BROWSER` is a list parted by colons, each part a program with its arguments and perhaps `%s` for the link, as
/// `xdg-open` and Python's `webbrowser` read it. Without it a browser is looked for only where the screen is the machine's
/// own: one that opens on the far side of an ssh connection helps nobody.
fn openers(env: &Env, mac: bool, link: &Link) -> Vec<Vec<OsString>> {
    let named = |line: &str| -> Vec<OsString> {
        let mut argv: Vec<OsString> = line.split_whitespace().map(|w| w.replace("%s", link.as_str()).into()).collect();
        if !argv.is_empty() && !line.contains("%s") {
            argv.push(link.as_str().into());
        }
        argv
    };
    if let Some(list) = env.get("BROWSER") {
        return list.split(':').map(named).filter(|argv| !argv.is_empty()).collect();
    }
    let far = env.get("SSH_CONNECTION").or(env.get("SSH_TTY")).is_some();
    let near = env.get("DISPLAY").or(env.get("WAYLAND_DISPLAY")).is_some();
    let names: &[&str] = match (far, mac, env.get("WSL_DISTRO_NAME").is_some(), near) {
        (true, ..) => &[],
        (_, true, ..) => &["open"],
        (_, _, true, _) => &["wslview", "xdg-open"],
        (.., near) => {
            if near {
                &["xdg-open"]
            } else {
                &[]
            }
        }
    };
    names.iter().map(|name| named(name)).collect()
}

/// Starts a program apart from the terminal: it outlives the console, and no key reaches it.
async fn start(program: Program) -> Result<(), String> {
    let mut command = program.command();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = tokio::process::Command::from(command).spawn().map_err(|e| e.to_string())?;
    match tokio::time::timeout(SOON, child.wait()).await {
        Ok(Ok(status)) if !status.success() => Err(status.to_string()),
        Ok(Err(e)) => Err(e.to_string()),
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Page;

    fn opened(vars: &[(&str, &str)], mac: bool) -> Vec<Vec<String>> {
        let env: Env = vars.iter().copied().collect();
        let link = Page::at(&["x"]).address("aws", None).unwrap();
        let words = |argv: Vec<OsString>| argv.into_iter().map(|w| w.into_string().unwrap()).collect();
        openers(&env, mac, &link).into_iter().map(words).collect()
    }

    const LINK: &str = "https://console.aws.amazon.com/x";

    #[test]
    fn a_link_is_one_argument_of_a_program() {
        let browser = opened(&[("BROWSER", "firefox --new-tab:w3m -o '%s'"), ("SSH_TTY", "/dev/pts/1")], false);
        assert_eq!(browser, [vec!["firefox", "--new-tab", LINK], vec!["w3m", "-o", &format!("'{LINK}'")]]);
        assert_eq!(opened(&[("DISPLAY", ":0")], false), [["xdg-open", LINK]]);
        assert_eq!(opened(&[], true), [["open", LINK]]);
        assert_eq!(opened(&[("WSL_DISTRO_NAME", "x")], false), [["wslview", LINK], ["xdg-open", LINK]]);
    }

    #[test]
    fn nothing_is_opened_on_the_far_side_of_a_connection_or_without_a_screen() {
        assert!(opened(&[("SSH_CONNECTION", "1"), ("DISPLAY", ":0")], false).is_empty());
        assert!(opened(&[("SSH_CONNECTION", "1")], true).is_empty());
        assert!(opened(&[], false).is_empty() && opened(&[("BROWSER", " : ")], false).is_empty());
    }
}
