//! The catalogue: a file a view.
//!
//! One word in `views! { … }` registers a view: it writes the `mod` and the entry of the list, in the order in which
//! the palette shows them. A test compares the folder with the list.

use crate::view::AnyView;

/// Writes the modules and the list. A file defines a unit struct `VIEW` that is the view.
macro_rules! views {
    ($($room:ident { $($view:ident)+ })+) => {
        $(#[doc = concat!("Views: ", stringify!($room), ".")] pub mod $room { $(pub mod $view;)+ })+

        /// Every view.
        pub static VIEWS: &[&dyn AnyView] = &[$($(&$room::$view::VIEW),+),+];
    };
}

views! {
    fleet { watch map accounts access find }
    aws { ecs rollouts deployments events task_definitions tasks clusters instances capacity standalone scheduled targets regions }
    console { budget errors credentials audit }
}

/// The IAM actions that the views declare, sorted and each once: the session policy is made from them.
#[must_use]
pub fn actions() -> Vec<&'static str> {
    sorted(|v| [v.actions(), v.log_actions()].concat())
}

/// The IAM actions that the views call as the caller, sorted and each once.
#[must_use]
pub fn caller_actions() -> Vec<&'static str> {
    sorted(|v| v.caller_actions().to_vec())
}

/// The IAM actions that the verbs of the views call, sorted and each once.
#[must_use]
pub fn verb_actions() -> Vec<&'static str> {
    sorted(|v| v.verbs().iter().flat_map(|verb| verb.actions).copied().collect())
}

fn sorted(of: impl Fn(&dyn AnyView) -> Vec<&'static str>) -> Vec<&'static str> {
    let mut all: Vec<_> = VIEWS.iter().flat_map(|v| of(*v)).collect();
    all.sort_unstable();
    all.dedup();
    all
}
