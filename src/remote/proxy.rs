//! Which proxy a request goes through, if any: one rule for the SDKs and for everything else.
//!
//! The HTTP libraries below each have their own reading of `NO_PROXY`; ports and `*.suffix` are understood by none of
//! them. So the choice is made here, and the libraries are only told the outcome.

use std::net::IpAddr;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Settings, request::is_machine};
use crate::model::{Fault, FaultKind};

/// How a destination is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// Without a proxy.
    Direct,
    /// Through the proxy for `https://`.
    Https,
    /// Through the proxy for `http://`.
    Http,
}

/// The proxies, and what goes past them.
#[derive(Debug)]
pub struct Routes {
    https: Option<SecretString>,
    http: Option<SecretString>,
    no: NoProxy,
}

impl Routes {
    /// Reads the settings.
    ///
    /// # Errors
    /// A proxy whose address is no `http://` or `https://` one.
    pub fn new(settings: &Settings) -> Result<Self, Fault> {
        let pick = |own: &Option<SecretString>, name: &str| match (own, &settings.all_proxy) {
            (Some(own), _) => address(own, name).map(Some),
            (None, Some(all)) => address(all, "ALL_PROXY").map(Some),
            (None, None) => Ok(None),
        };
        Ok(Self {
            https: pick(&settings.https_proxy, "HTTPS_PROXY")?,
            http: pick(&settings.http_proxy, "HTTP_PROXY")?,
            no: NoProxy::read(&settings.no_proxy),
        })
    }

    /// The way to a destination. Loopback and the machine's own credential endpoints never go through a proxy.
    #[must_use]
    pub fn via(&self, scheme: &str, host: &str, port: Option<u16>) -> Via {
        let tls = scheme == "https";
        let proxy = if tls { &self.https } else { &self.http };
        let port = port.unwrap_or(if tls { 443 } else { 80 });
        if proxy.is_none() || is_loopback(host) || is_machine(host) || self.no.covers(host, port) {
            Via::Direct
        } else if tls {
            Via::Https
        } else {
            Via::Http
        }
    }

    /// The proxy's address, with its password, for a library's hands only.
    pub(super) fn address(&self, via: Via) -> Option<&str> {
        match via {
            Via::Direct => None,
            Via::Https => self.https.as_ref(),
            Via::Http => self.http.as_ref(),
        }
        .map(SecretString::expose_secret)
    }
}

/// A proxy's address with its scheme: `http://` where it has none, as curl does.
fn address(given: &SecretString, name: &str) -> Result<SecretString, Fault> {
    let text = given.expose_secret().trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    // The address may hold a password: it is not repeated in the fault.
    let wrong = |what: &str| {
        Fault::new(FaultKind::Invalid, format!("{name} {what}"))
            .hint("give it as http://host:port or http://user:password@host:port")
    };
    let url: reqwest::Url = full.parse().map_err(|_| wrong("is not an address"))?;
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(_)) => Ok(SecretString::from(full)),
        (scheme, _) => Err(wrong(&format!("uses the scheme {scheme}, which is not supported"))),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `NO_PROXY`: names that cover themselves and what lies below them (`corp.example`, `.corp.example`,
/// `*.corp.example`), addresses, networks (`10.0.0.0/8`), each with or without a port, and `*` for everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoProxy(Vec<Rule>);

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    what: What,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    All,
    Name(String),
    Net(IpAddr, u8),
}

impl NoProxy {
    /// Reads a list separated by commas or spaces. Entries that make no sense are left out, as everywhere else.
    #[must_use]
    pub fn read(list: &str) -> Self {
        Self(list.split([',', ' ', '\t']).filter(|e| !e.is_empty()).filter_map(Rule::read).collect())
    }

    /// Whether a destination goes past the proxy.
    #[must_use]
    pub fn covers(&self, host: &str, port: u16) -> bool {
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
        self.0.iter().any(|rule| rule.port.is_none_or(|p| p == port) && rule.what.covers(&host))
    }
}

impl Rule {
    fn read(entry: &str) -> Option<Self> {
        if let Some(what) = What::net(entry) {
            return Some(Self { what, port: None });
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        let what = if name == "*" { Some(What::All) } else { What::net(name).or_else(|| What::name(name)) };
        Some(Self { what: what?, port })
    }
}

impl What {
    fn name(entry: &str) -> Option<Self> {
        let name = entry.trim_start_matches("*.").trim_start_matches('.').trim_end_matches('.');
        (!name.is_empty()).then(|| Self::Name(name.to_lowercase()))
    }

    fn net(entry: &str) -> Option<Self> {
        let (ip, bits) = match entry.split_once('/') {
            Some((ip, bits)) => (ip, Some(bits.parse::<u8>().ok()?)),
            None => (entry, None),
        };
        let ip: IpAddr = ip.trim_matches(['[', ']']).parse().ok()?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        Some(Self::Net(ip, bits.unwrap_or(most).min(most)))
    }

    fn covers(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Name(name) => host.strip_suffix(name.as_str()).is_some_and(|b| b.is_empty() || b.ends_with('.')),
            Self::Net(net, bits) => host.parse().is_ok_and(|ip| holds(*net, *bits, ip)),
        }
    }
}

fn holds(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let bits = u32::from(bits);
    match (net, ip) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => {
            (net.to_bits() ^ ip.to_bits()).checked_shr(32 - bits).is_none_or(|rest| rest == 0)
        }
        (IpAddr::V6(net), IpAddr::V6(ip)) => {
            (net.to_bits() ^ ip.to_bits()).checked_shr(128 - bits).is_none_or(|rest| rest == 0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_networks_and_ports_go_past() {
        let no = NoProxy::read("corp.example, .int.example *.star.example,10.0.0.0/8,[fd00::]/8,one.example:8443,::1");
        for (host, port, past) in [
            ("corp.example", 443, true),
            ("GIT.Corp.Example.", 443, true),
            ("notcorp.example", 443, false),
            ("a.int.example", 80, true),
            ("x.star.example", 80, true),
            ("10.9.8.7", 443, true),
            ("11.9.8.7", 443, false),
            ("[fd12::7]", 443, true),
            ("one.example", 8443, true),
            ("one.example", 443, false),
            ("::1", 1, true),
            ("ecs.eu-central-1.amazonaws.com", 443, false),
        ] {
            assert_eq!(no.covers(host, port), past, "{host}:{port}");
        }
        assert!(NoProxy::read("*").covers("anything", 1));
        assert!(NoProxy::read("0.0.0.0/0").covers("1.2.3.4", 1));
        assert!(!NoProxy::read("").covers("anything", 1));
    }

    fn routes(https: &str, all: &str) -> Result<Routes, Fault> {
        let secret = |t: &str| (!t.is_empty()).then(|| SecretString::from(t.to_owned()));
        Routes::new(&Settings { https_proxy: secret(https), all_proxy: secret(all), ..Settings::default() })
    }

    #[test]
    fn each_scheme_has_its_proxy_and_loopback_has_none() {
        let r = routes("proxy:3128", "http://all:1").unwrap();
        assert_eq!(r.via("https", "sts.amazonaws.com", None), Via::Https);
        assert_eq!(r.address(Via::Https), Some("http://proxy:3128"));
        assert_eq!(r.address(r.via("http", "x.example", None)), Some("http://all:1"));
        for host in ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"] {
            assert_eq!(r.via("https", host, None), Via::Direct, "{host}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_without_its_password() {
        let fault = routes("socks5://me:hunter2@proxy:1", "").unwrap_err();
        assert!(fault.message.contains("HTTPS_PROXY") && fault.message.contains("socks5"));
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
}
