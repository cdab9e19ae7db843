//! The tags of a thing, in the order of their keys: small, since every row has some.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::pool::shared;

/// Tags: keys and values. On disk and in JSON an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Tags(Box<[Pair]>);

impl Tags {
    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(pair)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A walk over keys and values.
pub type Iter<'a> = std::iter::Map<std::slice::Iter<'a, Pair>, fn(&'a Pair) -> (&'a str, &'a str)>;

/// A key and its value.
pub type Pair = (Arc<str>, Arc<str>);

fn pair((key, value): &Pair) -> (&str, &str) {
    (key, value)
}

impl<'a> IntoIterator for &'a Tags {
    type Item = (&'a str, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Each as `key=value`, parted by a comma.
impl fmt::Display for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={value}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Tags {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        let mut all: Vec<_> = pairs.into_iter().map(|(k, v)| (shared(k.as_ref()), shared(v.as_ref()))).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Self(all.into_boxed_slice())
    }
}

impl From<BTreeMap<String, String>> for Tags {
    fn from(tags: BTreeMap<String, String>) -> Self {
        tags.into_iter().collect()
    }
}

impl From<Tags> for BTreeMap<String, String> {
    fn from(tags: Tags) -> Self {
        tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_an_object_in_json_and_ordered_by_their_keys() {
        let tags: Tags = [("team", "pay"), ("environment", "prod")].into_iter().collect();
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("environment", "prod"), ("team", "pay")]);
        assert_eq!(tags.to_string(), "environment=prod, team=pay");
        let json = serde_json::to_string(&tags).unwrap();
        assert_eq!(json, r#"{"environment":"prod","team":"pay"}"#);
        assert_eq!((tags.get("team"), tags.get("owner")), (Some("pay"), None));
        assert_eq!(serde_json::from_str::<Tags>(&json).unwrap(), tags);
    }
}
