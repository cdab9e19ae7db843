//! Names, pages and errors that the operations share.

use serde_json::{Map, Value, json};

use crate::sim::wire::{Answer, Ask, Refusal};
use crate::sim::world::ecs::{Cluster, Plan, Service, Task, clusters, plan, tasks};

/// The last part of an ARN or name.
pub fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// `InvalidParameterException`.
pub fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// The clusters of the caller in the region.
pub fn all(ask: &Ask<'_>) -> Vec<Cluster> {
    let account = ask.fleet.world.account(&ask.caller.account);
    account.map_or_else(Vec::new, |account| clusters(&ask.fleet.world, account, ask.region))
}

/// The service that an ARN of what hangs on it names: `arn:…:service-deployment/CLUSTER/SERVICE/ID`, and revisions alike.
pub fn of_arn<'a>(clusters: &'a [Cluster], arn: &str) -> Option<&'a Service> {
    let mut parts = arn.split('/').skip(1);
    let (cluster, service) = (parts.next()?, parts.next()?);
    let cluster = clusters.iter().find(|it| it.name == cluster)?;
    cluster.services.iter().find(|it| it.name == service)
}

/// The ARN of a cluster of the caller.
pub fn cluster_arn(ask: &Ask<'_>, name: &str) -> String {
    format!("arn:aws:ecs:{}:{}:cluster/{name}", ask.region, ask.caller.account)
}

/// Whether a name or ARN means this thing; ARNs of other accounts and regions mean nothing here.
pub fn means(asked: &str, name: &str, arn: &str) -> bool {
    if asked.starts_with("arn:") { asked == arn } else { short(asked) == name }
}

/// The cluster that the argument `cluster` names; `default` where it is missing.
pub fn cluster(ask: &Ask<'_>) -> Result<Cluster, Refusal> {
    let asked = ask.text("cluster").unwrap_or("default");
    let found = all(ask).into_iter().find(|it| means(asked, &it.name, &cluster_arn(ask, &it.name)));
    found.ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
}

/// How a service stands at the moment of the request.
pub struct Standing {
    /// What it was told.
    pub plan: Plan,
    /// Its tasks, oldest first.
    pub tasks: Vec<Task>,
}

/// Reads a service.
pub fn standing(ask: &Ask<'_>, service: &Service) -> Standing {
    let changes = &ask.fleet.changes;
    let plan = plan(service, &changes.of(&service.arn()), ask.fleet.world.epoch, ask.now);
    let tasks = tasks(service, &plan, changes, ask.now);
    Standing { plan, tasks }
}

/// A page of a list of ARNs; ECS lists take 1 to 100 per page.
pub fn page(ask: &Ask<'_>, name: &str, about: &str, all: &[Value], usual: i64) -> Result<Answer, Refusal> {
    let size = ask.number("maxResults").unwrap_or(usual);
    let size = usize::try_from(size).ok().filter(|size| (1..=100).contains(size));
    let size = size.ok_or_else(|| invalid("maxResults must be between 1 and 100."))?;
    let page = ask.page(about, all, ask.text("nextToken"), size);
    let page = page.map_err(|_| invalid("Invalid token."))?;
    let mut object = Map::new();
    object.insert(name.to_owned(), Value::Array(page.items));
    if let Some(next) = page.next {
        object.insert("nextToken".to_owned(), Value::String(next));
    }
    Ok(Answer::json(&Value::Object(object)))
}

/// An entry of `failures`.
pub fn missing(arn: &str) -> Value {
    json!({ "arn": arn, "reason": "MISSING" })
}

/// The entry of `failures` for a name or ARN that means nothing in a cluster.
pub fn absent(ask: &Ask<'_>, kind: &str, cluster: &str, name: &str) -> Value {
    let (region, account, name) = (ask.region, &ask.caller.account, short(name));
    missing(&format!("arn:aws:ecs:{region}:{account}:{kind}/{cluster}/{name}"))
}

/// The tags of what a team runs, in the spelling of ECS.
pub fn tags(team: &str, environment: &str) -> Value {
    json!([
        { "key": "team", "value": team },
        { "key": "environment", "value": environment },
        { "key": "managed-by", "value": "terraform" },
    ])
}

/// How many items there are, as JSON numbers are.
pub fn count<T>(items: impl IntoIterator<Item = T>) -> i64 {
    i64::try_from(items.into_iter().count()).unwrap_or(i64::MAX)
}

/// Whether `include` asks for a field.
pub fn includes(ask: &Ask<'_>, field: &str) -> bool {
    ask.texts("include").contains(&field)
}
