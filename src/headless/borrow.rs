//! `qd exec`: which account is meant, and its credentials.

use std::sync::Arc;

use super::{Base, reader::Reader, remember, select};
use crate::{
    access::{Errand, Loan, Program},
    cli::Exec,
    model::{Account, Fault},
};

/// Finds the account, in the tree of the last run where it is known there, and borrows its credentials.
///
/// # Errors
/// A word that names no account, why there is no access to it, credentials that may write where `--unlimited` was not
/// given, and an audit log that cannot be written.
pub async fn lend(base: &Base, reader: &mut Reader, exec: &Exec) -> Result<(Loan, Program), Fault> {
    let account = find(base, reader, &exec.account).await?;
    let config = &reader.cx.config;
    // A role that somebody names now is used even where the caller's own credentials would do.
    let role = config.demanded.roles.then(|| config.roles_for(&account).first().map(|r| r.name.as_str().into()));
    let region = if config.demanded.regions { config.regions.first().cloned() } else { None };
    let argv = exec.command.clone();
    let errand = Errand { account, role: role.flatten(), region, word: "exec", argv, unlimited: exec.unlimited };
    reader.cx.guard.lend(errand).await
}

async fn find(base: &Base, reader: &mut Reader, word: &str) -> Result<Arc<Account>, Fault> {
    if select::account(&reader.org, word).is_err() {
        reader.read_org(false).await;
        reader.quiet();
        remember::keep(base, reader).await;
    }
    let found = select::account(&reader.org, word).and_then(|id| {
        let account = reader.org.account(&id.as_str().into()).cloned();
        account.ok_or_else(|| Fault::new(crate::model::FaultKind::Invalid, format!("{word:?} is no account")))
    });
    match (&reader.caller, found) {
        // Without a caller nothing was read that could hold it.
        (Some(Err(fault)), Err(_)) => Err(fault.clone()),
        (_, found) => found,
    }
}
