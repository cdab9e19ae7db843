//! Which streams hold the lines of a task, or of the tasks of a service.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_ecs::{Client, types};
use jiff::Timestamp;

use super::{super::Task, drivers::Output};
use crate::{
    model::{Fault, FaultKind},
    remote,
    views::aws::ecs::{Service, moment, short},
};

/// Streams of one service that are read at most, those of running tasks first.
const MOST: usize = 100;

/// Tasks that one call lists and describes at most (API reference of `ListTasks` and `DescribeTasks`).
const PAGE: usize = 100;

/// Letters of a task's id that tell it from its neighbours.
const SHORT_ID: usize = 8;

/// Whose lines are wanted.
#[derive(Clone, Debug)]
pub enum Target {
    /// Those of one task, in the cluster of this name or ARN.
    Task(Box<Task>, String),
    /// Those of a service's tasks: all that run, and those that ECS still tells of.
    Service(Box<Service>),
}

/// A stream that holds lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The log group.
    pub group: String,
    /// The region, where it is not the task's own.
    pub region: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is called on the screen.
    pub label: Arc<str>,
    /// Whether its container can still write.
    pub live: bool,
    /// When its task was made.
    pub created: Option<Timestamp>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The streams.
    pub streams: Vec<Stream>,
    /// What is to be said: drivers that are not read here, what was left out.
    pub words: Vec<String>,
}

/// A task as far as its log goes.
struct Writer {
    id: String,
    definition: String,
    live: bool,
    created: Option<Timestamp>,
    /// Containers by name, with the id that the runtime gave them, where that is known.
    containers: Vec<(String, Option<String>)>,
}

/// Finds streams, and remembers definitions: they never change.
pub struct Finder {
    client: Client,
    target: Target,
    definitions: HashMap<String, Arc<Vec<(String, Output)>>>,
}

impl Finder {
    /// A finder for a target.
    pub fn new(client: Client, target: Target) -> Self {
        Self { client, target, definitions: HashMap::new() }
    }

    /// What the lines belong to, in words.
    pub fn about(&self) -> String {
        match &self.target {
            Target::Task(task, _) => format!("task definition {}", task.definition),
            Target::Service(service) => format!("tasks of {}", service.name),
        }
    }

    /// Whether new streams may appear: tasks of a service come and go.
    pub fn grows(&self) -> bool {
        matches!(self.target, Target::Service(_))
    }

    /// The streams as of now.
    ///
    /// # Errors
    /// What ECS refuses.
    pub async fn find(&mut self) -> Result<Found, Fault> {
        let mut found = Found::default();
        let writers = match self.target.clone() {
            Target::Task(task, cluster) => vec![self.one(&task, &cluster).await?],
            Target::Service(service) => self.tasks_of(&service).await?,
        };
        if writers.is_empty() {
            found.words.push("no task runs, and none stopped in the last hour".to_owned());
        }
        for writer in &writers {
            self.streams_of(writer, &mut found).await?;
        }
        // Those that can still write, then the newest.
        found.streams.sort_by(|a, b| b.live.cmp(&a.live).then(b.created.cmp(&a.created)));
        if found.streams.len() > MOST {
            found.words.push(format!("{} streams of older tasks are left out", found.streams.len() - MOST));
            found.streams.truncate(MOST);
        }
        found.words.sort();
        found.words.dedup();
        Ok(found)
    }

    async fn streams_of(&mut self, writer: &Writer, found: &mut Found) -> Result<(), Fault> {
        let definition = self.definition(&writer.definition).await?;
        let service = self.grows();
        let several = definition.len() > 1;
        for (container, output) in definition.iter() {
            let Output::CloudWatch { group, region, prefix } = output else {
                if let Output::Elsewhere(words) = output {
                    found.words.push(words.clone());
                }
                continue;
            };
            let runtime = writer.containers.iter().find(|(name, _)| name == container).and_then(|(_, id)| id.clone());
            let name = match (prefix, runtime) {
                (Some(prefix), _) => format!("{prefix}/{container}/{}", writer.id),
                (None, Some(runtime)) => runtime,
                (None, None) => {
                    let words = format!(
                        "container {container}: without awslogs-stream-prefix its stream has the id of the container, \
                         which ECS does not tell (yet, or any more)"
                    );
                    found.words.push(words);
                    continue;
                }
            };
            let id: String = writer.id.chars().take(SHORT_ID).collect();
            let label = match (service, several) {
                (true, true) => format!("{container}/{id}"),
                (true, false) => id,
                (false, _) => container.clone(),
            };
            found.streams.push(Stream {
                group: group.clone(),
                region: region.clone(),
                name,
                label: label.into(),
                live: writer.live,
                created: writer.created,
            });
        }
        Ok(())
    }

