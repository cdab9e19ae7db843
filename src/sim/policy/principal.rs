//! Principals: whom a role's trust names (IAM user guide, "AWS JSON policy elements: Principal").

use serde_json::Value;

use super::texts;

/// Who asks, by the names that a principal may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A caller with AWS credentials.
    Aws {
        /// Its account.
        account: String,
        /// Its ARN, and that of the role behind a session.
        arns: Vec<String>,
    },
    /// The holder of a token of an identity provider, by the provider's ARN.
    Federated(String),
}

impl Who {
    /// A caller with AWS credentials, and all ARNs by which it may be named.
    pub fn aws(account: &str, arns: impl IntoIterator<Item = String>) -> Self {
        Self::Aws { account: account.to_owned(), arns: arns.into_iter().collect() }
    }
}

/// The element `Principal` of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// `*`.
    Anyone,
    /// Callers with AWS credentials, and providers of identities.
    These {
        /// Accounts (by id or their `root`), users, roles and sessions.
        aws: Vec<String>,
        /// The ARNs of providers.
        federated: Vec<String>,
    },
}

impl Principals {
    /// Reads the element; `None` for what is none.
    pub fn read(value: &Value) -> Option<Self> {
        if value.as_str() == Some("*") {
            return Some(Self::Anyone);
        }
        let kinds = value.as_object()?;
        if kinds.keys().any(|kind| !["AWS", "Federated", "Service"].contains(&kind.as_str())) {
            return None;
        }
        // No service of AWS ever asks this fleet for a role.
        let list = |kind: &str| kinds.get(kind).map_or_else(|| Some(Vec::new()), texts);
        Some(Self::These { aws: list("AWS")?, federated: list("Federated")? })
    }

    /// Everybody in these accounts who may ask for it.
    pub fn accounts<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self::These { aws: ids.into_iter().map(str::to_owned).collect(), federated: Vec::new() }
    }

    /// Those whom a provider of identities vouches for.
    pub fn provider(arn: String) -> Self {
        Self::These { aws: Vec::new(), federated: vec![arn] }
    }

    /// Whether one of them is the one who asks.
    pub fn cover(&self, who: &Who) -> bool {
        match (self, who) {
            (Self::Anyone, Who::Aws { .. }) => true,
            (Self::Anyone, Who::Federated(_)) => false,
            (Self::These { federated, .. }, Who::Federated(provider)) => federated.contains(provider),
            (Self::These { aws, .. }, Who::Aws { account, arns }) => aws.iter().any(|named| {
                named == "*" || named == account || arns.contains(named) || root(named) == Some(account.as_str())
            }),
        }
    }
}

/// The account of `arn:PARTITION:iam::ACCOUNT:root`.
fn root(arn: &str) -> Option<&str> {
    let mut parts = arn.strip_suffix(":root")?.splitn(5, ':');
    let head = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    matches!(head, ("arn", _, "iam", "")).then(|| parts.next()).flatten()
}
