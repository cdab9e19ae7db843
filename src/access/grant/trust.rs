//! The roles that are assumed: what each may, which is to read or to assume the next, and whom it trusts.

use serde_json::{Value, json};

use super::{
    super::{
        arn::Arn,
        policy::{document, statement},
    },
    Door, MEMBER, NOBODY, Part,
};
use crate::config::How;

/// Every role on the way into accounts, once each, in the order in which they became known.
#[derive(Default)]
pub(super) struct Roles(Vec<Role>);

/// A role on the way.
struct Role {
    /// Its ARN, with `{account}` left open.
    arn: String,
    /// Whether accounts are read with it.
    reads: bool,
    /// The roles that are assumed from it, as resources.
    next: Vec<String>,
    /// Whom it trusts: a document for each group of accounts.
    trusts: Vec<Part>,
}

impl Roles {
    /// Adds the roles of a door, and gives the first of them as a resource; `None` where nothing is assumed.
    pub(super) fn add(&mut self, door: &Door, partition: &str) -> Option<String> {
        let How::Assume { arn: last } = &door.spec.how else { return None };
        let place = |template: &String| template.replace("{partition}", partition);
        let hops: Vec<String> = door.spec.chain.iter().chain([last]).map(place).collect();
        for (n, hop) in hops.iter().enumerate().rev() {
            let before = n.checked_sub(1).and_then(|before| hops.get(before));
            let next = hops.get(n + 1);
            let none = [(None, None)];
            // The id goes with the last hop alone.
            let ids = if next.is_none() { &door.ids[..] } else { &none };
            let trusts = ids.iter().map(|(place, id)| {
                let part = match before {
                    Some(before) => trust_of_role(hop, before, id.as_deref()),
                    None => trust_of_caller(hop, door, partition, id.as_deref()),
                };
                match place {
                    Some(place) => Part { title: format!("{} where {place}", part.title), ..part },
                    None => part,
                }
            });
            let role = self.role(hop);
            role.reads |= next.is_none();
            if let Some(next) = next.map(|next| anywhere(next)).filter(|next| !role.next.contains(next)) {
                role.next.push(next);
            }
            for part in trusts {
                role.trust(part);
            }
        }
        hops.first().map(|first| anywhere(first))
    }

    fn role(&mut self, arn: &str) -> &mut Role {
        let at = self.0.iter().position(|role| role.arn == arn).unwrap_or_else(|| {
            self.0.push(Role { arn: arn.to_owned(), reads: false, next: Vec::new(), trusts: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// What each may, `own` where it reads, and then whom it trusts.
    pub(super) fn parts(self, own: &Value) -> Vec<Part> {
        let of = |role: Role| {
            let reads = role.reads.then(|| statement(own, &json!("*")));
            let passes = (!role.next.is_empty()).then(|| statement(&json!("sts:AssumeRole"), &one_or_all(&role.next)));
            let policy = document(&reads.into_iter().chain(passes).collect::<Vec<_>>());
            let may = Part { title: format!("permissions of {}", role.arn), note: None, policy };
            std::iter::once(may).chain(role.trusts)
        };
        self.0.into_iter().flat_map(of).collect()
    }
}

impl Role {
    /// Adds a trust: a role has one document, in which each way to it is a statement.
    fn trust(&mut self, part: Part) {
        let Some(known) = self.trusts.iter_mut().find(|known| known.title == part.title) else {
            self.trusts.push(part);
            return;
        };
        let (Some(all), Some(more)) = (known.policy["Statement"].as_array_mut(), part.policy["Statement"].as_array())
        else {
            return;
        };
        for statement in more {
            if !all.contains(statement) {
                all.push(statement.clone());
            }
        }
        if let Some(note) = part.note
            && !known.note.as_ref().is_some_and(|known| known.contains(&note))
        {
            let told = known.note.take().map(|told| format!("{told} "));
            known.note = Some(told.unwrap_or_default() + &note);
        }
    }
}

/// One text as it is, several as a list, as IAM takes them.
pub(super) fn one_or_all(texts: &[String]) -> Value {
    match texts {
        [one] => json!(one),
        all => json!(all),
    }
}

/// A role's ARN in every account.
fn anywhere(template: &str) -> String {
    template.replace("{account}", "*")
}

/// That a role trusts the one before it in the chain.
fn trust_of_role(role: &str, before: &str, external_id: Option<&str>) -> Part {
    let note = before.contains("{account}").then(|| {
        format!("{MEMBER} stands for the account: a principal takes no wildcard, write each account's own id.")
    });
    let principal = before.replace("{account}", MEMBER);
    Part { title: format!("trust of {role}"), note, policy: trust(&principal, &[], external_id) }
}

/// That a role trusts whoever assumes the first role, with a code where a device is configured.
fn trust_of_caller(role: &str, door: &Door, partition: &str, external_id: Option<&str>) -> Part {
    let part = trust_of_assumer(role, door, partition, external_id);
    if door.spec.mfa_serial.is_some() { with_code(part, door) } else { part }
}

/// That a role trusts whoever assumes the first role.
fn trust_of_assumer(role: &str, door: &Door, partition: &str, external_id: Option<&str>) -> Part {
    let title = format!("trust of {role}");
    let arn = match &door.assumer {
        Ok(arn) => arn,
        Err(why) => {
            let note = format!("Nobody could be asked who calls ({why}): {NOBODY} stands for the caller's account.");
            let principal = format!("arn:{partition}:iam::{NOBODY}:root");
            return Part { title, note: Some(note), policy: trust(&principal, &[], external_id) };
        }
    };
    match Arn::parse(arn).filter(Arn::is_role_session) {
        // A session's own ARN would trust one session, and the path of its role is not in it: the account is named, and
        // the role by a condition, in which a path can be left open.
        Some(session) => {
            let root = format!("arn:{}:iam::{}:root", session.partition, session.account);
            let name = super::super::arn::role_name(arn).unwrap_or_default();
            let base = format!("arn:{}:iam::{}:role", session.partition, session.account);
            let roles = [format!("{base}/{name}"), format!("{base}/*/{name}")];
            Part { title, note: None, policy: trust(&root, &roles, external_id) }
        }
        None => Part { title, note: None, policy: trust(arn, &[], external_id) },
    }
}

/// The same trust, of those alone who have shown an MFA code. The device is that of whoever makes the first hop, and the
/// code goes with that hop alone: so the first role of a chain demands it, and the others trust who has passed it.
fn with_code(part: Part, door: &Door) -> Part {
    let mut policy = part.policy;
    policy["Statement"][0]["Condition"]["Bool"] = json!({ "aws:MultiFactorAuthPresent": "true" });
    let why = "The configuration names an mfa_serial: without this condition the keys alone, once stolen, would open the \
               role.";
    let session = door.assumer.as_ref().is_ok_and(|arn| Arn::parse(arn).is_some_and(|arn| arn.is_role_session()));
    let never = session.then_some("A session of a role has no device: the user who has it must call.");
    let notes: Vec<&str> = part.note.as_deref().into_iter().chain([why]).chain(never).collect();
    Part { note: Some(notes.join(" ")), policy, ..part }
}

/// A trust policy: for this principal, where it is one of these roles (if any are given), with this external id.
fn trust(principal: &str, roles: &[String], external_id: Option<&str>) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" });
    if !roles.is_empty() {
        statement["Condition"]["ArnLike"] = json!({ "aws:PrincipalArn": roles });
    }
    if let Some(id) = external_id {
        statement["Condition"]["StringEquals"] = json!({ "sts:ExternalId": id });
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}
