//! The caller from a profile: roles on the way, MFA and session length honoured, and the warning before the end.

use std::path::PathBuf;

use super::{
    account,
    fake::{HOME, config, desk_with},
};
use crate::{
    access::{caller::Said, vault::News},
    config::{How, RoleSpec},
    model::{Ask, FaultKind, Source},
};

/// A home with these AWS files, removed in the end.
struct Home(PathBuf);

impl Home {
    fn new(name: &str, config: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("qd-vault-{name}-{}", std::process::id()));
        std::fs::create_dir_all(dir.join(".aws")).unwrap();
        std::fs::write(dir.join(".aws/config"), config).unwrap();
        Self(dir)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _left = std::fs::remove_dir_all(&self.0).is_err();
    }
}

const PROCESS: &str = r#"credential_process = echo '{"Version":1,"AccessKeyId":"AKIAPROC","SecretAccessKey":"s"}'"#;

#[tokio::test]
async fn without_a_home_no_token_of_a_login_is_looked_for() {
    let session = "[sso-session corp]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n";
    let home = Home::new("homeless", session);
    let file = home.0.join(".aws/config");
    let vars = [("HOME", ""), ("AWS_CONFIG_FILE", file.to_str().unwrap())];
    let desk = desk_with(config(Vec::new()), &vars).await;
    let fault = desk.vault.sso_accounts(None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Expired);
    assert!(fault.message.contains("(corp)") && fault.message.contains("HOME is not set"), "{fault}");
}

#[tokio::test]
async fn a_profile_is_walked_with_its_session_length_and_its_mfa_device() {
    let config_file = format!(
        "[profile base]\n{PROCESS}\n[profile ops]\nregion = eu-west-3\nsource_profile = base\n\
         role_arn = arn:aws:iam::333333333333:role/x/ops\nduration_seconds = 7200\nmfa_serial = GAHT12345678\n"
    );
    let home = Home::new("walk", &config_file);
    let vars = [("HOME", home.path()), ("AWS_ACCESS_KEY_ID", ""), ("AWS_PROFILE", "ops")];
    let mut desk = desk_with(config(Vec::new()), &vars).await;
    assert_eq!(desk.vault.profiles().len(), 2);
    assert_eq!(desk.sts.count("GetCallerIdentity"), 0, "listing profiles resolves none");
    assert_eq!(desk.vault.caller().await.unwrap_err().kind, FaultKind::Prompt);
    let ask = desk.told().into_iter().find_map(|n| if let News::Ask(id, _) = n { Some(id) } else { None });
    desk.vault.answer(ask.unwrap(), Some("123456".into()));
    let caller = loop {
        if let Ok(caller) = desk.vault.caller().await {
            break caller;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!((caller.account.as_str(), caller.profile.as_deref()), ("333333333333", Some("ops")));
    assert!(caller.is_role_session && caller.renewable);
    assert_eq!(caller.source, "profile ops (credential_process), role ops");
    let sent = &desk.sts.asked("AssumeRole")[0];
    assert_eq!((sent["DurationSeconds"].as_str(), sent["RoleSessionName"].as_str()), ("7200", "alice"));
    assert!(!sent.contains_key("TokenCode"), "the code was shown once, for every role from there");
    assert_eq!(desk.sts.asked("GetSessionToken")[0]["SerialNumber"], "GAHT12345678");
    assert_eq!(desk.vault.tried()[1].said, Said::Found);
}

#[tokio::test]
async fn an_account_may_be_opened_by_a_profile_and_must_then_be_the_one() {
    let home = Home::new("open", &format!("[profile own]\n{PROCESS}\n"));
    let how = How::Profile { name: "own".into() };
    let spec = RoleSpec { how, ..RoleSpec::assume("own", "") };
    let keys = [("HOME", home.path())];
    let desk = desk_with(config(vec![spec]), &keys).await;
    let lease = desk.vault.lease(&account(HOME), Some("own")).await.unwrap();
    assert_eq!(lease.source, Source::Profile);
    let fault = desk.vault.lease(&account("222222222222"), None).await.unwrap_err();
    assert_eq!(fault.code, "WrongAccount");
}

#[tokio::test]
async fn a_profile_may_be_chosen_later_and_goes_before_the_environment() {
    let home = Home::new("choose", "[profile gone]\nregion = x\n[profile ops]\nrole_arn = R\n");
    let desk = desk_with(config(Vec::new()), &[("HOME", home.path())]).await;
    assert_eq!(desk.vault.caller().await.unwrap().source, "environment");
    let fault = desk.vault.enter_profile("ops").await.unwrap_err();
    assert!(fault.message.contains("without source_profile"), "{fault:?}");
    assert_eq!(desk.vault.enter_profile("nowhere").await.unwrap_err().kind, FaultKind::NoCredentials);
}

#[tokio::test]
async fn the_end_of_keys_that_nobody_can_renew_is_announced() {
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5)).to_string();
    let vars = [("AWS_SESSION_TOKEN", "tok-tok"), ("AWS_CREDENTIAL_EXPIRATION", soon.as_str())];
    let mut desk = desk_with(config(Vec::new()), &vars).await;
    let caller = desk.vault.caller().await.unwrap();
    assert!(!caller.renewable && caller.expires.is_some());
    desk.until(|d| !d.news.is_empty()).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let asked = desk.told().into_iter().find_map(|n| if let News::Ask(_, ask) = n { Some(ask) } else { None });
    assert_eq!(asked, Some(Ask::Renew { origin: "environment".into() }));
}
