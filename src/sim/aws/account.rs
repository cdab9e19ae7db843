//! AWS Account Management: the regions of an account.

use serde_json::{Value, json};

use super::{Dialect, anything, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal};
use crate::sim::world::REGIONS;

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "account",
    protocol: Protocol::Rest,
    operations: &["ListRegions"],
    claims,
    who: signed::caller,
    resource: anything,
    answer: list_regions,
};

fn claims(incoming: &Incoming) -> Option<String> {
    (incoming.path == "/listRegions").then(|| "ListRegions".to_owned())
}

fn list_regions(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let world = &ask.fleet.world;
    if let Some(other) = ask.text("AccountId").filter(|other| *other != ask.caller.account) {
        let delegated = world.delegated().is_some_and(|account| account.id == ask.caller.account);
        let trusted = delegated || ask.caller.account == world.management();
        if !trusted || world.account(other).is_none() {
            let message = "You do not have sufficient access to perform this action.";
            return Err(Refusal::new("AccessDeniedException", message).status(403));
        }
    }
    let size = ask.number("MaxResults").unwrap_or(50);
    let size = usize::try_from(size).ok().filter(|size| (1..=50).contains(size));
    let invalid = |what: &str| Refusal::new("ValidationException", what);
    let size = size.ok_or_else(|| invalid("MaxResults must be between 1 and 50"))?;
    let wanted = ask.texts("RegionOptStatusContains");
    let rows: Vec<Value> = REGIONS
        .iter()
        .filter(|(_, opt)| wanted.is_empty() || wanted.contains(&opt.word()))
        .map(|(name, opt)| json!({ "RegionName": name, "RegionOptStatus": opt.word() }))
        .collect();
    let page = ask.page(&wanted.join(","), &rows, ask.text("NextToken"), size);
    let page = page.map_err(|_| invalid("Invalid NextToken"))?;
    Ok(Answer::rest(&json!({ "Regions": page.items, "NextToken": page.next })))
}
