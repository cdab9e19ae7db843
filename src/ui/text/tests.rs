//! Words land where they should, and nowhere else.

use ratatui::style::Color;

use super::*;

fn row(width: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, width, 1))
}

fn shown(buf: &Buffer) -> String {
    buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn words_are_clipped_with_a_mark() {
    for (text, cells, want, end) in [
        ("checkout", 10, "checkout  ", 8),
        ("checkout", 8, "checkout  ", 8),
        ("checkout", 5, "chec…     ", 5),
        ("checkout", 1, "…         ", 1),
        ("checkout", 0, "          ", 0),
        ("日本語", 6, "日 本 語     ", 6),
        ("日本語", 5, "日 本 …     ", 5),
        ("日本語", 4, "日 …       ", 3),
        ("é\u{301}x", 10, "é\u{301}x        ", 2),
        ("a\u{1b}[31mb\u{7}", 10, "ab        ", 2),
    ] {
        let mut buf = row(10);
        assert_eq!(put(&mut buf, 0, 0, cells, text, Style::new()), end, "{text}");
        assert_eq!(shown(&buf), want, "{text}");
    }
}

#[test]
fn the_edge_of_the_screen_holds() {
    let mut buf = row(4);
    assert_eq!(put(&mut buf, 2, 0, 99, "checkout", Style::new()), 4);
    assert_eq!(shown(&buf), "  c…");
    assert_eq!(put(&mut buf, 9, 0, 9, "x", Style::new()), 9);
    assert_eq!(put(&mut buf, 0, 9, 9, "x", Style::new()), 0);
    assert_eq!(shown(&buf), "  c…");
}

#[test]
fn right_is_flush() {
    let mut buf = row(8);
    assert_eq!(put_right(&mut buf, 1, 0, 6, "12m", Style::new()), 4);
    assert_eq!(shown(&buf), "    12m ");
    let mut buf = row(8);
    assert_eq!(put_right(&mut buf, 1, 0, 4, "checkout", Style::new()), 1);
    assert_eq!(shown(&buf), " che…   ");
}

#[test]
fn an_open_style_keeps_the_ground() {
    let mut buf = row(4);
    let area = buf.area;
    tint(&mut buf, area, Style::new().on_blue());
    put(&mut buf, 0, 0, 4, "日a", Style::new().red());
    assert!(buf.content.iter().all(|c| c.bg == Color::Blue));
    assert_eq!(buf[(1, 0)].fg, Color::Red);
    assert_eq!(buf[(3, 0)].fg, Color::Reset);
}

#[test]
fn a_pen_writes_from_both_ends() {
    let mut buf = row(12);
    let area = buf.area;
    let mut pen = Pen::new(&mut buf, area, 0);
    pen.put_last("18/s", Style::new()).keep(1).put("demo fleet", Style::new());
    assert_eq!(pen.room(), 0);
    assert_eq!(shown(&buf), "demo f… 18/s");
}

#[test]
fn plain_is_every_byte_from_the_blank_to_the_tilde_and_no_other() {
    for length in 0..20 {
        let text: String = (0..length).map(|n| char::from(b' ' + n * 5)).collect();
        assert!(plain(&text), "{text:?}");
        for at in 0..text.len() {
            for byte in 0..=0x7f_u8 {
                let mut changed = text.clone().into_bytes();
                changed[at] = byte;
                let changed = String::from_utf8(changed).unwrap();
                assert_eq!(plain(&changed), (0x20..0x7f).contains(&byte), "{changed:?}");
            }
            assert!(!plain(&format!("{}é{}", &text[..at], &text[at..])));
        }
    }
}
