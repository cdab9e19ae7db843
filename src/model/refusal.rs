//! The sentence in which AWS refuses: `User: … is not authorized to perform: … on resource: …`, and what it proves behind
//! that (IAM user guide, "Troubleshoot access denied error messages").

/// What such a sentence names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// The ARN of who asked.
    pub who: Option<&'a str>,
    /// The ARN of what was asked for.
    pub resource: Option<&'a str>,
    /// What stands behind the resource, as `with an explicit deny in a service control policy`; empty for nothing.
    pub proves: &'a str,
}

impl<'a> Refusal<'a> {
    /// Reads a message. What another sentence does not name is missing.
    #[must_use]
    pub fn of(message: &'a str) -> Self {
        let word = |text: &'a str| text.split_whitespace().next();
        let who = message.split_once("User: ").and_then(|(_, rest)| word(rest));
        let Some((_, rest)) = message.split_once("on resource: ") else { return Self { who, ..Self::default() } };
        let proves = rest.split_once(' ').map_or("", |(_, proves)| proves);
        Self { who, resource: word(rest), proves }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_who_asked_for_what_and_what_it_proves() {
        let (who, role) = ("arn:aws:iam::111111111111:user/a", "arn:aws:iam::222222222222:role/x");
        let said = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}");
        assert_eq!(Refusal::of(&said), Refusal { who: Some(who), resource: Some(role), proves: "" });
        let scp = format!("{said} with an explicit deny in a service control policy");
        assert_eq!(Refusal::of(&scp).proves, "with an explicit deny in a service control policy");
        assert_eq!(Refusal::of(&scp).resource, Some(role));
        assert_eq!(Refusal::of("not authorized"), Refusal::default());
        assert_eq!(Refusal::of("x on resource: ").resource, None);
    }
}
