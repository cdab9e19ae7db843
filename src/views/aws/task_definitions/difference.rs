//! What a revision changed against the one before it, field by field, as lines that begin with `+`, `-` or `~`.

use aws_sdk_ecs::{Client, types::TaskDefinition};

use super::{
    Definition, fetch,
    fields::{Fields, Value, fields},
};
use crate::{cx::Cx, model::Fault, view::At};

/// How many numbers are tried below a revision: those between may have been deleted.
const TRIES: i64 = 5;

/// The difference of a revision from the one before it, in lines.
///
/// # Errors
/// No access, or what describing says.
pub(super) async fn ask(cx: Cx, at: At, item: Definition) -> Result<String, Fault> {
    if item.revision <= 1 {
        return Ok("the first revision of its family".to_owned());
    }
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let new = fetch::describe(&client, &item.arn).await?;
    let Some(old) = before(&client, &item).await? else {
        return Ok(format!("none of the {TRIES} revisions before it exists any more"));
    };
    let lines = difference(&old, &new);
    let against = format!("against revision {}", old.revision());
    Ok(if lines.is_empty() { format!("{against}: no difference") } else { format!("{against}\n{}", lines.join("\n")) })
}

/// The nearest revision below one that still exists.
async fn before(client: &Client, item: &Definition) -> Result<Option<TaskDefinition>, Fault> {
    let Some((family, _)) = item.arn.rsplit_once(':') else { return Ok(None) };
    for number in (1..item.revision).rev().take(usize::try_from(TRIES).unwrap_or(1)) {
        match fetch::describe(client, &format!("{family}:{number}")).await {
            Ok(found) => return Ok(Some(found)),
            Err(fault) if fetch::is_gone(&fault) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

/// The lines: what changed and what was added in the order of the new one, then what was taken out.
pub(super) fn difference(old: &TaskDefinition, new: &TaskDefinition) -> Vec<String> {
    let (old, new) = (fields(old), fields(new));
    let find = |of: &Fields, name: &str| of.iter().position(|(other, _)| other == name);
    let mut lines: Vec<String> = new
        .iter()
        .filter_map(|(name, value)| match find(&old, name).and_then(|at| old.get(at)) {
            Some((_, before)) => changed(name, before, value),
            None => Some(format!("+ {name}{}", shown(value))),
        })
        .collect();
    let gone = old.iter().filter(|(name, _)| find(&new, name).is_none());
    lines.extend(gone.map(|(name, value)| format!("- {name}{}", shown(value))));
    lines
}

fn changed(name: &str, before: &Value, value: &Value) -> Option<String> {
    if before == value {
        return None;
    }
    Some(match (before, value) {
        (Value::Shown(before), Value::Shown(after)) => format!("~ {name}: {} → {}", or(before), or(after)),
        _ => format!("~ {name}: value changed"),
    })
}

fn or(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// A value behind its name, where it may be shown and there is one.
fn shown(value: &Value) -> String {
    match value {
        Value::Shown(text) if !text.is_empty() => format!(": {text}"),
        _ => String::new(),
    }
}
