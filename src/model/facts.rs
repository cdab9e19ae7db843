//! What search, paste and rules need to know of any row, whatever its view.

use jiff::Timestamp;

use super::Tags;

/// Facts of a row, borrowed from its item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Its ARN, where it has one.
    pub arn: Option<&'a str>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Whose it is, as far as the thing itself says so (tag, annotation, author).
    pub owner: Option<&'a str>,
    /// Its tags.
    pub tags: Option<&'a Tags>,
    /// Where it can be looked at in a browser.
    pub url: Option<String>,
}