    /// The outputs of the containers of a definition.
    async fn definition(&mut self, name: &str) -> Result<Arc<Vec<(String, Output)>>, Fault> {
        if let Some(known) = self.definitions.get(name) {
            return Ok(Arc::clone(known));
        }
        let answer = self.client.describe_task_definition().task_definition(name).send().await;
        let answer = answer.map_err(|e| remote::fault("ecs", "DescribeTaskDefinition", &e))?;
        let containers = answer.task_definition().map(types::TaskDefinition::container_definitions).unwrap_or_default();
        let outputs = containers.iter().map(|c| (c.name().unwrap_or_default().to_owned(), Output::of(c)));
        let outputs = Arc::new(outputs.collect::<Vec<_>>());
        self.definitions.insert(name.to_owned(), Arc::clone(&outputs));
        Ok(outputs)
    }

    /// A task as ECS tells of it now; as it was last seen where ECS has forgotten it.
    async fn one(&self, task: &Task, cluster: &str) -> Result<Writer, Fault> {
        let described = self.describe(cluster, vec![task.arn.clone()]).await;
        match described {
            Ok(found) => {
                if let Some(writer) = found.into_iter().next() {
                    return Ok(writer);
                }
            }
            // Its cluster is gone as well, or ECS may not be asked about it: its log may still be there.
            Err(fault) if matches!(fault.kind, FaultKind::Missing | FaultKind::Denied | FaultKind::Invalid) => {}
            Err(fault) => return Err(fault),
        }
        Ok(Writer {
            id: task.id().to_owned(),
            definition: task.definition.to_string(),
            live: false,
            created: task.created,
            containers: task.containers.iter().map(|c| (c.name.to_string(), None)).collect(),
        })
    }

    async fn tasks_of(&self, service: &Service) -> Result<Vec<Writer>, Fault> {
        let mut writers = Vec::new();
        for status in [types::DesiredStatus::Running, types::DesiredStatus::Stopped] {
            let ask = self.client.list_tasks().cluster(service.cluster_arn.as_ref()).service_name(&service.name);
            let mut pages = ask.desired_status(status).into_paginator().send();
            let mut arns = Vec::new();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|e| remote::fault("ecs", "ListTasks", &e))?;
                arns.extend(page.task_arns.unwrap_or_default());
            }
            for batch in arns.chunks(PAGE) {
                writers.extend(self.describe(&service.cluster_arn, batch.to_vec()).await?);
            }
        }
        Ok(writers)
    }

    async fn describe(&self, cluster: &str, arns: Vec<String>) -> Result<Vec<Writer>, Fault> {
        let answer = self.client.describe_tasks().cluster(cluster).set_tasks(Some(arns)).send().await;
        let answer = answer.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
        Ok(answer.tasks().iter().map(writer).collect())
    }
}

fn writer(task: &types::Task) -> Writer {
    let container = |c: &types::Container| {
        let id = c.runtime_id().filter(|id| !id.is_empty()).map(ToOwned::to_owned);
        (c.name().unwrap_or_default().to_owned(), id)
    };
    Writer {
        id: short(task.task_arn().unwrap_or_default()).to_owned(),
        definition: short(task.task_definition_arn().unwrap_or_default()).to_owned(),
        live: task.last_status() != Some("STOPPED"),
        created: moment(task.created_at()),
        containers: task.containers().iter().map(container).collect(),
    }
}
