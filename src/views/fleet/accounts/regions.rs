//! Which of an account's own enabled regions are read: accounts differ, and what the board says is said of the caller's.

use std::sync::Arc;

use super::Item;
use crate::{
    cx::Cx,
    model::{Scope, org::Origin, text::counted},
    view::{At, Doing},
    views::aws::regions::{Item as Found, all},
};

/// The enabled regions of the account, asked for with its own session, when they are looked at.
pub fn regions(cx: Cx, at: At, item: Item) -> Doing<String> {
    Box::pin(async move {
        let Some(account) = item.to_account() else { return Ok("An OU has no regions of its own.".to_owned()) };
        let state = &account.details.state;
        if !state.can_enter() {
            return Ok(format!("Not asked: an account that is {} is not entered.", state.word()));
        }
        // A profile is resolved only when it is entered, and looking at its detail is not that.
        let held = || cx.vault.leases().iter().any(|lease| lease.account == account.id);
        if account.origin == Origin::Profiles && !held() {
            return Ok("Not asked: a profile is resolved only when its account is entered.".to_owned());
        }
        let scope = Scope::account(account.id.clone());
        let inside = At { scope, account: Some(Arc::new(account)), parent: None, role: at.role };
        Ok(said(&all(&cx, &inside).await?))
    })
}

/// Which are read and which are not.
fn said(found: &[Found]) -> String {
    let names = |fits: fn(&&Found) -> bool| -> Vec<&str> {
        found.iter().filter(fits).map(|found| found.region.as_str()).collect()
    };
    let (read, unread) = (names(|f| f.enabled && f.read), names(|f| f.enabled && !f.read));
    let enabled = read.len() + unread.len();
    let mut lines = vec![match read.len() {
        0 => format!("None of {} enabled in this account is read.", counted(enabled, "region")),
        n if unread.is_empty() => format!("All regions enabled in this account are read ({n}): {}", read.join(", ")),
        n => format!("{n} of {} enabled in this account are read: {}", counted(enabled, "region"), read.join(", ")),
    }];
    if !unread.is_empty() {
        lines.push(format!("Not read: {}", unread.join(", ")));
        lines.push("regions = [\"…\"] in the configuration names what is read.".to_owned());
    }
    let vain = names(|f| !f.enabled && f.read);
    if !vain.is_empty() {
        lines.push(format!("Read in vain, since they are not enabled here: {}", vain.join(", ")));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, enabled: bool, read: bool) -> Found {
        Found { region: name.into(), status: String::new(), enabled, read }
    }

    #[test]
    fn what_is_read_what_is_not_and_what_is_read_in_vain() {
        let home = found("eu-central-1", true, true);
        let text = said(&[home.clone(), found("us-east-1", true, false), found("me-south-1", false, true)]);
        assert_eq!(
            text,
            "1 of 2 regions enabled in this account are read: eu-central-1\nNot read: us-east-1\n\
             regions = [\"…\"] in the configuration names what is read.\n\
             Read in vain, since they are not enabled here: me-south-1"
        );
        let text = said(&[home, found("ap-east-1", false, false)]);
        assert_eq!(text, "All regions enabled in this account are read (1): eu-central-1");
        assert!(
            said(&[found("us-east-1", true, false)]).starts_with("None of 1 region enabled in this account is read")
        );
    }
}
