//! What is written to a terminal besides frames. References: the control sequences of xterm (Moy, Dickey), and the
//! terminal working group's notes for synchronised updates and hyperlinks.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Copied, Multiplexer};
use crate::model::text::clean;

/// The most bytes of text that are copied at once. Many terminals take an OSC 52 of at most 100,000 bytes, 8 of
/// which are its frame; base64 makes four bytes of three.
pub const CLIPBOARD_MOST: usize = 74_994;

/// A synchronised update begins: the terminal shows nothing of what follows until its end (mode 2026).
pub(super) const BEGIN: &[u8] = b"\x1b[?2026h";
/// A synchronised update ends.
pub(super) const END: &[u8] = b"\x1b[?2026l";

/// Everything back: end of an update, mouse and pasted brackets off, plain letters, the old title, the cursor, and
/// the first screen last, so that no trace of the second is left on it.
pub(super) const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[0m\x1b[23;2t\x1b[?25h\x1b[?1049l";

/// Keep the title, take the second screen, hide the cursor, ask for brackets around pasted text, and clear.
const ENTER: &[u8] = b"\x1b[22;2t\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[0m\x1b[2J";
/// Buttons, the wheel and dragging, in SGR coordinates. Mere movement is not asked for: it would wake the program
/// for nothing.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";

/// The most bytes that GNU screen passes on at once.
const SCREEN_MOST: usize = 512;

/// What takes the screen.
pub(super) fn enter(mouse: bool) -> Vec<u8> {
    let mut out = ENTER.to_vec();
    if mouse {
        out.extend_from_slice(MOUSE);
    }
    out
}

/// What puts text into the clipboard, and how much of it.
pub(super) fn clipboard(text: &str, within: Option<Multiplexer>) -> (Vec<u8>, Copied) {
    let cut = text.floor_char_boundary(CLIPBOARD_MOST);
    let copied = if cut < text.len() { Copied::First(cut) } else { Copied::All };
    let plain = format!("\x1b]52;c;{}\x07", STANDARD.encode(&text[..cut]));
    let wrapped = match within {
        None => plain,
        // tmux takes the plain sequence itself (set-clipboard on) or passes the wrapped one on (allow-passthrough
        // on); which of them its user has set cannot be asked, and twice the same text does no harm.
        Some(Multiplexer::Tmux) => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Some(Multiplexer::Screen) => {
            // All of it is ASCII, so that any byte is a boundary.
            plain.as_bytes().chunks(SCREEN_MOST).fold(String::new(), |mut out, part| {
                out.push_str("\x1bP");
                out.push_str(&String::from_utf8_lossy(part));
                out.push_str("\x1b\\");
                out
            })
        }
    };
    (wrapped.into_bytes(), copied)
}

/// What sets the title of the window.
pub(super) fn title(title: &str) -> Vec<u8> {
    format!("\x1b]2;{}\x07", clean(title)).into_bytes()
}

/// Text that opens an address when it is clicked, for terminals that know OSC 8 (others show the text alone). An
/// address with anything but printable ASCII in it could end the sequence early: then there is no link.
#[must_use]
pub fn link(text: &str, address: &str) -> String {
    let text = clean(text);
    if address.is_empty() || !address.bytes().all(|b| b.is_ascii_graphic()) {
        return text.into_owned();
    }
    format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_that_is_set_is_reset() {
        let modes = |bytes: &[u8], end: char| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            let mut modes: Vec<String> = text
                .split('\x1b')
                .filter_map(|s| s.strip_prefix("[?").and_then(|s| s.strip_suffix(end)).map(str::to_owned))
                .collect();
            modes.sort();
            modes
        };
        let mut set = modes(&enter(true), 'h');
        set.push("2026".to_owned());
        set.sort();
        assert_eq!(
            set,
            modes(LEAVE, 'l').into_iter().chain(["25".to_owned()]).filter(|m| m != "25").collect::<Vec<_>>()
        );
        assert_eq!(modes(&enter(true), 'l'), ["25"]);
        assert_eq!(modes(LEAVE, 'h'), ["25"]);
        assert!(LEAVE.ends_with(b"\x1b[?1049l"));
    }

    #[test]
    fn a_copy_is_wrapped_for_what_lies_between() {
        assert_eq!(clipboard("hi", None), (b"\x1b]52;c;aGk=\x07".to_vec(), Copied::All));
        let (tmux, _) = clipboard("hi", Some(Multiplexer::Tmux));
        assert!(tmux.ends_with(b"\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"));
        let (screen, _) = clipboard(&"x".repeat(1_000), Some(Multiplexer::Screen));
        let screen = String::from_utf8(screen).unwrap();
        let parts: Vec<&str> = screen.split_terminator("\x1b\\").map(|p| p.strip_prefix("\x1bP").unwrap()).collect();
        assert!(parts.iter().all(|p| p.len() <= SCREEN_MOST) && parts.len() == 3);
        assert_eq!(parts.concat().into_bytes(), clipboard(&"x".repeat(1_000), None).0);
    }

    #[test]
    fn a_copy_is_capped_at_a_character() {
        let (bytes, copied) = clipboard(&"é".repeat(50_000), None);
        assert_eq!(copied, Copied::First(CLIPBOARD_MOST));
        assert!(bytes.len() <= 100_000);
        let (_, copied) = clipboard(&format!("x{}", "é".repeat(50_000)), None);
        assert_eq!(copied, Copied::First(CLIPBOARD_MOST - 1));
    }

    #[test]
    fn nothing_from_outside_ends_a_sequence_early() {
        assert_eq!(link("checkout", "https://x/y"), "\x1b]8;;https://x/y\x1b\\checkout\x1b]8;;\x1b\\");
        assert_eq!(link("a\x1b]0;x\x07b", "https://x/\x1b\\"), "ab");
        assert_eq!(title("prod\x07\x1b[2J"), b"\x1b]2;prod\x07");
    }
}
