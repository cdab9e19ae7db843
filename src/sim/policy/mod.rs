//! As much of IAM's policy language as the policies of sessions, roles and callers use.
//!
//! A document that uses more (an operator of conditions that is not here, a statement without what it must have) is no
//! policy: what cannot be weighed is refused, and never passes for weighed.

mod condition;
mod principal;

use serde_json::Value;

pub use condition::{Conditions, Context};
pub use principal::{Principals, Who};

use super::text::{glob, same_glob};

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allow: bool,
    /// The listed actions are the ones not meant (`NotAction`).
    except: bool,
    actions: Vec<String>,
    reach: Reach,
    conditions: Conditions,
}

/// What a statement is about beside its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// Of an identity or a session: these resources.
    Resources(Vec<String>),
    /// Of a role's trust: these principals.
    Principals(Principals),
}

/// What a policy says to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement speaks of it.
    Silent,
    /// A statement denies it.
    Denied,
}

/// A request as policies weigh it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `service:Operation`.
    pub action: &'a str,
    /// The ARN that it is about; `*` where the operation knows none.
    pub resource: &'a str,
    /// Who asks.
    pub who: &'a Who,
    /// The keys that conditions may name.
    pub context: &'a Context,
}

impl Policy {
    /// A document of an identity or a session, as sent to `AssumeRole`; `None` where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text, |statement| {
            let resources = statement.get("Resource").and_then(texts)?;
            statement.get("Principal").is_none().then_some(Reach::Resources(resources))
        })
    }

    /// The document of a role's trust; `None` where it is not one.
    pub fn trust(text: &str) -> Option<Self> {
        Self::read(text, |statement| {
            let principals = statement.get("Principal").and_then(Principals::read)?;
            statement.get("Resource").is_none().then_some(Reach::Principals(principals))
        })
    }

    fn read(text: &str, reach: impl Fn(&Value) -> Option<Reach>) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let statements = document.get("Statement")?;
        let one = std::slice::from_ref(statements);
        let list = statements.as_array().map_or(one, Vec::as_slice);
        list.iter().map(|statement| Statement::read(statement, reach(statement)?)).collect::<Option<_>>().map(Self)
    }

    /// A policy that allows actions on everything.
    pub fn allowing(actions: &[&str]) -> Self {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        let reach = Reach::Resources(vec!["*".to_owned()]);
        Self(vec![Statement { allow: true, except: false, actions, reach, conditions: Conditions::default() }])
    }

    /// The trust of a role that these principals get by this action, where the conditions hold.
    pub fn trusting(action: &str, principals: Principals, conditions: Conditions) -> Self {
        let reach = Reach::Principals(principals);
        Self(vec![Statement { allow: true, except: false, actions: vec![action.to_owned()], reach, conditions }])
    }

    /// AWS's `ReadOnlyAccess` and `ViewOnlyAccess`, as far as the services of this fleet go; `None` for an ARN not known.
    pub fn managed(arn: &str) -> Option<Self> {
        let name = arn.strip_prefix("arn:aws:iam::aws:policy/")?;
        match name {
            "AdministratorAccess" => Some(Self::allowing(&["*"])),
            "ReadOnlyAccess" => Some(Self::reading()),
            // It names things, but opens neither logs nor definitions.
            "job-function/ViewOnlyAccess" => {
                Some(Self::allowing(&["*:List*", "ecs:Describe*", "logs:Describe*", "organizations:Describe*"]))
            }
            _ => None,
        }
    }

    /// What `ReadOnlyAccess` allows of this fleet.
    pub fn reading() -> Self {
        Self::allowing(&["*:Describe*", "*:List*", "*:Get*", "*:Filter*", "*:BatchGet*"])
    }

    /// This policy and the statements of another one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// What the document says to a request.
    pub fn says(&self, request: &Request<'_>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in self.0.iter().filter(|statement| statement.covers(request)) {
            if !statement.allow {
                return Verdict::Denied;
            }
            verdict = Verdict::Allowed;
        }
        verdict
    }
}

/// What several policies of one kind say together: each may add, any may deny.
pub fn together(policies: &[Policy], request: &Request<'_>) -> Verdict {
    let said: Vec<Verdict> = policies.iter().map(|policy| policy.says(request)).collect();
    let first = [Verdict::Denied, Verdict::Allowed].into_iter().find(|verdict| said.contains(verdict));
    first.unwrap_or(Verdict::Silent)
}

/// A text or a list of texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(list) => list.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

