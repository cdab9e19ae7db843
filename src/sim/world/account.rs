//! Accounts and organisational units.

use crate::sim::rng::Seed;

/// What Organizations says about the life of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Invited or created, not usable yet.
    PendingActivation,
    /// In use.
    Active,
    /// Blocked by AWS.
    Suspended,
    /// Closed by its owner less than 90 days ago.
    PendingClosure,
    /// Gone for good.
    Closed,
}

impl State {
    /// The value of `State`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
        }
    }

    /// The value of the older `Status`, which has three words only.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::PendingActivation | Self::Active => "ACTIVE",
            Self::Suspended | Self::Closed => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
        }
    }
}

/// Whose account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Company {
    /// The owner of the organisation: a Control Tower landing zone.
    SennCloud,
    /// A product company: Infrastructure and Runtime accounts per environment.
    StackHawk,
}

/// An account of the organisation.
#[derive(Clone, Debug)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// The name, any text.
    pub name: String,
    /// The root user's address.
    pub email: String,
    /// The place of its unit in the world.
    pub unit: usize,
    /// Its life.
    pub state: State,
    /// Whose it is.
    pub company: Company,
    /// `prod`, `dev`, … as its tag says.
    pub environment: &'static str,
    /// The team that its tag names.
    pub team: &'static str,
    /// When it joined, seconds since 1970.
    pub joined: i64,
    /// `INVITED` or `CREATED`.
    pub method: &'static str,
    /// Further tags than team, environment and cost-centre.
    pub extra: Vec<(&'static str, &'static str)>,
}

/// 1 January 2026: accounts of the world joined before it, whatever the clock shows.
const NEW_YEAR: i64 = 1_767_225_600;

impl Account {
    /// An active account; its id, address and age follow from the seed and the name.
    pub(in crate::sim) fn new(seed: Seed, unit: usize, name: &str, company: Company, place: usize) -> Self {
        let seed = seed.word("account").num(i64::try_from(place).unwrap_or(0));
        let domain = match company {
            Company::SennCloud => "senncloud.example",
            Company::StackHawk => "stackhawk.example",
        };
        let slug: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let slug = slug.trim_matches('-').to_lowercase();
        let slug = if slug.is_empty() { format!("account-{place}") } else { slug };
        Self {
            // The tail keeps ids apart: 48,271 has no factor in common with 100,000, and there are fewer places than that.
            id: format!("{}{:05}", seed.word("id").digits(7), (place * 48_271 + 31_847) % 100_000),
            name: name.to_owned(),
            email: format!("aws+{slug}@{domain}"),
            unit,
            state: State::Active,
            company,
            environment: "sandbox",
            team: "platform",
            joined: NEW_YEAR - seed.word("joined").between(86_400 * 30, 86_400 * 1500),
            method: if seed.word("method").chance(12) { "INVITED" } else { "CREATED" },
            extra: Vec::new(),
        }
    }

    /// The tags of the account, as `ListTagsForResource` gives them.
    #[must_use]
    pub fn tags(&self) -> Vec<(&'static str, String)> {
        let centre = match self.company {
            Company::SennCloud => "4100",
            Company::StackHawk => "7200",
        };
        let mut tags = vec![
            ("team", self.team.to_owned()),
            ("environment", self.environment.to_owned()),
            ("cost-centre", format!("{centre}-{}", self.team)),
        ];
        tags.extend(self.extra.iter().map(|(key, value)| (*key, (*value).to_owned())));
        tags
    }
}

/// The root or an organisational unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// `r-…` or `ou-…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The place of its parent; `None` for the root.
    pub parent: Option<usize>,
    /// 0 for the root, at most 5.
    pub depth: usize,
    /// `r-…/ou-…/`, the path without the organisation.
    pub path: String,
    /// The places of its units.
    pub children: Vec<usize>,
    /// The places of its accounts.
    pub accounts: Vec<usize>,
}

impl Unit {
    /// The root.
    pub(in crate::sim) fn root(id: String) -> Self {
        let path = format!("{id}/");
        let name = "Root".to_owned();
        Self { id, name, parent: None, depth: 0, path, children: Vec::new(), accounts: Vec::new() }
    }

    /// A unit below the one whose path is given.
    pub(in crate::sim) fn new(seed: Seed, root: &str, above: &str, name: &str, parent: usize) -> Self {
        let lower = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mark = seed.word("unit").word(above).word(name).text(lower, 8);
        let id = format!("ou-{}-{mark}", root.trim_start_matches("r-"));
        let path = format!("{above}{id}/");
        Self {
            depth: path.matches('/').count() - 1,
            id,
            name: name.to_owned(),
            parent: Some(parent),
            path,
            children: Vec::new(),
            accounts: Vec::new(),
        }
    }
}
