//! Credentials of an account, lent to one program of the person's own, with a line in the audit log before and after.

use std::{ffi::OsString, fmt, sync::Arc};

use super::{Elevation, Guard, kept_read_only};
use crate::{
    access::program::{Ended, Program},
    access::secret::Keys,
    model::{
        Account, Ask, Fault, FaultKind, Lease, Mode, Region,
        audit::{Deed, Entry, Outcome},
        time,
    },
};

/// What somebody wants to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// The account.
    pub account: Arc<Account>,
    /// The role, by its configured name; `None` for the account's default, or for the elevated one.
    pub role: Option<Arc<str>>,
    /// The region; `None` for the first that is read in the account.
    pub region: Option<Region>,
    /// The word of it in the audit log: `exec` or `shell`.
    pub word: &'static str,
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// Whether somebody said that credentials which nothing limits to reading may be lent as well.
    pub unlimited: bool,
}

/// Credentials that are lent. Whoever drops it without [`Loan::settle`] leaves a line that says that the end is not
/// known.
pub struct Loan {
    /// What is lent.
    pub lease: Lease,
    /// The account's name.
    pub account: String,
    /// The region; `None` where nobody names one: then the program says itself that it needs one, as AWS's own tools do.
    pub region: Option<Region>,
    guard: Guard,
    entry: Option<Entry>,
}

impl Guard {
    /// Lends credentials of an account to a program: those that read, or the elevated ones where this account is
    /// elevated now.
    ///
    /// # Errors
    /// Why there is no access; [`FaultKind::Denied`] where the configuration keeps the account read-only and the
    /// credentials could write; [`FaultKind::Invalid`] where they could write, the account is not elevated, and nobody
    /// said that they may be lent all the same; and a fault where the audit log cannot be written.
    pub async fn lend(&self, errand: Errand) -> Result<(Loan, Program), Fault> {
        let account = &errand.account;
        let raised = self.serving().filter(|raised| raised.lease.account == account.id);
        let (lease, keys) = match &raised {
            Some(raised) => (raised.lease.clone(), raised.current.keys()),
            None => {
                let (lease, current) = self.0.vault.lent(account, errand.role.as_deref()).await?;
                (lease, current.keys())
            }
        };
        if lease.mode != Mode::ReadOnly
            && let Some(why) = kept_read_only(&self.0.config, account)
        {
            return Err(why.hint("these credentials are not limited to reading: name a role that is assumed"));
        }
        if lease.mode == Mode::ReadOnlyByKeys && !errand.unlimited {
            return Err(unlimited(&lease, account));
        }
        let region = self.region(&errand).await;
        // An elevation that ends sooner than its credentials does not end what they were lent to.
        let lease = Lease { until: keys.until().or(lease.until), ..lease };
        let entry = self.before(&errand, &lease, raised.as_deref(), region.as_ref());
        self.begin(&entry)?;
        let program = lent(Program::new(errand.argv, self.0.vault.env()), &lease, &keys, region.as_ref())
            .with("QD_ACCOUNT", account.name.clone());
        let loan = Loan { lease, account: account.name.clone(), region, guard: self.clone(), entry: Some(entry) };
        Ok((loan, program))
    }

    /// Asks the person, where credentials would be lent that may write although the account is not elevated. Gives
    /// whether they may be lent: also where there is nothing to ask.
    ///
    /// # Errors
    /// Why there is no access.
    pub async fn agreed(&self, account: &Account, role: Option<&str>) -> Result<bool, Fault> {
        if self.serving().is_some_and(|raised| raised.lease.account == account.id) {
            return Ok(true);
        }
        let (lease, _) = self.0.vault.lent(account, role).await?;
        if lease.mode != Mode::ReadOnlyByKeys || kept_read_only(&self.0.config, account).is_some() {
            return Ok(true);
        }
        let production = self.0.config.environment(account).counts_as_production();
        let ask = Ask::Lend {
            account: format!("{} ({})", account.name, account.id),
            whose: whose(&lease),
            name: production.then(|| account.name.clone()),
        };
        Ok(self.0.vault.agreed(&ask).await)
    }

    /// The region that a program is given: the one that is asked for, else the first that is read in the account, unless
    /// nobody names any.
    async fn region(&self, errand: &Errand) -> Option<Region> {
        if let Some(region) = &errand.region {
            return Some(region.clone());
        }
        let (config, account) = (&self.0.config, &errand.account);
        let caller = self.0.vault.caller().await.ok().filter(|caller| !caller.region_guessed);
        config.regions_for(account, caller.as_ref().map(|caller| &caller.region)).into_iter().next()
    }

