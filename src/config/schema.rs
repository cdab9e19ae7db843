//! The JSON schema of the file, for editors (`qd config schema`).
//!
//! The keys come from the readers themselves: they read a file in which every table stands, and note what they ask for.
//! What is said of a key stands in [`SETTINGS`] and in the list below; a test holds the two together.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Map, Value, json};

use super::{
    Config,
    origin::Origins,
    read,
    settings::{SETTINGS, Set},
};

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A text or a list of texts.
    Words,
    /// A length of time, such as `90s`, `15m` or `1h30m`.
    Span,
    /// A table of texts whose keys are the user's to choose.
    Texts,
}

/// The keys that are no single values of the console: table, key, kind, and what it is. `*` is a name of the user's own.
const KEYS: &[(&str, &str, Kind, &str)] = &[
    ("account", "id", Kind::Text, "The twelve digits."),
    ("account", "name", Kind::Text, "Its name; the id where there is none."),
    ("account", "ou", Kind::Text, "The names of the OUs above it, joined by `/`."),
    ("role.*", "arn", Kind::Text, "The role's ARN, or `role/PATH/NAME`; `{account}` and `{partition}` are filled in."),
    ("role.*", "permission_set", Kind::Text, "The permission set of Identity Center."),
    ("role.*", "profile", Kind::Text, "A profile of the AWS configuration, used as it is."),
    ("role.*", "sso_session", Kind::Text, "Beside permission_set: the sso-session; left out, the caller's own."),
    (
        "role.*",
        "policy",
        Kind::Text,
        "What a session may do at most: `views`, `ReadOnlyAccess`, `ViewOnlyAccess`, `none`, or a policy's ARN.",
    ),
    ("role.*", "external_id", Kind::Text, "The ExternalId, 2 to 1,224 characters."),
    ("role.*", "duration", Kind::Span, "How long a session lasts, 15m to 12h; an hour at most beside chain."),
    ("role.*", "chain", Kind::Words, "Roles to assume one after the other before this one."),
    ("role.*", "mfa_serial", Kind::Text, "The MFA device that the first hop has to show."),
    ("role.*", "source_profile", Kind::Text, "The profile to assume from, instead of the caller's own credentials."),
    ("where", "account", Kind::Words, "The block is for these accounts."),
    (
        "where",
        "ou",
        Kind::Words,
        "The block is for accounts below one of these OUs: paths, where `*` stands for any characters but `/`, or ids.",
    ),
    ("where", "tag", Kind::Texts, "The block is for accounts with all of these tags; values may hold `*`."),
    ("where", "roles", Kind::Words, "The roles to choose from there, the default first."),
    ("where", "regions", Kind::Words, "The regions that are read there."),
    ("where", "external_id", Kind::Text, "The ExternalId of every role that is assumed there."),
    ("where", "duration", Kind::Span, "How long sessions of roles that are assumed there last, 15m to 12h."),
    ("where", "elevated", Kind::Text, "The role that an elevation uses there."),
    ("where", "read_only", Kind::Flag, "Whether the accounts can never be elevated."),
    ("where", "production", Kind::Flag, "Whether the accounts are production; what is not known counts as such."),
    (
        "views.*",
        "columns",
        Kind::Words,
        "The columns that are shown, in order; `name=30` gives one a width. Account and region stay unless `-` hides them.",
    ),
    ("views.*", "sort", Kind::Text, "The column that rows are ordered by at first; with `-` from the largest."),
    ("where", "label", Kind::Text, "What the environment is called on the screen."),
];

/// Tables of the top: their key, whether there is a list of them, and what they are.
const TABLES: &[(&str, Table, &str)] = &[
    ("limits", Table::Fixed, "How much of AWS's patience is used."),
    ("browser", Table::Fixed, "How a browser comes to AWS's own console."),
    ("refresh", Table::Map(Kind::Span), "How often a view is read, 5s to 24h, where it is not left to the view."),
    ("account", Table::List, "Accounts listed by hand, for those who may not read the organisation."),
    ("role", Table::Named, "Roles by the names under which people choose them."),
    ("where", Table::List, "What is otherwise in some accounts. The closest block that says something counts."),
    ("keys", Table::Maps, "Keys of your own: in a layer, which key does what."),
    ("views", Table::Named, "Columns and order of the tables of views, by the view's word."),
    ("alias", Table::Map(Kind::Text), "Words of your own for palette commands."),
];

/// What a table at the top looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    /// Its keys are given.
    Fixed,
    /// `[[name]]`.
    List,
    /// `[name.NAME]`.
    Named,
    /// `NAME = value`.
    Map(Kind),
    /// `[name.NAME]`, with keys of the user's own.
    Maps,
}

/// A file in which every table stands, so that every reader asks for its keys.
const PROBE: &str = "[limits]\n[browser]\n[refresh]\n[keys.table]\n[alias]\n[role.probe]\n[views.probe]\n[[account]]\n[[where]]\ntag = {}\n";

/// Words that only other rooms know.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    /// The views.
    pub views: Vec<&'a str>,
    /// The themes.
    pub themes: Vec<&'a str>,
    /// The layers of keys.
    pub layers: Vec<&'a str>,
}

