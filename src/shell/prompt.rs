//! A person's own shell whose prompt says which account it is for. No file is written: each kind of shell is told in
//! the way that it has for that.
//!
//! | Shell | How |
//! |---|---|
//! | bash | a start file that is a pipe (`--rcfile /dev/fd/N`): the person's own, and then the mark |
//! | fish | `--init-command`, which runs after the person's own configuration |
//! | zsh | `RPROMPT` and `PROMPT`, which hold unless `.zshrc` sets them; there `$QD_PROMPT` is at hand |
//! | sh, dash, ksh and others | `PS1` |

use std::{ffi::OsString, path::Path};

/// Runs in bash before its first prompt. A prompt that is made anew each time (`PROMPT_COMMAND`) gets the mark anew.
const BASH: &str = r#"[ -f ~/.bashrc ] && . ~/.bashrc
__qd_prompt() { case $PS1 in "[$QD_PROMPT] "*) ;; *) PS1="[$QD_PROMPT] $PS1" ;; esac; }
if [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -ge 51 ]; then PROMPT_COMMAND+=(__qd_prompt)
else PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND
}__qd_prompt"; fi
"#;

/// Starts bash with the lines above. Before bash 4 a start file cannot be a pipe: there the variable alone has to do.
const START_BASH: &str = r#"if [ "${BASH_VERSINFO[0]}" -ge 4 ]; then exec "$0" --rcfile <(printf %s "$1") -i
else export PROMPT_COMMAND='case $PS1 in "[$QD_PROMPT] "*) ;; *) PS1="[$QD_PROMPT] $PS1" ;; esac'; exec "$0" -i; fi"#;

/// Runs in fish before its first prompt.
const FISH: &str = r#"functions --copy fish_prompt __qd_fish_prompt
function fish_prompt; echo -n "[$QD_PROMPT] "; __qd_fish_prompt; end"#;

/// A shell to be started: its arguments, and the variables that its prompt is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// The variables.
    pub variables: Vec<(&'static str, String)>,
}

/// The person's shell (`$SHELL`; `/bin/sh` without one), marked with a label.
#[must_use]
pub fn shell(path: Option<&str>, label: &str) -> Shell {
    let path = path.unwrap_or("/bin/sh");
    let label = plain(label);
    let name = Path::new(path).file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let argv: Vec<&str> = match name {
        "bash" => vec![path, "-c", START_BASH, path, BASH],
        "fish" => vec![path, "--init-command", FISH],
        _ => vec![path, "-i"],
    };
    let mut variables = vec![("QD_PROMPT", label.clone())];
    match name {
        "bash" | "fish" => {}
        "zsh" => {
            variables.push(("PROMPT", format!("[{label}] %1~ %# ")));
            variables.push(("RPROMPT", format!("[{label}]")));
        }
        _ => variables.push(("PS1", format!("[{label}] $ "))),
    }
    Shell { argv: argv.into_iter().map(OsString::from).collect(), variables }
}

/// A label without anything that a shell would run in a prompt: names of accounts come from outside.
fn plain(label: &str) -> String {
    label.chars().map(|c| if c.is_alphanumeric() || " ._-/:@+".contains(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn no_name_of_an_account_runs_anything() {
        let shell = shell(Some("/bin/dash"), "pay$(touch x)`id`%{\\u\u{1b}");
        assert_eq!(shell.variables[0].1, "pay__touch x__id____u_");
        assert_eq!(shell.variables[1], ("PS1", "[pay__touch x__id____u_] $ ".to_owned()));
    }

    #[test]
    fn bash_reads_the_own_start_file_and_then_marks_the_prompt() {
        let home = std::env::temp_dir().join(format!("qd-prompt-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join(".bashrc"), "PS1='mine> '\nPROMPT_COMMAND='seen=1'\n").unwrap();
        let shell = shell(Some("/bin/bash"), "pay-prod:audit");
        let mut command = Command::new(&shell.argv[0]);
        command.args(&shell.argv[1..]).envs(shell.variables).env("HOME", &home).env_remove("PROMPT_COMMAND");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"echo \"<$PS1><$seen>\"\nexit 4\n").unwrap();
        let out = child.wait_with_output().unwrap();
        std::fs::remove_dir_all(&home).unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(text.contains("<[pay-prod:audit] mine> ><1>"), "{text}");
        assert_eq!(out.status.code(), Some(4));
    }
}
