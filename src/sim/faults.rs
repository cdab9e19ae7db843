//! Faults by name and scope, as `--fault` and tests write them.

use std::fmt;
use std::str::FromStr;

use super::aws;
use super::text::{glob, nearest};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Refused as too many, in the service's own words.
    Throttle,
    /// A server error in the service's own words.
    Broken,
    /// A server error as an HTML page, as load balancers write it.
    Html500,
    /// No answer, ever.
    Hang,
    /// The connection is cut in the middle of the answer.
    Reset,
    /// The caller's token is expired.
    Expired,
    /// `AccessDenied`, no policy allows it.
    Denied,
    /// `AccessDenied`, a service control policy denies it.
    Scp,
    /// STS is not active in this region for the account.
    Inactive,
    /// A whole body that is not JSON or XML.
    Malformed,
    /// A body shorter than its `Content-Length`.
    Truncated,
    /// An empty page with a token before each real page.
    EmptyPage,
    /// Accounts and units without `Paths` and `Path`.
    NoPaths,
    /// The account is in no organisation.
    NoOrg,
    /// No right to Organizations.
    OrgDenied,
    /// Log lines that are no UTF-8 on the wire.
    BadUtf8,
    /// Three to eight seconds more.
    Slow,
}

/// The words of `--fault`, what they mean, and the service that they are about where it is one only.
pub const KINDS: &[(&str, Kind, &str)] = &[
    ("throttle", Kind::Throttle, "refused as too many, beside the documented buckets"),
    ("5xx", Kind::Broken, "HTTP 500 in the service's own words"),
    ("html500", Kind::Html500, "HTTP 500 with an HTML page"),
    ("hang", Kind::Hang, "no answer, ever"),
    ("reset", Kind::Reset, "the connection is cut in the middle of the answer"),
    ("expired", Kind::Expired, "the caller's token is expired"),
    ("denied", Kind::Denied, "AccessDenied"),
    ("scp", Kind::Scp, "AccessDenied by a service control policy"),
    ("inactive", Kind::Inactive, "STS is not active in the region (sts)"),
    ("malformed", Kind::Malformed, "a body that does not parse"),
    ("truncated", Kind::Truncated, "a body shorter than announced"),
    ("emptypage", Kind::EmptyPage, "an empty page with a token before each page"),
    ("nopaths", Kind::NoPaths, "accounts without Paths (organizations)"),
    ("noorg", Kind::NoOrg, "AWSOrganizationsNotInUse (organizations)"),
    ("orgdenied", Kind::OrgDenied, "no right to Organizations (organizations)"),
    ("badutf8", Kind::BadUtf8, "log lines that are no UTF-8 (logs)"),
    ("slow", Kind::Slow, "three to eight seconds more"),
];

impl Kind {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(word, _, _)| word)
    }

    /// The one service that it makes sense for.
    const fn service(self) -> Option<&'static str> {
        match self {
            Self::NoPaths | Self::NoOrg | Self::OrgDenied => Some("organizations"),
            Self::Inactive => Some("sts"),
            Self::BadUtf8 => Some("logs"),
            _ => None,
        }
    }
}

/// Which of the matching calls are struck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// Each one.
    All,
    /// So many of 100, drawn by the seed.
    Percent(f64),
    /// The first so many, then none.
    First(u64),
}

/// A fault with its scope.
///
/// Its text is `NAME[:RATE%|:COUNTx][@service[.Operation]][/account][/region]`: `throttle:10%@ecs`,
/// `denied/prod`, `reset:2x@ecs.DescribeServices/prod/eu-central-1`. The operation may hold `*`; the account is an id or
/// a name. No scope means everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: Kind,
    /// How often.
    pub share: Share,
    /// Only in this service.
    pub service: Option<String>,
    /// Only in operations that this pattern covers.
    pub operation: Option<String>,
    /// Only for callers of this account (for `AssumeRole` also: only into it), by id or name.
    pub account: Option<String>,
    /// Only in this region.
    pub region: Option<String>,
}

impl Fault {
    /// The fault everywhere it makes sense, on each call.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let service = kind.service().map(str::to_owned);
        Self { kind, share: Share::All, service, operation: None, account: None, region: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.word())?;
        match self.share {
            Share::All => {}
            Share::Percent(percent) => write!(f, ":{percent}%")?,
            Share::First(count) => write!(f, ":{count}x")?,
        }
        if let Some(service) = &self.service {
            write!(f, "@{service}")?;
            if let Some(operation) = &self.operation {
                write!(f, ".{operation}")?;
            }
        }
        for part in [&self.account, &self.region].into_iter().flatten() {
            write!(f, "/{part}")?;
        }
        Ok(())
    }
}

