//! Words that tens of thousands of rows repeat, such as `ACTIVE` or the key of a tag: one copy of each.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// Bytes of the longest word that is kept once. What is longer seldom repeats.
const LONGEST: usize = 48;

/// Words kept at most (about 1 MB). What comes when they are all in use has a copy of its own.
const MOST: usize = 8_192;

static POOL: LazyLock<Mutex<Pool>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Pool {
    words: HashSet<Arc<str>>,
    /// Words that found no room since the unused ones were last dropped.
    turned_away: usize,
}

/// A word, shared with everybody who asked for the same one. Equal to `Arc::from(word)` in all but what it weighs.
#[must_use]
pub fn shared(word: &str) -> Arc<str> {
    if word.len() > LONGEST {
        return Arc::from(word);
    }
    POOL.lock().unwrap_or_else(PoisonError::into_inner).shared(word)
}

impl Pool {
    fn shared(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.words.get(word) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(word);
        if self.words.len() >= MOST {
            // Seldom, since it looks at all of them: rows that are gone leave words behind that nobody uses.
            self.turned_away = (self.turned_away + 1) % MOST;
            if self.turned_away != 1 {
                return new;
            }
            self.words.retain(|word| Arc::strong_count(word) > 1);
        }
        self.words.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_there_once_and_a_long_one_is_not_kept() {
        assert!(Arc::ptr_eq(&shared("ACTIVE"), &shared("ACTIVE")));
        let long = "x".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&shared(&long), &shared(&long)));
        assert_eq!(&*shared(&long), long);
    }

    #[test]
    fn it_is_bounded_and_makes_room_for_words_in_use() {
        let mut pool = Pool::default();
        let used: Vec<Arc<str>> = (0..100).map(|n| pool.shared(&format!("used {n}"))).collect();
        for n in 0..3 * MOST {
            assert_eq!(*pool.shared(&n.to_string()), n.to_string());
            assert!(pool.words.len() <= MOST);
        }
        assert!(Arc::ptr_eq(&used[7], &pool.shared("used 7")), "what is in use stays");
    }
}
