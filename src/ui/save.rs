//! The line in which the name of a file is typed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    ask::keyed,
    input, overlay,
    parts::{self, Part},
    scene::Scene,
    text::put,
    theme::Role,
    words::counted,
    wrap::wrap,
};
use crate::app::{
    Action, Keys,
    save::{FORMS, Form, Stage},
};

/// Cells of the box.
const WIDTH: u16 = 76;

/// Draws the box. Gives the cell of the cursor.
pub fn draw(scene: &Scene<'_>, buf: &mut Buffer, form: &Form) -> Option<Position> {
    let screen = scene.app.frame();
    let wide = WIDTH.min(screen.width.saturating_sub(2));
    let said = lines(form, wide.saturating_sub(4));
    let height = u16::try_from(said.len()).unwrap_or(2).saturating_add(5);
    let area = overlay::area(screen, wide, height, overlay::Lies::Top);
    let inner = overlay::open(scene, buf, area, &format!("save {}", what(scene, form)), Vec::new());
    if inner.is_empty() {
        return None;
    }
    let line = Rect { height: 1, ..inner };
    let x = put(buf, line.x, line.y, line.width, "file ", scene.style(Role::Key));
    let typed = Rect { x, width: inner.right().saturating_sub(x), ..line };
    let cursor = input::draw(scene, buf, typed, &form.input);
    for ((words, role), y) in said.iter().zip(inner.y + 2..inner.bottom()) {
        put(buf, inner.x, y, inner.width, words, scene.style(*role));
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
    if inner.height > 1 {
        parts::draw(buf, last, keys(scene, form), Vec::new());
    }
    cursor.filter(|_| form.stage == Stage::Name)
}

/// What is saved: the marked rows, all that are on the screen, or a log.
fn what(scene: &Scene<'_>, form: &Form) -> String {
    let screen = &scene.app.screen;
    let of = screen.view.id();
    match screen.marks.counts() {
        _ if !form.rows => "the log".to_owned(),
        (0, 0) => format!("{} of {of}", counted(screen.listing.len(), "row")),
        (marked, 0) => format!("{} of {of}", counted(marked, "marked row")),
        (marked, hidden) => format!("{} of {of}, {hidden} left out by the filter", counted(marked, "marked row")),
    }
}

fn lines(form: &Form, room: u16) -> Vec<(String, Role)> {
    let mut said = Vec::new();
    if let Some(wrong) = &form.wrong {
        said.push((wrong.clone(), if form.stage == Stage::Exists { Role::Attention } else { Role::Broken }));
    }
    if form.rows {
        let endings: Vec<String> = FORMS.iter().map(|(ending, _)| format!(".{ending}")).collect();
        said.push((format!("The ending tells the form: {}; Tab takes the next.", endings.join(" ")), Role::Dim));
    }
    said.push(("It goes into the folder that qd was started in.".to_owned(), Role::Dim));
    let wrapped = |(text, role): (String, Role)| wrap(&text, room).into_iter().map(move |line| (line, role));
    said.into_iter().flat_map(wrapped).collect()
}

fn keys(scene: &Scene<'_>, form: &Form) -> Vec<Part> {
    match form.stage {
        Stage::Name => keyed(scene, Keys::Input, &Action::Open, ["save", "leave it"]),
        Stage::Exists => keyed(scene, Keys::Confirm, &Action::Confirm, ["write over it", "another name"]),
        Stage::Sent(_) => vec![Part::new(0, "writing …", scene.style(Role::Info)).and("", Style::new())],
    }
}
