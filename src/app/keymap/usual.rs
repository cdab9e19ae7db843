//! The usual keys, but for those of the log and of the views.

use super::{Binding, Keys, bind};
use crate::app::action::{Action, Arrange, Fold, LogAct, Mark, Motion, Order, Step, What};

/// The words for the favourites' keys.
const FAVOURITES: [&str; 9] = [
    "favourite-1",
    "favourite-2",
    "favourite-3",
    "favourite-4",
    "favourite-5",
    "favourite-6",
    "favourite-7",
    "favourite-8",
    "favourite-9",
];

pub(super) fn movement() -> Vec<Binding> {
    use Keys::Global;
    vec![
        bind(Global, "j down", "down", Action::Move(Motion::Down), "one down", ""),
        bind(Global, "k up", "up", Action::Move(Motion::Up), "one up", ""),
        bind(Global, "g home", "top", Action::Move(Motion::Top), "to the first", ""),
        bind(Global, "G end", "bottom", Action::Move(Motion::Bottom), "to the last", ""),
        bind(Global, "pgdn ctrl-f", "page-down", Action::Move(Motion::PageDown), "a page down", ""),
        bind(Global, "pgup ctrl-b", "page-up", Action::Move(Motion::PageUp), "a page up", ""),
        bind(Global, "ctrl-d", "half-page-down", Action::Move(Motion::HalfDown), "half a page down", ""),
        bind(Global, "ctrl-u", "half-page-up", Action::Move(Motion::HalfUp), "half a page up", ""),
    ]
}

pub(super) fn panes() -> Vec<Binding> {
    use Keys::{Detail, Group, Table, Tree};
    vec![
        bind(Table, "enter", "open", Action::Open, "go into the row", "open"),
        bind(Table, "l", "log", Action::Log(LogAct::Open), "the log of the row, or of what it is about", ""),
        bind(Table, "d", "detail", Action::Detail, "show or hide the detail", "detail"),
        bind(Table, "P", "preview", Action::Preview, "the detail at the right of wide screens, always or not", ""),
        bind(Table, "u", "ask", Action::Ask, "ask for what costs something, such as a service's usage", ""),
        bind(Table, "x", "group", Action::Sort(Order::Group), "group by account, by OU, or not", "group"),
        bind(Table, "h left", "heading", Action::Fold(Fold::Close), "to the heading of the group", ""),
        bind(Table, "shift-left", "sort-left", Action::Sort(Order::Left), "order by the column to the left", ""),
        bind(Table, "shift-right", "sort-right", Action::Sort(Order::Right), "order by the column to the right", ""),
        bind(Table, "O", "sort-turn", Action::Sort(Order::Turn), "turn the order round", ""),
        bind(Table, "ctrl-z", "problems", Action::Problems, "only problems, or everything", ""),
        bind(Table, "ctrl-w", "wide", Action::Wide, "wide columns, or not", ""),
        bind(Table, "|", "columns", Action::Columns(Arrange::Open), "choose columns and their widths", ""),
        bind(Table, "space", "mark", Action::Mark(Mark::Toggle), "mark the row, or no longer", ""),
        bind(Table, "v ctrl-space", "mark-range", Action::Mark(Mark::Range), "mark from the last mark to here", ""),
        bind(Table, "ctrl-\\", "unmark", Action::Mark(Mark::Clear), "take all marks away", ""),
        bind(Table, "c", "copy-name", Action::Copy(What::Name), "copy the name, or those of the marked rows", ""),
        bind(
            Table,
            "C",
            "copy-arn",
            Action::Copy(What::Arn),
            "copy the ARN or the key, or those of the marked rows",
            "",
        ),
        bind(Group, "enter", "look", Action::Open, "look at this account or OU alone", "look at it"),
        bind(Group, "space", "fold", Action::Fold(Fold::Toggle), "open or close the group", "fold"),
        bind(Group, "l right", "unfold", Action::Fold(Fold::Open), "open the group, or go to its first row", ""),
        bind(Group, "h left", "close", Action::Fold(Fold::Close), "close the group", ""),
        bind(Tree, "enter", "look", Action::Open, "look at this account or OU alone", "look at it"),
        bind(Tree, "space", "fold", Action::Fold(Fold::Toggle), "open or close an OU", "fold"),
        bind(Tree, "l right", "unfold", Action::Fold(Fold::Open), "open an OU", ""),
        bind(Tree, "h left", "close", Action::Fold(Fold::Close), "close an OU, or go to the one above", ""),
        bind(Tree, "s *", "favourite", Action::Star, "make it a favourite, or no longer", "favourite"),
        bind(Tree, "c", "copy-name", Action::Copy(What::Name), "copy the name", ""),
        bind(Tree, "C", "copy-id", Action::Copy(What::Arn), "copy the id", ""),
        bind(Detail, "u", "ask", Action::Ask, "ask for what costs something, such as a service's usage", ""),
        bind(Detail, "d enter", "close", Action::Detail, "close the detail", "close"),
    ]
}