impl Statement {
    fn read(value: &Value, reach: Reach) -> Option<Self> {
        let allow = match value.get("Effect")?.as_str()? {
            "Allow" => true,
            "Deny" => false,
            _ => return None,
        };
        let (except, actions) = match (value.get("Action"), value.get("NotAction")) {
            (Some(actions), None) => (false, actions),
            (None, Some(actions)) => (true, actions),
            _ => return None,
        };
        let actions = texts(actions)?;
        let vendor = |action: &String| action == "*" || action.contains(':');
        if !actions.iter().all(vendor) {
            return None;
        }
        let conditions = value.get("Condition").map_or_else(|| Some(Conditions::default()), Conditions::read)?;
        Some(Self { allow, except, actions, reach, conditions })
    }

    fn covers(&self, request: &Request<'_>) -> bool {
        // Actions are told apart without regard to case, ARNs with it.
        let listed = self.actions.iter().any(|pattern| glob(pattern, request.action));
        let reached = match &self.reach {
            Reach::Resources(patterns) => patterns.iter().any(|pattern| same_glob(pattern, request.resource)),
            Reach::Principals(principals) => principals.cover(request.who),
        };
        listed != self.except && reached && self.conditions.hold(request.context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::111111111111:role/cicd/x";

    fn says(policy: Option<Policy>, action: &str, resource: &str) -> Option<Verdict> {
        let who = Who::aws("111111111111", [ROLE.to_owned()]);
        let context = Context::default().with("aws:PrincipalArn", ROLE).with("sts:ExternalId", "fleet-7");
        policy.map(|policy| policy.says(&Request { action, resource, who: &who, context: &context }))
    }

    #[test]
    fn a_denial_beats_an_allowance() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"},
            {"Effect":"Deny","Action":["ecs:Update*"],"Resource":"*"}]}"#;
        let says = |action| says(Policy::parse(text), action, "*");
        assert_eq!(says("ecs:ListClusters"), Some(Verdict::Allowed));
        assert_eq!(says("ecs:UpdateService"), Some(Verdict::Denied));
        assert_eq!(says("logs:GetLogEvents"), Some(Verdict::Silent));
    }

    #[test]
    fn a_resource_is_one_letter_by_letter_and_an_action_is_not() {
        let text = r#"{"Statement":{"Effect":"Allow","Action":"STS:assumerole",
            "Resource":"arn:aws:iam::*:role/cicd/x"}}"#;
        let says = |resource| says(Policy::parse(text), "sts:AssumeRole", resource);
        assert_eq!(says(ROLE), Some(Verdict::Allowed));
        for other in ["arn:aws:iam::111111111111:role/cicd/X", "arn:aws:iam::111111111111:role/cicd/xy", "*"] {
            assert_eq!(says(other), Some(Verdict::Silent), "{other}");
        }
    }

    #[test]
    fn a_condition_has_to_hold_and_one_that_cannot_be_weighed_is_refused() {
        let with = |condition: &str| {
            let text =
                format!(r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}}}"#);
            says(Policy::parse(&text), "ecs:ListClusters", "*")
        };
        assert_eq!(with(r#"{"StringEquals":{"sts:ExternalId":["other","fleet-7"]}}"#), Some(Verdict::Allowed));
        assert_eq!(with(r#"{"StringEquals":{"sts:ExternalId":"Fleet-7"}}"#), Some(Verdict::Silent));
        let both = r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*/x"},
            "StringEquals":{"sts:ExternalId":"no"}}"#;
        assert_eq!(with(both), Some(Verdict::Silent), "all of them have to hold");
        assert_eq!(with(r#"{"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}}"#), None);
    }

    #[test]
    fn trust_names_principals_and_no_resources() {
        let trust = |principal: &str| {
            let text =
                format!(r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}}}"#);
            says(Policy::trust(&text), "sts:AssumeRole", "arn:aws:iam::222222222222:role/y")
        };
        for principal in [
            r#""*""#,
            r#"{"AWS":"111111111111"}"#,
            r#"{"AWS":["arn:aws:iam::111111111111:root"]}"#,
            &format!(r#"{{"AWS":"{ROLE}"}}"#),
        ] {
            assert_eq!(trust(principal), Some(Verdict::Allowed), "{principal}");
        }
        for principal in [
            r#"{"AWS":"arn:aws:iam::222222222222:root"}"#,
            r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/x"}"#,
        ] {
            assert_eq!(trust(principal), Some(Verdict::Silent), "{principal}");
        }
        let identity = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}"#;
        assert_eq!(Policy::trust(identity), None);
        let trust = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}"#;
        assert_eq!(Policy::parse(trust), None);
    }

    #[test]
    fn nonsense_is_no_policy() {
        for text in [
            "",
            "{}",
            r#"{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"list","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#,
        ] {
            assert_eq!(Policy::parse(text), None, "{text}");
        }
    }
}
