//! What the connections out of the process are made with. Read from variables that the caller hands over: this room
//! never looks at the process environment itself.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

/// Options of the connections and of the share of each API's rate that is used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// PEM file with certificate authorities to trust beside the platform's own (`AWS_CA_BUNDLE`).
    pub ca_bundle: Option<PathBuf>,
    /// Proxy for `https://` (`HTTPS_PROXY`). Secret, since its address may hold a password.
    pub https_proxy: Option<SecretString>,
    /// Proxy for `http://` (`HTTP_PROXY`).
    pub http_proxy: Option<SecretString>,
    /// Proxy for both, where there is no special one (`ALL_PROXY`).
    pub all_proxy: Option<SecretString>,
    /// Destinations that are reached without a proxy (`NO_PROXY`), comma-separated: see [`super::proxy::NoProxy`].
    pub no_proxy: String,
    /// The share of each documented rate that is used, above 0 and up to 1.
    pub share: f64,
    /// How long connecting may take, TLS and proxy included.
    pub connect_timeout: Duration,
    /// How long an answer may take to begin, and how long it may pause.
    pub read_timeout: Duration,
    /// How long it may take to learn who the caller is, all attempts and the pauses between them included: a person
    /// sits before an empty screen meanwhile.
    pub identity_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ca_bundle: None,
            https_proxy: None,
            http_proxy: None,
            all_proxy: None,
            no_proxy: String::new(),
            share: 0.5,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(30),
            identity_timeout: Duration::from_secs(15),
        }
    }
}

impl Settings {
    /// Settings from variables such as the environment's. The lower-case name of a proxy variable goes before the
    /// upper-case one, as in curl and botocore. An upper-case `HTTP_PROXY` is ignored where `REQUEST_METHOD` is set,
    /// since a CGI client could have sent it (CVE-2016-5385).
    #[must_use]
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Self {
        let some = |name: &str| var(name).filter(|v| !v.trim().is_empty());
        let either = |name: &str| some(&name.to_lowercase()).or_else(|| some(name));
        let secret = |text: String| SecretString::from(text);
        let http = if var("REQUEST_METHOD").is_some() { some("http_proxy") } else { either("HTTP_PROXY") };
        Self {
            ca_bundle: some("AWS_CA_BUNDLE").map(PathBuf::from),
            https_proxy: either("HTTPS_PROXY").map(secret),
            http_proxy: http.map(secret),
            all_proxy: either("ALL_PROXY").map(secret),
            no_proxy: either("NO_PROXY").unwrap_or_default(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(vars: &[(&str, &str)]) -> Settings {
        Settings::from_vars(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn proxies_come_from_either_case() {
        let s = read(&[("HTTPS_PROXY", "http://up:1"), ("https_proxy", "http://low:2"), ("NO_PROXY", "a,b")]);
        assert_eq!(s.https_proxy.unwrap().expose_secret(), "http://low:2");
        assert_eq!(s.no_proxy, "a,b");
        assert!(read(&[("HTTPS_PROXY", " ")]).https_proxy.is_none());
    }

    #[test]
    fn a_cgi_client_cannot_name_the_proxy() {
        let vars = [("HTTP_PROXY", "http://evil:1"), ("REQUEST_METHOD", "GET")];
        assert!(read(&vars).http_proxy.is_none());
        assert!(read(&vars[..1]).http_proxy.is_some());
    }

    #[test]
    fn a_password_in_a_proxy_stays_out_of_debug() {
        let s = read(&[("ALL_PROXY", "http://me:hunter2@proxy:3128")]);
        assert!(!format!("{s:?}").contains("hunter2"));
    }
}
