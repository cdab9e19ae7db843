//! The sources laid over one another, everything wrong told at once, and what holds in which account.

use std::{collections::BTreeMap, path::Path, time::Duration};

use super::*;
use crate::model::{Account, org::Details};

fn paths() -> Paths {
    Paths::new(&Env::empty(), Some(Path::new("/c.toml")))
}

pub(super) fn assemble(text: &str, env: &[(&str, &str)], flags: &Flags) -> Result<Loaded, ConfigErrors> {
    Config::assemble(&env.iter().copied().collect(), flags, paths(), Some(text))
}

pub(super) fn load(text: &str) -> Config {
    assemble(text, &[], &Flags::default()).unwrap_or_else(|errors| panic!("{errors}")).config
}

/// Every error as `line:column message = help`.
fn wrong(text: &str) -> Vec<String> {
    let errors = assemble(text, &[], &Flags::default()).expect_err("it is wrong");
    let line = |e: &ConfigError| match &e.spot.origin {
        Origin::File { line, .. } => *line,
        _ => 0,
    };
    errors.0.iter().map(|e| format!("{}:{} {} = {}", line(e), e.spot.column, e.message, e.help)).collect()
}

pub(super) fn account(id: &str, path: &str, tags: Option<&[(&str, &str)]>) -> Account {
    let tags = tags.map(|t| t.iter().copied().collect());
    Account {
        id: AccountId::from(id),
        name: id.to_owned(),
        path: path.into(),
        above: ["r-1".to_owned()].into_iter().chain(path.split('/').map(|n| format!("ou-{n}"))).collect(),
        details: Details { tags, ..Details::default() }.into(),
        management: false,
        origin: crate::model::org::Origin::Organizations,
    }
}

pub(super) const PROD: &str = "111122223333";
pub(super) const DEV: &str = "444455556666";

pub(super) fn names(roles: &[RoleSpec]) -> Vec<&str> {
    roles.iter().map(|r| r.name.as_str()).collect()
}

#[test]
fn nothing_said_is_the_default() {
    let loaded = Config::assemble(&Env::empty(), &Flags::default(), paths(), None).expect("nothing is wrong");
    assert_eq!(loaded.config, Config::default());
    assert!(loaded.info().iter().all(|i| i.origin == Origin::Default));
    assert_eq!(loaded.info().len(), SETTINGS.len());
    assert!(loaded.config.roles_for(&account(PROD, "prod", None)).is_empty());
}

