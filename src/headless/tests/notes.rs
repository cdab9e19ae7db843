//! What an answer says beside rows and gaps: which accounts and regions are missing, and what of the configuration fits
//! nothing.

use super::*;
use crate::headless::remember;

/// The ground of a run over the fleet with a configuration of its own.
fn over(sim: &sim::Sim, text: &str, more: &[(&str, &str)]) -> Base {
    let env: Env = sim.environment().into_iter().chain(more.iter().map(|(k, v)| (*k, (*v).to_owned()))).collect();
    let paths = Paths::new(&Env::empty(), None);
    let loaded = Config::assemble(&env, &Flags::default(), paths, Some(text)).unwrap();
    Base { loaded, ..base(env) }
}

fn notes(json: &Value) -> Vec<&str> {
    json["coverage"]["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_read_the_organisation_reads_what_is_missing_and_who_grants_it() {
    let (_sim, base) = fleet(&["orgdenied"]).await;
    let missing = "the accounts are from: own account, not AWS Organizations: arn:aws:iam::";
    for view in ["accounts", "ecs", "watch"] {
        let (json, code) = answer(&base, &ask(view)).await.unwrap();
        let note = notes(&json)[0];
        assert!(note.starts_with(missing), "{view}: {note}");
        assert!(note.contains("lacks organizations:ListRoots, organizations:ListAccounts"), "{view}: {note}");
        assert!(note.contains("An administrator of the management account can register"), "{view}: {note}");
        assert_eq!(code, codes::WHOLE, "{view}: one account and no right to the organisation is no fault");
    }
    let mut reader = connect(&base, VIEWS).unwrap();
    let tree = tree::read(&mut reader).await;
    assert!(tree.coverage().notes[0].starts_with(missing), "{:?}", tree.coverage().notes);
    let failures = reader.cx.remote.failures();
    let refused = failures.iter().find(|f| f.fault.call == "organizations:ListRoots").unwrap();
    assert!(refused.fault.hint.contains("delegated administrator"), "{}", refused.fault.hint);
    let (_sim, alone) = fleet(&["noorg"]).await;
    let (json, _) = answer(&alone, &ask("accounts")).await.unwrap();
    let said = "the accounts are from: own account, not AWS Organizations: the account belongs to no organisation";
    assert_eq!(notes(&json)[0], said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enabled_regions_that_nobody_reads_are_counted_whatever_is_configured() {
    let (sim, base) = fleet(&[]).await;
    let one = |view: &str| Get { place: Where { accounts: vec!["audit".into()], ..Where::default() }, ..ask(view) };
    let (json, _) = answer(&base, &one("ecs")).await.unwrap();
    let unread = "16 of 18 regions enabled in the caller's account are not read: ";
    assert!(notes(&json)[0].starts_with(unread) && notes(&json)[0].contains("and 12 more; regions = "), "{json}");
    let mut named = base.clone();
    named.loaded.config.regions = vec!["eu-central-1".into()];
    named.loaded.config.demanded.regions = true;
    let (json, _) = answer(&named, &one("ecs")).await.unwrap();
    assert_eq!(notes(&json), [""; 0], "who names a region knows that there are others");
    let (json, _) = answer(&base, &one("watch")).await.unwrap();
    let seen = json["coverage"]["seen"].as_str().unwrap();
    assert!(
        seen.starts_with(
            "No problem seen in 1 account, 2 regions (16 enabled in the caller's account not read), 1 view"
        ),
        "{seen}"
    );
    let (json, _) = answer(&base, &one("regions")).await.unwrap();
    let all = json["rows"].as_array().unwrap().iter().filter(|row| row["enabled"] == true);
    let all: Vec<String> = all.map(|row| format!("\"{}\"", row["region"].as_str().unwrap())).collect();
    let every = over(&sim, &format!("regions = [{}]\n", all.join(", ")), &[]);
    let (json, _) = answer(
        &every,
        &Get { place: Where { accounts: vec!["senncloud-management".into()], ..Where::default() }, ..ask("ecs") },
    )
    .await
    .unwrap();
    assert_eq!(notes(&json), [""; 0], "{json}");
    let (json, _) = answer(
        &over(&sim, "", &[]),
        &Get { place: Where { accounts: vec!["senncloud-management".into()], ..Where::default() }, ..ask("ecs") },
    )
    .await
    .unwrap();
    assert!(notes(&json)[0].starts_with("only eu-central-1, the caller's region, was read"), "{json}");
    assert!(notes(&json)[1].starts_with("17 of 18 regions enabled in the caller's account are not read"), "{json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_tells_which_regions_are_enabled_that_is_said() {
    let (_sim, base) = fleet(&["denied@account"]).await;
    let get = Get { place: Where { accounts: vec!["audit".into()], ..Where::default() }, ..ask("watch") };
    let (json, _) = answer(&base, &get).await.unwrap();
    let seen = json["coverage"]["seen"].as_str().unwrap();
    assert!(seen.contains("2 regions (how many the caller's account has enabled is not known)"), "{seen}");
    assert!(
        notes(&json)[0].starts_with("how many regions enabled in the caller's account are not read is not known: "),
        "{json}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_the_configuration_that_fit_nothing_are_doubted() {
    let (sim, _) = fleet(&[]).await;
    let text = "regions = [\"eu-central-1\", \"eu-centrall-1\", \"me-south-1\"]\n[[where]]\nou = \"worklod\"\nproduction = true\n\
                [[where]]\nou = \"core\"\nproduction = true\n[[where]]\naccount = [\"999999999999\"]\nproduction = true\n";
    let (json, _) = answer(
        &over(&sim, text, &[]),
        &Get { place: Where { accounts: vec!["senncloud-management".into()], ..Where::default() }, ..ask("ecs") },
    )
    .await
    .unwrap();
    let said = notes(&json).join("\n");
    for words in [
        "region me-south-1 is not enabled in the caller's account",
        "AWS lists no region eu-centrall-1 for the caller's account",
        "did you mean \"eu-central-1\"?",
        "[[where]] ou worklod (",
        "fits none of 31 known accounts; did you mean \"workload\"?",
        "[[where]] account 999999999999 (",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("ou core"), "{said}");
    let (json, _) = answer(&over(&sim, text, &[]), &ask("accounts")).await.unwrap();
    assert!(notes(&json).join("\n").contains("ou worklod"), "{json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_says_of_how_many_known_accounts_it_speaks() {
    let (sim, _) = fleet(&["orgdenied"]).await;
    let file = std::env::temp_dir().join(format!("qd-known-{}", std::process::id()));
    std::fs::write(&file, "[profile ops]\nrole_arn = arn:aws:iam::222222222222:role/ops\nsource_profile = ops\n")
        .unwrap();
    let base = over(&sim, "", &[("AWS_CONFIG_FILE", file.to_str().unwrap())]);
    let (json, _) = answer(&base, &ask("watch")).await.unwrap();
    let seen = json["coverage"]["seen"].as_str().unwrap_or_default();
    assert!(
        seen.starts_with("No problem seen in 1 of 2 accounts, 1 region (17 enabled in the caller's account not read)"),
        "{json}"
    );
    for tail in ["", "-wal", "-shm"] {
        let _absent = std::fs::remove_file(format!("{}{tail}", file.display()));
    }
}

#[test]
fn one_cause_in_many_accounts_is_one_line() {
    let fault = |account: &str| {
        let message = format!("not authorized on resource: arn:aws:iam::{account}:role/x");
        Fault::new(FaultKind::Denied, message)
            .call("sts:AssumeRole")
            .hint("Ctrl-R tries again; :access explains the denials")
    };
    let mut sum = Sum::default();
    for n in 1..=300 {
        let account = format!("{n:012}");
        for region in ["eu-west-1", "eu-west-2"] {
            let scope = Scope::region(account.as_str().into(), region.into());
            sum.count(&scope, &Progress::Broken(fault(&account)), None, true);
        }
    }
    let other = Fault::new(FaultKind::Throttled, "slow down");
    sum.count(&Scope::account("000000000007".into()), &Progress::Broken(other), None, true);
    let mut sample = Sample::new(&[]);
    sample.coverage = Coverage::default();
    sample.coverage.add(ViewId("ecs"), sum);
    let mut told = Vec::new();
    coverage::tell(&sample, &mut told);
    let told = String::from_utf8(told).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    assert!(lines[0].starts_with("qd: ecs of 300 accounts (600 scopes): 000000000001, 000000000002, "), "{told}");
    assert!(lines[0].contains(" and 296 more: denied: sts:AssumeRole: not authorized"), "{told}");
    assert!(lines[0].ends_with("; `qd get access` explains the denials"), "no key of the console: {told}");
    assert!(lines[1].contains("throttled"), "{told}");
    assert_eq!(sample.coverage.json(&Org::default(), VIEWS)["gaps"].as_array().unwrap().len(), 601, "JSON has each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_read_the_organisation_no_longer_gets_what_is_left_and_the_reason() {
    let (open, base) = fleet(&[]).await;
    let file = std::env::temp_dir().join(format!("qd-refused-{}.db", std::process::id()));
    let base = Base { store: Store::open(&file).store, ..base };
    let mut reader = connect(&base, VIEWS).unwrap();
    reader.read_org(true).await;
    remember::keep(&base, &reader).await;
    drop(open);
    let (_sim, closed) = fleet(&["orgdenied"]).await;
    let later: crate::remote::Clock =
        Arc::new(|| Timestamp::now().checked_add(jiff::SignedDuration::from_mins(1)).unwrap());
    let closed = Base { store: base.store.clone(), clock: later, ..closed };
    let (json, code) = answer(&closed, &ask("ecs")).await.unwrap();
    let coverage = &json["coverage"];
    assert_eq!(code, codes::GAPS, "{json}");
    assert_eq!((&coverage["read"], &coverage["denied"]), (&2.into(), &1.into()), "{coverage}");
    assert_eq!((&coverage["gaps"][0]["view"], &coverage["gaps"][0]["kind"]), (&"accounts".into(), &"denied".into()));
    assert_eq!(coverage["notes"][0], "the accounts are from: own account, not AWS Organizations");
    let mut reader = connect(&closed, VIEWS).unwrap();
    let kept = reader.org.len();
    assert!(kept > 31, "what was remembered is remembered still: {kept}");
    let tree = tree::read(&mut reader).await;
    assert_eq!(codes::of(tree.coverage(), false, !tree.is_empty()), codes::GAPS);
    remember::keep(&closed, &reader).await;
    assert_eq!(connect(&closed, VIEWS).unwrap().org.len(), kept, "one account does not take the place of the fleet");
    for tail in ["", "-wal", "-shm"] {
        let _absent = std::fs::remove_file(format!("{}{tail}", file.display()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn since_when_things_are_so_is_kept_whatever_may_be_read_of_the_organisation() {
    let (_sim, base) = fleet(&["denied@organizations.ListOrganizationalUnitsForParent"]).await;
    let folder = std::env::temp_dir().join(format!("qd-partial-{}", std::process::id()));
    let base = Base { store: Store::open(&folder.join("store.db")).store, ..base };
    let mut reader = connect(&base, VIEWS).unwrap();
    reader.read_org(true).await;
    reader.cx.past.since("ecs", "arn:s", "zero", true, reader.cx.now());
    remember::keep(&base, &reader).await;
    let book = base.last_notebook().expect("the fleet is known again");
    assert!(book.all("since").unwrap().iter().any(|(key, ..)| key.contains("arn:s")));
    std::fs::remove_dir_all(folder).unwrap();
}
