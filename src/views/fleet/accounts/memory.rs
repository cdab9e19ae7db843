//! What one walk leaves to the next: names of OUs, so that a refresh never shows ids in between, and tags, which cost
//! a call an account and are read again every hour only.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use jiff::Timestamp;

use crate::config::Config;

/// How long tags are good for, in seconds. With half of the documented rate 1,000 accounts take 200 s to read, and
/// the rate is shared with everybody else who reads the organisation.
const TAGS_SECONDS: i64 = 3_600;

type Tags = BTreeMap<String, String>;

/// Names and tags as they were read last.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    names: HashMap<String, String>,
    /// With the second in which they were read.
    tags: HashMap<String, (i64, Tags)>,
    now: i64,
}

/// One for each console that runs in this process, which is told by its configuration: tests run several.
static MEMORIES: Mutex<Vec<(Weak<Config>, Memory)>> = Mutex::new(Vec::new());

impl Memory {
    /// What the last walk of this console left, as of `now`.
    #[must_use]
    pub fn recall(config: &Arc<Config>, now: Timestamp) -> Self {
        let memories = MEMORIES.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = memories.iter().find(|(of, _)| of.as_ptr() == Arc::as_ptr(config));
        Self { now: now.as_second(), ..mine.map(|(_, memory)| memory.clone()).unwrap_or_default() }
    }

    /// Leaves this to the next walk of the same console.
    pub fn keep(self, config: &Arc<Config>) {
        let mut memories = MEMORIES.lock().unwrap_or_else(PoisonError::into_inner);
        memories.retain(|(of, _)| of.strong_count() > 0 && of.as_ptr() != Arc::as_ptr(config));
        memories.push((Arc::downgrade(config), self));
    }

    /// The name of a root or OU.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// Notes the name of a root or OU.
    pub fn name(&mut self, id: &str, name: &str) {
        self.names.insert(id.to_owned(), name.to_owned());
    }

    /// The tags of an account as they were read last.
    #[must_use]
    pub fn tags(&self, id: &str) -> Option<&Tags> {
        self.tags.get(id).map(|(_, tags)| tags)
    }

    /// Whether the tags of an account are to be read (again).
    #[must_use]
    pub fn is_due(&self, id: &str) -> bool {
        self.tags.get(id).is_none_or(|(at, _)| self.now - at >= TAGS_SECONDS)
    }

    /// Notes the tags of an account.
    pub fn tag(&mut self, id: &str, tags: Tags) {
        self.tags.insert(id.to_owned(), (self.now, tags));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_console_has_its_own() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let (one, two) = (Arc::new(Config::default()), Arc::new(Config::default()));
        let mut memory = Memory::recall(&one, at(0));
        memory.name("ou-1", "prod");
        memory.tag("111111111111", Tags::new());
        memory.keep(&one);
        assert_eq!(Memory::recall(&one, at(1)).named("ou-1"), Some("prod"));
        assert_eq!(Memory::recall(&two, at(1)).named("ou-1"), None);
        assert!(!Memory::recall(&one, at(TAGS_SECONDS - 1)).is_due("111111111111"));
        let late = Memory::recall(&one, at(TAGS_SECONDS));
        assert!(late.is_due("111111111111") && late.tags("111111111111").is_some());
        assert!(late.is_due("222222222222"));
    }
}
