//! Names of things: views, accounts, regions, and the key of a row within its scope.

use std::{
    borrow::{Borrow, Cow},
    fmt,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

/// The word by which a view is called everywhere: palette, command line, JSON, store. Lower case with dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ViewId(pub &'static str);

impl fmt::Display for ViewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// Makes a cheap, shared, ordered name out of a string.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Arc::from(text))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(Arc::from(text))
            }
        }

        impl From<Arc<str>> for $name {
            fn from(text: Arc<str>) -> Self {
                Self(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    };
}

name! {
    /// An AWS account id: twelve digits. Text, since a leading zero counts.
    AccountId
}

name! {
    /// An AWS region code, such as `eu-central-1`.
    Region
}

name! {
    /// What tells a row from its neighbours within one scope, such as a service's ARN.
    Key
}

impl Key {
    /// The key as people and files have it. A key of several parts has control characters between them, since these
    /// occur in no name; outside of the program a `|` stands for each, and those at the end are left out.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        let text = self.as_str();
        if !text.contains(char::is_control) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.trim_end_matches(char::is_control).replace(char::is_control, "|"))
    }
}

impl AccountId {
    /// Whether `text` has the shape of an account id: exactly twelve ASCII digits.
    #[must_use]
    pub fn fits(text: &str) -> bool {
        text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_several_parts_is_shown_without_control_characters() {
        assert_eq!(Key::from("ecs\u{1f}1\u{1f}\u{1f}arn:x\u{1f}\u{1f}").shown(), "ecs|1||arn:x");
        assert!(matches!(Key::from("arn:aws:ecs").shown(), Cow::Borrowed("arn:aws:ecs")));
    }
}
