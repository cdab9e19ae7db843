//! Pictures keep colour, keep columns, and do not change by themselves.

use ratatui::{
    layout::Rect,
    style::{Color, Style},
};

use super::*;
use crate::ui::{
    text::{put, wipe},
    theme::{Role, Theme},
};

fn screen(theme: &Theme) -> ratatui::buffer::Buffer {
    let area = Rect::new(0, 0, 30, 4);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    wipe(&mut buf, area, theme.style(Role::Text));
    put(&mut buf, 0, 0, 30, "╭─ watch ──────────╮", theme.style(Role::Border));
    put(&mut buf, 3, 0, 30, "watch", theme.style(Role::Title));
    put(&mut buf, 1, 1, 30, "✖", theme.style(Role::Broken));
    put(&mut buf, 3, 1, 30, "prod 日本 <a&b>", Style::new());
    wipe(&mut buf, Rect::new(0, 2, 30, 1), theme.style(Role::Text).patch(theme.style(Role::Selection)));
    put(&mut buf, 1, 2, 30, "✖", theme.style(Role::Broken));
    put(&mut buf, 3, 2, 30, "checkout", Style::new());
    buf
}

#[test]
fn tagged_text_keeps_colour() {
    let theme = Theme::shipped("dark").unwrap();
    let want = "\
│╭─ watch ──────────╮
┊bbbtttttbbbbbbbbbbbb
│ ✖ prod 日本 <a&b>
┊.x
│ ✖ checkout
┊SxSSSSSSSSSSSSSSSSSSSSSSSSSSSS
│

S selection
b border
t title
x selection+broken
";
    let got = tagged(&screen(&theme), Some(&theme));
    // The letter of a look that is no role is anything but the letter of another look in the picture.
    let letter = got.lines().find_map(|l| l.strip_suffix(" selection+broken")).unwrap();
    assert!(!["S", "b", "t", "x", "."].contains(&letter));
    let want = want.replace("┊Sx", &format!("┊S{letter}")).replace("x selection", &format!("{letter} selection"));
    let want = want.replace("b border\n", "b border\nx broken\n");
    let legend = |s: &str| s.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(got.lines().take(7).collect::<Vec<_>>(), want.lines().take(7).collect::<Vec<_>>());
    assert_eq!(legend(&got), legend(&want));
}

#[test]
fn a_change_of_colour_changes_the_tags() {
    let theme = Theme::shipped("dark").unwrap();
    let mut buf = screen(&theme);
    let before = tagged(&buf, None);
    buf[(3, 1)].set_fg(Color::Rgb(1, 2, 3));
    let after = tagged(&buf, None);
    assert_ne!(before, after);
    assert!(after.contains("#010203 on #0b1622"), "{after}");
}

#[test]
fn no_letter_stands_for_two_looks() {
    let area = Rect::new(0, 0, 60, 1);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    for x in 0..40 {
        buf[(x, 0)].set_char('x').set_fg(Color::Indexed(u8::try_from(x).unwrap() + 16));
    }
    let tags: String = tagged(&buf, None).lines().nth(1).unwrap().chars().skip(1).collect();
    let distinct: std::collections::HashSet<char> = tags.chars().collect();
    assert_eq!(distinct.len(), 40, "{tags}");
}

#[test]
fn svg_is_whole_and_the_same_each_time() {
    let theme = Theme::shipped("dark").unwrap();
    let (a, b) = (svg(&screen(&theme), "qd <demo>"), svg(&screen(&theme), "qd <demo>"));
    assert_eq!(a, b);
    assert!(a.starts_with("<svg ") && a.ends_with("</svg>\n"));
    assert!(a.contains("<title>qd &lt;demo&gt;</title>") && a.contains("&lt;a&amp;b&gt;"));
    assert!(!a.contains(" 日本 "), "wide characters are set one by one");
    assert!(a.contains("textLength=\"72\""), "eight letters of nine pixels: {a}");
    let opened = a.matches("<text").count();
    assert_eq!(opened, a.matches("</text>").count());
}

#[test]
fn equal_grounds_in_rows_are_one_rectangle() {
    let area = Rect::new(0, 0, 10, 6);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    buf.set_style(Rect::new(2, 1, 3, 4), Style::new().on_red());
    buf.set_style(Rect::new(6, 1, 2, 2), Style::new().on_red());
    let picture = svg(&buf, "");
    assert!(picture.contains("<rect x=\"18\" y=\"20\" width=\"27\" height=\"80\" fill=\"#cd0000\"/>"), "{picture}");
    assert!(picture.contains("<rect x=\"54\" y=\"20\" width=\"18\" height=\"40\" fill=\"#cd0000\"/>"), "{picture}");
    assert_eq!(picture.matches("#cd0000").count(), 2);
}
