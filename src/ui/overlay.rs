//! Boxes that lie over the panes.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    chrome::{self, Framed, Titles},
    parts::Part,
    scene::Scene,
    text::wipe,
    theme::Role,
};

/// Where a box lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// In the middle.
    Middle,
    /// Under the header.
    Top,
}

/// An area of at most this size over a screen.
pub fn area(screen: Rect, width: u16, height: u16, lies: Lies) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    let x = screen.x + (screen.width - width) / 2;
    let free = screen.height - height;
    let y = screen.y + if lies == Lies::Top { free.min(3) } else { free / 3 };
    Rect::new(x, y, width, height)
}

/// Empties an area, draws a frame with a title, and gives what lies within, a cell away from the frame.
pub fn open(scene: &Scene<'_>, buf: &mut Buffer, area: Rect, title: &str, right: Vec<Part>) -> Rect {
    wipe(buf, area, scene.ground(Role::Overlay));
    let left = vec![Part::new(0, title, scene.style(Role::Title))];
    let Framed { inner, .. } = chrome::frame(scene, buf, area, true, Titles { left, right });
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}
