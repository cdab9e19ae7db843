//! Small servers on loopback: HTTP with or without TLS, and a CONNECT proxy.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

/// What a server answers: given the request's head and how many came before it, the whole answer, or `None` to close
/// the connection. After an answer that ends in [`SILENCE`] the connection stays open, and nothing more comes.
pub type Script = Arc<dyn Fn(&str, usize) -> Option<String> + Send + Sync>;

/// The end of an answer after which nothing comes.
pub const SILENCE: char = '\u{4}';

/// Heads of the requests seen.
pub type Log = Arc<Mutex<Vec<String>>>;

/// An answer with a content length.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
}

/// A certificate authority, and a certificate of its for some names.
pub struct Private {
    /// The authority's certificate in a file.
    pub bundle: PathBuf,
    acceptor: TlsAcceptor,
}

impl Private {
    pub fn new(names: &[&str]) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let bundle = std::env::temp_dir().join(format!("quarterdeck-ca-{}-{}.pem", std::process::id(), names[0]));
        std::fs::write(&bundle, authority.pem()).unwrap();
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&leaf_key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                rustls::pki_types::PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap(),
            )
            .unwrap();
        Self { bundle, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.bundle);
    }
}

/// Serves a script, over TLS where a private authority is given.
pub async fn serve(tls: Option<&Private>, script: Script) -> (SocketAddr, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, log) = (listener.local_addr().unwrap(), Log::default());
    let (acceptor, seen) = (tls.map(|p| p.acceptor.clone()), Arc::clone(&log));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, script, seen) = (acceptor.clone(), Arc::clone(&script), Arc::clone(&seen));
            tokio::spawn(async move {
                match acceptor {
                    // A refused handshake is the client's to tell.
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            talk(stream, &script, &seen).await;
                        }
                    }
                    None => talk(stream, &script, &seen).await,
                }
            });
        }
    });
    (address, log)
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: &Script, seen: &Log) {
    let Some(head) = head(&mut stream).await else { return };
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push(head.clone());
        seen.len() - 1
    };
    let Some(answer) = script(&head, before) else { return };
    let _sent = stream.write_all(answer.trim_end_matches(SILENCE).as_bytes()).await;
    if answer.ends_with(SILENCE) {
        std::future::pending::<()>().await;
    }
    let _ended = stream.shutdown().await;
}

/// The request up to the empty line; its body is read and dropped.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut all = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(head);
            }
        }
        if stream.read_buf(&mut all).await.ok()? == 0 {
            return None;
        }
    }
}

/// A proxy that answers CONNECT to any name by a connection to `backend`.
pub async fn proxy(backend: SocketAddr) -> (SocketAddr, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, log) = (listener.local_addr().unwrap(), Log::default());
    let seen = Arc::clone(&log);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let Some(head) = head(&mut stream).await else { return };
                seen.lock().unwrap().push(head);
                let mut to = TcpStream::connect(backend).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _done = tokio::io::copy_bidirectional(&mut stream, &mut to).await;
            });
        }
    });
    (address, log)
}
