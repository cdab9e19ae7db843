//! What the keys do in the list of columns.

use crate::app::{
    action::{Action, Arrange, Motion},
    keymap::{Binding, Keys, bind},
};

/// The bindings.
pub fn bindings() -> Vec<Binding> {
    use Keys::Columns;
    let act = Action::Columns;
    vec![
        bind(Columns, "space", "toggle", act(Arrange::Toggle), "show the column, or hide it", "show"),
        bind(Columns, "esc | enter q", "close", act(Arrange::Open), "close the list", "close"),
        bind(Columns, "h left", "left", act(Arrange::Left), "one place to the left", "left"),
        bind(Columns, "l right", "right", act(Arrange::Right), "one place to the right", "right"),
        bind(Columns, "+ >", "wider", act(Arrange::Wider), "wider", "wider"),
        bind(Columns, "- <", "narrower", act(Arrange::Narrower), "narrower", "narrower"),
        bind(Columns, "a =", "auto", act(Arrange::Auto), "as wide as its values need", "auto"),
        bind(Columns, "R", "reset", act(Arrange::Reset), "all columns as they usually are", "reset"),
        bind(Columns, "j down", "down", Action::Move(Motion::Down), "one down", ""),
        bind(Columns, "k up", "up", Action::Move(Motion::Up), "one up", ""),
        bind(Columns, "g home", "top", Action::Move(Motion::Top), "to the first", ""),
        bind(Columns, "G end", "bottom", Action::Move(Motion::Bottom), "to the last", ""),
        bind(Columns, "ctrl-c", "quit", Action::Quit, "quit", ""),
    ]
}
