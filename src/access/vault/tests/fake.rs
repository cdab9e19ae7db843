//! An STS that fits on a page, and a vault that calls it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use jiff::Timestamp;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    access::vault::{News, Vault, VaultOptions},
    config::{Config, Env, RoleSpec},
    remote::{Remote, Settings},
};

/// A request's parameters.
pub type Form = HashMap<String, String>;
type Refuse = Box<dyn Fn(&Form) -> Option<(u16, &'static str, String)> + Send>;

/// The caller's account.
pub const HOME: &str = "111111111111";
/// The role of most tests.
pub const TEMPLATE: &str = "arn:{partition}:iam::{account}:role/cicd/ops";

/// How long the caller is waited for here.
pub const IDENTITY: Duration = Duration::from_secs(3);

/// The STS: who has which key, what was asked, and whom it refuses.
pub struct Sts {
    calls: Mutex<Vec<Form>>,
    issued: Mutex<HashMap<String, String>>,
    refuse: Mutex<Refuse>,
    /// Answers that are withheld for ever, from the next request on.
    silence: AtomicI64,
    now: AtomicI64,
}

/// A vault with its STS, its clock and its news.
pub struct Desk {
    /// Under test.
    pub vault: Vault,
    /// What it calls.
    pub sts: Arc<Sts>,
    /// What it tells.
    pub news: mpsc::UnboundedReceiver<News>,
}

impl Sts {
    /// How often an operation was called.
    pub fn count(&self, action: &str) -> usize {
        self.asked(action).len()
    }

    /// The requests of an operation.
    pub fn asked(&self, action: &str) -> Vec<Form> {
        self.calls.lock().unwrap().iter().filter(|f| f["Action"] == action).cloned().collect()
    }

    /// Refuses by this from now on: status, code, message.
    pub fn refuse(&self, by: impl Fn(&Form) -> Option<(u16, &'static str, String)> + Send + 'static) {
        *self.refuse.lock().unwrap() = Box::new(by);
    }

    /// Withholds so many answers for ever.
    pub fn keep_silent(&self, answers: i64) {
        self.silence.store(answers, Ordering::SeqCst);
    }

    /// Lets minutes pass.
    pub fn pass(&self, minutes: i64) {
        self.now.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    fn moment(&self, seconds: i64) -> Timestamp {
        Timestamp::from_second(self.now.load(Ordering::SeqCst) + seconds).unwrap()
    }
}

/// Refuses each `AssumeRole` with STS's own bare sentence.
pub fn bare(form: &Form) -> Option<(u16, &'static str, String)> {
    let message =
        format!("User: alice is not authorized to perform: sts:AssumeRole on resource: {}", form.get("RoleArn")?);
    Some((403, "AccessDenied", message))
}

async fn answer(State(sts): State<Arc<Sts>>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let mut form: Form =
        reqwest::Url::parse(&format!("http://x/?{body}")).unwrap().query_pairs().into_owned().collect();
    let signed = headers["authorization"].to_str().unwrap();
    let key = signed.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned();
    form.insert("key".into(), key.clone());
    sts.calls.lock().unwrap().push(form.clone());
    if sts.silence.fetch_sub(1, Ordering::SeqCst) > 0 {
        std::future::pending::<()>().await;
    }
    if let Some((status, code, message)) = (sts.refuse.lock().unwrap())(&form) {
        let text =
            format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>");
        return (StatusCode::from_u16(status).unwrap(), text);
    }
    // Long enough that those who come meanwhile have to wait.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let action = form["Action"].clone();
    let result = if action == "GetCallerIdentity" {
        let known = sts.issued.lock().unwrap().get(&key).cloned();
        let arn = known.unwrap_or_else(|| format!("arn:aws:iam::{HOME}:user/alice"));
        let account = arn.split(':').nth(4).unwrap();
        format!("<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{account}</Account>")
    } else {
        given(&sts, &form)
    };
    (StatusCode::OK, format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"))
}

fn given(sts: &Sts, form: &Form) -> String {
    let mut issued = sts.issued.lock().unwrap();
    let key = format!("ASIA{:04}", issued.len());
    let arn = form.get("RoleArn").map_or_else(
        || format!("arn:aws:iam::{HOME}:user/alice"),
        |role| {
            // One role lies about its account.
            let account = if role.ends_with("/liar") { "999999999999" } else { role.split(':').nth(4).unwrap() };
            format!("arn:aws:sts::{account}:assumed-role/{}/alice", role.rsplit('/').next().unwrap())
        },
    );
    issued.insert(key.clone(), arn);
    let until = sts.moment(form["DurationSeconds"].parse().unwrap());
    format!(
        "<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>hunter2</SecretAccessKey>\
         <SessionToken>tok-tok</SessionToken><Expiration>{until}</Expiration></Credentials>"
    )
}

/// A configuration with these roles for every account.
pub fn config(roles: Vec<RoleSpec>) -> Config {
    Config { roles: roles.iter().map(|r| r.name.clone()).collect(), role: roles, ..Config::default() }
}

/// A vault with one role for every account.
pub async fn desk() -> Desk {
    desk_with(config(vec![RoleSpec::assume("ops", TEMPLATE)]), &[]).await
}

/// A vault of a configuration, with further variables.
pub async fn desk_with(config: Config, vars: &[(&str, &str)]) -> Desk {
    let sts = Arc::new(Sts {
        calls: Mutex::default(),
        issued: Mutex::default(),
        refuse: Mutex::new(Box::new(|_| None)),
        silence: AtomicI64::new(0),
        now: AtomicI64::new(Timestamp::now().as_second()),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/", post(answer)).with_state(Arc::clone(&sts));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let own = [
        ("AWS_ACCESS_KEY_ID", "AKIAHOME"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", address.as_str()),
        ("HOME", "/nowhere"),
    ];
    let env: Env = own.into_iter().chain(vars.iter().copied()).collect();
    let clock: crate::remote::Clock = {
        let sts = Arc::clone(&sts);
        Arc::new(move || sts.moment(0))
    };
    let real: crate::remote::Clock = Arc::new(Timestamp::now);
    let settings = Settings { share: 1.0, identity_timeout: IDENTITY, ..Settings::default() };
    let remote = Remote::new(settings, real).unwrap();
    let (tell, news) = mpsc::unbounded_channel();
    let options = VaultOptions {
        remote,
        config: Arc::new(config),
        env,
        actions: vec!["ecs:ListServices"],
        verb_actions: vec!["ecs:UpdateService"],
        clock,
        news: tell,
        interactive: true,
    };
    Desk { vault: Vault::new(options).unwrap(), sts, news }
}

impl Desk {
    /// The news so far.
    pub fn told(&mut self) -> Vec<News> {
        std::iter::from_fn(|| self.news.try_recv().ok()).collect()
    }

    /// Waits until something has come true, at most five seconds.
    pub async fn until(&self, what: impl Fn(&Self) -> bool) {
        for _ in 0..500 {
            if what(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(what(self), "did not come true within five seconds");
    }
}
