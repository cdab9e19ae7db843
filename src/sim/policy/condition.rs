//! Conditions of a statement: the operators on texts, ARNs and truths (IAM user guide, "IAM JSON policy elements:
//! Condition operators").

use serde_json::{Map, Value};

use super::texts;
use crate::sim::text::same_glob;

/// The keys of a request with their values, such as `aws:PrincipalArn`. A key that the request does not have is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(Vec<(String, String)>);

impl Context {
    /// The same with a key, in the place of the one that it had.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(name, _)| !name.eq_ignore_ascii_case(key));
        self.0.push((key.to_owned(), value.into()));
        self
    }

    /// The same with a key, where there is a value for it.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The names of keys are told apart without regard to case.
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }
}

/// How a value of the request is compared with those of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    /// `ArnEquals` and `ArnLike` mean the same.
    ArnLike,
    Bool,
    Null,
}

/// One key of one operator.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    test: Test,
    /// `StringNotEquals` and its like.
    not: bool,
    /// `…IfExists`: a missing key is no hindrance.
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

/// All of them, of which each has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// Reads the element `Condition`; `None` where it has an operator that is not known here.
    pub fn read(value: &Value) -> Option<Self> {
        let mut all = Vec::new();
        for (operator, keys) in value.as_object()? {
            all.extend(of_operator(operator, keys.as_object()?)?);
        }
        Some(Self(all))
    }

    /// The same with a key that must have this value.
    #[must_use]
    pub fn equals(self, key: &str, value: &str) -> Self {
        self.and(Test::StringEquals, key, value)
    }

    /// The same with a key that must be true.
    #[must_use]
    pub fn truth(self, key: &str) -> Self {
        self.and(Test::Bool, key, "true")
    }

    fn and(mut self, test: Test, key: &str, value: &str) -> Self {
        let values = vec![value.to_owned()];
        self.0.push(Condition { test, not: false, if_exists: false, key: key.to_owned(), values });
        self
    }

    /// Whether all hold for a request.
    pub fn hold(&self, context: &Context) -> bool {
        self.0.iter().all(|condition| condition.holds(context))
    }
}

fn of_operator(operator: &str, keys: &Map<String, Value>) -> Option<Vec<Condition>> {
    let (name, if_exists) = match operator.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (operator, false),
    };
    let (test, not) = match name {
        "StringEquals" => (Test::StringEquals, false),
        "StringNotEquals" => (Test::StringEquals, true),
        "StringEqualsIgnoreCase" => (Test::StringEqualsIgnoreCase, false),
        "StringLike" => (Test::StringLike, false),
        "StringNotLike" => (Test::StringLike, true),
        "ArnEquals" | "ArnLike" => (Test::ArnLike, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::ArnLike, true),
        "Bool" => (Test::Bool, false),
        "Null" => (Test::Null, false),
        _ => return None,
    };
    let one = |(key, values): (&String, &Value)| {
        let values = match values {
            Value::Bool(truth) => vec![truth.to_string()],
            other => texts(other)?,
        };
        Some(Condition { test, not, if_exists, key: key.clone(), values })
    };
    keys.iter().map(one).collect()
}

impl Condition {
    fn holds(&self, context: &Context) -> bool {
        let value = context.get(&self.key);
        if self.test == Test::Null {
            let missing = value.is_none();
            return self.values.iter().any(|wanted| wanted.eq_ignore_ascii_case("true") == missing);
        }
        // A missing key fails what asks for a value, and passes what forbids one.
        let Some(value) = value else { return self.not || self.if_exists };
        let equals = |wanted: &String| match self.test {
            Test::StringEquals => wanted == value,
            Test::StringEqualsIgnoreCase | Test::Bool => wanted.eq_ignore_ascii_case(value),
            Test::StringLike => same_glob(wanted, value),
            Test::ArnLike => arn_like(wanted, value),
            Test::Null => false,
        };
        self.values.iter().any(equals) != self.not
    }
}

/// Compares the six parts of ARNs one by one, so that a `*` never reaches over a colon of the first five.
fn arn_like(pattern: &str, arn: &str) -> bool {
    let parts = |text: &str| text.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
    let (pattern, arn) = (parts(pattern), parts(arn));
    pattern.len() == arn.len() && pattern.iter().zip(&arn).all(|(pattern, part)| same_glob(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, context: &Context) -> Option<bool> {
        let value: Value = serde_json::from_str(condition).ok()?;
        Conditions::read(&value).map(|conditions| conditions.hold(context))
    }

    #[test]
    fn a_missing_key_fails_what_asks_for_it_and_passes_what_forbids_it() {
        let none = Context::default();
        for (condition, expected) in [
            (r#"{"StringEquals":{"sts:ExternalId":"a"}}"#, false),
            (r#"{"StringEqualsIfExists":{"sts:ExternalId":"a"}}"#, true),
            (r#"{"StringNotEquals":{"sts:ExternalId":"a"}}"#, true),
            (r#"{"Null":{"sts:ExternalId":"true"}}"#, true),
            (r#"{"Bool":{"aws:MultiFactorAuthPresent":true}}"#, false),
        ] {
            assert_eq!(holds(condition, &none), Some(expected), "{condition}");
        }
        let shown = none.with("aws:multifactorauthpresent", "true");
        assert_eq!(holds(r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, &shown), Some(true));
        assert_eq!(holds(r#"{"NumericEquals":{"a":"1"}}"#, &shown), None, "an operator that is not known");
    }

    #[test]
    fn a_star_of_an_arn_stays_in_its_part() {
        let context = Context::default().with("aws:PrincipalArn", "arn:aws:iam::111111111111:role/cicd/Ops");
        let like = |pattern: &str| holds(&format!(r#"{{"ArnLike":{{"aws:PrincipalArn":"{pattern}"}}}}"#), &context);
        assert_eq!(like("arn:aws:iam::111111111111:role/*/Ops"), Some(true));
        assert_eq!(like("arn:aws:iam::*:role/cicd/Ops"), Some(true));
        assert_eq!(like("arn:*/Ops"), Some(false));
        assert_eq!(like("arn:aws:iam::111111111111:role/*/ops"), Some(false), "letter by letter");
    }
}
