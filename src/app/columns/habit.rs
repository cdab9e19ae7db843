//! How a person had the rows of a view last: their order, and whether wide columns are shown. Kept for the view in the book
//! of columns, so that it is there with the first frame.

use std::fmt;

use super::BOOK;
use crate::{
    app::{App, Effect, Effects, screen::Screen},
    model::{Memo, ViewId},
    rows::{Sort, SortBy},
    view::AnyView,
};

/// What the line of a view's habit is called beside the line of its columns. A view's word holds no blank.
const HABIT: &str = " habit";

/// The word for wide columns. No column is called so.
const WIDE: &str = "+wide";

/// The habit of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Habit {
    /// The order: a column's id or `trouble`, with a leading `-` from the largest; `None` for the usual one.
    order: Option<String>,
    /// Wide columns too.
    wide: bool,
}

impl Habit {
    /// The view whose habit a key of the book names.
    pub(super) fn view_of(key: &str) -> Option<&str> {
        key.strip_suffix(HABIT)
    }

    /// Reads what was kept.
    pub(super) fn kept(text: &str) -> Self {
        let mut habit = Self::default();
        for word in text.split_whitespace() {
            if word == WIDE {
                habit.wide = true;
            } else {
                habit.order = Some(word.to_owned());
            }
        }
        habit
    }
}

impl fmt::Display for Habit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.order.as_deref().unwrap_or_default())?;
        if self.wide { write!(f, " {WIDE}") } else { Ok(()) }
    }
}

/// An order in the word by which [`Sort::named`] reads it.
fn word(view: &dyn AnyView, sort: Sort) -> String {
    let from = if sort.descending { "-" } else { "" };
    match sort.by {
        SortBy::Trouble => format!("{from}trouble"),
        SortBy::Column(at) => format!("{from}{}", view.heads().get(at).map_or("trouble", |head| head.id)),
    }
}

fn memo(view: ViewId, habit: &Habit) -> Memo {
    let key = format!("{view}{HABIT}");
    if *habit == Habit::default() { Memo::forget(BOOK, key) } else { Memo::keep(BOOK, key, habit.to_string().trim()) }
}

impl App {
    /// A screen as its view is usually had: by the person, else as the configuration says, else as the view says.
    pub(in crate::app) fn ordered(&self, mut screen: Screen) -> Screen {
        let view = screen.view.id();
        let habit = self.chosen.habits.get(&view);
        let order = habit.and_then(|habit| habit.order.as_ref()).or_else(|| self.chosen.configured.orders.get(&view));
        if let Some(order) = order {
            screen.sort = Sort::named(order, screen.view.heads().iter().map(|h| h.id));
        }
        screen.wide |= habit.is_some_and(|habit| habit.wide);
        screen
    }

    /// Keeps how the rows of the view on screen are had now.
    pub(in crate::app) fn keep_habit(&mut self, effects: &mut Effects) {
        let view = self.screen.view;
        let usual = match self.chosen.configured.orders.get(&view.id()) {
            Some(order) => Sort::named(order, view.heads().iter().map(|h| h.id)),
            None => Sort::named(view.order(), view.heads().iter().map(|h| h.id)),
        };
        let order = Some(self.screen.sort).filter(|sort| *sort != usual).map(|sort| word(view, sort));
        let habit = Habit { order, wide: self.screen.wide };
        if self.chosen.habits.get(&view.id()).unwrap_or(&Habit::default()) != &habit {
            effects.push(Effect::Write(vec![memo(view.id(), &habit)]));
            self.chosen.habits.insert(view.id(), habit);
        }
    }
}
