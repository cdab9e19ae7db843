//! Programs beside this one: which are there, and what is missing without them.

use std::{io, time::Duration};

use super::Check;
use crate::{
    access::{Program, plugin},
    config::Env,
    model::text,
};

/// The area of programs.
const PROGRAMS: &str = "programs";

/// Looks for them.
pub async fn look(env: &Env) -> Vec<Check> {
    vec![aws().await, session_manager(env).await]
}

async fn aws() -> Check {
    let program = Program::new(vec!["aws".into(), "--version".into()], &Env::empty());
    match program.said(Duration::from_secs(20)).await {
        Ok(said) => Check::ok(PROGRAMS, "aws", text::clip(text::clean(said.trim()).as_ref(), 60).to_string()),
        Err(e) => {
            let why = if e.kind() == io::ErrorKind::NotFound { "is not installed".to_owned() } else { e.to_string() };
            let check = Check::ok(PROGRAMS, "aws", why);
            check.doubtful("without it nobody can log in to Identity Center from the console (`aws sso login`)")
        }
    }
}

async fn session_manager(env: &Env) -> Check {
    match plugin::version(env).await {
        Ok(version) => Check::ok(PROGRAMS, plugin::PLUGIN, version),
        Err(fault) => {
            let check = Check::ok(PROGRAMS, plugin::PLUGIN, fault.message);
            check.doubtful(format!("without it there is no ECS Exec; {}", fault.hint))
        }
    }
}
