//! The fetch behind each slot: the caller, a profile, an account by whatever way its role says.

use std::sync::{Arc, Weak};

use super::{
    Inner, News,
    entry::{Job, get},
    hops, mfa, portal, roles,
    slot::{Fresh, Held, Slot, What},
};
use crate::{
    access::{
        arn,
        assume::{self, Identity},
        awsfiles::AwsFiles,
        caller::{Caller, Origin, Said, Tried},
        chain::{self, Choice, Start, Walk, elsewhere, process},
        region,
        secret::Keys,
        settings::Settings,
        span,
        sso_token::{self, SsoSession},
    },
    config::{How, RoleSpec},
    model::{Account, AccountId, Ask, Fault, FaultKind, Lease, Mode, Partition, Region, Source},
};

/// Fetches what a slot is for.
pub(super) async fn obtain(inner: &Arc<Inner>, job: &Job, slot: &Arc<Slot>) -> Result<Fresh, Fault> {
    match job {
        Job::Caller => caller(inner, slot).await,
        Job::Profile(name) => {
            let files = Arc::new(inner.files());
            let settings = Settings::new(&inner.env, &files, Some(name));
            let (keys, origin) = profile(inner, slot, &files, &settings, name).await?;
            let region = match settings.region() {
                (_, true) => inner.region(&inner.settings(&files)),
                named => named,
            };
            let way = Walk::of(&files, name).ok().and_then(|walk| way(&walk));
            identified(inner, keys, &origin, region::in_partition_of(way.as_deref(), region)).await
        }
        Job::Mfa(from, serial) => mfa::session(inner, slot, from, serial).await,
        Job::Lease(account, Some(spec)) => by_role(inner, slot, account, spec).await,
        Job::Lease(account, None) => by_usual_role(inner, slot, account).await,
    }
}

/// The caller: the first source that is set up, and who it is.
async fn caller(inner: &Arc<Inner>, slot: &Arc<Slot>) -> Result<Fresh, Fault> {
    let files = Arc::new(inner.files());
    let settings = inner.settings(&files);
    inner.remote.set_base(settings.sdk(&inner.remote));
    let before = slot.now(inner.now()).0.and_then(|held| held.caller().map(|c| c.account.clone()));
    let mut tried = Vec::new();
    let found = source(inner, slot, &files, &settings, &mut tried).await;
    note_logins(inner, &files, &mut tried);
    let result = match found {
        Ok((keys, origin, region)) => {
            // The sources are on the screen while STS is waited for.
            inner.set_tried(tried.clone());
            inner.tell(News::Waiting(assume::endpoint(&region.0)));
            identified(inner, keys, &origin, region).await
        }
        // A profile that is misspelt, or half a pair of keys, leaves nobody to call as: that is what has to be said.
        Err(fault) if fault.kind == FaultKind::Invalid => Err(Fault { kind: FaultKind::NoCredentials, ..fault }),
        Err(fault) => Err(fault),
    };
    if let (Err(fault), Some(last)) = (&result, tried.iter_mut().find(|t| t.said == Said::Found)) {
        (last.said, last.words) = (Said::Failed, format!("{}: {}", last.words, fault.message));
    }
    inner.set_tried(tried);
    let fresh = result?;
    let (What::Caller(now), Some(before)) = (&fresh.what, before) else { return Ok(fresh) };
    if now.account == before {
        return Ok(fresh);
    }
    let message = format!("the renewed credentials are of account {}, not {before}: they are not used", now.account);
    Err(Fault::new(FaultKind::Denied, message).hint("restart qd to work as another caller"))
}

/// Credentials, where they came from, and the region with whether it is a guess.
type Begun = (Keys, Origin, (Region, bool));

