//! The parts of a task definition's detail pane.

use super::{Container, Definition, fetch};
use crate::{cx::Cx, model::Fault, view::At};

/// Its containers with what they need. Described now where no pass did.
///
/// # Errors
/// No access, or what describing says.
pub(super) async fn containers(cx: Cx, at: At, item: Definition) -> Result<String, Fault> {
    if item.described {
        return Ok(text(&item));
    }
    let client = cx.remote.ecs(&at.session(&cx).await?);
    Ok(text(&Definition::read(&fetch::describe(&client, &item.arn).await?)))
}

pub(super) fn text(item: &Definition) -> String {
    let mut lines = vec![];
    for (word, value) in [("task role", &item.task_role), ("execution role", &item.execution_role)] {
        lines.push(format!("{word} {}", if value.is_empty() { "none" } else { value }));
    }
    lines.extend(item.containers.iter().flat_map(container));
    lines.join("\n")
}

fn container(of: &Container) -> Vec<String> {
    let mut lines = vec![format!("{}{}", of.name, if of.essential { "" } else { " (not essential)" })];
    let mut add = |words: String| lines.push(format!("  {words}"));
    add(of.image.clone());
    match (of.log_driver.as_str(), of.log_group.as_str()) {
        ("", _) => add("logs: no driver set, so that they stay with the container".to_owned()),
        (driver, "") => add(format!("logs: {driver}")),
        (driver, group) => add(format!("logs: {driver} {group}")),
    }
    let lists = [("ports", &of.ports), ("environment", &of.environment), ("mounts", &of.mounts)];
    for (word, values) in lists.into_iter().filter(|(_, values)| !values.is_empty()) {
        add(format!("{word}: {}", values.join(" ")));
    }
    for (name, from) in &of.secrets {
        add(format!("secret {name} from {from}"));
    }
    lines
}