#[test]
fn each_source_beats_the_one_before_and_says_so() {
    let text = "theme = \"paper\"\nview = \"ecs\"\nmouse = false\n[limits]\nshare = 0.25\n[refresh]\necs = \"90s\"\n";
    let env = [("QD_VIEW", "tasks"), ("QD_UTC", "yes"), ("QD_THEME", "night"), ("AWS_PROFILE", "work")];
    let flags = Flags { theme: Some("dusk".to_owned()), ..Flags::default() };
    let loaded = assemble(text, &env, &flags).expect("nothing is wrong");
    let info: BTreeMap<String, (String, String)> =
        loaded.info().into_iter().map(|i| (i.key, (i.value, i.origin.to_string()))).collect();
    for (key, value, origin) in [
        ("theme", "dusk", "--theme"),
        ("view", "tasks", "$QD_VIEW"),
        ("utc", "true", "$QD_UTC"),
        ("mouse", "false", "/c.toml:3"),
        ("profile", "work", "$AWS_PROFILE"),
        ("limits.share", "0.25", "/c.toml:5"),
        ("limits.jobs_per_account", "4", "default"),
        ("refresh.ecs", "1m30s", "/c.toml:7"),
        ("regions", "(left open)", "default"),
    ] {
        assert_eq!(info[key], (value.to_owned(), origin.to_owned()), "{key}");
    }
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place_and_the_nearest_word() {
    let text = r#"thme = "night"
utc = "yes"
regions = ["eu-central-1", "eu-wst"]
[limits]
share = 2
jobs_per_account = 1.5
[refresh]
ecs = "1s"
[role.deploy]
arm = "arn:aws:iam::{account}:role/x"
[[account]]
id = 111122223333
[[where]]
ou = "prod"
productoin = true
[[where]]
roles = "depoly"
[role.x]
arn = "arn:aws:iam::{acount}:role/x"
"#;
    assert_eq!(
        wrong(text),
        [
            "1:1 unknown key \"thme\" = did you mean \"theme\"?",
            "2:7 utc must be true or false, not text = without quotes",
            "3:28 regions must be a region code, not \"eu-wst\" = did you mean \"eu-west-1\"?",
            "5:9 limits.share must be between 0.05 and 1, not 2 = ",
            "6:20 limits.jobs_per_account must be a whole number, not 1.5 = ",
            "8:7 refresh.ecs must be between 5s and 1d, not \"1s\" = ",
            "9:7 role \"deploy\" says no way into an account = add arn = \"arn:aws:iam::{account}:role/…\", permission_set = \"…\" or profile = \"…\"",
            "10:1 unknown key \"arm\" in [role.deploy] = did you mean \"arn\"?",
            "12:6 account.id must be text, not a number = put it in quotes: \"111122223333\"",
            "15:1 unknown key \"productoin\" in [where] = did you mean \"production\"?",
            "16:1 [[where]] does not say which accounts it is for = add ou = \"workload/prod\", tag = { team = \"pay\" } or account = \"111122223333\"",
            "16:1 unknown role \"depoly\" = did you mean \"deploy\"?",
            "19:7 role.x.arn has an unknown place {acount} = did you mean \"account\"?",
        ]
    );
}

#[test]
fn syntax_and_meaning_are_told_together() {
    let told = wrong("theme = \nutc = maybe\nveiw = \"ecs\"\nroles = \"admin\"\n[role.admin\narn = \"role/admin\"\n");
    let lines: Vec<&str> = told.iter().filter_map(|t| t.split(':').next()).collect();
    assert_eq!(lines, ["1", "2", "3", "5"], "each line once, and the role is not called unknown: {told:#?}");
    assert_eq!(told[2], "3:1 unknown key \"veiw\" = did you mean \"view\"?");
}

#[test]
fn a_role_that_is_wrong_is_not_called_unknown_as_well() {
    let told = wrong("roles = [\"deploy\"]\n[role.deploy]\nduration = \"1h\"\n");
    assert!(told.len() == 1 && told[0].starts_with("2:7 role \"deploy\" says no way"), "{told:#?}");
}

#[test]
fn an_error_shows_its_line() {
    let errors =
        assemble("utc = true\n  thème = 1", &[("QD_LIMITS_SHARE", "half")], &Flags::default()).expect_err("wrong");
    assert!(errors.to_string().contains("$QD_LIMITS_SHARE: limits.share must be a number, not \"half\""), "{errors}");
    let shown = assemble("utc = true\n  them = 1", &[], &Flags::default()).expect_err("wrong").to_string();
    assert_eq!(
        shown,
        "/c.toml:2:3: unknown key \"them\"\n     2 │   them = 1\n       │   ^\n       = did you mean \"theme\"?"
    );
}

#[test]
fn roles_have_to_make_sense_to_sts() {
    for (text, says) in [
        ("arn = \"role/x\"\nduration = \"10m\"", "must be between 15m and 12h"),
        (
            "arn = \"role/x\"\nduration = \"2h\"\nchain = \"arn:aws:iam::{account}:role/hop\"",
            "a chain and a duration over 1h",
        ),
        ("arn = \"role/x\"\nexternal_id = \"x\"", "must have 2 to 1224"),
        ("arn = \"role/x\"\npolicy = \"readonly\"", "must be a session policy"),
        ("arn = \"role/x\"\nprofile = \"p\"", "has both arn and profile"),
        ("permission_set = \"View\"\npolicy = \"none\"", "policy means nothing beside permission_set"),
        ("profile = \"p\"\nsso_session = \"s\"", "sso_session means nothing beside profile"),
        ("arn = \"arn:aws:iam::{account}:user/x\"", "must begin with role/"),
    ] {
        let told = wrong(&format!("[role.r]\n{text}\n"));
        assert!(told.len() == 1 && told[0].contains(says), "{text}: {told:#?}");
    }
    assert!(wrong("roles = [\"depoly\"]\n[role.deploy]\narn = \"role/x\"")[0].contains("did you mean \"deploy\"?"));
    assert!(wrong("roles = [\"x\"]")[0].contains("write role/x"));
    let tables = &wrong("[[roles]]\nname = \"x\"\narn = \"role/x\"")[0];
    assert!(tables.contains("must be a list of texts, and a table is in it"), "{tables}");
    assert!(tables.contains("a role is described in [role.NAME]"), "{tables}");
}

#[test]
fn each_item_that_is_wrong_is_told_where_it_stands() {
    let told = wrong(concat!(
        "regions = [\n  \"eu-central\",\n  \"eu-west-1\",\n  7,\n  \"XX\",\n]\n",
        "[role.a]\narn = \"user/x\"\nduration = \"13h\"\nchain = [\"role/hop\", \"user/y\", \"user/z\"]\n",
        "[[where]]\naccount = [\"1\", \"111122223333\", \"2\"]\nroles = [\"b\", \"c\"]\n",
    ));
    let lines: Vec<&str> = told.iter().map(|error| error.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        ["2:3", "4:3", "5:3", "8:7", "9:12", "10:22", "10:32", "11:1", "11:1", "12:12", "12:33"],
        "{told:#?}"
    );
    let tables = wrong("[[roles]]\nname = \"x\"\n\n[[roles]]\nname = \"y\"\n[limits]\nshare = 7\n[[roles]]\n");
    let lines: Vec<&str> = tables.iter().map(|error| error.split(':').next().unwrap_or_default()).collect();
    assert_eq!(lines, ["1", "4", "7", "8"], "{tables:#?}");
}

#[test]
fn one_line_is_enough_for_a_role() {
    let config = load("roles = \"arn:aws:iam::{account}:role/cicd/delegated-role\"");
    let [role] = &config.roles_for(&account(PROD, "prod", None))[..] else { panic!("one role") };
    assert_eq!(role.name, "delegated-role");
    assert_eq!(role.how, How::Assume { arn: format!("arn:aws:iam::{PROD}:role/cicd/delegated-role") });
    assert_eq!(role.policy, SessionPolicy::Views);
}

#[test]
fn a_role_says_everything_that_the_broker_needs() {
    let config = load(
        r#"
regions = ["cn-north-1"]
[role.deploy]
arn = "arn:{partition}:iam::{account}:role/deploy"
external_id = "acme-1"
duration = "45m"
chain = ["arn:{partition}:iam::999999999999:role/hub"]
mfa_serial = "arn:aws-cn:iam::999999999999:mfa/ada"
policy = "ReadOnlyAccess"
source_profile = "base"
[role.sso]
permission_set = "ViewOnly"
sso_session = "corp"
[role.own]
profile = "legacy"
"#,
    );
    let roles = config.roles_for(&account(PROD, "prod", None));
    assert_eq!(names(&roles), ["deploy", "sso", "own"], "all that are described, in the order of the file");
    assert_eq!(
        roles[0],
        RoleSpec {
            name: "deploy".to_owned(),
            how: How::Assume { arn: format!("arn:aws-cn:iam::{PROD}:role/deploy") },
            external_id: Some("acme-1".to_owned()),
            duration: Some(Duration::from_mins(45)),
            chain: vec!["arn:aws-cn:iam::999999999999:role/hub".to_owned()],
            mfa_serial: Some("arn:aws-cn:iam::999999999999:mfa/ada".to_owned()),
            policy: SessionPolicy::Managed("arn:aws-cn:iam::aws:policy/ReadOnlyAccess".to_owned()),
            source_profile: Some("base".to_owned()),
        }
    );
    assert_eq!(roles[1].how, How::PermissionSet { name: "ViewOnly".to_owned(), session: Some("corp".to_owned()) });
    assert_eq!(roles[2].how, How::Profile { name: "legacy".to_owned() });
}

#[test]
fn oddities_are_warned_about() {
    let loaded = assemble("regions = \"eu-centrall-1\"", &[("QD_THEM", "x"), ("QD_ELSE", "y")], &Flags::default());
    let warnings: Vec<String> =
        loaded.expect("no error").warnings.iter().map(|w| format!("{} {}", w.message, w.help)).collect();
    assert_eq!(
        warnings,
        [
            "region \"eu-centrall-1\" is not known to this version did you mean \"eu-central-1\"?",
            "$QD_THEM is not read did you mean $QD_THEME?"
        ]
    );
}

#[test]
fn names_that_other_rooms_know_are_checked_with_their_place() {
    let loaded = assemble("view = \"esc\"\n[refresh]\ntask = \"1m\"", &[("QD_THEME", "nihgt")], &Flags::default());
    let errors = loaded.expect("no error yet").check_names(&["ecs", "tasks"], &["night"]).expect_err("three");
    let told: Vec<String> = errors.0.iter().map(|e| format!("{} {} {}", e.spot.origin, e.message, e.help)).collect();
    assert_eq!(
        told,
        [
            "/c.toml:1 unknown view \"esc\" did you mean \"ecs\"?",
            "/c.toml:3 unknown view \"task\" did you mean \"tasks\"?",
            "$QD_THEME unknown theme \"nihgt\" did you mean \"night\"?"
        ]
    );
}

#[test]
fn lists_by_hand_are_kept_as_written() {
    let config = load(
        r#"
[[account]]
id = "1111-2222-3333"
name = "prod"
ou = "/workload/prod/"
[[account]]
id = "444455556666"
[keys.table]
"ctrl-r" = "refresh"
x = "open"
[alias]
prod = "filter env=prod"
"#,
    );
    assert_eq!(
        config.accounts,
        [
            Listed { id: AccountId::from(PROD), name: "prod".to_owned(), ou: "workload/prod".to_owned() },
            Listed { id: AccountId::from(DEV), name: DEV.to_owned(), ou: String::new() },
        ]
    );
    let keys: Vec<_> = config.keys.iter().map(|k| (k.scope.as_str(), k.chord.as_str(), k.action.as_str())).collect();
    assert_eq!(keys, [("table", "ctrl-r", "refresh"), ("table", "x", "open")]);
    assert_eq!(config.aliases[0].command, "filter env=prod");
}

#[test]
fn a_file_that_was_named_must_be_there_and_the_usual_one_need_not() {
    let env: Env = [("HOME", "/nonexistent-home")].into_iter().collect();
    assert_eq!(Config::load(&env, &Flags::default()).expect("no file, no error").config, Config::default());
    let env: Env = [("QD_CONFIG", "/nonexistent-home/x.toml")].into_iter().collect();
    let errors = Config::load(&env, &Flags::default()).expect_err("named").to_string();
    assert!(errors.starts_with("$QD_CONFIG: cannot read /nonexistent-home/x.toml"), "{errors}");
}

#[test]
fn external_ids_are_not_listed() {
    let text = "[role.deploy]\narn = \"role/x\"\nexternal_id = \"hush-hush\"\n";
    let listed = format!("{:?}", assemble(text, &[], &Flags::default()).expect("nothing is wrong").info());
    assert!(listed.contains("with an ExternalId") && !listed.contains("hush-hush"), "{listed}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-z0-9\\[\\]{}=\".,\\n #é-]{0,200}") {
        let _either = assemble(&text, &[], &Flags::default());
    }
}

#[test]
fn roles_written_as_a_list_of_tables_are_told_once_and_how_they_are_written() {
    let errors = wrong("[[role]]\nname = \"ops\"\narn = \"arn:aws:iam::{account}:role/ops\"\n");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("role must be a table, not a list") && errors[0].contains("[role.NAME]"), "{errors:?}");
}
