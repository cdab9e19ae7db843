//! What the keys do in a log. The digits and letters are those of k9s where it has them.

use crate::app::{
    action::{Action, LogAct},
    keymap::{Binding, Keys, bind},
};

/// The words for the moments from which on a log is read.
const SINCE: [(&str, &str); 7] = [
    ("since-tail", "from the last lines on"),
    ("since-head", "from the first line on"),
    ("since-1m", "the last minute; five, 15, 30 minutes; an hour"),
    ("since-5m", ""),
    ("since-15m", ""),
    ("since-30m", ""),
    ("since-1h", ""),
];

/// The bindings.
pub fn bindings() -> Vec<Binding> {
    use Keys::Log;
    let act = Action::Log;
    let mut all = vec![
        bind(Log, "/", "search", Action::Filter, "search: words or an expression; ! leaves lines out", "search"),
        bind(Log, "f", "follow", act(LogAct::Follow), "follow, or stay", "follow"),
        bind(Log, "w", "wrap", act(LogAct::Wrap), "wrap long lines, or not", "wrap"),
        bind(Log, "t", "times", act(LogAct::Times), "times of day, in full, or none", "times"),
        bind(Log, "J", "json", act(LogAct::Json), "JSON as it is, folded, or a field a row", "json"),
        bind(Log, "enter", "expand", Action::Open, "the line in full, or on one row", ""),
        bind(Log, "n", "next", act(LogAct::Next(true)), "next line found", ""),
        bind(Log, "N", "previous", act(LogAct::Next(false)), "line found before", ""),
        bind(Log, "&", "only", act(LogAct::Only), "only lines found, or all", ""),
        bind(Log, "space m", "mark", act(LogAct::Mark), "mark the line", ""),
        bind(Log, "c", "copy", act(LogAct::Copy(false)), "copy the marked lines, or this one", ""),
        bind(Log, "C", "copy-screen", act(LogAct::Copy(true)), "copy what is on the screen", ""),
        bind(Log, "s", "save", Action::Save, "save the lines into a file", "save"),
        bind(Log, "F", "full", Action::Full, "the log alone on the screen, or everything", ""),
        bind(Log, "X", "clear", act(LogAct::Clear), "clear the lines", ""),
        bind(Log, "h left", "shift-left", act(LogAct::Left), "shift long lines back", ""),
        bind(Log, "l right", "shift-right", act(LogAct::Right), "shift long lines", ""),
    ];
    for (n, (word, about)) in (0_u8..).zip(SINCE) {
        all.push(bind(Log, &n.to_string(), word, act(LogAct::Since(n)), about, if n == 0 { "since" } else { "" }));
    }
    all
}
