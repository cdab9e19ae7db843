//! The last runs, as ECS remembers them: neither service tells how its tasks ended.

use aws_sdk_ecs::{Client, types::DesiredStatus};
use jiff::Timestamp;

use super::Scheduled;
use crate::{
    cx::Cx,
    model::{Fault, time},
    remote,
    view::At,
    views::aws::tasks::Task,
};

/// Tasks that one call lists and describes at most (API reference of `ListTasks` and `DescribeTasks`).
const PAGE: i32 = 100;

/// Runs that are shown.
const SHOWN: usize = 8;

/// Asks for the runs: three calls.
///
/// # Errors
/// No access, or a question that was refused.
pub(super) async fn read(cx: Cx, at: At, item: Scheduled) -> Result<String, Fault> {
    if item.astray {
        return Ok("its cluster does not exist".to_owned());
    }
    let client = cx.remote.ecs(&at.session(&cx).await?);
    let mut arns = list(&client, &item, DesiredStatus::Running).await?;
    arns.extend(list(&client, &item, DesiredStatus::Stopped).await?);
    arns.truncate(usize::try_from(PAGE).unwrap_or(100));
    if arns.is_empty() {
        return Ok(text(Vec::new(), cx.now()));
    }
    let ask = client.describe_tasks().cluster(item.cluster_arn.as_ref()).set_tasks(Some(arns));
    let answer = ask.send().await.map_err(|e| remote::fault("ecs", "DescribeTasks", &e))?;
    let own = answer.tasks().iter().filter(|t| started_by(t.started_by().unwrap_or_default(), &item.name));
    Ok(text(own.map(Task::read).collect(), cx.now()))
}

async fn list(client: &Client, item: &Scheduled, status: DesiredStatus) -> Result<Vec<String>, Fault> {
    let ask = client.list_tasks().cluster(item.cluster_arn.as_ref()).family(item.family());
    let page = ask.desired_status(status).max_results(PAGE).send().await;
    let page = page.map_err(|e| remote::fault("ecs", "ListTasks", &e))?;
    Ok(page.task_arns.unwrap_or_default())
}

/// Both services put their kind before the name: `events-rule/NAME`, `chronos-schedule/NAME`.
fn started_by(who: &str, name: &str) -> bool {
    who.split_once('/').is_some_and(|(_, rest)| rest == name)
}

/// The newest first, and before them when one failed last.
fn text(mut tasks: Vec<Task>, now: Timestamp) -> String {
    if tasks.is_empty() {
        return "ECS remembers no run: it forgets tasks an hour after they stopped".to_owned();
    }
    tasks.sort_by_key(|t| std::cmp::Reverse(t.created));
    let failed = tasks.iter().find(|t| failed(t));
    let mut lines = vec![match failed {
        Some(task) => format!("last failure {} ago: {}", age(task.stopped, now), end(task)),
        None => "no failure within the hour that ECS remembers".to_owned(),
    }];
    lines.extend(tasks.iter().take(SHOWN).map(|t| format!("{:>5} ago  {}  {}", age(t.created, now), t.status, end(t))));
    lines.join("\n")
}

fn failed(task: &Task) -> bool {
    let never_ran = &*task.stop_code == "TaskFailedToStart";
    never_ran || task.exit().is_some_and(|code| code != 0)
}

fn age(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "–".to_owned(), |at| time::age(now, at))
}

/// How it ended, in few words.
fn end(task: &Task) -> String {
    let code = task.exit().map(|code| format!("exit {code}"));
    [code, Some(task.reason()).filter(|r| !r.is_empty())].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::aws::tasks::Container;

    #[test]
    fn the_last_failure_comes_first_and_is_not_invented() {
        let at = |second| Timestamp::from_second(second).ok();
        let now = at(1_000).expect("a moment");
        let run = |begin: i64, exit| Task {
            status: "STOPPED".into(),
            stop_code: "EssentialContainerExited".into(),
            containers: vec![Container { exit: Some(exit), ..Container::default() }],
            created: at(begin),
            stopped: at(begin + 60),
            ..Task::default()
        };
        let said = text(vec![run(100, 0), run(700, 0), run(400, 1)], now);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[0], "last failure 9m ago: exit 1");
        assert!(lines[1].contains("5m ago") && lines[2].contains("10m ago") && lines[3].contains("15m ago"), "{said}");
        assert!(text(vec![run(100, 0)], now).starts_with("no failure"));
        assert!(text(Vec::new(), now).contains("remembers no run"));
    }

    #[test]
    fn a_run_is_known_by_who_started_it() {
        assert!(started_by("events-rule/nightly", "nightly") && started_by("chronos-schedule/nightly", "nightly"));
        assert!(!started_by("ecs-svc/123", "nightly") && !started_by("events-rule/nightly-2", "nightly"));
    }
}
