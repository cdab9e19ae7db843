//! The INI dialect of the AWS files: sections, properties, nested properties, comments.

use std::collections::BTreeMap;

/// The properties of a section by lower-case name. A nested property is `outer.inner`.
pub type Section = BTreeMap<String, String>;

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[profile x]`, `[default]`, and every section of the credentials file.
    Profile,
    /// `[sso-session x]`.
    SsoSession,
    /// `[services x]`.
    Services,
}

/// The sections of a file in their order. `config` tells the config file from the credentials file, whose profile
/// sections carry no prefix. Sections of another kind, and lines that mean nothing, are passed over.
pub fn sections(text: &str, config: bool) -> Vec<(Kind, String, Section)> {
    let mut out: Vec<(Kind, String, Section)> = Vec::new();
    let mut skipping = true;
    let mut outer: Option<String> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.trim().is_empty() || line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            let header = heading(line, config);
            skipping = header.is_none();
            outer = None;
            out.extend(header.map(|(kind, name)| (kind, name, Section::new())));
            continue;
        }
        let Some((_, _, section)) = out.last_mut().filter(|_| !skipping) else { continue };
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), bare(value));
        let indented = line.starts_with([' ', '\t']);
        if let (Some(outer), true) = (&outer, indented) {
            section.insert(format!("{outer}.{key}"), value);
        } else {
            outer = value.is_empty().then(|| key.clone());
            section.insert(key, value);
        }
    }
    out
}

/// Kind and name from `[profile "name"]` and the like; `None` for what is not ours.
fn heading(line: &str, config: bool) -> Option<(Kind, String)> {
    let inside = line.strip_prefix('[')?.split_once(']')?.0.trim();
    let (word, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let name = rest.trim().trim_matches(['"', '\'']).to_owned();
    match word {
        "profile" if config && !name.is_empty() => Some((Kind::Profile, name)),
        "sso-session" if config && !name.is_empty() => Some((Kind::SsoSession, name)),
        "services" if config && !name.is_empty() => Some((Kind::Services, name)),
        "default" if name.is_empty() => Some((Kind::Profile, "default".to_owned())),
        _ if !config => Some((Kind::Profile, inside.to_owned())),
        _ => None,
    }
}

/// The value without a comment at its end, which needs white space before its sign.
fn bare(value: &str) -> String {
    let end = value.match_indices(['#', ';']).find(|(at, _)| value[..*at].ends_with([' ', '\t'])).map(|(at, _)| at);
    value[..end.unwrap_or(value.len())].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_is_read_as_the_sdks_do() {
        let text = "\u{feff}# top\n[profile \"my dev\"]\nregion=eu-west-1 ; here\nurl = https://a/#/start\n\
                    services = local\n[services local]\nsts =\n  endpoint_url = http://localhost:1\necs =\n\
                    \tendpoint_url = http://localhost:2\n[plugins]\nx = 1\n[default]\n Output = json\n";
        let all = sections(text, true);
        let names: Vec<_> = all.iter().map(|(kind, name, _)| (*kind, name.as_str())).collect();
        assert_eq!(names, [(Kind::Profile, "my dev"), (Kind::Services, "local"), (Kind::Profile, "default")]);
        assert_eq!(all[0].2["region"], "eu-west-1");
        assert_eq!(all[0].2["url"], "https://a/#/start");
        assert_eq!(all[1].2["ecs.endpoint_url"], "http://localhost:2");
        assert_eq!(all[2].2["output"], "json");
    }

    #[test]
    fn the_credentials_file_has_no_prefixes() {
        let all = sections("[profile x]\na=1\n[y]\nb=2\n", false);
        assert_eq!(all[0].1, "profile x");
        assert_eq!((all[1].1.as_str(), all[1].2["b"].as_str()), ("y", "2"));
    }
}
