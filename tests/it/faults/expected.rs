//! What is expected of a view while a fault is on, from what the view says that it is made of.

use std::collections::BTreeSet;

use quarterdeck::{
    model::FaultKind,
    sim::{self, Fault, Kind},
    view::{AnyView, Run, Span},
    views::VIEWS,
};

/// What is expected of a view while a fault is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// All is read in spite of it: nothing of the view is struck, or what is odd is coped with.
    Whole,
    /// A gap with a fault of one of these kinds.
    Gap(&'static [FaultKind]),
    /// The same after minutes of attempts; until then the view `errors` tells.
    Errors(&'static [FaultKind]),
    /// No answer comes: what is there is told to be out of date, and what was never there to be waited for.
    Old,
    /// All is read, later.
    Late,
    /// The organisation is no more: its accounts leave, and it is said why.
    Alone,
}

/// The views whose calls a view is made of: itself, or what the patrol reads where it is derived.
fn sources(view: &'static dyn AnyView) -> Vec<&'static dyn AnyView> {
    let is_derived = |v: &dyn AnyView| matches!(v.run(), Run::Derived(_));
    if is_derived(view) {
        VIEWS.iter().copied().filter(|v| v.patrol() && !is_derived(*v)).collect()
    } else {
        vec![view]
    }
}

/// The services that a view is made of, as it declares them itself.
fn services(view: &'static dyn AnyView) -> BTreeSet<&'static str> {
    let actions = sources(view).into_iter().flat_map(|v| [v.actions(), v.caller_actions()].concat());
    actions.filter_map(|action| action.split(':').next()).collect()
}

/// Whether an account is entered for the rows of a view. One of the whole fleet may enter some for a detail alone.
fn enters(view: &'static dyn AnyView) -> bool {
    sources(view).iter().any(|v| !v.actions().is_empty() && v.span() != Span::Fleet)
}

/// The services that a fault is put on: the one that it is about, or all that views are made of. STS has its own.
pub fn struck(kind: Kind) -> BTreeSet<String> {
    if let Some(only) = Fault::new(kind).service {
        return BTreeSet::from([only]);
    }
    let known: BTreeSet<String> = sim::operations().filter_map(|o| Some(o.split_once('.')?.0.to_owned())).collect();
    let all = VIEWS.iter().flat_map(|view| services(*view));
    all.filter(|service| known.contains(*service) && *service != "sts").map(str::to_owned).collect()
}

/// What is expected of this view under this fault.
pub fn expected(kind: Kind, view: &'static dyn AnyView) -> Expected {
    use FaultKind::{Denied, Expired, Network, Service, Throttled, Unavailable};
    let (struck, services) = (struck(kind), services(view));
    if kind == Kind::NoOrg && services.contains("organizations") {
        return Expected::Alone;
    }
    if kind == Kind::Inactive {
        // The caller's own keys need no STS; whoever enters an account does.
        return if enters(view) { Expected::Gap(&[Unavailable]) } else { Expected::Whole };
    }
    if !services.iter().any(|service| struck.contains(*service)) {
        return Expected::Whole;
    }
    // The walk over the organisation has more patience than a test.
    let patient = services.contains("organizations");
    let passing = if patient { Expected::Errors } else { Expected::Gap };
    match kind {
        Kind::Throttle => passing(&[Throttled]),
        Kind::Broken | Kind::Html500 => passing(&[Service]),
        Kind::Reset | Kind::Truncated => passing(&[Network, Service]),
        Kind::Malformed => Expected::Gap(&[Service]),
        Kind::Expired => Expected::Gap(&[Expired]),
        Kind::Denied | Kind::Scp | Kind::OrgDenied => Expected::Gap(&[Denied]),
        Kind::Hang => Expected::Old,
        Kind::Slow => Expected::Late,
        Kind::EmptyPage | Kind::NoPaths | Kind::NoOrg | Kind::Inactive | Kind::BadUtf8 => Expected::Whole,
    }
}
