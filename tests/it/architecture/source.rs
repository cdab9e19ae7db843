//! The project's own sources as text: without comments, literals and tests, with the functions and arrows in them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A source file.
pub struct File {
    /// From the project's folder, with `/`.
    pub path: String,
    /// Its text without in-file tests.
    pub text: String,
    /// The same, comments and literals blanked.
    pub code: String,
}

/// A function: its name, and how many lines it has from `fn` to its closing brace.
pub struct Function {
    /// Its name.
    pub name: String,
    /// How many lines.
    pub lines: usize,
}

/// The project's folder.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder of the project with this ending, sorted.
pub fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![home().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every file of the program; tests and their files are left out.
pub fn sources() -> Vec<File> {
    let files: Vec<File> =
        files_below("src", "rs").iter().map(|path| File::read(path)).filter(|f| !f.is_test()).collect();
    assert!(files.len() > 100, "{} files in src: was the right folder read?", files.len());
    files
}

impl File {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a source file");
        let name = path.strip_prefix(home()).expect("a file of the project").to_string_lossy().replace('\\', "/");
        let (text, code) = without_tests(&text);
        Self { path: name, text, code }
    }

    fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let inside = self.path.split('/').any(|part| part == "tests" || part == "test");
        inside || name == "tests" || name == "test" || name.ends_with("_test") || name.ends_with("_tests")
    }

    /// The first folder or file below `src`.
    pub fn room(&self) -> &str {
        let rest = self.path.strip_prefix("src/").unwrap_or(&self.path);
        rest.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many lines the file has.
    pub fn lines(&self) -> usize {
        self.text.matches('\n').count() + 1
    }

    /// Its functions.
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices("fn ") {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let name: String =
                self.code[at + 3..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.is_empty() {
                continue;
            }
            if let Some(open) = body(&self.code, at) {
                let end = close(&self.code, open);
                found.push(Function { name, lines: self.code[at..=end].matches('\n').count() + 1 });
            }
        }
        found
    }

    /// The rooms that it names by `crate::`, its own left out.
    pub fn arrows(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, word) in self.code.match_indices("crate::") {
            let before = self.code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let rest = &self.code[at + word.len()..];
            let names = match rest.strip_prefix('{') {
                Some(_) => heads(&rest[1..close(rest, 0)]),
                None => vec![first_word(rest)],
            };
            found.extend(names.into_iter().filter(|name| name != self.room()));
        }
        found
    }
}

/// The opening brace of the body of the function at `at`; none for one without a body.
fn body(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in code.bytes().enumerate().skip(at) {
        match c {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(i),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The place of the brace that closes the one at `open`.
pub fn close(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (i, c) in code.bytes().enumerate().skip(open) {
        match c {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    code.len() - 1
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first words between the commas of the outermost level of a list.
pub fn heads(list: &str) -> Vec<String> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in list.bytes().enumerate() {
        match c {
            b'{' | b'(' | b'[' | b'<' => depth += 1,
            b'}' | b')' | b']' | b'>' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(&list[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts.into_iter().map(first_word).filter(|word| !word.is_empty()).collect()
}

/// The text and its code without `#[cfg(test)] mod … { … }`.
fn without_tests(text: &str) -> (String, String) {
    let (mut text, mut code) = (text.to_owned(), blank(text));
    while let Some((start, end)) = test_module(&code) {
        text.replace_range(start..end, "");
        code.replace_range(start..end, "");
    }
    (text, code)
}

fn test_module(code: &str) -> Option<(usize, usize)> {
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let rest = code[start + mark.len()..].trim_start();
        let rest = rest.strip_prefix("pub(crate) ").or_else(|| rest.strip_prefix("pub ")).unwrap_or(rest);
        let Some(rest) = rest.strip_prefix("mod ") else { continue };
        let name = first_word(rest);
        if rest[name.len()..].trim_start().starts_with('{') {
            let open = start + code[start..].find('{')?;
            return Some((start, close(code, open) + 1));
        }
    }
    None
}

/// The code with comments and literals turned into blanks, byte by byte; line breaks stay.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal(text, at);
        if let Some(end) = end {
            for byte in &mut out[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        at = end.unwrap_or(at + 1);
    }
    // Bytes of other characters than ASCII outside of literals keep their place; none is in this project's code.
    String::from_utf8(out).expect("code in ASCII")
}

/// The end of the comment or literal that begins at `at`.
fn literal(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let until = |mark: &str, from: usize| rest[from..].find(mark).map_or(rest.len(), |i| from + i + mark.len());
    let inside_word = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(at + until("*/", 2));
    }
    let raw = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !inside_word);
    if let Some(raw) = raw {
        let hashes = raw.bytes().take_while(|b| *b == b'#').count();
        if raw[hashes..].starts_with('"') {
            let from = rest.len() - raw.len() + hashes + 1;
            return Some(at + until(&format!("\"{}", "#".repeat(hashes)), from));
        }
    }
    match rest.chars().next()? {
        '"' => Some(at + quoted(rest)),
        '\'' => character(rest).map(|end| at + end),
        _ => None,
    }
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return i + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The end of a character literal; none for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let end = rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'')?;
        return Some(2 + end.0 + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

#[test]
fn literals_and_comments_are_blanked() {
    for (text, code) in [
        ("a(\"}\") // {", "a(   )     "),
        ("r#\"\"{\"# + '{' + b'\\'' + '\\u{7d}'", "         +     + b     +         "),
        ("fn f<'a>(x: &'a str) { \"\\\"{\" }", "fn f<'a>(x: &'a str) {       }"),
        ("for_r\"x\" /* } */ y", "for_r          y"),
    ] {
        let trimmed = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(trimmed(&blank(text)), trimmed(code), "{text}");
        assert_eq!(blank(text).len(), text.len());
    }
}

#[test]
fn lists_of_imports_are_read_to_their_end() {
    assert_eq!(heads("app::{A, b::{C, D}}, model::X, ui"), ["app", "model", "ui"]);
}