pub(super) fn map() -> Vec<Binding> {
    use Keys::Map;
    vec![
        bind(Map, "enter", "open", Action::Open, "go into the cell", "open"),
        bind(Map, "h left", "left", Action::Move(Motion::Left), "one to the left", ""),
        bind(Map, "l right", "right", Action::Move(Motion::Right), "one to the right", ""),
        bind(Map, "d", "detail", Action::Detail, "show or hide the detail", "detail"),
        bind(Map, "ctrl-z", "problems", Action::Problems, "only problems stand out, or everything", ""),
        bind(Map, "c", "copy-name", Action::Copy(What::Name), "copy the name", ""),
        bind(Map, "C", "copy-arn", Action::Copy(What::Arn), "copy the ARN, or the key", ""),
    ]
}

pub(super) fn everywhere() -> Vec<Binding> {
    use Keys::Global;
    let mut all = vec![
        bind(Global, "/", "filter", Action::Filter, "filter; in the tree: search", "filter"),
        bind(Global, ":", "command", Action::Palette, "command, view, account", "command"),
        bind(Global, "tab", "next-pane", Action::Focus(true), "next pane", "pane"),
        bind(Global, "backtab", "previous-pane", Action::Focus(false), "pane before", ""),
        bind(Global, "?", "help", Action::Help, "help", "help"),
        bind(Global, "esc backspace", "back", Action::Back, "back", ""),
        bind(Global, "q", "leave", Action::Leave, "back; at the root: quit", ""),
        bind(Global, "ctrl-r", "refresh", Action::Refresh, "read again", ""),
        bind(Global, "[", "history-back", Action::History(Step::Back), "back in history", ""),
        bind(Global, "]", "history-forward", Action::History(Step::Forward), "forward in history", ""),
        bind(Global, "-", "last-view", Action::History(Step::Last), "the view before, and back again", ""),
        bind(
            Global,
            "!",
            "answer",
            Action::Recall,
            "a question that was put aside, else a shell for the account",
            "answer",
        ),
        bind(Global, "o", "browse", Action::Browse, "open it in AWS's console, in its account", ""),
        bind(
            Global,
            "ctrl-o",
            "copy-page",
            Action::Copy(What::Page),
            "copy the address of its page in AWS's console",
            "",
        ),
        bind(Global, "w", "watch", Action::Go("watch".into(), String::new()), "the watch board", ""),
        bind(
            Global,
            "ctrl-s",
            "save",
            Action::Save,
            "save the rows, the marked ones alone, or the log into a file",
            "",
        ),
        bind(Global, "ctrl-e", "tree", Action::Tree, "show or hide the tree", ""),
        bind(Global, "f f11", "full", Action::Full, "this pane alone on the screen, or everything", ""),
        bind(Global, "E", "elevate", Action::Elevate, "raise the account's rights for a while, or give them back", ""),
        bind(Global, "z", "zone", Action::Zone, "local time or UTC", ""),
        bind(Global, "0", "fleet", Action::Favourite(0), "the whole fleet", ""),
    ];
    for n in 1..=9_u8 {
        let about = if n == 1 { "favourites" } else { "" };
        all.push(bind(Global, &n.to_string(), FAVOURITES[usize::from(n) - 1], Action::Favourite(n), about, ""));
    }
    all.push(bind(Global, "ctrl-t", "shell", Action::Shell, "a shell with the account's credentials", ""));
    all.push(bind(Global, "ctrl-c", "quit", Action::Quit, "quit", ""));
    all
}

pub(super) fn typing() -> Vec<Binding> {
    use Keys::{Ask, Confirm, Help, Input};
    vec![
        bind(Input, "enter", "accept", Action::Open, "accept", "accept"),
        bind(Input, "esc", "leave", Action::Back, "leave", "leave"),
        bind(Input, "down ctrl-n", "next", Action::Move(Motion::Down), "next suggestion", ""),
        bind(Input, "up ctrl-p", "previous", Action::Move(Motion::Up), "suggestion before", ""),
        bind(Input, "tab", "complete", Action::Focus(true), "complete", "complete"),
        bind(Input, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Ask, "enter y", "yes", Action::Confirm, "yes", "yes"),
        bind(Ask, "esc n q", "no", Action::Back, "no, or later", "no"),
        bind(Ask, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Confirm, "y", "yes", Action::Confirm, "yes: do it", "yes"),
        bind(Confirm, "enter n esc q", "no", Action::Back, "no", "no"),
        bind(Confirm, "ctrl-c", "quit", Action::Quit, "quit", ""),
        bind(Help, "? enter", "close", Action::Help, "close the help", "close"),
    ]
}