async fn source(
    inner: &Arc<Inner>,
    slot: &Arc<Slot>,
    files: &Arc<AwsFiles>,
    settings: &Settings,
    tried: &mut Vec<Tried>,
) -> Result<Begun, Fault> {
    let demanded = inner.demanded_profile();
    let choice = chain::choose(&inner.env, files, demanded.as_deref(), tried)?;
    inner.set_tried(tried.clone());
    if let Some(what) = waits(&choice, files) {
        inner.tell(News::Waiting(what));
    }
    match choice {
        Choice::Environment(keys) => {
            let renewable = !keys.has_token();
            let origin = origin("environment", None, renewable);
            Ok((keys, origin, inner.region(settings)))
        }
        Choice::Profile(name) => match profile(inner, slot, files, settings, &name).await {
            Ok((keys, origin)) => {
                tried.push(Tried::new("profile", Said::Found, origin.words.clone()));
                let way = Walk::of(files, &name).ok().and_then(|walk| way(&walk));
                Ok((keys, origin, region::in_partition_of(way.as_deref(), inner.region(settings))))
            }
            Err(fault) => {
                tried.push(Tried::new("profile", Said::Failed, format!("profile {name}: {}", fault.message)));
                Err(fault)
            }
        },
        Choice::Machine => {
            let (region, guessed) = region::in_partition_of(inner.env.get("AWS_ROLE_ARN"), inner.region(settings));
            let found = elsewhere::machine(&inner.remote, &inner.env, &region, tried).await?;
            let region = match found.region {
                Some(placed) if guessed => (placed, false),
                _ => (region, guessed),
            };
            Ok((found.keys, origin(&found.words, None, true), region))
        }
    }
}

/// What a source is waited for that is not STS itself; `None` where nothing is asked.
fn waits(choice: &Choice, files: &AwsFiles) -> Option<String> {
    let machine = || Some("the credentials of this machine".to_owned());
    match choice {
        Choice::Environment(_) => None,
        Choice::Machine => machine(),
        Choice::Profile(name) => match Walk::of(files, name).ok()?.start {
            Start::Process(of) => Some(format!("the credential_process of profile {of}")),
            Start::Sso { profile, .. } => Some(format!("Identity Center, for profile {profile}")),
            Start::Container | Start::Instance => machine(),
            Start::WebIdentity { .. } => Some("STS, for a web identity".to_owned()),
            Start::Keys(_) | Start::Environment => None,
        },
    }
}

/// Says what the token cache holds for each login that is configured.
fn note_logins(inner: &Inner, files: &AwsFiles, tried: &mut Vec<Tried>) {
    let home = inner.env.home();
    for session in files.sessions().filter_map(|name| SsoSession::named(files, name).ok()) {
        let words = sso_token::cached(home, &session, inner.now());
        tried.push(Tried::new("SSO session", Said::NotAsked, words));
    }
}

fn origin(words: &str, profile: Option<&str>, renewable: bool) -> Origin {
    let ask = Ask::Renew { origin: words.to_owned() };
    Origin { words: words.to_owned(), profile: profile.map(str::to_owned), renewable, ask }
}

/// The credentials of a profile: where they start, and the roles on the way.
async fn profile(
    inner: &Arc<Inner>,
    slot: &Arc<Slot>,
    files: &Arc<AwsFiles>,
    settings: &Settings,
    name: &str,
) -> Result<(Keys, Origin), Fault> {
    let walk = Walk::of(files, name)?;
    let (region, _) = region::in_partition_of(way(&walk).as_deref(), inner.region(settings));
    let (keys, mut origin) = begin(inner, files, settings, name, &walk.start).await?;
    let from = match &walk.start {
        Start::Keys(of) | Start::Process(of) if of != name => Some(of.as_str()),
        _ => None,
    };
    let keys = hops::profile(inner, slot, &region, keys, (from, &walk.roles)).await?;
    if let Some(last) = walk.roles.last() {
        origin.words = format!("{}, role {}", origin.words, arn::role_name(&last.arn).unwrap_or(&last.arn));
    }
    Ok((keys, origin))
}

/// The ARN of a role on the way of a profile, which tells the partition.
fn way(walk: &Walk) -> Option<String> {
    let start = match &walk.start {
        Start::WebIdentity { role, .. } => Some(role.clone()),
        _ => None,
    };
    walk.roles.last().map(|role| role.arn.clone()).or(start)
}

