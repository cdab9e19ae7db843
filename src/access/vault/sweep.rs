//! The brake of the first sweep: a role that opens no account at all is not tried in a thousand of them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::{Fault, FaultKind, Refusal};

/// So many identical denials stop the sweep, as long as the role has opened no account.
pub const ENOUGH: u32 = 10;

/// The brake of one role name. As long as nothing is proven, no more attempts are under way than could still be
/// denied, so that the number of calls is never exceeded.
pub struct Brake {
    permits: Arc<Semaphore>,
    proven: AtomicBool,
    denials: Mutex<HashMap<String, u32>>,
    stopped: Mutex<Option<Fault>>,
}

/// Leave for one attempt. Dropped without a verdict (a network failure), it counts for nothing.
pub struct Pass {
    brake: Arc<Brake>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Default for Brake {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(ENOUGH as usize)),
            proven: AtomicBool::new(false),
            denials: Mutex::default(),
            stopped: Mutex::default(),
        }
    }
}

impl Brake {
    /// Waits for leave to try.
    ///
    /// # Errors
    /// The fault that stopped the sweep.
    pub async fn enter(self: &Arc<Self>) -> Result<Pass, Fault> {
        if !self.proven.load(Ordering::Acquire) {
            // A closed semaphore means proven or stopped, which is told apart below.
            let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
            self.stopped()?;
            return Ok(Pass { brake: Arc::clone(self), permit });
        }
        Ok(Pass { brake: Arc::clone(self), permit: None })
    }

    fn stopped(&self) -> Result<(), Fault> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone().map_or(Ok(()), Err)
    }
}

impl Pass {
    /// The role opened the account: the brake is off.
    pub fn opened(self) {
        self.brake.proven.store(true, Ordering::Release);
        self.brake.permits.close();
    }

    /// The account was refused. The tenth identical refusal stops the sweep.
    pub fn refused(mut self, fault: &Fault) {
        if fault.kind != FaultKind::Denied || self.brake.proven.load(Ordering::Acquire) {
            return;
        }
        let mut denials = self.brake.denials.lock().unwrap_or_else(PoisonError::into_inner);
        let most = denials.values().copied().max().unwrap_or(0);
        let count = denials.entry(alike(fault)).or_insert(0);
        *count += 1;
        if *count <= most {
            return;
        }
        // What remains of the permits is what may still be denied before it is enough.
        let enough = *count >= ENOUGH;
        drop(denials);
        if let Some(permit) = self.permit.take() {
            permit.forget();
        }
        if enough {
            let stop = stop(fault);
            *self.brake.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
            self.brake.permits.close();
        }
    }
}

/// The fault of those who are not tried any more: no request was made, and what the denials prove holds for them too.
fn stop(fault: &Fault) -> Fault {
    // The sentence up to the role's ARN names the account that was refused last.
    let refusal = Refusal::of(&fault.message);
    let proves = if refusal.resource.is_some() { refusal.proves } else { &fault.message };
    let colon = if proves.is_empty() { "" } else { ": " };
    let message = format!("not tried: stopped after {ENOUGH} identical denials of {}{colon}{proves}", fault.call);
    Fault::new(fault.kind, message).code(&*fault.code).hint("Ctrl-R tries again; :access explains the denials")
}

/// What makes two denials identical: code and message, but for account ids and the ids of requests.
fn alike(fault: &Fault) -> String {
    let mut out = fault.code.clone();
    let mut digits = 0;
    for c in fault.message.chars() {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        out.push(c);
        if digits == 12 {
            out.truncate(out.len() - 12);
            out.push('#');
            digits = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(account: u32, why: &str) -> Fault {
        Fault::new(FaultKind::Denied, format!("not authorized on arn:aws:iam::{account:012}:role/x {why}"))
            .code("AccessDenied")
    }

    #[tokio::test]
    async fn ten_identical_denials_stop_it_and_no_eleventh_is_under_way() {
        let brake = Arc::new(Brake::default());
        let mut passes = Vec::new();
        for _ in 0..10 {
            passes.push(brake.enter().await.unwrap());
        }
        let eleventh = tokio::spawn({
            let brake = Arc::clone(&brake);
            async move { brake.enter().await.map(|_| ()) }
        });
        tokio::task::yield_now().await;
        assert!(!eleventh.is_finished());
        for (n, pass) in (0..).zip(passes) {
            pass.refused(&denied(n, ""));
        }
        let fault = eleventh.await.unwrap().unwrap_err();
        assert!(fault.message.contains("10 identical denials"), "{fault:?}");
        assert_eq!(fault.kind, FaultKind::Denied);
    }

    #[test]
    fn the_stop_keeps_what_the_denials_prove_and_names_no_other_account() {
        let said = |tail: &str| {
            let message = format!("User: x is not authorized to perform: a on resource: arn:aws:iam::1:role/x{tail}");
            stop(&Fault::new(FaultKind::Denied, message).code("AccessDenied").call("sts:AssumeRole"))
        };
        assert_eq!(said("").message, "not tried: stopped after 10 identical denials of sts:AssumeRole");
        let scp = said(" with an explicit deny in a service control policy");
        assert!(scp.message.ends_with("AssumeRole: with an explicit deny in a service control policy"), "{scp:?}");
        assert_eq!((scp.call.as_str(), scp.code.as_str()), ("", "AccessDenied"));
    }

    #[tokio::test]
    async fn denials_of_several_kinds_and_failures_do_not_stop_it() {
        let brake = Arc::new(Brake::default());
        for n in 0..9 {
            brake.enter().await.unwrap().refused(&denied(n, "scp"));
            brake.enter().await.unwrap().refused(&denied(n, "trust"));
            brake.enter().await.unwrap().refused(&Fault::new(FaultKind::Network, "reset"));
            drop(brake.enter().await.unwrap());
        }
        assert!(brake.enter().await.is_ok());
    }

    #[tokio::test]
    async fn one_account_that_opens_takes_the_brake_off() {
        let brake = Arc::new(Brake::default());
        brake.enter().await.unwrap().opened();
        for n in 0..30 {
            brake.enter().await.unwrap().refused(&denied(n, ""));
        }
        assert!(brake.enter().await.is_ok());
    }
}
