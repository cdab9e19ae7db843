//! What costs a call a row is read where it is asked for, and of what is asked for alone.

use super::*;

/// How many accounts were asked for their tags.
fn asked(sim: &sim::Sim) -> u64 {
    sim.count("organizations", "ListTagsForResource")
}

fn tagged(json: &Value) -> usize {
    json["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["tags"].as_str().is_some_and(|tags| !tags.is_empty()))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_are_read_where_a_column_or_a_word_asks_for_them() {
    let (sim, base) = fleet(&[]).await;
    let (json, code) = answer(&base, &ask("accounts")).await.unwrap();
    assert_eq!((code, asked(&sim)), (codes::WHOLE, 0), "a call a row is not made unasked");
    let accounts = json["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "account").count();

    let of_one = Where { accounts: vec!["prod".into()], ..Where::default() };
    let get = Get { place: of_one, columns: vec!["name".into(), "Tags".into()], ..ask("accounts") };
    let (json, code) = answer(&base, &get).await.unwrap();
    assert_eq!((code, asked(&sim), tagged(&json)), (codes::WHOLE, 1, 1), "{json}");
    let row = json["rows"][0].as_object().unwrap();
    assert!(row.contains_key("name") && !row.contains_key("joined"), "{row:?}");
    let word = row["tags"].as_str().unwrap().split(", ").next().unwrap().to_owned();

    let get = Get { filter: format!("tag:\"{word}\""), ..ask("accounts") };
    let (json, code) = answer(&base, &get).await.unwrap();
    assert_eq!((code, asked(&sim)), (codes::WHOLE, 1 + accounts as u64));
    let rows = json["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["name"] == "prod") && tagged(&json) == rows.len(), "{word}: {json}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_that_are_refused_are_a_gap_and_a_column_that_is_not_there_a_slip() {
    let (_sim, base) = fleet(&["denied@organizations.ListTagsForResource"]).await;
    let get = Get { columns: vec!["name".into(), "tags".into()], ..ask("accounts") };
    let (json, code) = answer(&base, &get).await.unwrap();
    assert_eq!(code, codes::GAPS, "{json}");
    assert!(json["coverage"]["gaps"][0]["call"].as_str().is_some_and(|call| call.ends_with("ListTagsForResource")));
    let slip = answer(&base, &Get { columns: vec!["tag".into()], ..ask("accounts") }).await.unwrap_err();
    assert_eq!(
        (slip.message.as_str(), slip.hint.as_str()),
        ("--columns: accounts has no column \"tag\"", "did you mean tags?")
    );
}