async fn begin(
    inner: &Arc<Inner>,
    files: &Arc<AwsFiles>,
    settings: &Settings,
    name: &str,
    start: &Start,
) -> Result<(Keys, Origin), Fault> {
    let role = if let Start::WebIdentity { role, .. } = start { Some(role.as_str()) } else { None };
    let (region, _) = region::in_partition_of(role, inner.region(settings));
    let from = |kind: &str, renewable| origin(&format!("profile {name} ({kind})"), Some(name), renewable);
    match start {
        Start::Keys(of) => {
            let none =
                || Fault::new(FaultKind::Invalid, format!("profile {of} has aws_access_key_id without its secret"));
            let keys = files.keys(of).ok_or_else(none)?;
            // Another tool may write new temporary keys into the file.
            Ok((keys, from("keys", true)))
        }
        Start::Process(of) => {
            let none = || Fault::new(FaultKind::Invalid, format!("profile {of} has no credential_process any more"));
            let command = files.process(of).ok_or_else(none)?;
            Ok((process::run(of, &command).await?, from("credential_process", true)))
        }
        Start::Sso { profile, account, role } => {
            let session = SsoSession::of_profile(files, profile)?;
            let keys =
                portal::permission_set(inner, settings, &session, (&AccountId::from(account.as_str()), role)).await?;
            let origin = from(&format!("SSO session {}", session.name), true);
            Ok((keys, Origin { ask: session.ask, ..origin }))
        }
        Start::WebIdentity { role, file, session } => {
            let keys = elsewhere::web_identity(&inner.remote, &region, (role, file), session.as_deref()).await?;
            Ok((keys, from("web identity", true)))
        }
        Start::Environment => match chain::choose(&inner.env, files, None, &mut Vec::new())? {
            Choice::Environment(keys) => {
                let renewable = !keys.has_token();
                Ok((keys, from("keys of the environment", renewable)))
            }
            _ => Err(Fault::new(FaultKind::NoCredentials, format!("profile {name}: AWS_ACCESS_KEY_ID is not set"))),
        },
        Start::Container => Ok((elsewhere::container(&inner.remote, &region).await?, from("container", true))),
        Start::Instance => Ok((elsewhere::instance(&inner.remote, &region).await?.0, from("instance", true))),
    }
}

/// Who these keys are. Keys that STS does not take (any longer) are a question for the person.
async fn identified(
    inner: &Arc<Inner>,
    keys: Keys,
    origin: &Origin,
    (region, guessed): (Region, bool),
) -> Result<Fresh, Fault> {
    let said = match assume::identify_caller(&inner.remote, &region, &keys).await {
        Err(fault) => {
            let other = Partition::home_of(&region);
            let fault = if guessed && region::suspicious(&fault) { region::unnamed(&region, fault) } else { fault };
            Err(region::judge(&inner.remote, &keys, (&region, &other), fault).await)
        }
        said => said,
    };
    let said = match said {
        Err(fault) if fault.kind == FaultKind::Expired => {
            inner.asks.put(&origin.ask);
            let message = format!("the credentials from {} have ended: {}", origin.words, fault.message);
            let hint = match &origin.ask {
                ask @ Ask::SsoLogin { .. } => ask.line(),
                _ => "set new ones and restart qd, or choose a profile".to_owned(),
            };
            return Err(Fault { message, hint, ..fault });
        }
        other => other?,
    };
    let id = (said.arn.as_str(), said.account.as_str(), said.user_id.as_str());
    let mut caller = Caller::identified(id, (&region, guessed), origin, keys.until())?;
    caller.portals = sso_token::portals(&inner.files(), origin.profile.as_deref());
    inner.remote.know(keys.id(), caller.account.clone());
    // Whoever was asked has acted, in the console or elsewhere; unless these are the keys that are about to end.
    let warned = |until| until - span::WARNING <= inner.now();
    if caller.renewable || !keys.until().is_some_and(warned) {
        inner.asks.settle(|ask| *ask == origin.ask);
    }
    if !caller.renewable {
        warn_before_end(inner, keys.until(), &origin.ask);
    }
    Ok(Fresh { keys, what: What::Caller(Box::new(caller)) })
}

