//! Completions in the person's own shell: of words that the program knows, and of accounts, OUs and roles as the last
//! run remembers them. No network is touched, and nothing is said where something is missing.

#![allow(clippy::disallowed_methods, reason = "a run of its own, with its own environment and clock")]

use std::{ffi::OsStr, process::ExitCode, sync::Arc};

use clap::CommandFactory as _;
use clap_complete::{
    CompleteEnv,
    engine::{ArgValueCompleter, CompletionCandidate},
    env::Shells,
};

use super::{codes, select, write};
use crate::{
    access::AwsFiles,
    app::plan::TREE,
    base::{Base, theme_names},
    cli::Cli,
    config::{Config, Env, Flags},
    model::{Fault, FaultKind, Org},
    store::{Audit, Store},
    ui::theme::Theme,
    views::VIEWS,
};

/// The variable by which a shell asks for completions.
pub const VARIABLE: &str = "QD_COMPLETE";

/// Writes the lines that a shell has to read once, for `qd completions SHELL`.
///
/// # Errors
/// A stdout that cannot be written.
pub fn script(shell: &str) -> Result<ExitCode, Fault> {
    let shells = Shells::builtins();
    let known = shells.names().collect::<Vec<_>>().join(", ");
    let unknown =
        || Fault::new(FaultKind::Invalid, format!("no completions for {shell:?}")).hint(format!("there are {known}"));
    let completer = shells.completer(shell).ok_or_else(unknown)?;
    write(|out| completer.write_registration(VARIABLE, "qd", "qd", "qd", out), codes::WHOLE)
}

/// Answers a shell that asks for completions. `false` where none asks.
///
/// # Errors
/// What is wrong with the question, or a stdout that cannot be written.
pub fn answer() -> Result<bool, Fault> {
    let asked = CompleteEnv::with_factory(command).var(VARIABLE).bin("qd");
    let done = asked.try_complete(std::env::args_os(), None);
    done.map_err(|e| Fault::new(FaultKind::Invalid, e.to_string()))
}

/// The command line, with what completes each value.
fn command() -> clap::Command {
    let by = |complete: fn(&OsStr) -> Vec<CompletionCandidate>| ArgValueCompleter::new(complete);
    let narrowed = |command: clap::Command| {
        command.mut_arg("accounts", |a| a.add(by(accounts))).mut_arg("ous", |a| a.add(by(ous)))
    };
    Cli::command()
        .mut_arg("role", |a| a.add(by(roles)))
        .mut_arg("theme", |a| a.add(by(themes)))
        .mut_arg("profile", |a| a.add(by(profiles)))
        .mut_arg("regions", |a| a.add(by(regions)))
        .mut_subcommand("get", |c| narrowed(c).mut_arg("view", |a| a.add(by(views))))
        .mut_subcommand("logs", |c| narrowed(c).mut_arg("view", |a| a.add(by(views))))
        .mut_subcommand("exec", |c| c.mut_arg("account", |a| a.add(by(accounts))))
}

/// Candidates that begin with what was typed, each with what it is.
fn fitting(typed: &OsStr, all: impl IntoIterator<Item = (String, String)>) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let fits = |(word, _): &(String, String)| word.to_lowercase().starts_with(&typed);
    let candidate = |(word, about): (String, String)| {
        let about = crate::model::text::clean(&about).into_owned();
        CompletionCandidate::new(word).help((!about.is_empty()).then(|| about.into()))
    };
    all.into_iter().filter(fits).map(candidate).collect()
}

/// A word that a shell takes as it stands.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "._-/@:+=".contains(c))
}

fn accounts(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(org) = remembered() else { return Vec::new() };
    let digits = typed.to_string_lossy().starts_with(|c: char| c.is_ascii_digit());
    let pair = |account: &Arc<crate::model::Account>| {
        let (id, name) = (account.id.to_string(), account.name.clone());
        if digits || !is_plain(&name) {
            (id, format!("{name} {}", account.path))
        } else {
            (name, format!("{id} {}", account.path))
        }
    };
    fitting(typed, org.accounts().iter().map(pair))
}

fn ous(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(org) = remembered() else { return Vec::new() };
    let nodes = org.walk().map(|(node, _)| node).filter(|node| node.account.is_none());
    let pair = |node: &crate::model::org::Node| {
        let path = select::path(&org, node);
        if is_plain(&path) { (path, node.id.clone()) } else { (node.id.clone(), path) }
    };
    fitting(typed, nodes.map(pair))
}

fn views(typed: &OsStr) -> Vec<CompletionCandidate> {
    let views = VIEWS.iter().map(|v| (v.id().0.to_owned(), v.about().to_owned()));
    fitting(typed, views.chain([("help".to_owned(), "lists the views".to_owned())]))
}

fn themes(typed: &OsStr) -> Vec<CompletionCandidate> {
    let names = theme_names(Theme::names(), &base().loaded.paths.themes);
    fitting(typed, names.into_iter().map(|name| (name, String::new())))
}

fn roles(typed: &OsStr) -> Vec<CompletionCandidate> {
    let config = base().loaded.config;
    fitting(typed, config.role.iter().map(|role| (role.name.clone(), role.how.show())))
}

fn regions(typed: &OsStr) -> Vec<CompletionCandidate> {
    let config = base().loaded.config;
    let elsewhere = config.overrides.iter().flat_map(|o| o.regions.iter().flatten());
    let mut all: Vec<String> = config.regions.iter().chain(elsewhere).map(ToString::to_string).collect();
    all.sort_unstable();
    all.dedup();
    fitting(typed, all.into_iter().map(|region| (region, String::new())))
}

fn profiles(typed: &OsStr) -> Vec<CompletionCandidate> {
    let env = Env::read();
    let files = AwsFiles::read(&env);
    fitting(typed, files.profiles().into_iter().map(|profile| (profile.name, String::new())))
}

/// What a run would stand on, without its complaints.
fn base() -> Base {
    let env = Env::read();
    let flags = Flags::default();
    let paths = || crate::config::Paths::new(&env, None);
    let loaded = Config::load(&env, &flags);
    let loaded = loaded.or_else(|_| Config::assemble(&Env::empty(), &flags, paths(), None));
    let loaded = loaded.unwrap_or_else(|_| crate::config::Loaded {
        config: Config::default(),
        origins: crate::config::Origins::default(),
        warnings: Vec::new(),
        paths: paths(),
    });
    let store = Store::open(&loaded.paths.store()).store;
    let audit = Audit::file(&loaded.paths.audit());
    Base { env, store, audit, badge: None, themes: Vec::new(), clock: Arc::new(jiff::Timestamp::now), loaded }
}

/// The organisation as the last run of this caller left it.
fn remembered() -> Option<Org> {
    let (text, _) = crate::base::remember(base().last_notebook().as_ref()).tree?;
    let tree = VIEWS.iter().find(|v| v.id().0 == TREE)?;
    let rows = tree.kept(&text).ok()?;
    Some(Org::new(rows.iter().filter_map(|row| row.node().cloned())))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn every_value_that_is_completed_is_one_of_the_command_line() {
        // A name of an argument that is none would panic here.
        command().debug_assert();
        let words: Vec<OsString> = views(OsStr::new("ec")).iter().map(|c| c.get_value().to_owned()).collect();
        assert!(words.contains(&OsString::from("ecs")), "{words:?}");
        assert!(is_plain("workload/prod") && !is_plain("two words") && !is_plain("$(x)"));
    }
}
