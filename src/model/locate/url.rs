//! A link taken apart, leniently.

use std::borrow::Cow;

/// The parts of an http or https link. Each is still percent-encoded.
pub(super) struct Link<'a> {
    /// Without user and port, as written.
    pub(super) host: &'a str,
    /// From the first slash.
    pub(super) path: &'a str,
    /// After the first question mark.
    pub(super) query: &'a str,
    /// After the first hash.
    pub(super) fragment: &'a str,
    /// The whole link.
    pub(super) all: &'a str,
}

impl<'a> Link<'a> {
    /// The first link of the text.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let at = [text.find("https://"), text.find("http://")].into_iter().flatten().min()?;
        let rest = &text[at..];
        let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "\"'`<>".contains(c));
        let all = &rest[..end.unwrap_or(rest.len())];
        let (_, bare) = all.split_once("://")?;
        let (bare, fragment) = bare.split_once('#').unwrap_or((bare, ""));
        let (bare, query) = bare.split_once('?').unwrap_or((bare, ""));
        let (authority, path) = bare.find('/').map_or((bare, ""), |i| bare.split_at(i));
        let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
        Some(Self { host, path, query, fragment, all })
    }

    /// A value of the query; the fragment may carry a query of its own (`#/console?account_id=…`).
    pub(super) fn value(&self, key: &str) -> Option<String> {
        let after = self.fragment.split_once('?').map_or("", |(_, query)| query);
        [self.query, after].into_iter().flat_map(|q| q.split('&')).find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name == key && !value.is_empty()).then(|| decode(&value.replace('+', " ")).into_owned())
        })
    }
}

/// Undoes percent-encoding. What is no encoding stays as it is; bytes that are no UTF-8 are replaced.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit =
            |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            out.push(high << 4 | low);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_taken_apart() {
        let link = Link::find("see <https://ada@h.x:8443/a/b?c=d%2Fe+f#/g?h=i> now").expect("a link");
        assert_eq!((link.host, link.path, link.query, link.fragment), ("h.x", "/a/b", "c=d%2Fe+f", "/g?h=i"));
        assert_eq!((link.value("c").as_deref(), link.value("h").as_deref()), (Some("d/e f"), Some("i")));
        assert!(link.value("x").is_none() && Link::find("ftp://x").is_none());
    }

    #[test]
    fn broken_encoding_stays() {
        for (text, plain) in [("a%2Fb", "a/b"), ("%", "%"), ("%zz%4", "%zz%4"), ("%C3%A9é", "éé"), ("%ff", "\u{fffd}")]
        {
            assert_eq!(decode(text), plain);
        }
    }
}
