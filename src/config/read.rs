//! The file, read into the configuration: the single values and the lists. Roles are read in `read_access`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use super::{
    Alias, Binding, Config, Listed, ViewTable,
    error::{ConfigError, Wrong},
    origin::Origins,
    read_access,
    settings::{SETTINGS, Set, Setting},
    sheet::{Entry, Section, Sheet},
    span,
};
use crate::model::AccountId;

/// How often a view may be read.
const REFRESH: (Duration, Duration) = (Duration::from_secs(5), Duration::from_hours(24));

/// Reads the text of the file into the configuration. What is right is in; what is wrong is returned, and
/// whether the syntax is broken.
pub(super) fn file(path: &Path, text: &str, config: &mut Config, origins: &mut Origins) -> (Vec<ConfigError>, bool) {
    let sheet = Sheet::new(path, text);
    whole(&sheet, config, origins);
    sheet.into_errors()
}

/// Reads a file for the sake of the keys that are asked for: table and key.
pub(super) fn asked(
    path: &Path,
    text: &str,
    config: &mut Config,
    origins: &mut Origins,
) -> BTreeSet<(String, &'static str)> {
    let sheet = Sheet::new(path, text);
    whole(&sheet, config, origins);
    sheet.into_asked()
}

fn whole(sheet: &Sheet<'_>, config: &mut Config, origins: &mut Origins) {
    let table = sheet.parse();
    let root = sheet.root(table.get_ref());
    settings(&root, config, origins);
    refresh(&root, config, origins);
    accounts(&root, config);
    keys(&root, config);
    aliases(&root, config);
    views(&root, config);
    read_access::roles(&root, config, origins);
    read_access::overrides(&root, config);
    root.end();
}

/// The single values. A key with a dot stands in the table before the dot.
fn settings(root: &Section<'_>, config: &mut Config, origins: &mut Origins) {
    let mut tables: BTreeMap<&str, Option<Section<'_>>> = BTreeMap::new();
    for setting in SETTINGS {
        let entry = match setting.key.split_once('.') {
            None => root.get(setting.key),
            Some((table, key)) => tables
                .entry(table)
                .or_insert_with(|| root.get(table).and_then(|entry| entry.section()))
                .as_ref()
                .and_then(|section| section.get(key)),
        };
        if let Some(entry) = entry
            && set(config, setting, &entry).is_some()
        {
            origins.set(setting.key, entry.spot());
        }
    }
    tables.into_values().flatten().for_each(Section::end);
}

fn set(config: &mut Config, setting: &Setting, entry: &Entry<'_>) -> Option<()> {
    match setting.set {
        Set::Text(set) => entry.read(|e| set(config, e.text()?)),
        Set::Flag(set) => entry.read(Entry::flag).map(|yes| set(config, yes)),
        Set::Number(set) => entry.read(|e| set(config, e.number()?)),
        Set::Words(set) => {
            // One by one, so that each that is wrong is noted where it stands; then together, or none of them.
            let words = entry.each(|word| set(config, &[word]).map(|()| word));
            let all = words.as_deref().unwrap_or_default();
            entry.read(|_| set(config, all)).filter(|()| words.is_some())
        }
    }
}

/// `[refresh]`: a length of time by view.
fn refresh(root: &Section<'_>, config: &mut Config, origins: &mut Origins) {
    let Some(section) = root.get("refresh").and_then(|e| e.section()) else { return };
    for entry in section.entries() {
        if let Some(every) = entry.read(|e| span::within(e.text()?, REFRESH.0, REFRESH.1)) {
            origins.set(entry.name.clone(), entry.key_spot());
            config.refresh.insert(entry.key.to_owned(), every);
        }
    }
}

/// `[[account]]`: accounts listed by hand.
fn accounts(root: &Section<'_>, config: &mut Config) {
    for section in root.get("account").map(|e| e.sections()).unwrap_or_default() {
        let id = section.text("id", account_id);
        let name = section.text("name", |t| Ok(t.trim().to_owned())).filter(|n| !n.is_empty());
        let ou = section.text("ou", |t| Ok(t.trim_matches('/').to_owned())).unwrap_or_default();
        match id {
            Some(id) if config.accounts.iter().any(|a| a.id == id) => {
                section.wrong(format!("account {id} is listed twice"), "");
            }
            Some(id) => config.accounts.push(Listed { name: name.unwrap_or_else(|| id.to_string()), id, ou }),
            None if !section.has("id") => section.wrong("account has no id", "add id = \"111122223333\""),
            None => {}
        }
        section.end();
    }
}

/// An account's id.
///
/// # Errors
/// Where it is not twelve digits.
pub(super) fn account_id(text: &str) -> Result<AccountId, Wrong> {
    let bare = text.trim().replace('-', "");
    if AccountId::fits(&bare) {
        return Ok(AccountId::from(bare));
    }
    Err(Wrong::new(format!("must be the twelve digits of an account, not {text:?}"), "such as \"111122223333\""))
}

/// `[keys.<layer>]`: what a key does there.
fn keys(root: &Section<'_>, config: &mut Config) {
    let Some(section) = root.get("keys").and_then(|e| e.section()) else { return };
    for layer in section.entries() {
        for entry in layer.section().map(|s| s.entries()).unwrap_or_default() {
            if let Some(action) = entry.read(Entry::text) {
                config.keys.push(Binding {
                    scope: layer.key.to_owned(),
                    chord: entry.key.to_owned(),
                    action: action.to_owned(),
                    spot: entry.key_spot(),
                });
            }
        }
    }
}

/// `[alias]`: words for palette commands.
fn aliases(root: &Section<'_>, config: &mut Config) {
    let Some(section) = root.get("alias").and_then(|e| e.section()) else { return };
    for entry in section.entries() {
        if let Some(command) = entry.read(Entry::text) {
            config.aliases.push(Alias {
                word: entry.key.to_owned(),
                command: command.to_owned(),
                spot: entry.key_spot(),
            });
        }
    }
}

/// `[views.<view>]`: the columns and the order of its table.
fn views(root: &Section<'_>, config: &mut Config) {
    let Some(section) = root.get("views").and_then(|e| e.section()) else { return };
    for entry in section.entries() {
        let Some(table) = entry.section() else { continue };
        let columns = table.get("columns").and_then(|e| Some((e.each(|word| Ok(word.to_owned()))?, e.spot())));
        let sort = table.value("sort", |e| Ok((e.text()?.to_owned(), e.spot())));
        config.views.push(ViewTable { view: entry.key.to_owned(), columns, sort, spot: entry.key_spot() });
        table.end();
    }
}
