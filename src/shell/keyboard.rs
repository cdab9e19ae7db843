//! From what the terminal sends to the facts of the state.

use crossterm::event::{Event as Sent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::app::{Chord, Event, chord::Code, event::Mouse};

/// Lines that one notch of the wheel moves.
const NOTCH: i16 = 3;

/// What was sent, as a fact; `None` for what means nothing here (a key going up, the mouse passing by).
#[must_use]
pub fn fact(sent: Sent) -> Option<Event> {
    match sent {
        Sent::Key(key) if key.kind != KeyEventKind::Release => chord(key).map(Event::Key),
        Sent::Paste(text) => Some(Event::Paste(text)),
        Sent::Resize(width, height) => Some(Event::Resize(width, height)),
        Sent::Mouse(mouse) => {
            let (x, y) = (mouse.column, mouse.row);
            match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(Event::Mouse(Mouse::Click(x, y))),
                MouseEventKind::ScrollDown => Some(Event::Mouse(Mouse::Scroll(x, y, NOTCH))),
                MouseEventKind::ScrollUp => Some(Event::Mouse(Mouse::Scroll(x, y, -NOTCH))),
                _ => None,
            }
        }
        _ => None,
    }
}

fn chord(key: KeyEvent) -> Option<Chord> {
    let code = match key.code {
        // Without the newer protocol these come as the bytes 1C to 1F, which crossterm takes for digits.
        KeyCode::Char(c @ '4'..='7') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            Code::Char(['\\', ']', '^', '_'][c as usize - '4' as usize])
        }
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let has = |m| key.modifiers.contains(m);
    // Shift is part of a character, and of the key that Shift and Tab make.
    let shift = has(KeyModifiers::SHIFT) && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Chord { code, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT), shift })
}
