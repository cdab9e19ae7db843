//! A line of the console's own memory: what the store is asked to keep, as data, so that pure code can ask for it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing to remember, or to forget, about the fleet at hand.
///
/// The vocabulary is closed: a new thing to remember is a new book, and no new variant anywhere. Never a secret:
/// books are files on disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Memo {
    /// Which book it belongs to, such as `tree` or `favourites`.
    pub book: Cow<'static, str>,
    /// What it is about, within the book.
    pub key: String,
    /// What to remember, in the book's own form; `None` forgets.
    pub value: Option<String>,
    /// Since when it is so; `None` for now.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

impl Memo {
    /// Remembers `value` under `key`, in place of what was there.
    pub fn keep(book: impl Into<Cow<'static, str>>, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { book: book.into(), key: key.into(), value: Some(value.into()), at: None }
    }

    /// Forgets what is under `key`.
    pub fn forget(book: impl Into<Cow<'static, str>>, key: impl Into<String>) -> Self {
        Self { book: book.into(), key: key.into(), value: None, at: None }
    }
}
