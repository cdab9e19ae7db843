//! As much of an HTTP client as reading a page of JSON from loopback needs.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;

/// The JSON at a path of `http://host:port`.
pub fn get(endpoint: &str, path: &str) -> Value {
    ask("GET", endpoint, path, "")
}

/// What a path answers to a `POST` without a body.
pub fn post(endpoint: &str, path: &str) -> Value {
    post_text(endpoint, path, "")
}

/// What a path answers to a `POST` of a text.
pub fn post_text(endpoint: &str, path: &str, text: &str) -> Value {
    ask("POST", endpoint, path, text)
}

fn ask(method: &str, endpoint: &str, path: &str, text: &str) -> Value {
    let host = endpoint.strip_prefix("http://").expect("a plain address");
    let mut stream = TcpStream::connect(host).expect("a server");
    let length = text.len();
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{text}")
        .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    assert!(head.contains(" 200 "), "{head}");
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"))
}
