//! Credentials and rights: who calls, what Organizations answers, and whether one account can be entered.

use std::{sync::Arc, time::Duration};

use aws_sdk_organizations::{
    Client, error::SdkError, operation::describe_organization::DescribeOrganizationError as Refused,
};

use super::{Check, of};
use crate::{
    access::{Caller, Said},
    app::notes::Note,
    headless::reader::Reader,
    model::{Account, AccountId, Fault, FaultKind, Mode, org::Origin, time},
    remote,
};

/// The area of credentials.
pub const CREDENTIALS: &str = "credentials";
/// The area of rights.
const RIGHTS: &str = "rights";
/// The area of what the configuration says of the fleet.
const FLEET: &str = "fleet";

/// How many accounts are tried before it is said that none can be entered.
const TRIES: usize = 3;

/// How long the organisation may take for the sake of one account.
const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at them.
pub async fn look(reader: &mut Reader) -> Vec<Check> {
    let caller = match reader.cx.vault.caller().await {
        Ok(caller) => caller,
        Err(fault) => return refused(reader, &fault),
    };
    let now = reader.cx.now();
    let mut out = vec![Check::ok(CREDENTIALS, "source", caller.source.clone())];
    out.push(Check::ok(CREDENTIALS, "identity", caller.arn.clone()));
    out.push(match caller.expires {
        None => Check::ok(CREDENTIALS, "end", "none is known"),
        Some(until) => {
            let check = Check::ok(CREDENTIALS, "end", format!("{until:.0}, in {}", time::left(now, until)));
            let soon = !caller.renewable && until.duration_since(now).as_mins() < 15;
            if soon { check.doubtful("renew them before a shift: nothing here can") } else { check }
        }
    });
    out.extend(organizations(reader, &caller).await);
    out.push(enter(reader, &caller).await);
    out.extend(configured(reader).await);
    out
}

/// What of the configuration fits nothing that AWS knows, and which regions nobody reads.
async fn configured(reader: &mut Reader) -> Vec<Check> {
    if reader.caller.is_none() {
        reader.caller = Some(reader.cx.vault.caller().await);
    }
    reader.read_regions().await;
    let doubt = |name: &str, note: Note| Check::ok(FLEET, name, note.said).doubtful(note.next);
    let regions = reader.region_notes().into_iter().map(|note| doubt("regions", note));
    regions.chain(reader.idle().into_iter().map(|note| doubt("configuration", note))).collect()
}

/// What every source said, where none had any.
fn refused(reader: &Reader, fault: &Fault) -> Vec<Check> {
    let mut out = vec![of(CREDENTIALS, "identity", fault)];
    for tried in reader.cx.vault.tried() {
        let check = Check::ok(CREDENTIALS, tried.source, tried.words.clone());
        out.push(if tried.said == Said::Failed { check.wrong("mend it, or name another source") } else { check });
    }
    out
}

/// Each operation that the walk of the organisation calls, once.
async fn organizations(reader: &Reader, caller: &Caller) -> Vec<Check> {
    let session = match reader.cx.vault.caller_session(&caller.region).await {
        Ok(session) => session,
        Err(fault) => return vec![of(RIGHTS, "organizations", &fault)],
    };
    let client = reader.cx.remote.organizations(&session);
    let described = client.describe_organization().send().await;
    if let Err(SdkError::ServiceError(error)) = &described
        && Refused::is_aws_organizations_not_in_use_exception(error.err())
    {
        let check = Check::ok(RIGHTS, "organizations", "this account is in no organisation");
        return vec![check.doubtful("list accounts by hand ([[account]]), or use Identity Center or profiles")];
    }
    let mut out = vec![right(
        "DescribeOrganization",
        described.map(|_| ()).map_err(|e| remote::fault("organizations", "DescribeOrganization", &e)),
    )];
    out.extend(below_the_root(&client).await);
    out.push(right(
        "ListAccounts",
        client
            .list_accounts()
            .max_results(1)
            .send()
            .await
            .map(|_| ())
            .map_err(|e| remote::fault("organizations", "ListAccounts", &e)),
    ));
    out.push(right(
        "ListTagsForResource",
        client
            .list_tags_for_resource()
            .resource_id(caller.account.as_str())
            .send()
            .await
            .map(|_| ())
            .map_err(|e| remote::fault("organizations", "ListTagsForResource", &e)),
    ));
    out
}

async fn below_the_root(client: &Client) -> Vec<Check> {
    let roots = client.list_roots().send().await.map_err(|e| remote::fault("organizations", "ListRoots", &e));
    let root = roots.as_ref().ok().and_then(|r| r.roots().first()?.id()).map(ToOwned::to_owned);
    let mut out = vec![right("ListRoots", roots.map(|_| ()))];
    let Some(root) = root else { return out };
    let units = client.list_organizational_units_for_parent().parent_id(&root).max_results(1).send().await;
    out.push(right(
        "ListOrganizationalUnitsForParent",
        units.map(|_| ()).map_err(|e| remote::fault("organizations", "ListOrganizationalUnitsForParent", &e)),
    ));
    let accounts = client.list_accounts_for_parent().parent_id(&root).max_results(1).send().await;
    out.push(right(
        "ListAccountsForParent",
        accounts.map(|_| ()).map_err(|e| remote::fault("organizations", "ListAccountsForParent", &e)),
    ));
    out
}

/// Without a right the tree comes from the other sources: that is no fault, but worth a doubt.
fn right(operation: &str, result: Result<(), Fault>) -> Check {
    match result {
        Ok(()) => Check::ok(RIGHTS, format!("organizations:{operation}"), "allowed"),
        Err(fault) if fault.kind == FaultKind::Denied => {
            let check = Check::ok(RIGHTS, format!("organizations:{operation}"), fault.message);
            check.doubtful("`qd iam-policy` prints what the caller needs; without it the tree comes from other sources")
        }
        Err(fault) => of(RIGHTS, &format!("organizations:{operation}"), &fault),
    }
}

/// Enters one account that is not the caller's own.
async fn enter(reader: &mut Reader, caller: &Caller) -> Check {
    const NAME: &str = "a role in an account";
    if reader.org.accounts().is_empty() {
        // A large organisation takes longer than anybody waits here; then there is nothing to enter.
        let _late = tokio::time::timeout(PATIENCE, reader.read_org(false)).await;
        reader.quiet();
    }
    let candidates: Vec<Arc<Account>> = candidates(reader, &caller.account);
    let mut last = None;
    for account in candidates {
        match reader.cx.vault.lease(&account, None).await {
            Ok(lease) => {
                let said = format!("{} by {}: {}", account.name, lease.role, lease.mode.word());
                let check = Check::ok(RIGHTS, NAME, said);
                return match lease.mode {
                    Mode::ReadOnly => check,
                    _ => check.doubtful("no session policy limits it: use a role that reads only"),
                };
            }
            Err(fault) => last = Some((account, fault)),
        }
    }
    match last {
        None => Check::ok(RIGHTS, NAME, "there is no account beside the caller's own").doubtful(""),
        Some((account, fault)) => {
            let check = Check::ok(RIGHTS, NAME, format!("{} refuses: {fault}", account.name));
            check.wrong(if fault.hint.is_empty() {
                format!("`qd get access --account {}` says why not", account.id)
            } else {
                fault.hint
            })
        }
    }
}

fn candidates(reader: &Reader, own: &AccountId) -> Vec<Arc<Account>> {
    let all = reader.org.accounts().iter();
    let others = all.filter(|a| a.id != *own && a.details.state.can_enter() && a.origin != Origin::Profiles);
    others.take(TRIES).cloned().collect()
}
