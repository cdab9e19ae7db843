//! The few things that the console reads out of an AWS error answer, whatever the protocol: code, message, request id.

use aws_smithy_runtime_api::{client::orchestrator::HttpResponse, http::Headers};
use serde_json::Value;

/// What an error answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The code, such as `AccessDenied`; empty where the answer has none (an HTML page of a proxy).
    pub code: String,
    /// The message; empty where there is none.
    pub message: String,
    /// The id of the request.
    pub request_id: Option<String>,
}

impl Said {
    /// Reads a whole HTTP answer whose body is in memory.
    #[must_use]
    pub fn of(response: &HttpResponse) -> Self {
        let headers: &Headers = response.headers();
        Self::read(|name| headers.get(name), response.body().bytes().unwrap_or_default())
    }

    /// Reads headers and body: JSON (`__type`, `code`), XML (`<Code>`, as of Query services), or neither.
    #[must_use]
    pub fn read<'a>(header: impl Fn(&'static str) -> Option<&'a str>, body: &[u8]) -> Self {
        let mut said = Self {
            code: header("x-amzn-errortype").map(bare).unwrap_or_default(),
            message: String::new(),
            request_id: ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
                .into_iter()
                .find_map(&header)
                .map(str::to_owned),
        };
        let text = String::from_utf8_lossy(body);
        if let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(&text) {
            let field = |names: [&str; 3]| names.into_iter().find_map(|n| fields.get(n)?.as_str());
            // OAuth endpoints (SSO OIDC) put the code in `error`.
            if let Some(code) = field(["__type", "code", "error"]).filter(|_| said.code.is_empty()) {
                said.code = bare(code);
            }
            if let Some(message) = field(["message", "Message", "error_description"]) {
                message.clone_into(&mut said.message);
            }
        } else if let Some(code) = element(&text, "Code") {
            said.code = bare(&code);
            said.message = element(&text, "Message").unwrap_or_default();
            said.request_id = said.request_id.or_else(|| element(&text, "RequestId"));
        }
        said
    }
}

/// A code without its namespace and without the address that some services append:
/// `com.amazonaws.ecs#ClusterNotFoundException:http://…`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim().to_owned()
}

/// The text of the first element of this name, its five predefined entities resolved.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, after) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = after.split_once(&format!("</{name}>"))?;
    let plain = inner.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Some(plain.replace("&amp;", "&"))
}

/// Whether an XML document has its end: the element that begins it is closed by the last thing in it.
pub(super) fn is_whole(body: &[u8]) -> bool {
    let mut text = body.trim_ascii();
    if text.starts_with(b"<?") {
        let Some(end) = text.iter().position(|byte| *byte == b'>') else { return false };
        text = text[end + 1..].trim_ascii_start();
    }
    let Some(begun) = text.strip_prefix(b"<") else { return false };
    let name = begun.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    let Some(name) = name.map(|end| &begun[..end]) else { return false };
    let closed = text.strip_suffix(b">").map(<[u8]>::trim_ascii_end);
    let alone = || text.ends_with(b"/>") && !begun.contains(&b'<');
    closed.and_then(|text| text.strip_suffix(name)).is_some_and(|text| text.ends_with(b"</")) || alone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &'static str)], body: &str) -> Said {
        Said::read(|name| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| *v), body.as_bytes())
    }

    #[test]
    fn json_and_xml_say_the_same() {
        let json = read(
            &[("x-amzn-requestid", "r-1")],
            r#"{"__type":"com.amazonaws.ecs#ClusterNotFoundException","message":"Cluster not found."}"#,
        );
        assert_eq!((json.code.as_str(), json.message.as_str()), ("ClusterNotFoundException", "Cluster not found."));
        assert_eq!(json.request_id.as_deref(), Some("r-1"));
        let xml = read(
            &[],
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>a &amp;lt; b</Message></Error>\
             <RequestId>r-2</RequestId></ErrorResponse>",
        );
        assert_eq!((xml.code.as_str(), xml.message.as_str()), ("AccessDenied", "a &lt; b"));
        assert_eq!(xml.request_id.as_deref(), Some("r-2"));
    }

    #[test]
    fn a_header_names_the_code_before_the_body() {
        let said = read(&[("x-amzn-errortype", "AccessDeniedException:http://x/")], r#"{"Message":"no"}"#);
        assert_eq!((said.code.as_str(), said.message.as_str()), ("AccessDeniedException", "no"));
    }

    #[test]
    fn a_page_of_html_has_no_code() {
        assert_eq!(read(&[], "<html><body><h1>502</h1></body></html>"), Said::default());
    }

    #[test]
    fn a_document_without_its_end_is_told_from_a_whole_one() {
        let whole: [&str; 5] = [
            "<A><B>1</B></A>",
            "<?xml version=\"1.0\"?>\n<A xmlns=\"u\">\n<B/></A >\n",
            "<A/>",
            "<A x=\"1\" />",
            "<A></A>",
        ];
        for text in whole {
            assert!(is_whole(text.as_bytes()), "{text}");
            let open = text.trim_end().strip_suffix('>').unwrap();
            assert!(!is_whole(open.as_bytes()), "{open}");
        }
        for text in ["", "<", "<A><B>1</B>", "<A><B>1</A", "<A><B/>", "<AA></A>", "<?xml"] {
            assert!(!is_whole(text.as_bytes()), "{text}");
        }
    }
}
