//! Every value with its origin, for `qd info`.

use std::fmt::Write as _;

use super::{Loaded, Origin, settings::SETTINGS, span};

/// One value as `qd info` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The dotted key.
    pub key: String,
    /// The value as text, or what happens where it is left open.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Loaded {
    /// Every value with its origin. External ids are not shown.
    #[must_use]
    pub fn info(&self) -> Vec<Info> {
        let c = &self.config;
        let mut out: Vec<Info> = SETTINGS
            .iter()
            .map(|s| self.line(s.key, (s.show)(c).unwrap_or_else(|| "(left open)".to_owned())))
            .collect();
        out.extend(c.refresh.iter().map(|(view, every)| self.line(&format!("refresh.{view}"), span::show(*every))));
        out.extend(c.role.iter().map(|role| self.role(role)));
        out.extend(c.overrides.iter().map(|o| Info {
            key: format!("where {}", o.selector.show()),
            value: show_override(o),
            origin: o.spot.origin.clone(),
        }));
        out.extend(count("account", c.accounts.len(), "listed by hand"));
        out.extend(c.keys.iter().map(|b| Info {
            key: format!("keys.{}.{}", b.scope, b.chord),
            value: b.action.clone(),
            origin: b.spot.origin.clone(),
        }));
        out.extend(c.aliases.iter().map(|a| Info {
            key: format!("alias.{}", a.word),
            value: a.command.clone(),
            origin: a.spot.origin.clone(),
        }));
        out
    }

    fn line(&self, key: &str, value: String) -> Info {
        Info { key: key.to_owned(), value, origin: self.origins.of(key) }
    }

    fn role(&self, role: &super::RoleSpec) -> Info {
        // Writing to a String cannot fail.
        let mut value = role.how.show();
        for hop in &role.chain {
            let _ok = write!(value, ", by {hop}");
        }
        if let Some(duration) = role.duration {
            let _ok = write!(value, ", for {}", span::show(duration));
        }
        if role.external_id.is_some() {
            value.push_str(", with an ExternalId");
        }
        if let Some(serial) = &role.mfa_serial {
            let _ok = write!(value, ", MFA {serial}");
        }
        if let Some(profile) = &role.source_profile {
            let _ok = write!(value, ", from profile {profile}");
        }
        if matches!(role.how, super::How::Assume { .. }) {
            let _ok = write!(value, ", policy {}", role.policy.show());
        }
        let key = format!("role.{}", role.name);
        // A role that stands nowhere by itself came with its use.
        let origin = match self.origins.of(&key) {
            Origin::Default => self.origins.of("roles"),
            own => own,
        };
        Info { key, value, origin }
    }
}

fn count(key: &str, n: usize, what: &str) -> Option<Info> {
    (n > 0).then(|| Info { key: key.to_owned(), value: format!("{n} {what}"), origin: Origin::Default })
}

fn show_override(o: &super::Override) -> String {
    let mut parts = Vec::new();
    if let Some(roles) = &o.roles {
        parts.push(format!("roles {}", roles.join(", ")));
    }
    if let Some(regions) = &o.regions {
        parts.push(format!(
            "regions {}",
            regions.iter().map(crate::model::Region::as_str).collect::<Vec<_>>().join(", ")
        ));
    }
    if o.external_id.is_some() {
        parts.push("an ExternalId".to_owned());
    }
    if let Some(duration) = o.duration {
        parts.push(format!("duration {}", span::show(duration)));
    }
    match o.production {
        Some(true) => parts.push("production".to_owned()),
        Some(false) => parts.push("non-production".to_owned()),
        None => {}
    }
    if let Some(label) = &o.label {
        parts.push(format!("called {label:?}"));
    }
    if parts.is_empty() { "(changes nothing)".to_owned() } else { parts.join("; ") }
}
