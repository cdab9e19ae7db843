//! What a word of a filter looks at: a column, the verdict, or where the row lies.

/// What of a row's place is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// All of it but the environment, in words, a line for each.
    All,
    /// The account: id and name.
    Account,
    /// The names of the OUs above it.
    Ou,
    /// The region.
    Region,
    /// The environment: its words.
    Environment,
}

impl Where {
    /// The words before a colon that mean a part of the place, in every view.
    pub(super) const NAMES: [(&str, Self); 5] = [
        ("account", Self::Account),
        ("ou", Self::Ou),
        ("region", Self::Region),
        ("env", Self::Environment),
        ("environment", Self::Environment),
    ];
}

/// What a word of a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Every column, and the row's place, owner and tags.
    Any,
    /// A column, by its position.
    Column(usize),
    /// The verdict, which begins with the word.
    Health,
    /// A part of the row's place, and the view's own column of that name.
    Place(Where, Option<usize>),
    /// The row's tags, each as `key=value`, and the view's own column that shows them.
    Tag(Option<usize>),
}

/// The word before a colon that means the tags of a row.
const TAG: &str = "tag";

/// The column that shows them, in views that have one.
const TAGS: &str = "tags";

impl Field {
    /// What a word before a colon or a comparison means in a view with these columns.
    pub(super) fn named(name: &str, columns: &[&str]) -> Option<Self> {
        let own = columns.iter().position(|c| c.eq_ignore_ascii_case(name));
        let part = Where::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match (part, own) {
            _ if name.eq_ignore_ascii_case("health") => Some(Self::Health),
            (Some((_, part)), own) => Some(Self::Place(*part, own)),
            (None, None) => name
                .eq_ignore_ascii_case(TAG)
                .then(|| Self::Tag(columns.iter().position(|c| c.eq_ignore_ascii_case(TAGS)))),
            (None, own) => own.map(Self::Column),
        }
    }

    /// Every word that means something in a view with these columns.
    pub(super) fn names<'a>(columns: &[&'a str]) -> impl Iterator<Item = &'a str> {
        columns.iter().copied().chain(Where::NAMES.iter().map(|(name, _)| *name)).chain(["health", TAG])
    }

    /// Whether what it looks at has to begin with the word, rather than hold it: of two verdicts or environments one
    /// may hold the other.
    pub(super) fn begins(self) -> bool {
        matches!(self, Self::Health | Self::Place(Where::Environment, _))
    }
}
