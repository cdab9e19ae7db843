//! A shell in a container of a task, by ECS Exec: `ecs:ExecuteCommand`, then AWS's own plugin on the person's terminal.
//!
//! The session's token goes to the plugin by the variable `AWS_SSM_START_SESSION_RESPONSE`, whose name stands where the
//! answer itself would stand in the arguments, as AWS's own CLI does it: arguments can be read by every user of the
//! machine. A plugin that is too old for that is refused.

use std::ffi::OsString;

use serde_json::json;

use super::{Container, Task, verbs::IsTask};
use crate::{
    access::Permit,
    cx::Cx,
    model::{Danger, Fault, FaultKind, Region},
    remote,
    view::{At, Dry, Plan, Verb, verb::Input},
    views::aws::ecs::NO_DRY_RUN,
};

/// The variable in which it takes the answer with the token.
const VARIABLE: &str = "AWS_SSM_START_SESSION_RESPONSE";

/// What is run where nothing else was typed. Every image that has a shell has this one.
const SHELL: &str = "/bin/sh";

/// The verb.
pub(super) const fn exec<T: IsTask>() -> Verb<T> {
    Verb {
        id: "exec",
        key: "X",
        about: "open a shell in a container (ECS Exec)",
        actions: &["ecs:ExecuteCommand"],
        input: Some(Input {
            label: "container, and a command if not /bin/sh",
            initial: |t: &T| initial(t.task()),
            check: |t, text| chosen(t.task(), text).map(drop),
        }),
        fits: |t| open(t.task()).map(drop),
        plan: |t, typed| plan(t.task(), typed),
        dry: Dry::Never(NO_DRY_RUN),
        read: |cx, at, t| {
            Box::pin(async move {
                ready(&cx).await?;
                super::verbs::again(cx, at, t).await
            })
        },
        same: |shown, fresh| shown.task().arn == fresh.task().arn && shown.task().desired == fresh.task().desired,
        act: |permit, at, t, typed| Box::pin(run(permit, at, t, typed)),
    }
}

/// The first container that takes commands.
///
/// # Errors
/// Why none does, and what would change that.
fn open(task: &Task) -> Result<&Container, String> {
    if &*task.status != "RUNNING" {
        return Err(format!("it is {}: commands run in running tasks", task.status));
    }
    if !task.exec {
        return Err(
            "ECS Exec is not enabled for it; its service enables it for new tasks (enableExecuteCommand)".into()
        );
    }
    let with = task.containers.iter().find(|c| &*c.agent == "RUNNING");
    with.ok_or_else(|| "no exec agent runs in it: its role needs ssmmessages:*, and its network a way to SSM".into())
}

/// The container and the command that were typed.
fn chosen<'a>(task: &'a Task, text: &'a str) -> Result<(&'a Container, &'a str), String> {
    let (name, command) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), SHELL));
    let Some(container) = task.containers.iter().find(|c| &*c.name == name) else {
        let names: Vec<&str> = task.containers.iter().map(|c| &*c.name).collect();
        return Err(format!("no container {name:?}; there are {}", names.join(", ")));
    };
    if &*container.agent != "RUNNING" {
        let state = if container.agent.is_empty() { "there is none" } else { &*container.agent };
        return Err(format!("the exec agent of {name} does not run: {state}"));
    }
    Ok((container, command.trim()))
}

fn initial(task: &Task) -> String {
    open(task).map(|c| c.name.to_string()).unwrap_or_default()
}

fn plan(task: &Task, typed: &str) -> Plan {
    let (container, command) = chosen(task, typed).map_or(("", SHELL), |(c, command)| (&*c.name, command));
    Plan {
        api: "ecs:ExecuteCommand",
        parameters: vec![
            ("cluster", task.cluster().to_owned()),
            ("task", task.id().to_owned()),
            ("container", container.to_owned()),
            // Not what follows the program: people type secrets there, and the parameters are logged.
            ("command", logged(command)),
            ("interactive", "true".to_owned()),
        ],
        outcome: format!("{command} runs in {container} with all that the container may do; its end leads back here"),
        danger: Danger::Serious,
        name: task.brief().to_owned(),
    }
}

/// The command as the audit log has it: its program, and how many words follow.
fn logged(command: &str) -> String {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    match words.count() {
        0 => program.to_owned(),
        more => format!("{program} (words that follow: {more})"),
    }
}

