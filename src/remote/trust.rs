//! Certificate authorities that are trusted beside the platform's own (`AWS_CA_BUNDLE`).
//!
//! The Rust SDK ignores that variable (awslabs/aws-sdk-rust#1362), so the bundle is read here and handed to both
//! HTTP clients.

#![allow(clippy::disallowed_methods, reason = "the CA bundle")]

use std::path::Path;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};

use crate::model::{Fault, FaultKind};

/// The bundle, read and proven to be usable.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    pem: Option<Vec<u8>>,
    certificates: Vec<reqwest::Certificate>,
}

impl Trust {
    /// Reads a PEM file with one certificate or many.
    ///
    /// # Errors
    /// A file that is missing or unreadable, holds no certificate, or one that cannot be parsed.
    pub fn read(path: Option<&Path>) -> Result<Self, Fault> {
        let Some(path) = path else { return Ok(Self::default()) };
        let wrong = |what: String| {
            Fault::new(FaultKind::Invalid, format!("AWS_CA_BUNDLE {}: {what}", path.display()))
                .hint("name a PEM file with the certificates of your proxy's or network's authority, or unset it")
        };
        let pem = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|_| wrong("a certificate in it cannot be read".to_owned()))?;
        if certificates.is_empty() {
            return Err(wrong("it holds no certificate".to_owned()));
        }
        // The SDK's client takes what it gets and panics on what it cannot parse: so it is tried here first.
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only(certificates.clone())
            .build()
            .map_err(|_| wrong("a certificate in it cannot be read".to_owned()))?;
        Ok(Self { pem: Some(pem), certificates })
    }

    /// The certificates for the web client.
    #[must_use]
    pub fn certificates(&self) -> Vec<reqwest::Certificate> {
        self.certificates.clone()
    }

    /// What the SDKs' client trusts. Without `tls` nothing, which spares reading the platform's certificates for
    /// a destination on plain HTTP.
    ///
    /// # Errors
    /// None at present; the library reserves the right.
    pub fn context(&self, tls: bool) -> Result<TlsContext, Fault> {
        let mut store = if tls { TrustStore::default() } else { TrustStore::empty() };
        if let (true, Some(pem)) = (tls, &self.pem) {
            store = store.with_pem_certificate(pem.clone());
        }
        TlsContext::builder()
            .with_trust_store(store)
            .build()
            .map_err(|e| Fault::new(FaultKind::Invalid, format!("TLS cannot be set up: {e}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, content: Option<&str>) -> String {
        let path = std::env::temp_dir().join(format!("quarterdeck-{}-{name}.pem", std::process::id()));
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        let fault = Trust::read(Some(&path)).unwrap_err();
        let _gone = std::fs::remove_file(&path);
        assert_eq!(fault.kind, FaultKind::Invalid);
        assert!(fault.message.contains(path.to_str().unwrap()), "{fault}");
        fault.message
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_named() {
        assert!(refused("missing", None).contains("No such file"));
        assert!(refused("empty", Some("# nothing here\n")).contains("no certificate"));
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(refused("garbage", Some(garbage)).contains("cannot be read"));
    }
}
