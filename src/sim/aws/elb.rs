//! Elastic Load Balancing, version 2 (Query, XML): target groups and the health of what is behind them.

use super::{Dialect, anything, signed};
use crate::sim::text;
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, REQUEST_ID, Refusal};
use crate::sim::world::ecs::{Member, Service, clusters, members, plan, tasks};

/// The service.
pub const DIALECT: Dialect = Dialect {
    service: "elasticloadbalancing",
    protocol: Protocol::Query,
    operations: &["DescribeTargetGroups", "DescribeTargetHealth"],
    claims,
    who: signed::caller,
    // `Describe*` know no resources (Service Authorization Reference).
    resource: anything,
    answer,
};

/// Other Query services share the path: the signature names the service.
fn claims(incoming: &Incoming) -> Option<String> {
    let signed = incoming.credential().is_some_and(|credential| credential.service == "elasticloadbalancing");
    if !signed || incoming.path != "/" {
        return None;
    }
    let body = std::str::from_utf8(&incoming.body).ok()?;
    text::form(body).into_iter().find(|(name, _)| name == "Action").map(|(_, action)| action)
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    if ask.operation == "DescribeTargetGroups" { groups(ask) } else { health(ask) }
}

/// The services of the caller in the region that have a target group.
fn balanced(ask: &Ask<'_>) -> Vec<Service> {
    let account = ask.fleet.world.account(&ask.caller.account);
    let clusters = account.map(|account| clusters(&ask.fleet.world, account, ask.region));
    clusters.into_iter().flatten().flat_map(|cluster| cluster.services).filter(Service::balanced).collect()
}

/// A list argument: `Name.member.1`, `Name.member.2` …
fn list<'a>(ask: &'a Ask<'_>, name: &str) -> Vec<&'a str> {
    (1..).map_while(|number| ask.text(&format!("{name}.member.{number}"))).collect()
}

fn lost() -> Refusal {
    Refusal::new("TargetGroupNotFound", "One or more target groups not found")
}

fn groups(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let (arns, names) = (list(ask, "TargetGroupArns"), list(ask, "Names"));
    let here = balanced(ask);
    let known = |wanted: &[&str], of: fn(&Service) -> String| {
        wanted.iter().all(|word| here.iter().any(|service| of(service) == *word))
    };
    if !known(&arns, Service::target_group) || !known(&names, |service| service.name.clone()) {
        return Err(lost());
    }
    let wanted = |service: &&Service| {
        (arns.is_empty() || arns.contains(&service.target_group().as_str()))
            && (names.is_empty() || names.contains(&service.name.as_str()))
    };
    let rows: Vec<String> = here.iter().filter(wanted).map(group).collect();
    let size = ask.text("PageSize").map_or(Ok(400), str::parse);
    let size = size.ok().filter(|size| (1..=400).contains(size));
    let size = size.ok_or_else(|| Refusal::new("ValidationError", "PageSize must be between 1 and 400"))?;
    let page = ask.page(&format!("{arns:?}{names:?}"), &rows, ask.text("Marker"), size);
    let page = page.map_err(|_| Refusal::new("ValidationError", "Invalid marker"))?;
    let marker = page.next.map(|next| format!("<NextMarker>{next}</NextMarker>")).unwrap_or_default();
    Ok(wrap("DescribeTargetGroups", &format!("<TargetGroups>{}</TargetGroups>{marker}", page.items.concat())))
}

fn group(service: &Service) -> String {
    let network = service.seed.word("network").word(&service.cluster).word("vpc").hex(17);
    let (arn, name, port) = (text::xml(&service.target_group()), text::xml(&service.name), service.port());
    format!(
        "<member><TargetGroupArn>{arn}</TargetGroupArn><TargetGroupName>{name}</TargetGroupName>\
         <Protocol>HTTP</Protocol><Port>{port}</Port><VpcId>vpc-{network}</VpcId>\
         <HealthCheckProtocol>HTTP</HealthCheckProtocol><HealthCheckPort>traffic-port</HealthCheckPort>\
         <HealthCheckEnabled>true</HealthCheckEnabled><HealthCheckPath>/healthz</HealthCheckPath>\
         <HealthCheckIntervalSeconds>10</HealthCheckIntervalSeconds>\
         <HealthCheckTimeoutSeconds>5</HealthCheckTimeoutSeconds>\
         <HealthyThresholdCount>3</HealthyThresholdCount><UnhealthyThresholdCount>2</UnhealthyThresholdCount>\
         <Matcher><HttpCode>200</HttpCode></Matcher><TargetType>ip</TargetType>\
         <ProtocolVersion>HTTP1</ProtocolVersion><IpAddressType>ipv4</IpAddressType><LoadBalancerArns/></member>"
    )
}

fn health(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let arn = ask.text("TargetGroupArn").unwrap_or_default();
    let service = balanced(ask).into_iter().find(|service| service.target_group() == arn).ok_or_else(lost)?;
    let changes = &ask.fleet.changes;
    let plan = plan(&service, &changes.of(&service.arn()), ask.fleet.world.epoch, ask.now);
    let members = members(&service, &tasks(&service, &plan, changes, ask.now), ask.now);
    let rows: String = members.iter().map(|member| described(&service, member)).collect();
    let rows = format!("<TargetHealthDescriptions>{rows}</TargetHealthDescriptions>");
    Ok(wrap("DescribeTargetHealth", &rows))
}

fn described(service: &Service, member: &Member) -> String {
    let (address, zone, port) = (&member.address, &member.zone, service.port());
    let (state, reason, words) = member.state.words();
    let why = match reason {
        "" => String::new(),
        _ => format!("<Reason>{reason}</Reason><Description>{}</Description>", text::xml(words)),
    };
    format!(
        "<member><Target><Id>{address}</Id><Port>{port}</Port><AvailabilityZone>{zone}</AvailabilityZone></Target>\
         <HealthCheckPort>{port}</HealthCheckPort>\
         <TargetHealth><State>{state}</State>{why}</TargetHealth></member>"
    )
}

/// The envelope that every Query answer has.
fn wrap(operation: &str, result: &str) -> Answer {
    Answer::xml(&format!(
        "<{operation}Response xmlns=\"http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/\">\
         <{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{operation}Response>"
    ))
}
