//! Breaking text into lines of a width in cells.

use unicode_segmentation::UnicodeSegmentation as _;

use super::text::{clean, width};

/// The text in lines of at most `cells` cells: broken between words, and within a word that is longer than a line.
/// Line breaks and the blanks before a line's first word are kept. Text from outside is made safe.
pub fn wrap(text: &str, cells: u16) -> Vec<String> {
    let cells = usize::from(cells.max(1));
    text.lines().flat_map(|line| wrap_line(&clean(line), cells)).collect()
}

fn wrap_line(line: &str, cells: usize) -> Vec<String> {
    if width(line) <= cells {
        return vec![line.trim_end().to_owned()];
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').take(cells / 2).collect();
    let mut out = Vec::new();
    let mut now = indent.clone();
    let mut empty = true;
    for word in line.split_whitespace() {
        let gap = usize::from(!empty);
        if width(&now) + gap + width(word) > cells && !empty {
            out.push(std::mem::replace(&mut now, indent.clone()));
            empty = true;
        }
        if !empty {
            now.push(' ');
        }
        empty = false;
        for grapheme in word.graphemes(true) {
            if width(&now) + width(grapheme) > cells && width(&now) > width(&indent) {
                out.push(std::mem::replace(&mut now, indent.clone()));
            }
            now.push_str(grapheme);
        }
    }
    if !empty {
        out.push(now);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        for (text, cells, want) in [
            ("one two three", 7, vec!["one two", "three"]),
            ("one two three", 80, vec!["one two three"]),
            ("first\n\nsecond", 80, vec!["first", "", "second"]),
            ("abcdefgh ij", 4, vec!["abcd", "efgh", "ij"]),
            ("  a list that goes on", 10, vec!["  a list", "  that", "  goes on"]),
            ("日本語 日本", 4, vec!["日本", "語", "日本"]),
            ("a\u{1b}[31mb", 4, vec!["ab"]),
            ("", 4, vec![]),
            ("日本", 1, vec!["日", "本"]),
        ] {
            assert_eq!(wrap(text, cells), want, "{text:?} in {cells}");
        }
    }
}
