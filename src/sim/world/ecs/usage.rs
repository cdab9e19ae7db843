//! How much CPU and memory the tasks of a service take, in percent of what they reserve.

use super::changes::Changes;
use super::plan::{Fate, plan};
use super::service::Service;
use super::tasks::{Status, tasks};
use super::{DAY, HOUR};

/// What was measured within a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// CPU: the mean, the least and the greatest.
    pub cpu: [f64; 3],
    /// Memory, the same.
    pub memory: [f64; 3],
}

/// What was measured around a moment; `None` where no task ran.
pub fn usage(service: &Service, changes: &Changes, epoch: i64, at: i64) -> Option<Usage> {
    let plan = plan(service, &changes.of(&service.arn()), epoch, at);
    let tasks = tasks(service, &plan, changes, at);
    let running = tasks.iter().filter(|task| task.status(at) == Status::Running).count();
    let running = f64::from(u32::try_from(running).unwrap_or(u32::MAX));
    if running < 1.0 {
        return None;
    }
    let draw = service.seed.word("usage");
    let noise = |word: &str| draw.word(word).num(at).fraction() - 0.5;
    let wanted = f64::from(u32::try_from(plan.desired.max(1)).unwrap_or(u32::MAX));
    // Requests follow the day; what fewer tasks must carry weighs more on each.
    let day = wave(at, DAY) * 0.6 + wave(at + draw.between(0, HOUR), HOUR) * 0.1;
    let load = (0.18 + 0.35 * draw.word("load").fraction()) * (1.0 + 0.5 * day) * (wanted / running).max(1.0);
    let cpu = (load * 100.0 + 4.0 * noise("cpu")).clamp(0.4, 99.0);
    // A deployment that fails fills the memory of its tasks until they are killed.
    let failing = plan.primary().is_some_and(|last| last.fate == Fate::Fails && (last.start..last.end()).contains(&at));
    let base = 30.0 + 40.0 * draw.word("memory").fraction();
    let memory = if failing { 88.0 + 8.0 * noise("full") } else { base + 3.0 * day + noise("memory") };
    let peak = if failing { 100.0 } else { (memory * 1.04).min(100.0) };
    Some(Usage {
        cpu: [cpu, (cpu * (0.6 + 0.1 * noise("low"))).max(0.1), (cpu * (1.35 + 0.2 * noise("high"))).min(100.0)],
        memory: [memory, memory * 0.97, peak],
    })
}

/// From -1 to 1 and back within a period: a triangle, so that no two machines round differently.
fn wave(at: i64, period: i64) -> f64 {
    let part = u32::try_from(at.rem_euclid(period) * 4000 / period).unwrap_or(0);
    let part = f64::from(part) / 1000.0;
    if part < 2.0 { part - 1.0 } else { 3.0 - part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_goes_up_and_comes_back() {
        let seen: Vec<f64> = [0, 6, 12, 18, 24].map(|hour| wave(hour * HOUR, DAY)).into();
        assert_eq!(seen, [-1.0, 0.0, 1.0, 0.0, -1.0]);
    }
}
