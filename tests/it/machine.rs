//! Credentials of the machine itself, each from a double of its source: web identity, container, instance metadata.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use crate::support::{Done, Qd};

/// The key that the double hands out; calls signed with another are refused.
const KEY: &str = "ASIAMACHINE0000000001";

/// A double of STS and of the metadata services on a port of its own, and its address. Ends with the tests.
fn double() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// Answers one request.
fn serve(mut stream: TcpStream) {
    let Some(request) = request(&mut stream) else { return };
    let (status, more, body) = answer(&request);
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n");
    let _gone = stream.write_all(format!("{head}{body}").as_bytes());
}

/// A whole request, its head in small letters before its body.
fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

fn answer(request: &str) -> (u16, &'static str, String) {
    let keys = format!(
        r#"{{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{KEY}",
        "SecretAccessKey":"hunter2","Token":"t","Expiration":"2099-01-01T00:00:00Z"}}"#
    );
    let path = request.split(' ').nth(1).unwrap_or_default();
    match path {
        "/latest/api/token" => (200, "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", "token".to_owned()),
        "/latest/meta-data/iam/security-credentials/" => (200, "", "machine".to_owned()),
        "/latest/meta-data/placement/region" => (200, "", "eu-west-1".to_owned()),
        "/latest/meta-data/iam/security-credentials/machine" | "/container" => (200, "", keys),
        "/" if request.contains("Action=AssumeRoleWithWebIdentity") => web_identity(request),
        "/" if request.contains("Action=GetCallerIdentity") && request.contains(&format!("Credential={KEY}/")) => {
            let who = "<Arn>arn:aws:sts::444455556666:assumed-role/machine/i-1</Arn>\
                       <UserId>AROAX:i-1</UserId><Account>444455556666</Account>";
            (200, "", envelope("GetCallerIdentity", who))
        }
        _ => (403, "", "no such place".to_owned()),
    }
}

fn web_identity(request: &str) -> (u16, &'static str, String) {
    if !request.contains("WebIdentityToken=good") {
        let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                     <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error>\
                     <RequestId>r-1</RequestId></ErrorResponse>";
        return (403, "", error.to_owned());
    }
    let keys = format!(
        "<Credentials><AccessKeyId>{KEY}</AccessKeyId><SecretAccessKey>hunter2</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><AssumedRoleId>AROAX:i-1</AssumedRoleId>\
         <Arn>arn:aws:sts::444455556666:assumed-role/machine/i-1</Arn></AssumedRoleUser>"
    );
    (200, "", envelope("AssumeRoleWithWebIdentity", &keys))
}

fn envelope(operation: &str, result: &str) -> String {
    format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>")
}

/// The program with STS at the double.
fn qd(address: &str) -> Qd {
    Qd::new().env("AWS_REGION", "eu-central-1").env("AWS_ENDPOINT_URL_STS", address)
}

/// The same with a token in a file.
fn with_token(address: &str, token: &str) -> Qd {
    let qd = qd(address);
    let file = qd.home().write("token", token);
    qd.env("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap())
        .env("AWS_ROLE_ARN", "arn:aws:iam::444455556666:role/machine")
}

/// The caller is known: the printed trust names it.
fn is_resolved(source: &str, done: &Done) {
    assert_eq!(done.code, 0, "{source}: {}", done.err);
    for part in ["arn:aws:iam::444455556666:root", "arn:aws:iam::444455556666:role/machine"] {
        assert!(done.out.contains(part), "{source}: {part} in\n{}", done.out);
    }
}

#[test]
fn each_source_of_the_machine_gives_a_caller() {
    let address = double();
    is_resolved("web identity", &with_token(&address, "good").run(&["iam-policy"]));
    let container = qd(&address).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{address}/container"));
    is_resolved("container", &container.run(&["iam-policy"]));
    let instance =
        qd(&address).env("AWS_EC2_METADATA_DISABLED", "false").env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &address);
    is_resolved("instance", &instance.run(&["iam-policy"]));
}

#[test]
fn a_source_that_refuses_is_told_in_plain_words_with_who_can_help() {
    let address = double();
    let token = with_token(&address, "bad").run(&["get", "ecs"]);
    let agent =
        qd(&address).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{address}/nowhere")).run(&["get", "ecs"]);
    for (done, parts) in [
        (&token, ["Not authorized to perform sts:AssumeRoleWithWebIdentity", "must trust the token's provider"]),
        (&agent, ["credentials endpoint answered with HTTP 403", "check that the task or pod has a role"]),
    ] {
        assert_ne!(done.code, 0);
        let said = format!("{}{}", done.out, done.err);
        for part in parts {
            assert!(said.contains(part), "{part} in\n{said}");
        }
        for wrong in ["aws sso login", "StatusCode", "Error {"] {
            assert!(!said.contains(wrong), "{wrong} in\n{said}");
        }
    }
}
