//! The regions that `account:ListRegions` names.

/// How a region came to be usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptIn {
    /// Always on.
    Default,
    /// Opted in.
    Enabled,
    /// Not opted in: calls there are refused.
    Disabled,
}

impl OptIn {
    /// The value of `RegionOptStatus`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "ENABLED_BY_DEFAULT",
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

/// The 17 regions that are on by default, one that was opted in, and some that were not
/// (docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html).
pub const REGIONS: &[(&str, OptIn)] = &[
    ("us-east-1", OptIn::Default),
    ("us-east-2", OptIn::Default),
    ("us-west-1", OptIn::Default),
    ("us-west-2", OptIn::Default),
    ("ap-south-1", OptIn::Default),
    ("ap-northeast-1", OptIn::Default),
    ("ap-northeast-2", OptIn::Default),
    ("ap-northeast-3", OptIn::Default),
    ("ap-southeast-1", OptIn::Default),
    ("ap-southeast-2", OptIn::Default),
    ("ca-central-1", OptIn::Default),
    ("eu-central-1", OptIn::Default),
    ("eu-west-1", OptIn::Default),
    ("eu-west-2", OptIn::Default),
    ("eu-west-3", OptIn::Default),
    ("eu-north-1", OptIn::Default),
    ("sa-east-1", OptIn::Default),
    ("eu-central-2", OptIn::Enabled),
    ("af-south-1", OptIn::Disabled),
    ("ap-east-1", OptIn::Disabled),
    ("ap-south-2", OptIn::Disabled),
    ("eu-south-1", OptIn::Disabled),
    ("eu-south-2", OptIn::Disabled),
    ("il-central-1", OptIn::Disabled),
    ("me-central-1", OptIn::Disabled),
    ("me-south-1", OptIn::Disabled),
];

/// Whether calls in this region are answered.
pub fn usable(name: &str) -> bool {
    REGIONS.iter().any(|(region, opt)| *region == name && *opt != OptIn::Disabled)
}
