//! `DescribeTaskDefinition` and `ListTaskDefinitions`.

use serde_json::{Value, json};

use super::lookup::{all, includes, invalid, page, short, standing, tags};
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Launch, Revision, Service, newest, revision};

/// `ListTaskDefinitions`: by family, then by number. Without a family of all of them.
pub fn list(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let status = ask.text("status").unwrap_or("ACTIVE");
    if !["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"].contains(&status) {
        return Err(invalid("status should be one of [ACTIVE, INACTIVE, DELETE_IN_PROGRESS]"));
    }
    let descending = match ask.text("sort").unwrap_or("ASC") {
        "ASC" => false,
        "DESC" => true,
        _ => return Err(invalid("sort should be one of [ASC, DESC]")),
    };
    let family = ask.text("familyPrefix");
    let clusters = all(ask);
    let services = clusters.iter().flat_map(|cluster| &cluster.services);
    let mut services: Vec<&Service> = services.filter(|it| family.is_none_or(|family| family == it.name)).collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    services.dedup_by(|a, b| a.name == b.name);
    let mut arns = Vec::new();
    for service in services {
        let plan = standing(ask, service).plan;
        let fits = |number: &i64| revision(service, &plan, *number).active == (status == "ACTIVE");
        let numbers = (1..=newest(&plan)).filter(fits).filter(|_| status != "DELETE_IN_PROGRESS");
        arns.extend(numbers.map(|number| Value::String(service.definition(number))));
    }
    if descending {
        arns.reverse();
    }
    page(ask, "taskDefinitionArns", &format!("{family:?}|{status}|{descending}"), &arns, 100)
}

/// `DescribeTaskDefinition`: by ARN, `family:revision` or `family`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let unknown = || Refusal::new("ClientException", "Unable to describe task definition.");
    let asked = short(ask.text("taskDefinition").unwrap_or_default());
    let (family, number) = asked.split_once(':').map_or((asked, None), |(family, rev)| (family, Some(rev)));
    let clusters = all(ask);
    let mut services = clusters.iter().flat_map(|cluster| cluster.services.iter().chain(&cluster.jobs));
    let service = services.find(|service| service.name == family).ok_or_else(unknown)?;
    let plan = standing(ask, service).plan;
    let newest = newest(&plan);
    let number = number.map_or(Ok(newest), str::parse).map_err(|_| unknown())?;
    if !(1..=newest).contains(&number) {
        return Err(unknown());
    }
    let tags = if includes(ask, "TAGS") { tags(service.team, service.environment) } else { json!([]) };
    let definition = json(service, &revision(service, &plan, number));
    Ok(Answer::json(&json!({ "taskDefinition": definition, "tags": tags })))
}

fn json(service: &Service, revision: &Revision) -> Value {
    let (cpu, memory) = service.size();
    let (account, name, number) = (&service.account, &service.name, revision.number);
    let fargate = service.launch == Launch::Fargate;
    let compatibilities = if fargate { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    let volumes = if revision.cache { json!([{ "name": "cache", "host": {} }]) } else { json!([]) };
    let mut json = json!({
        "taskDefinitionArn": service.definition(number),
        "containerDefinitions": [container(service, revision)],
        "family": name,
        "taskRoleArn": format!("arn:aws:iam::{account}:role/ecs/{name}-task"),
        "executionRoleArn": format!("arn:aws:iam::{account}:role/ecs/{name}-execution"),
        "networkMode": "awsvpc",
        "revision": number,
        "volumes": volumes,
        "status": if revision.active { "ACTIVE" } else { "INACTIVE" },
        "requiresAttributes": [{ "name": "com.amazonaws.ecs.capability.logging-driver.awslogs" }],
        "placementConstraints": [],
        "compatibilities": compatibilities,
        "requiresCompatibilities": [service.launch.word()],
        "runtimePlatform": { "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" },
        "cpu": cpu.to_string(),
        "memory": memory.to_string(),
        "registeredAt": seconds(revision.registered),
        "registeredBy": format!("arn:aws:sts::{account}:assumed-role/delegated-role/pipeline-{number}"),
    });
    if !revision.active {
        json["deregisteredAt"] = seconds(revision.registered + service.period());
    }
    json
}

fn container(service: &Service, revision: &Revision) -> Value {
    let (_, memory) = service.size();
    let (account, region, name) = (&service.account, &service.region, &service.name);
    let secret = format!("arn:aws:secretsmanager:{region}:{account}:secret:{}", revision.secret);
    let pair = |(name, value): &(&str, String)| json!({ "name": name, "value": value });
    let environment: Vec<Value> = revision.environment.iter().map(pair).collect();
    let port =
        |port: i64, name: &str| json!({ "containerPort": port, "hostPort": port, "protocol": "tcp", "name": name });
    let mut ports = vec![port(service.port(), "http")];
    if revision.metrics {
        ports.push(port(9464, "metrics"));
    }
    let cache = json!({ "sourceVolume": "cache", "containerPath": "/var/cache", "readOnly": false });
    let mounts = if revision.cache { json!([cache]) } else { json!([]) };
    let asks = format!("curl -fs http://localhost:{}{}", service.port(), revision.health_path);
    json!({
        "name": name,
        "image": service.image(revision.number),
        "cpu": 0,
        "memory": memory,
        "essential": true,
        "command": revision.command,
        "portMappings": ports,
        "environment": environment,
        "secrets": [{ "name": "DATABASE_PASSWORD", "valueFrom": secret }],
        "mountPoints": mounts,
        "volumesFrom": [],
        "systemControls": [],
        "healthCheck": {
            "command": ["CMD-SHELL", asks], "interval": 10, "timeout": 5, "retries": 3, "startPeriod": 30 },
        "logConfiguration": logging(service),
    })
}

/// Where the lines go: to `CloudWatch`, or through `FireLens`, whose options may hold a key that a console must never
/// show.
fn logging(service: &Service) -> Value {
    if service.routes_lines() {
        return json!({
            "logDriver": "awsfirelens",
            "options": { "Name": "datadog", "apikey": "canary-do-not-show", "tag": service.name },
            "secretOptions": [{ "name": "Header", "valueFrom": "arn:aws:ssm:canary-do-not-show" }],
        });
    }
    json!({ "logDriver": "awslogs", "options": {
        "awslogs-group": service.log_group(),
        "awslogs-region": service.region,
        "awslogs-stream-prefix": "ecs" } })
}
