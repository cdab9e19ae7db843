//! Which faults strike a call.

use std::sync::{Mutex, PoisonError};

use super::faults::{Fault, Kind, Share};
use super::rng::Seed;
use super::text::glob;
use super::wire::Quirks;

/// What a call is about, as far as faults ask.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The service.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// The ids and names of the accounts that it touches: the caller's, and the one to be entered.
    pub accounts: &'a [&'a str],
    /// The region; empty where none is named.
    pub region: &'a str,
}

/// What strikes a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strike {
    /// The failure that takes the place of the answer, or mangles it.
    pub failure: Option<Kind>,
    /// Milliseconds more to wait.
    pub delay: u64,
    /// What is odd about an answer that is otherwise right.
    pub quirks: Quirks,
}

/// A fault and how many calls matched it so far.
type Armed = (Fault, u64);

/// The faults in force. They may change at any time.
#[derive(Debug)]
pub struct Chaos {
    seed: Seed,
    armed: Mutex<Vec<Armed>>,
}

impl Fault {
    fn meets(&self, scope: &Scope<'_>) -> bool {
        let same = |mine: &Option<String>, theirs: &str| mine.as_deref().is_none_or(|mine| mine == theirs);
        same(&self.service, scope.service)
            && same(&self.region, scope.region)
            && self.operation.as_deref().is_none_or(|pattern| glob(pattern, scope.operation))
            && self.account.as_deref().is_none_or(|account| scope.accounts.contains(&account))
    }
}

impl Chaos {
    /// The faults that a fleet starts with.
    pub fn new(seed: Seed, faults: Vec<Fault>) -> Self {
        let chaos = Self { seed: seed.word("chaos"), armed: Mutex::default() };
        chaos.set(faults);
        chaos
    }

    /// Puts other faults in force; their counts start again.
    pub fn set(&self, faults: Vec<Fault>) {
        let armed = faults.into_iter().map(|fault| (fault, 0)).collect();
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = armed;
    }

    /// What strikes this call. The first failing fault wins; delays and quirks add up.
    pub fn strike(&self, scope: &Scope<'_>) -> Strike {
        let mut strike = Strike::default();
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        for (place, (fault, matched)) in armed.iter_mut().enumerate() {
            if !fault.meets(scope) {
                continue;
            }
            let number = *matched;
            *matched += 1;
            let draw = self.seed.num(i64::try_from(place).unwrap_or(0)).num(number.cast_signed());
            let hit = match fault.share {
                Share::All => true,
                Share::First(count) => number < count,
                Share::Percent(percent) => draw.fraction() * 100.0 < percent,
            };
            if !hit {
                continue;
            }
            match fault.kind {
                Kind::Slow => strike.delay += draw.word("slow").between(3000, 8000).unsigned_abs(),
                Kind::EmptyPage => strike.quirks.empty_page = true,
                Kind::NoPaths => strike.quirks.no_paths = true,
                kind => {
                    strike.failure.get_or_insert(kind);
                }
            }
        }
        strike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_and_share_decide() -> Result<(), super::super::faults::FaultError> {
        let faults = vec!["reset:2x@ecs.List*/prod".parse()?, "nopaths".parse()?, "throttle:50%@sts".parse()?];
        let chaos = Chaos::new(Seed::new(1), faults);
        let ecs = Scope { service: "ecs", operation: "ListTasks", accounts: &["1", "prod"], region: "eu-west-1" };
        let hits: Vec<Option<Kind>> = (0..3).map(|_| chaos.strike(&ecs).failure).collect();
        assert_eq!(hits, [Some(Kind::Reset), Some(Kind::Reset), None]);
        let organizations = Scope { service: "organizations", ..ecs };
        assert!(chaos.strike(&organizations).quirks.no_paths);
        let sts = Scope { service: "sts", ..ecs };
        let struck = (0..1000).filter(|_| chaos.strike(&sts).failure.is_some()).count();
        assert!((400..600).contains(&struck), "{struck}");
        Ok(())
    }
}
