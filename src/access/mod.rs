//! Credentials: who the caller is, a role in every account, and why not where not.
//!
//! The only place of the program where credentials live is [`Vault`]; everything else asks it for a session or a
//! lease. Role credentials are kept in memory and nowhere else, and no type of this room prints one.
//!
//! ```text
//! chain (environment, profile, SSO, process, web identity, container, instance) ──► Caller
//!    │                                                                                │
//!    └──► vault: a slot per source, MFA session and lease ◄── assume (STS) ◄──────────┘
//!             │ single-flight, renewal at 80 %, denials remembered   ◄── identity_center (portal)
//!             └──► Session for clients · Lease for the screen · News for the loop · Why for the detail pane
//! guard: one account elevated for a while, a Permit for each deed, a line in the audit log before and after
//!    └──► Loan: credentials lent to a Program of the person's own · Stage: the terminal that it runs on
//! ```

pub mod arn;
pub mod assume;
pub mod awsfiles;
pub mod caller;
pub mod chain;
pub mod grant;
pub mod guard;
pub mod identity_center;
pub mod plugin;
pub mod policy;
pub mod program;
pub mod region;
pub mod secret;
pub mod settings;
pub mod span;
pub mod sso_token;
pub mod stage;
pub mod surroundings;
pub mod vault;
pub mod why;

pub use awsfiles::{AwsFiles, Profile, ProfileKind};
pub use caller::{Caller, Said, Tried};
pub use guard::{Errand, Guard, Loan, Order, Permit, Raise};
pub use identity_center::SsoAccount;
pub use program::{Ended, Program};
pub use stage::{Guest, Stage};
pub use surroundings::surroundings;
pub use vault::{AskId, News, Vault, VaultOptions};
pub use why::{Candidate, Why};

/// What the innermost cause says, which is what happened; the outer ones only say where.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    crate::model::text::clean(&error.to_string()).into_owned()
}