/// Asks for new credentials some minutes before those end that nobody can renew from here.
fn warn_before_end(inner: &Arc<Inner>, until: Option<jiff::Timestamp>, ask: &Ask) {
    let Some(until) = until else { return };
    let left = (until - span::WARNING).duration_since(inner.now());
    let (weak, ask): (Weak<Inner>, Ask) = (Arc::downgrade(inner), ask.clone());
    drop(tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::try_from(left).unwrap_or_default()).await;
        if let Some(inner) = weak.upgrade() {
            inner.asks.put(&ask);
        }
    }));
}

/// An account by one of AWS's usual roles: found out once, in the first account, with the others waiting.
async fn by_usual_role(inner: &Arc<Inner>, slot: &Arc<Slot>, account: &Arc<Account>) -> Result<Fresh, Fault> {
    let held = get(inner, Job::Caller).await?;
    let partition = held.caller().map_or("aws", |c| c.partition.as_str());
    let spec = |name: &str| roles::usual(name).fill(&account.id, partition);
    let mut found = inner.usual.lock().await;
    if let Some(name) = found.clone() {
        drop(found);
        return by_role(inner, slot, account, &spec(&name)).await;
    }
    let mut refused: Option<Fault> = None;
    for name in roles::USUAL {
        match by_role(inner, slot, account, &spec(name)).await {
            Ok(fresh) => {
                *found = Some(name.to_owned());
                return Ok(fresh);
            }
            Err(fault) if fault.kind == FaultKind::Denied => refused = refused.or(Some(fault)),
            Err(fault) => return Err(fault),
        }
    }
    let fault = refused.unwrap_or_else(|| Fault::new(FaultKind::Denied, "no usual role"));
    let hint = "no role is configured, and neither OrganizationAccountAccessRole nor AWSControlTowerExecution opens \
                the account: set `roles` in the config";
    Err(fault.hint(hint))
}

pub(super) async fn by_role(
    inner: &Arc<Inner>,
    slot: &Arc<Slot>,
    account: &Account,
    spec: &RoleSpec,
) -> Result<Fresh, Fault> {
    match &spec.how {
        How::Assume { arn } => hops::assumed(inner, slot, account, spec, (arn, &inner.session_policy)).await,
        How::PermissionSet { name, session } => {
            let files = Arc::new(inner.files());
            let session = match session {
                Some(session) => SsoSession::named(&files, session)?,
                None => SsoSession::usual(&files, inner.profile().as_deref())?,
            };
            let settings = inner.settings(&files);
            let keys = portal::permission_set(inner, &settings, &session, (&account.id, name)).await?;
            let (region, _) = inner.region(&settings);
            let who = assume::identify(&inner.remote, &region, &keys).await?;
            leased(account, spec, keys, &who, Source::IdentityCenter)
        }
        How::Profile { name } => {
            let held = get(inner, Job::Profile(name.clone())).await?;
            let keys = held.current.keys();
            let Some(caller) = held.caller() else {
                return Err(Fault::new(FaultKind::Service, format!("profile {name} has no identity")));
            };
            let who = Identity {
                arn: caller.arn.clone(),
                account: caller.account.to_string(),
                user_id: caller.user_id.clone(),
            };
            leased(account, spec, keys, &who, Source::Profile)
        }
    }
}

fn leased(account: &Account, spec: &RoleSpec, keys: Keys, who: &Identity, source: Source) -> Result<Fresh, Fault> {
    assume::same_account(who, &account.id, &spec.how.show())?;
    let lease = Lease {
        account: account.id.clone(),
        role: spec.name.clone(),
        arn: who.arn.clone(),
        mode: Mode::ReadOnlyByKeys,
        source,
        until: keys.until(),
        renews: true,
        chained: false,
    };
    Ok(Fresh { keys, what: What::Lease(lease) })
}

/// Credentials that AWS takes no longer: throws them away and fetches the source anew, which asks the person where it
/// cannot. The same keys again are no help: then the fault stands.
pub(super) async fn again(inner: &Arc<Inner>, job: &Job, old: &Held, fault: Fault) -> Result<Arc<Held>, Fault> {
    let slot = inner.slot(&job.key());
    let ended = old.current.keys();
    if slot.now(inner.now()).0.is_some_and(|held| held.current.keys().id() == ended.id()) {
        slot.discard();
    }
    let held = get(inner, job.clone()).await?;
    if held.current.keys().id() == ended.id() { Err(fault) } else { Ok(held) }
}