/// Whether everything is there that the session will need: a terminal, and a plugin that takes the token by a variable.
async fn ready(cx: &Cx) -> Result<(), Fault> {
    if !cx.guard.stage().is_open() {
        let message = "there is no terminal to run the session on";
        return Err(Fault::new(FaultKind::Unavailable, message).hint("open the console in a terminal"));
    }
    let missing = |f: Fault| Fault { message: format!("{}, and nothing was called", f.message), ..f };
    cx.guard.plugin_version().await.map(drop).map_err(missing)
}

async fn run<T: IsTask>(permit: Permit, at: At, row: T, typed: String) -> Result<String, Fault> {
    let (task, cluster) = (row.task(), row.cluster_at(&at)?);
    let wrong = |why: String| Fault::new(FaultKind::Invalid, why);
    let (container, command) = chosen(task, &typed).map_err(wrong)?;
    let region = at.region()?;
    let call = permit.ecs(&region).execute_command().cluster(&cluster).task(&task.arn).interactive(true);
    let answer = call.container(&*container.name).command(command).send().await;
    let answer = answer.map_err(|e| remote::fault("ecs", "ExecuteCommand", &e))?;
    let none = || Fault::new(FaultKind::Service, "ECS opened no session").call("ecs:ExecuteCommand");
    let session = answer.session().ok_or_else(none)?;
    let id = session.session_id().unwrap_or_default().to_owned();
    let name = cluster.rsplit('/').next().unwrap_or_default();
    let target = json!({ "Target": format!("ecs:{name}_{}_{}", task.id(), container.runtime) });
    let arguments: Vec<OsString> = vec![
        VARIABLE.into(),
        region.as_str().into(),
        "StartSession".into(),
        // The profile: none.
        "".into(),
        target.to_string().into(),
        endpoint(&region).into(),
    ];
    let token = json!({
        "SessionId": id,
        "TokenValue": session.token_value().unwrap_or_default(),
        "StreamUrl": session.stream_url().unwrap_or_default(),
    });
    let program = permit.plugin(arguments).with(VARIABLE, token.to_string());
    let banner = format!("qd: {command} in {} of {}; its end leads back to the console", container.name, task.id());
    // The session is open at AWS by now, whatever becomes of the plugin.
    let opened = |fault: Fault| Fault {
        kind: FaultKind::Service,
        message: format!("session {id} was opened, but {}", fault.message),
        ..fault
    };
    let ended = permit.stage().run(program, banner).await.map_err(opened)?;
    Ok(format!("session {id} ended with {ended}"))
}

/// The endpoint of Systems Manager, for a plugin that has to ask for its session again.
fn endpoint(region: &Region) -> String {
    let suffix = if region.as_str().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://ssm.{region}.{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: &str, exec: bool, agents: &[(&str, &str)]) -> Task {
        let container = |(name, agent): &(&str, &str)| Container {
            name: (*name).into(),
            agent: (*agent).into(),
            ..Container::default()
        };
        Task { status: status.into(), exec, containers: agents.iter().map(container).collect(), ..Task::default() }
    }

    #[test]
    fn a_task_that_takes_no_commands_says_why() {
        let why = |status, exec, agents: &[(&str, &str)]| open(&task(status, exec, agents)).map(|c| c.name.to_string());
        assert_eq!(why("RUNNING", true, &[("envoy", ""), ("app", "RUNNING")]), Ok("app".to_owned()));
        assert!(why("STOPPED", true, &[("app", "RUNNING")]).unwrap_err().contains("STOPPED"));
        assert!(why("RUNNING", false, &[("app", "RUNNING")]).unwrap_err().contains("enableExecuteCommand"));
        assert!(why("RUNNING", true, &[("app", "STOPPED")]).unwrap_err().contains("ssmmessages"));
    }

    #[test]
    fn one_of_several_containers_is_chosen_by_name_with_a_command() {
        let task = task("RUNNING", true, &[("app", "RUNNING"), ("envoy", "PENDING")]);
        let of = |text| chosen(&task, text).map(|(c, command)| (c.name.to_string(), command.to_owned()));
        assert_eq!(of("app"), Ok(("app".to_owned(), SHELL.to_owned())));
        assert_eq!(of(" app  /bin/bash -l "), Ok(("app".to_owned(), "/bin/bash -l".to_owned())));
        assert!(of("web").unwrap_err().contains("there are app, envoy"));
        assert!(of("envoy").unwrap_err().contains("PENDING"));
    }
}
