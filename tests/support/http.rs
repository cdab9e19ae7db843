//! As much of an HTTP client as reading a page of JSON from loopback needs.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;

/// The JSON at a path of `http://host:port`.
pub fn get(endpoint: &str, path: &str) -> Value {
    ask("GET", endpoint, path)
}

/// What a path answers to a `POST` without a body.
pub fn post(endpoint: &str, path: &str) -> Value {
    ask("POST", endpoint, path)
}

fn ask(method: &str, endpoint: &str, path: &str) -> Value {
    let host = endpoint.strip_prefix("http://").expect("a plain address");
    let mut stream = TcpStream::connect(host).expect("a server");
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    assert!(head.contains(" 200 "), "{head}");
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"))
}
