//! The services of the fleet, a file (or folder) and a word each.

mod signed;

use std::sync::Arc;

use super::callers::{Caller, KeyFault};
use super::fleet::Fleet;
use super::wire::{Answer, Ask, Incoming, Protocol, Refusal};

/// A service in its own protocol.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The name for faults, limits and the ledger, and IAM's prefix of its actions.
    pub service: &'static str,
    /// How it writes.
    pub protocol: Protocol,
    /// The operations that it answers.
    pub operations: &'static [&'static str],
    /// The operation of a request, where the request is for this service.
    pub claims: fn(&Incoming) -> Option<String>,
    /// Who asks.
    pub who: fn(&Fleet, &Incoming, i64) -> Result<Arc<Caller>, KeyFault>,
    /// The ARN that the request is about, for policies; `*` where the operation knows none.
    pub resource: fn(&Ask<'_>) -> String,
    /// The answer.
    pub answer: fn(&Ask<'_>) -> Result<Answer, Refusal>,
}

/// Writes the modules and the list.
macro_rules! dialects {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// Every service of the fleet.
        pub const DIALECTS: &[Dialect] = &[$($name::DIALECT),*];
    };
}

// The services whose requests are told apart by their signature come before the one that takes what is left (`sts`).
dialects! { organizations elb sts ecs logs events scheduler metrics metrics_json account portal }

/// Every operation that the fleet answers, as `service.Operation`, each once.
pub fn operations() -> impl Iterator<Item = String> {
    let all = DIALECTS.iter().flat_map(|of| of.operations.iter().map(|name| format!("{}.{name}", of.service)));
    all.collect::<std::collections::BTreeSet<_>>().into_iter()
}

/// For services whose operations know no resources.
fn anything(_: &Ask<'_>) -> String {
    "*".to_owned()
}

/// The MFA device of the user `officer` of an account, and the code that it shows.
pub fn mfa(account: &str) -> (String, &'static str) {
    (sts::mfa_serial(account), sts::MFA_CODE)
}
