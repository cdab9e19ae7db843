//! Small text work of the wire: forms, XML, wildcards, nearest words.

/// The pairs of an `application/x-www-form-urlencoded` text, decoded; malformed escapes stay as they are.
pub fn form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (unescape(name), unescape(value)))
        .collect()
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let ahead = rest.clone();
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                if let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) {
                    bytes.push(high * 16 + low);
                } else {
                    bytes.push(b'%');
                    rest = ahead;
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: Option<u8>) -> Option<u8> {
    let digit = char::from(byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Text for between XML tags.
pub fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Whether a pattern with `*` (any run) and `?` (one byte) covers the whole text, upper and lower case being equal.
pub fn glob(pattern: &str, text: &str) -> bool {
    covers(pattern.as_bytes(), text.as_bytes(), u8::eq_ignore_ascii_case)
}

/// The same, upper and lower case being different.
pub fn same_glob(pattern: &str, text: &str) -> bool {
    covers(pattern.as_bytes(), text.as_bytes(), u8::eq)
}

fn covers(pattern: &[u8], text: &[u8], same: fn(&u8, &u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stood and how much text it has swallowed: a mismatch goes back there and swallows one more.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || text.get(t).is_some_and(|d| same(c, d)) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == b'*')
}

/// The word that takes the fewest changed letters to reach, for error messages.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    words.into_iter().min_by_key(|candidate| strsim::osa_distance(word, candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let pairs = form("Action=AssumeRole&Policy=%7B%22a%22%3A+1%7D&Bad=%zz");
        assert_eq!(pairs.get(1), Some(&("Policy".to_owned(), "{\"a\": 1}".to_owned())));
        assert_eq!(pairs.get(2).map(|pair| pair.1.as_str()), Some("%zz"));
    }

    #[test]
    fn wildcards_cover_whole_words() {
        assert!(glob("ecs:Describe*", "ecs:DescribeServices"));
        assert!(glob("*", ""));
        assert!(glob("a*b*c", "a--b-b--c"));
        assert!(!glob("ecs:List*", "ecs:DescribeServices"));
        assert!(!glob("ecs:List?", "ecs:Lists-all"));
        assert!(glob("ECS:*", "ecs:List") && !same_glob("ECS:*", "ecs:List") && same_glob("e*:L?st", "ecs:List"));
    }

    #[test]
    fn the_nearest_word_is_found() {
        assert_eq!(nearest("throtle", ["slow", "throttle", "hang"]), Some("throttle"));
    }
}
