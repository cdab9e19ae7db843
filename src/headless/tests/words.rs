//! Hints without the console.

use crate::{view::output::plain, views::VIEWS};

#[test]
fn keys_are_left_out_and_views_are_commands() {
    for (hint, said) in [
        ("Ctrl-R tries again; :access explains the denials", "`qd get access` explains the denials"),
        (
            "see :access for what the role may do, and `qd iam-policy`",
            "see `qd get access` for what the role may do, and `qd iam-policy`",
        ),
        (
            "not enabled for the account (:access shows both)",
            "not enabled for the account (`qd get access` shows both)",
        ),
        ("give it as http://host:port; or unset it", "give it as http://host:port; or unset it"),
        ("sts:AssumeRole, :nothing:", "sts:AssumeRole, :nothing:"),
        ("Ctrl-R asks again", ""),
        ("ask for it", "ask for it"),
    ] {
        assert_eq!(plain(VIEWS, hint), said);
    }
}
