//! As much of IAM's policy language as session policies use.
//!
//! Conditions are not weighed: a statement counts as if its conditions held.

use serde_json::Value;

use super::text::glob;

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<Statement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allow: bool,
    /// The listed actions are the ones not meant (`NotAction`).
    except: bool,
    actions: Vec<String>,
    resources: Vec<String>,
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

impl Policy {
    /// A document as sent to `AssumeRole`; `None` where it is not a policy.
    pub fn parse(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let statements = document.get("Statement")?;
        let one = std::slice::from_ref(statements);
        let list = statements.as_array().map_or(one, Vec::as_slice);
        list.iter().map(Statement::parse).collect::<Option<Vec<_>>>().map(Self)
    }

    /// A policy that allows actions on everything.
    pub fn allowing(actions: &[&str]) -> Self {
        Self(vec![Statement {
            allow: true,
            except: false,
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            resources: vec!["*".to_owned()],
        }])
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

    /// What the document says to `service:Operation` on a resource.
    pub fn says(&self, action: &str, resource: &str) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in self.0.iter().filter(|statement| statement.covers(action, resource)) {
            if !statement.allow {
                return Verdict::Denied;
            }
            verdict = Verdict::Allowed;
        }
        verdict
    }
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
    fn parse(value: &Value) -> Option<Self> {
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
        Some(Self { allow, except, actions, resources: texts(value.get("Resource")?)? })
    }

    fn covers(&self, action: &str, resource: &str) -> bool {
        let listed = self.actions.iter().any(|pattern| glob(pattern, action));
        listed != self.except && self.resources.iter().any(|pattern| glob(pattern, resource))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_beats_an_allowance() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"},
            {"Effect":"Deny","Action":["ecs:Update*"],"Resource":"*"}]}"#;
        let says = |action| Policy::parse(text).map(|policy| policy.says(action, "*"));
        assert_eq!(says("ecs:ListClusters"), Some(Verdict::Allowed));
        assert_eq!(says("ecs:UpdateService"), Some(Verdict::Denied));
        assert_eq!(says("logs:GetLogEvents"), Some(Verdict::Silent));
    }

    #[test]
    fn nonsense_is_no_policy() {
        for text in [
            "",
            "{}",
            r#"{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"list","Resource":"*"}}"#,
        ] {
            assert_eq!(Policy::parse(text), None, "{text}");
        }
    }
}