/// The schema of the file, as JSON Schema draft 7: the one that editors know for TOML.
#[must_use]
pub fn schema(known: &Known<'_>) -> Value {
    let asked = asked();
    let mut top = Map::new();
    for (table, key) in asked.iter().filter(|(table, _)| table.is_empty()) {
        top.insert(key.clone(), property(table, key, &asked, known));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The configuration of Quarterdeck",
        "type": "object",
        "properties": top,
        "additionalProperties": false,
    })
}

/// What the readers ask for: table and key.
fn asked() -> BTreeSet<(String, String)> {
    let asked = read::asked(Path::new("probe.toml"), PROBE, &mut Config::default(), &mut Origins::default());
    asked.into_iter().map(|(table, key)| (table.replace(".probe", ".*"), key.to_owned())).collect()
}

fn property(table: &str, key: &str, asked: &BTreeSet<(String, String)>, known: &Known<'_>) -> Value {
    let dotted = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
    if let Some(setting) = SETTINGS.iter().find(|s| s.key == dotted) {
        let mut value = match setting.set {
            Set::Text(_) => kind(Kind::Text),
            Set::Flag(_) => kind(Kind::Flag),
            Set::Number(_) => json!({ "type": "number" }),
            Set::Words(_) => kind(Kind::Words),
        };
        if dotted == "view" {
            value["enum"] = json!(known.views);
        }
        if dotted == "theme" {
            // A theme of the user's own has any name.
            value["examples"] = json!(known.themes);
        }
        return about(value, setting.about);
    }
    if let Some((.., of, words)) = KEYS.iter().find(|(t, k, ..)| *t == table && *k == key) {
        return about(kind(*of), words);
    }
    match TABLES.iter().find(|(name, ..)| table.is_empty() && *name == key) {
        Some((name, shape, words)) => about(self::table(name, *shape, asked, known), words),
        // A key that a reader asks for and nobody describes is still no error of the file.
        None => json!({}),
    }
}

fn table(name: &str, shape: Table, asked: &BTreeSet<(String, String)>, known: &Known<'_>) -> Value {
    let object = |table: &str| {
        let keys = asked.iter().filter(|(t, _)| t == table);
        let properties: Map<String, Value> =
            keys.map(|(t, key)| (key.clone(), property(t, key, asked, known))).collect();
        json!({ "type": "object", "properties": properties, "additionalProperties": false })
    };
    let one_of = |mut value: Value, keys: &[&str]| {
        value["oneOf"] = keys.iter().map(|key| json!({ "required": [key] })).collect();
        value
    };
    match (name, shape) {
        ("role", _) => {
            let role = one_of(object("role.*"), &["arn", "permission_set", "profile"]);
            json!({ "type": "object", "additionalProperties": role })
        }
        ("views", _) => json!({
            "type": "object",
            "propertyNames": { "enum": known.views },
            "additionalProperties": object("views.*"),
        }),
        ("where", _) => json!({ "type": "array", "items": one_of(object("where"), &["account", "tag", "ou"]) }),
        (_, Table::List) => {
            let mut item = object(name);
            item["required"] = json!(["id"]);
            json!({ "type": "array", "items": item })
        }
        (_, Table::Fixed | Table::Named) => object(name),
        (_, Table::Map(of)) => {
            let mut map = json!({ "type": "object", "additionalProperties": kind(of) });
            if name == "refresh" {
                map["propertyNames"] = json!({ "enum": known.views });
            }
            map
        }
        (_, Table::Maps) => json!({
            "type": "object",
            "propertyNames": { "enum": known.layers },
            "additionalProperties": kind(Kind::Texts),
        }),
    }
}

fn kind(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Words => {
            json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
        }
        Kind::Span => json!({ "type": "string", "examples": ["90s", "15m", "1h"] }),
        Kind::Texts => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    }
}

fn about(mut value: Value, words: &str) -> Value {
    value["description"] = json!(words);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_the_readers_accept_is_described_and_every_description_is_of_such_a_key() {
        let mut described: BTreeSet<(String, String)> = BTreeSet::new();
        let pair = |table: &str, key: &str| (table.to_owned(), key.to_owned());
        for setting in SETTINGS {
            let (table, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
            described.insert(pair(table, key));
        }
        described.extend(KEYS.iter().map(|(table, key, ..)| pair(table, key)));
        described.extend(TABLES.iter().map(|(name, ..)| pair("", name)));
        assert_eq!(asked(), described);
    }

    #[test]
    fn the_schema_says_what_the_readers_do() {
        let known = Known { views: vec!["ecs"], themes: vec!["night"], layers: vec!["table"] };
        let schema = schema(&known);
        let at = |path: &str| schema.pointer(path).unwrap_or_else(|| panic!("{path} in {schema}"));
        assert_eq!(at("/properties/limits/properties/share/type"), "number");
        assert_eq!(at("/properties/view/enum/0"), "ecs");
        assert_eq!(at("/properties/utc/type"), "boolean");
        assert_eq!(at("/properties/role/additionalProperties/oneOf/0/required/0"), "arn");
        assert_eq!(at("/properties/where/items/properties/read_only/type"), "boolean");
        assert_eq!(at("/properties/keys/propertyNames/enum/0"), "table");
        assert_eq!(at("/additionalProperties"), false);
        assert_eq!(at("/properties/account/items/required/0"), "id");
    }
}
