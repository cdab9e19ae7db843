//! How the rows of a view are drawn: as a table, or as a picture of the same rows.

/// How a view is drawn on the screen. Without a screen its rows are printed as those of any other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Picture {
    /// Rows under columns.
    #[default]
    Table,
    /// A cell for each row, its health as glyph and colour.
    Map(Mapped),
}

/// What a map takes from the columns of its view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// What a row is, in the singular: `account`.
    pub each: &'static str,
    /// The id of the column by which cells are gathered: paths with `/` between their parts, such as `workload/prod`.
    pub path: &'static str,
    /// The id of the column that tells how much of a row was asked for and answered ([`crate::model::Cell::Of`]): a cell
    /// without a verdict fills up with it.
    pub answered: &'static str,
}
