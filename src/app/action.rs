//! Intents: what a key, a click or a palette command means.

/// An intent. A new view adds none: views are named by their word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Move the cursor.
    Move(Motion),
    /// Go into what is under the cursor, or accept what was typed.
    Open,
    /// Go back out, close the top layer, clear the filter; in this order.
    Back,
    /// The same, and end where there is nothing to go back to.
    Leave,
    /// Give the keys to the next pane (or the one before).
    Focus(bool),
    /// Follow a link of the row under the cursor, by its number in the view.
    Link(usize),
    /// Do something to the row under the cursor, by the word of the verb. Goes no further than the guard's question.
    Verb(&'static str),
    /// Raise one account's rights for a while, or give them back.
    Elevate,
    /// Show a view, by its word, with a filter line.
    Go(String, String),
    /// Show a view of one node of the organisation.
    GoAt {
        /// The view, by its word.
        view: String,
        /// The node, by its id.
        node: String,
        /// The filter line.
        line: String,
    },
    /// Look at one node of the organisation; empty for all of it.
    Select(String),
    /// Type a filter.
    Filter,
    /// Type a command.
    Palette,
    /// Show what the keys do.
    Help,
    /// Show or hide the detail pane.
    Detail,
    /// Show the detail at the right of wide screens while the cursor moves, or not.
    Preview,
    /// Leave the pane that is looked at alone on the screen, or bring the rest back.
    Full,
    /// Ask for the texts of the detail pane that cost something.
    Ask,
    /// Read again what is on screen.
    Refresh,
    /// Walk through what was looked at before.
    History(Step),
    /// Change the order.
    Sort(Order),
    /// Show problems alone, or everything.
    Problems,
    /// Show the wide columns, or leave them out.
    Wide,
    /// Change which columns the table has, or open the list of them.
    Columns(Arrange),
    /// Show the tree, or give its place to the table.
    Tree,
    /// Open or close a node of the tree, or a group of the table.
    Fold(Fold),
    /// Show moments in local time or in UTC.
    Zone,
    /// Look at favourite 1 to 9; 0 is the whole fleet.
    Favourite(u8),
    /// Make the node under the cursor a favourite, or no longer.
    Star,
    /// Copy something of the row under the cursor.
    Copy(What),
    /// Open the thing under the cursor in the browser, in its account.
    Browse,
    /// Mark rows, or take marks away.
    Mark(Mark),
    /// Write what is on the screen into a file.
    Save,
    /// Do something in the log pane, or open it.
    Log(LogAct),
    /// Use a theme, by its name.
    Theme(String),
    /// Say yes to the question on top.
    Confirm,
    /// Bring back a question that was put aside.
    Recall,
    /// Use a profile of the AWS configuration.
    Profile(String),
    /// Use one of an account's configured roles.
    Role(String),
    /// Open a shell with the credentials of the account at hand.
    Shell,
    /// Go to the background.
    Suspend,
    /// End.
    Quit,
}

/// How the cursor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One up.
    Up,
    /// One down.
    Down,
    /// One to the left, where there are two dimensions.
    Left,
    /// One to the right, where there are two dimensions.
    Right,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    Top,
    /// To the last.
    Bottom,
}

/// A step through what was looked at before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One back.
    Back,
    /// One forward.
    Forward,
    /// To the one looked at last, and back again.
    Last,
}

/// A change of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the column to the left.
    Left,
    /// By the column to the right.
    Right,
    /// The other way round.
    Turn,
    /// In groups by account, by OU, in one list, and round again; the order within stays.
    Group,
    /// By a column, by its id; with a leading `-` from the largest.
    By(String),
}

/// What is done to the columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrange {
    /// Open the list of them, or close it.
    Open,
    /// Show the one under the cursor, or hide it.
    Toggle,
    /// One place to the left.
    Left,
    /// One place to the right.
    Right,
    /// Wider.
    Wider,
    /// Narrower.
    Narrower,
    /// As wide as its values need.
    Auto,
    /// All as they usually are.
    Reset,
}

/// What happens to a node of the tree, or to a group of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Open it.
    Open,
    /// Close it, or go to the node (the heading) above.
    Close,
    /// The other way round.
    Toggle,
}

/// What is done to marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Mark the row under the cursor, or no longer.
    Toggle,
    /// Mark all rows from the one that was marked last to the cursor.
    Range,
    /// Take all marks away.
    Clear,
}

/// What is done in the log pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogAct {
    /// Open the log of the row under the cursor.
    Open,
    /// Stay at the last line, or no longer.
    Follow,
    /// Read from another moment on: the digit of k9s, 0 to 6.
    Since(u8),
    /// Break long lines, or leave them to be shifted.
    Wrap,
    /// Moments as time of day, in full, or not at all.
    Times,
    /// JSON as it is, folded, or spread over rows.
    Json,
    /// Mark the line, or no longer, and go to the next.
    Mark,
    /// Show only lines with the pattern, or all.
    Only,
    /// To the next line with the pattern (true), or the one before.
    Next(bool),
    /// Shift unwrapped lines to the right, to see what is left of them.
    Left,
    /// Shift unwrapped lines to the left.
    Right,
    /// Copy what is on the screen (true), or the marked lines or the one under the cursor.
    Copy(bool),
    /// Forget the lines.
    Clear,
}

/// What of a row is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Its name.
    Name,
    /// Its ARN, or its key where it has none.
    Arn,
    /// The bare address of its page in AWS's console, for a browser that is in its account already.
    Page,
}
