//! AWS Organizations (AWS JSON 1.1).

use serde_json::{Map, Value, json};

use super::{Dialect, anything, signed};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal, seconds};
use crate::sim::world::{Account, Unit, World};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "organizations",
    protocol: Protocol::Json,
    operations: &[
        "DescribeAccount",
        "DescribeOrganization",
        "DescribeOrganizationalUnit",
        "ListAccounts",
        "ListAccountsForParent",
        "ListOrganizationalUnitsForParent",
        "ListParents",
        "ListRoots",
        "ListTagsForResource",
    ],
    claims,
    who: signed::caller,
    resource: anything,
    answer,
};

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.target("AWSOrganizationsV20161128")
}

/// What callers outside the management and the delegated account read.
pub fn denied() -> Refusal {
    Refusal::new("AccessDeniedException", "You don't have permissions to access this resource.")
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let world = &ask.fleet.world;
    let delegated = world.delegated().is_some_and(|account| account.id == ask.caller.account);
    let trusted = delegated || ask.caller.account == world.management();
    if !trusted && ask.operation != "DescribeOrganization" {
        return Err(denied());
    }
    match ask.operation {
        "DescribeOrganization" => Ok(organization(world)),
        "DescribeAccount" => {
            let account = known_account(ask)?;
            Ok(Answer::json(&json!({ "Account": account_json(ask, account) })))
        }
        "DescribeOrganizationalUnit" => {
            let unit = ask.text("OrganizationalUnitId").and_then(|id| world.unit(id));
            let unit = unit.filter(|unit| unit.parent.is_some()).ok_or_else(|| {
                let message = "You specified an organizational unit that doesn't exist.";
                Refusal::new("OrganizationalUnitNotFoundException", message)
            })?;
            Ok(Answer::json(&json!({ "OrganizationalUnit": unit_json(ask, unit) })))
        }
        "ListAccounts" => {
            let all: Vec<&Account> = world.accounts.iter().collect();
            list(ask, "Accounts", &all, |account| account_json(ask, account))
        }
        "ListAccountsForParent" => {
            let unit = parent(ask)?;
            let all: Vec<&Account> = unit.accounts.iter().filter_map(|place| world.accounts.get(*place)).collect();
            list(ask, "Accounts", &all, |account| account_json(ask, account))
        }
        "ListOrganizationalUnitsForParent" => {
            let unit = parent(ask)?;
            let all: Vec<&Unit> = unit.children.iter().filter_map(|place| world.units.get(*place)).collect();
            list(ask, "OrganizationalUnits", &all, |unit| unit_json(ask, unit))
        }
        "ListParents" => parents(ask),
        "ListRoots" => {
            let all: Vec<&Unit> = world.units.iter().take(1).collect();
            list(ask, "Roots", &all, |root| root_json(world, root))
        }
        _ => tags(ask),
    }
}

/// A page of a list; every Organizations list takes 1 to 20 per page.
fn list<T: Copy>(ask: &Ask<'_>, name: &str, all: &[T], json: impl Fn(T) -> Value) -> Result<Answer, Refusal> {
    let invalid = |what: &str| Refusal::new("InvalidInputException", what);
    let size = ask.number("MaxResults").unwrap_or(20);
    let size = usize::try_from(size).ok().filter(|size| (1..=20).contains(size));
    let size = size.ok_or_else(|| invalid("You provided a value for MaxResults outside of 1 to 20."))?;
    let about = ask.text("ParentId").unwrap_or_default();
    let page = ask.page(about, all, ask.text("NextToken"), size);
    let page = page.map_err(|_| invalid("You provided a NextToken that is not valid."))?;
    let items: Vec<Value> = page.items.into_iter().map(json).collect();
    Ok(Answer::json(&with_token(name, items, page.next)))
}

