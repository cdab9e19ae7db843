//! The walk from a profile to where its credentials start, over the roles on the way. Pure.

use std::time::Duration;

use crate::{
    access::{
        awsfiles::{AwsFiles, ProfileKind, Section, kind},
        span,
    },
    model::{Fault, FaultKind},
};

/// Where the credentials of a profile start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Keys in the files, of this profile.
    Keys(String),
    /// A program prints them, named by this profile.
    Process(String),
    /// A permission set of Identity Center.
    Sso {
        /// The profile that says so: what `aws sso login --profile` takes.
        profile: String,
        /// The account.
        account: String,
        /// The permission set.
        role: String,
    },
    /// A token in a file.
    WebIdentity {
        /// The role.
        role: String,
        /// The file.
        file: String,
        /// `role_session_name`, where the profile has one: a trust may demand it.
        session: Option<String>,
    },
    /// Keys of the environment (`credential_source = Environment`).
    Environment,
    /// The container's endpoint.
    Container,
    /// The instance's metadata.
    Instance,
}

/// A role on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `duration_seconds`.
    pub duration: Option<Duration>,
    /// `mfa_serial`.
    pub mfa_serial: Option<String>,
}

/// The whole way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Where it starts.
    pub start: Start,
    /// The roles to assume, in their order.
    pub roles: Vec<Role>,
}

impl Walk {
    /// The way to the credentials of a profile.
    ///
    /// # Errors
    /// [`FaultKind::Invalid`] for a profile that is missing, names itself in a circle, or names nothing usable.
    pub fn of(files: &AwsFiles, name: &str) -> Result<Self, Fault> {
        let (mut roles, mut seen, mut at) = (Vec::new(), Vec::<String>::new(), name.to_owned());
        loop {
            let wrong = |why: String| Fault::new(FaultKind::Invalid, format!("profile {at}: {why}"));
            let gone = || match seen.last() {
                Some(from) => wrong(format!("does not exist, and is the source_profile of {from}")),
                None => wrong("does not exist".into()),
            };
            let section = files.profile(&at).ok_or_else(gone)?;
            let again = seen.contains(&at);
            seen.push(at.clone());
            // A profile may name itself as its source: then its own keys are meant, and the role is not taken again.
            let own = seen.len() > 1 && seen[seen.len() - 2] == at;
            if again && !own {
                return Err(wrong(format!("its source_profile goes in a circle: {}", seen.join(" → "))));
            }
            // Once a role is taken, keys that lie beside the next role are the start (as in all SDKs).
            let has_keys = section.contains_key("aws_access_key_id");
            if !roles.is_empty() && has_keys {
                return Ok(Self::from(Start::Keys(at), roles));
            }
            let ProfileKind::Role { arn, from } = kind(section) else {
                let start = start(&at, section).map_err(wrong)?;
                return Ok(Self::from(start, roles));
            };
            if own {
                return Err(wrong("names itself as its source and has no keys of its own".into()));
            }
            roles.push(role(arn, section));
            if section.contains_key("source_profile") {
                at = from;
                continue;
            }
            let start = match from.to_ascii_lowercase().as_str() {
                "environment" => Start::Environment,
                "ecscontainer" => Start::Container,
                "ec2instancemetadata" => Start::Instance,
                _ => return Err(wrong(format!("unknown credential_source {from}"))),
            };
            return Ok(Self::from(start, roles));
        }
    }

    fn from(start: Start, mut roles: Vec<Role>) -> Self {
        roles.reverse();
        Self { start, roles }
    }
}

fn role(arn: String, section: &Section) -> Role {
    let seconds = section.get("duration_seconds").and_then(|s| s.parse().ok()).map(Duration::from_secs);
    Role {
        arn,
        external_id: section.get("external_id").cloned(),
        session_name: section.get("role_session_name").cloned(),
        duration: seconds.map(|d| d.clamp(span::LEAST, span::MOST)),
        mfa_serial: section.get("mfa_serial").cloned(),
    }
}