/// A text that names no fault; its display says what was wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

fn wrong<'a>(what: &str, word: &str, words: impl IntoIterator<Item = &'a str>) -> FaultError {
    let hint = nearest(word, words).map(|near| format!(" (nearest: {near})")).unwrap_or_default();
    FaultError(format!("unknown {what} {word:?}{hint}"))
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut places = text.split('/');
        let head = places.next().unwrap_or_default();
        let (head, scope) = head.split_once('@').map_or((head, None), |(head, scope)| (head, Some(scope)));
        let (name, share) = head.split_once(':').map_or((head, None), |(name, share)| (name, Some(share)));
        let named = KINDS.iter().find(|(word, _, _)| *word == name);
        let (_, kind, _) = named.ok_or_else(|| wrong("fault", name, KINDS.iter().map(|(word, _, _)| *word)))?;
        let mut fault = Self::new(*kind);
        if let Some(text) = share {
            fault.share = parse_share(text)?;
        }
        if let Some(scope) = scope {
            parse_scope(&mut fault, scope)?;
        }
        for place in places.filter(|place| !place.is_empty()) {
            if is_region(place) {
                fault.region = Some(place.to_owned());
            } else if fault.account.is_none() {
                fault.account = Some(place.to_owned());
            } else {
                return Err(FaultError(format!("a second account, {place:?}, in fault {text:?}")));
            }
        }
        Ok(fault)
    }
}

fn parse_share(text: &str) -> Result<Share, FaultError> {
    let percent = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    if let Some(percent) = percent.filter(|percent| (0.0..=100.0).contains(percent)) {
        return Ok(Share::Percent(percent));
    }
    let count = text.strip_suffix('x').and_then(|number| number.parse().ok());
    count
        .map(Share::First)
        .ok_or_else(|| FaultError(format!("{text:?} is neither a rate such as 10% (0 to 100) nor a count such as 3x")))
}

fn parse_scope(fault: &mut Fault, scope: &str) -> Result<(), FaultError> {
    let (service, operation) =
        scope.split_once('.').map_or((scope, None), |(service, operation)| (service, Some(operation)));
    let dialect = aws::DIALECTS.iter().find(|dialect| dialect.service == service);
    let dialect =
        dialect.ok_or_else(|| wrong("service", service, aws::DIALECTS.iter().map(|dialect| dialect.service)))?;
    if let Some(only) = fault.kind.service().filter(|only| *only != service) {
        let word = fault.kind.word();
        return Err(FaultError(format!("fault {word} is about {only}, not {service}")));
    }
    fault.service = Some(service.to_owned());
    if let Some(pattern) = operation {
        if !dialect.operations.iter().any(|operation| glob(pattern, operation)) {
            let what = format!("{service} operation");
            return Err(wrong(&what, pattern, dialect.operations.iter().copied()));
        }
        fault.operation = Some(pattern.to_owned());
    }
    Ok(())
}

/// `eu-central-1`, `us-gov-west-1`: letters, then words, then one or two digits.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase()) && !part.is_empty();
    match parts.as_slice() {
        [area, words @ .., number] => {
            area.len() == 2
                && !words.is_empty()
                && letters(area)
                && words.iter().all(letters)
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written_back() {
        for text in [
            "throttle",
            "throttle:10%@ecs",
            "denied/prod",
            "slow/eu-west-1",
            "nopaths@organizations",
            "reset:2x@ecs.DescribeServices/prod/eu-central-1",
            "5xx:0.5%@sts.Assume*/123456789012",
        ] {
            assert_eq!(text.parse::<Fault>().map(|fault| fault.to_string()), Ok(text.to_owned()));
        }
        let implied = "noorg".parse::<Fault>().map(|fault| fault.service);
        assert_eq!(implied, Ok(Some("organizations".to_owned())));
    }

    #[test]
    fn errors_name_the_nearest_word() {
        let error = |text: &str| text.parse::<Fault>().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error("throtle").contains("nearest: throttle"));
        assert!(error("hang@esc").contains("nearest: ecs"));
        assert!(error("hang@ecs.ListServises").contains("nearest: ListServices"));
        assert!(error("hang:110%").contains("0 to 100"));
        assert!(error("noorg@ecs").contains("about organizations"));
        assert!(error("hang/a/b").contains("second account"));
    }
}