    fn before(&self, errand: &Errand, lease: &Lease, raised: Option<&Elevation>, region: Option<&Region>) -> Entry {
        let reason = raised.map_or("", |raised| raised.reason.as_str());
        let mut entry = self.entry(&errand.account, Deed::Command, (&lease.arn, reason));
        errand.word.clone_into(&mut entry.verb);
        entry.role.clone_from(&lease.role);
        entry.region = region.map(ToString::to_string).unwrap_or_default();
        (entry.target, entry.parameters) = described(&errand.argv);
        entry.parameters.push(format!("mode={}", lease.mode.word().to_lowercase().replace(' ', "-")));
        entry
    }
}

/// Why credentials are not lent that may write without an elevation, unless somebody says that this is meant.
fn unlimited(lease: &Lease, account: &Account) -> Fault {
    let message = format!(
        "the credentials for account {} ({}) are {}, and no session policy limits them to reading",
        account.name,
        account.id,
        whose(lease)
    );
    Fault::new(FaultKind::Invalid, message)
        .hint("elevate the account, use a role that is assumed, or say `qd exec --unlimited`")
}

/// Whose credentials they are.
fn whose(lease: &Lease) -> String {
    if lease.role.is_empty() { "the caller's own".to_owned() } else { format!("those of {}", lease.role) }
}

/// What is lent, in the variables that AWS's tools read, and who it is, in some for prompts.
fn lent(program: Program, lease: &Lease, keys: &Keys, region: Option<&Region>) -> Program {
    let mut program = keys.variables().into_iter().fold(program, |p, (name, value)| p.with(name, value));
    if let Some(until) = lease.until {
        program = program.with("AWS_CREDENTIAL_EXPIRATION", format!("{until:.0}"));
    }
    if let Some(region) = region {
        program = program.with("AWS_REGION", region.to_string()).with("AWS_DEFAULT_REGION", region.to_string());
    }
    program
        .with("QD_ACCOUNT_ID", lease.account.to_string())
        .with("QD_ACCOUNT_ROLE", lease.role.clone())
        .with("QD_ACCOUNT_MODE", lease.mode.word())
}

/// A command for the audit log: the program, the words after it that can only be the names of sub-commands, and how
/// many arguments there are. Of the rest nothing is kept: people type secrets there.
fn described(argv: &[OsString]) -> (String, Vec<String>) {
    let plain = |word: &&OsString| {
        let word = word.to_str().unwrap_or_default();
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    let text = |word: &OsString| word.to_string_lossy().into_owned();
    let target = argv.first().map(text).unwrap_or_default();
    let words: Vec<String> = argv.iter().skip(1).take(2).take_while(plain).map(text).collect();
    let mut parameters = vec![format!("arguments={}", argv.len().saturating_sub(1))];
    if !words.is_empty() {
        parameters.insert(0, format!("command={}", words.join(" ")));
    }
    (target, parameters)
}

impl Loan {
    /// Who it is, in a line for people: account, role, mode, region and until when.
    #[must_use]
    pub fn banner(&self, now: jiff::Timestamp) -> String {
        let lease = &self.lease;
        let role = if lease.role.is_empty() {
            "the caller's own credentials".to_owned()
        } else {
            format!("role {}", lease.role)
        };
        let until = match lease.until {
            Some(until) => format!(", until {until:.0} ({})", time::left(now, until)),
            None => String::new(),
        };
        let account = crate::model::text::clean(&self.account);
        let region = self.region.as_ref().map_or("no region is named", |region| region.as_str());
        format!("qd: {account} ({}), {role}, {}, {region}{until}", lease.account, lease.mode.word())
    }

    /// Writes the line after.
    ///
    /// # Errors
    /// A fault where the log cannot be written.
    pub fn settle(mut self, result: &Result<Ended, Fault>) -> Result<(), Fault> {
        let Some(entry) = self.entry.take() else { return Ok(()) };
        let ended = match result {
            Ok(ended) => (Outcome::Done, ended.to_string()),
            Err(fault) => (Outcome::Failed, fault.to_string()),
        };
        self.guard.close(entry, ended)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            // There is nobody left to tell; the line before stands in the log without an end.
            let _unwritten = self.guard.close(entry, (Outcome::Unknown, "its end was not waited for".to_owned()));
        }
    }
}

impl fmt::Debug for Loan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loan({})", self.lease.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_command_only_what_cannot_be_a_secret_is_kept() {
        let of = |line: &str| described(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        let (target, words) = of("aws ecs describe-services --cluster x");
        assert_eq!((target.as_str(), words.join(" ")), ("aws", "command=ecs describe-services arguments=4".to_owned()));
        let (_, words) = of("mysql -pHunter2 db");
        assert_eq!(words, ["arguments=2"]);
        let (_, words) = of("curl https://user:pw@host");
        assert_eq!(words, ["arguments=1"]);
    }
}
