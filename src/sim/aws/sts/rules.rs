//! What `AssumeRole` takes: the limits of the API reference, in STS's own sentences.

use crate::sim::policy::Policy;
use crate::sim::wire::{Ask, Refusal};

/// The code that every MFA device of the fleet shows.
pub const MFA_CODE: &str = "246810";

/// The MFA device of the user `officer` of an account.
pub fn mfa_serial(account: &str) -> String {
    format!("arn:aws:iam::{account}:mfa/officer")
}

/// The arguments of `AssumeRole`, checked.
#[derive(Debug)]
pub struct Request {
    /// The role.
    pub arn: String,
    /// The role session name.
    pub session: String,
    /// Seconds.
    pub duration: i64,
    /// The session policies.
    pub policies: Vec<Policy>,
    /// The length of the inline policy in characters.
    pub policy_length: usize,
    /// The source identity.
    pub source: Option<String>,
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", message)
}

/// The sentence of a failed constraint.
pub fn constraint(value: &str, field: &str, must: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {must}"
    ))
}

/// A text of `shortest..=longest` characters: letters, digits, `_` and those of `marks`.
fn word(value: &str, field: &str, range: (usize, usize), marks: &str) -> Result<(), Refusal> {
    let (shortest, longest) = range;
    let length = value.chars().count();
    if length < shortest {
        let must = format!("have length greater than or equal to {shortest}");
        return Err(constraint(value, field, &must));
    }
    if length > longest {
        return Err(constraint(value, field, &format!("have length less than or equal to {longest}")));
    }
    if value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || marks.contains(c)) {
        return Ok(());
    }
    let escaped = marks.replace('/', "\\/").replace('-', "\\-");
    Err(constraint(value, field, &format!("satisfy regular expression pattern: [\\w{escaped}]*")))
}

impl Request {
    /// Checks what can be checked without knowing the role.
    pub fn check(ask: &Ask<'_>) -> Result<Self, Refusal> {
        let arn = ask.text("RoleArn").unwrap_or_default();
        let session = ask.text("RoleSessionName").unwrap_or_default();
        if arn.chars().count() < 20 {
            return Err(constraint(arn, "roleArn", "have length greater than or equal to 20"));
        }
        if !arn.starts_with("arn:aws:iam::") || !arn.contains(":role/") {
            return Err(invalid(format!("{arn} is invalid")));
        }
        word(session, "roleSessionName", (2, 64), "+=,.@-")?;
        if let Some(id) = ask.text("ExternalId") {
            word(id, "externalId", (2, 1224), "+=,.@:/-")?;
        }
        let source = ask.text("SourceIdentity").map(str::to_owned);
        if let Some(source) = &source {
            word(source, "sourceIdentity", (2, 64), "+=,.@-")?;
        }
        let seconds = duration(ask, 3_600, 43_200)?;
        let (policies, policy_length) = policies(ask)?;
        let (arn, session) = (arn.to_owned(), session.to_owned());
        Ok(Self { arn, session, duration: seconds, policies, policy_length, source })
    }
}

impl Request {
    /// How much of the room for session policies is used: AWS does not tell how it packs them; a share of the limit is
    /// near enough for a gauge.
    pub fn packed(&self) -> String {
        match self.policy_length {
            0 => String::new(),
            length => format!("<PackedPolicySize>{}</PackedPolicySize>", (length * 100).div_ceil(2048)),
        }
    }
}

/// `DurationSeconds`: at least 900, at most `longest`.
pub fn duration(ask: &Ask<'_>, usual: i64, longest: i64) -> Result<i64, Refusal> {
    let Some(text) = ask.text("DurationSeconds") else { return Ok(usual) };
    let seconds: i64 = text.parse().map_err(|_| invalid("DurationSeconds is not a number"))?;
    if seconds < 900 {
        return Err(constraint(text, "durationSeconds", "have value greater than or equal to 900"));
    }
    if seconds > longest {
        return Err(constraint(text, "durationSeconds", &format!("have value less than or equal to {longest}")));
    }
    Ok(seconds)
}

/// The inline policy and the managed ones.
fn policies(ask: &Ask<'_>) -> Result<(Vec<Policy>, usize), Refusal> {
    let mut policies = Vec::new();
    let inline = ask.text("Policy");
    let length = inline.map_or(0, |text| text.chars().count());
    if let Some(text) = inline {
        if length > 2048 {
            return Err(constraint(text, "policy", "have length less than or equal to 2048"));
        }
        let malformed = || Refusal::new("MalformedPolicyDocument", "Syntax errors in policy.");
        policies.push(Policy::parse(text).ok_or_else(malformed)?);
    }
    for number in 1.. {
        let Some(arn) = ask.text(&format!("PolicyArns.member.{number}.arn")) else { break };
        if number > 10 {
            return Err(constraint("[...]", "policyArns", "have length less than or equal to 10"));
        }
        // A policy that does not exist allows nothing.
        policies.push(Policy::managed(arn).unwrap_or_else(|| Policy::allowing(&[])));
    }
    Ok((policies, length))
}

/// Whether a valid MFA code came with the request; a wrong one is an error of its own.
pub fn mfa(ask: &Ask<'_>) -> Result<bool, Refusal> {
    let (serial, code) = (ask.text("SerialNumber"), ask.text("TokenCode"));
    let (Some(serial), Some(code)) = (serial, code) else {
        return match (serial, code) {
            (None, None) => Ok(false),
            _ => Err(invalid("Both SerialNumber and TokenCode must be provided")),
        };
    };
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(constraint(code, "tokenCode", "satisfy regular expression pattern: [\\d]*"));
    }
    if ask.caller.chained() || serial != mfa_serial(&ask.caller.account) || code != MFA_CODE {
        let message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        return Err(Refusal::new("AccessDenied", message).status(403));
    }
    Ok(true)
}
