//! `DescribeTaskDefinition`.

use serde_json::{Value, json};

use super::lookup::{all, includes, short, standing, tags};
use crate::sim::wire::{Answer, Ask, Refusal, seconds};
use crate::sim::world::ecs::{Launch, Service};

/// `DescribeTaskDefinition`: by ARN, `family:revision` or `family`.
pub fn describe(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let unknown = || Refusal::new("ClientException", "Unable to describe task definition.");
    let asked = short(ask.text("taskDefinition").unwrap_or_default());
    let (family, revision) = asked.split_once(':').map_or((asked, None), |(family, rev)| (family, Some(rev)));
    let clusters = all(ask);
    let mut services = clusters.iter().flat_map(|cluster| &cluster.services);
    let service = services.find(|service| service.name == family).ok_or_else(unknown)?;
    let newest = standing(ask, service).plan.primary().map_or(1, |rollout| rollout.revision);
    let revision = revision.map_or(Ok(newest), str::parse).map_err(|_| unknown())?;
    if !(1..=newest).contains(&revision) {
        return Err(unknown());
    }
    let tags = if includes(ask, "TAGS") { tags(service.team, service.environment) } else { json!([]) };
    Ok(Answer::json(&json!({ "taskDefinition": json(service, revision), "tags": tags })))
}

fn json(service: &Service, revision: i64) -> Value {
    let (cpu, memory) = service.size();
    let (account, name) = (&service.account, &service.name);
    let fargate = service.launch == Launch::Fargate;
    let compatibilities = if fargate { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) };
    json!({
        "taskDefinitionArn": service.definition(revision),
        "containerDefinitions": [container(service, revision)],
        "family": name,
        "taskRoleArn": format!("arn:aws:iam::{account}:role/ecs/{name}-task"),
        "executionRoleArn": format!("arn:aws:iam::{account}:role/ecs/{name}-execution"),
        "networkMode": "awsvpc",
        "revision": revision,
        "volumes": [],
        "status": "ACTIVE",
        "requiresAttributes": [{ "name": "com.amazonaws.ecs.capability.logging-driver.awslogs" }],
        "placementConstraints": [],
        "compatibilities": compatibilities,
        "requiresCompatibilities": [service.launch.word()],
        "runtimePlatform": { "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" },
        "cpu": cpu.to_string(),
        "memory": memory.to_string(),
        "registeredAt": seconds(service.created() + revision * 60_000),
        "registeredBy": format!("arn:aws:sts::{account}:assumed-role/delegated-role/pipeline-{revision}"),
    })
}

fn container(service: &Service, revision: i64) -> Value {
    let (_, memory) = service.size();
    let (account, region, name) = (&service.account, &service.region, &service.name);
    let secret = format!("arn:aws:secretsmanager:{region}:{account}:secret:{name}/db");
    json!({
        "name": name,
        "image": service.image(revision),
        "cpu": 0,
        "memory": memory,
        "essential": true,
        "portMappings": [{
            "containerPort": service.port(), "hostPort": service.port(), "protocol": "tcp", "name": "http" }],
        // A value that a console must never show: environment values are secrets as often as not.
        "environment": [
            { "name": "ENVIRONMENT", "value": service.environment },
            { "name": "SERVICE", "value": name },
            { "name": "SIGNING_KEY", "value": "canary-do-not-show" },
        ],
        "secrets": [{ "name": "DATABASE_PASSWORD", "valueFrom": secret }],
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
        "healthCheck": {
            "command": ["CMD-SHELL", format!("curl -fs http://localhost:{}/healthz", service.port())],
            "interval": 10, "timeout": 5, "retries": 3, "startPeriod": 30 },
        "logConfiguration": logging(service),
    })
}

/// Where the lines go: to `CloudWatch`, or through FireLens, whose options may hold a key that a console must never
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