fn start(name: &str, section: &Section) -> Result<Start, String> {
    let get = |key: &str| section.get(key).cloned();
    match kind(section) {
        ProfileKind::Keys => Ok(Start::Keys(name.to_owned())),
        ProfileKind::Process => Ok(Start::Process(name.to_owned())),
        ProfileKind::Sso { role, .. } => match get("sso_account_id") {
            Some(account) if !role.is_empty() => Ok(Start::Sso { profile: name.to_owned(), account, role }),
            _ => Err("names an SSO session, but not both sso_account_id and sso_role_name".to_owned()),
        },
        ProfileKind::WebIdentity => {
            let (role, file) = (get("role_arn").unwrap_or_default(), get("web_identity_token_file"));
            let session = get("role_session_name").filter(|name| !name.is_empty());
            Ok(Start::WebIdentity { role, file: file.unwrap_or_default(), session })
        }
        ProfileKind::Login => Err(format!(
            "uses `aws login`, which is not read directly; set credential_process = aws configure \
             export-credentials --profile {name} --format process in another profile and choose that one"
        )),
        ProfileKind::Role { .. } | ProfileKind::Nothing => Err(if section.contains_key("role_arn") {
            "has a role_arn without source_profile or credential_source".to_owned()
        } else {
            "names no credentials".to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(config: &str, name: &str) -> Result<Walk, Fault> {
        Walk::of(&AwsFiles::from_text(config, ""), name)
    }

    #[test]
    fn roles_are_taken_from_the_start_on() {
        let config = "[profile a]\nrole_arn = R2\nsource_profile = b\nmfa_serial = M\nduration_seconds = 7200\n\
             [profile b]\nrole_arn = R1\nsource_profile = c\nexternal_id = X\n[profile c]\ncredential_process = p\n";
        let walk = walk(config, "a").unwrap();
        assert_eq!(walk.start, Start::Process("c".into()));
        let arns: Vec<_> = walk.roles.iter().map(|r| r.arn.as_str()).collect();
        assert_eq!(arns, ["R1", "R2"]);
        assert_eq!(walk.roles[0].external_id.as_deref(), Some("X"));
        assert_eq!(walk.roles[1].mfa_serial.as_deref(), Some("M"));
        assert_eq!(walk.roles[1].duration, Some(Duration::from_secs(7_200)));
    }

    #[test]
    fn a_web_identity_has_the_session_name_of_its_profile() {
        let config = "[profile a]\nrole_arn = R\nweb_identity_token_file = F\nrole_session_name = ci\n";
        let start = Start::WebIdentity { role: "R".into(), file: "F".into(), session: Some("ci".into()) };
        assert_eq!(walk(config, "a").unwrap().start, start);
    }

    #[test]
    fn a_profile_may_be_its_own_source_and_a_circle_is_named() {
        let own = "[profile a]\nrole_arn = R\nsource_profile = a\naws_access_key_id = K\naws_secret_access_key = S\n";
        assert_eq!(walk(own, "a").unwrap().start, Start::Keys("a".into()));
        let circle = "[profile a]\nrole_arn = R\nsource_profile = b\n[profile b]\nrole_arn = Q\nsource_profile = a\n";
        assert!(walk(circle, "a").unwrap_err().message.contains("a → b → a"));
        assert!(walk("[profile a]\nrole_arn = R\nsource_profile = a\n", "a").is_err());
    }

    #[test]
    fn sources_are_named_in_any_case_and_gaps_are_explained() {
        let machine = "[profile a]\nrole_arn = R\ncredential_source = EC2INSTANCEMETADATA\n";
        assert_eq!(walk(machine, "a").unwrap().start, Start::Instance);
        for (config, word) in [
            ("[profile a]\nrole_arn = R\n", "without source_profile"),
            ("[profile a]\nregion = x\n", "names no credentials"),
            ("[profile a]\nlogin_session = x\n", "aws login"),
            (
                "[profile a]\nrole_arn = R\nsource_profile = gone\n",
                "profile gone: does not exist, and is the source_profile of a",
            ),
            ("[profile a]\nsso_session = s\nsso_account_id = 1\n", "sso_role_name"),
        ] {
            let message = walk(config, "a").unwrap_err().message;
            assert!(message.contains(word), "{message}");
        }
    }
}