fn with_token(name: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut object = Map::new();
    object.insert(name.to_owned(), Value::Array(items));
    if let Some(next) = next {
        object.insert("NextToken".to_owned(), Value::String(next));
    }
    Value::Object(object)
}

fn arn(world: &World, kind: &str, id: &str) -> String {
    let (management, organization) = (world.management(), &world.organization);
    format!("arn:aws:organizations::{management}:{kind}/{organization}/{id}")
}

fn account_json(ask: &Ask<'_>, account: &Account) -> Value {
    let world = &ask.fleet.world;
    let mut json = json!({
        "Id": account.id,
        "Arn": arn(world, "account", &account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.state.status(),
        "State": account.state.word(),
        "Paths": [world.path(account)],
        "JoinedMethod": account.method,
        "JoinedTimestamp": seconds(account.joined * 1000),
    });
    if ask.quirks.no_paths
        && let Some(object) = json.as_object_mut()
    {
        object.remove("Paths");
    }
    json
}

fn unit_json(ask: &Ask<'_>, unit: &Unit) -> Value {
    let world = &ask.fleet.world;
    let mut json = json!({
        "Id": unit.id,
        "Arn": arn(world, "ou", &unit.id),
        "Name": unit.name,
        "Path": format!("{}/{}", world.organization, unit.path),
    });
    if ask.quirks.no_paths
        && let Some(object) = json.as_object_mut()
    {
        object.remove("Path");
    }
    json
}

fn root_json(world: &World, root: &Unit) -> Value {
    json!({
        "Id": root.id,
        "Arn": arn(world, "root", &root.id),
        "Name": root.name,
        "PolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    })
}

fn organization(world: &World) -> Answer {
    let management = world.accounts.first();
    let id = world.management();
    Answer::json(&json!({ "Organization": {
        "Id": world.organization,
        "Arn": format!("arn:aws:organizations::{id}:organization/{}", world.organization),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn(world, "account", id),
        "MasterAccountId": id,
        "MasterAccountEmail": management.map(|account| account.email.as_str()),
        "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    } }))
}

fn known_account<'a>(ask: &'a Ask<'_>) -> Result<&'a Account, Refusal> {
    let account = ask.text("AccountId").and_then(|id| ask.fleet.world.account(id));
    account.ok_or_else(|| {
        let message = "You specified an account that doesn't exist.";
        Refusal::new("AccountNotFoundException", message)
    })
}

fn parent<'a>(ask: &'a Ask<'_>) -> Result<&'a Unit, Refusal> {
    let unit = ask.text("ParentId").and_then(|id| ask.fleet.world.unit(id));
    let missing = || Refusal::new("ParentNotFoundException", "You specified parent that doesn't exist.");
    unit.ok_or_else(missing)
}

fn parents(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let world = &ask.fleet.world;
    let child = ask.text("ChildId").unwrap_or_default();
    let account = world.account(child).map(|account| account.unit);
    let place = account.or_else(|| world.unit(child).and_then(|unit| unit.parent));
    let unit = place.and_then(|place| world.units.get(place)).ok_or_else(|| {
        let message = "You specified an organizational unit or account that doesn't exist.";
        Refusal::new("ChildNotFoundException", message)
    })?;
    let kind = if unit.parent.is_none() { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    Ok(Answer::json(&json!({ "Parents": [{ "Id": unit.id, "Type": kind }] })))
}

fn tags(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let world = &ask.fleet.world;
    let id = ask.text("ResourceId").unwrap_or_default();
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let tags: Vec<Value> = match (world.account(id), world.unit(id)) {
        (Some(account), _) => account.tags().iter().map(|(key, value)| tag(key, value)).collect(),
        (None, Some(unit)) if unit.parent.is_some() => vec![tag("owner", "platform")],
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            let message = "You specified a target that doesn't exist.";
            return Err(Refusal::new("TargetNotFoundException", message));
        }
    };
    Ok(Answer::json(&json!({ "Tags": tags })))
}
