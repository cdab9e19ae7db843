//! A deed: a verb on one row, from the yes to the answer. The one place where a verb is run.

use std::sync::Arc;

use super::{At, Doing, Dry, Verb, item};
use crate::{
    access::{Order, Permit},
    cx::Cx,
    model::{Account, Fault, FaultKind, audit::Outcome},
    rows::Row,
    view::View,
};

/// A deed that was confirmed: which verb, to which row as it was shown, with what was typed.
#[derive(Clone)]
pub struct Deed {
    /// The verb's word.
    pub verb: &'static str,
    /// Where the row lies. Its account is the one that was elevated.
    pub at: At,
    /// The row as it was shown when the question was put.
    pub row: Row,
    /// What was typed for the verb; empty where it asks for nothing.
    pub typed: String,
}

/// Does it, or says why not. Every way out after the permit writes its line into the audit log.
pub(super) fn act<V: View>(cx: Cx, deed: Deed) -> Doing<String> {
    Box::pin(async move {
        let gone = || Fault::new(FaultKind::Invalid, "the row is of another view");
        let shown = item::<V>(&deed.row).ok_or_else(gone)?.clone();
        let verb = V::VERBS.iter().find(|v| v.id == deed.verb);
        let verb = verb.ok_or_else(|| Fault::new(FaultKind::Invalid, format!("there is no verb {}", deed.verb)))?;
        let none = || Fault::new(FaultKind::Invalid, "the row lies in no account");
        let account = deed.at.account.clone().ok_or_else(none)?;
        let order = order::<V>(verb, &deed, &shown);
        let fresh = match still(&cx, verb, &deed, &shown).await {
            Ok(fresh) => fresh,
            Err(fault) => {
                cx.guard.refuse(&account, order, &fault.to_string());
                return Err(fault);
            }
        };
        run(cx, verb, deed, (account, fresh, order)).await
    })
}

/// The item as it is now, where it is still what was shown.
async fn still<I: Clone>(cx: &Cx, verb: &Verb<I>, deed: &Deed, shown: &I) -> Result<I, Fault> {
    let read = (verb.read)(cx.clone(), deed.at.clone(), shown.clone()).await;
    let unread = |f: Fault| {
        let message = format!("it could not be read again before the call, so nothing was done: {}", f.message);
        undone(Fault { message, ..f })
    };
    let Some(fresh) = read.map_err(unread)? else {
        return Err(Fault::new(FaultKind::Missing, "it is gone: nothing was done"));
    };
    // Nor may anything of the call be another than the one that was shown.
    if !(verb.same)(shown, &fresh) || (verb.plan)(shown, &deed.typed) != (verb.plan)(&fresh, &deed.typed) {
        let message = "it has changed since the question was put: nothing was done";
        return Err(Fault::new(FaultKind::Invalid, message).hint("look at the new state, and decide again"));
    }
    (verb.fits)(&fresh).map_err(|why| Fault::new(FaultKind::Invalid, format!("{why}: nothing was done")))?;
    Ok(fresh)
}

async fn run<I: Clone + 'static>(
    cx: Cx,
    verb: &Verb<I>,
    deed: Deed,
    (account, fresh, order): (Arc<Account>, I, Order),
) -> Result<String, Fault> {
    let permit = cx.guard.permit(&account, order)?;
    let result = match tried(verb, &permit, &deed, &fresh).await {
        Ok(()) => (verb.act)(permit.clone(), deed.at, fresh, deed.typed).await,
        Err(fault) => Err(fault),
    };
    let written = permit.settle(&result);
    let answer = result?;
    match written {
        Ok(()) => Ok(answer),
        Err(fault) => Err(Fault { message: format!("it was done ({answer}), but {}", fault.message), ..fault }),
    }
}

/// The dry run, where the API has one.
async fn tried<I: Clone>(verb: &Verb<I>, permit: &Permit, deed: &Deed, fresh: &I) -> Result<(), Fault> {
    let Dry::Run(run) = verb.dry else { return Ok(()) };
    let tried = run(permit.clone(), deed.at.clone(), fresh.clone(), deed.typed.clone()).await;
    // Whatever became of the trial: nothing was done.
    tried.map_err(|fault| {
        let message = format!("the dry run failed, so nothing was done: {}", fault.message);
        undone(Fault { message, ..fault })
    })
}

/// A fault from before the call: whatever its kind, what became of the call is known.
fn undone(fault: Fault) -> Fault {
    let kind = if Outcome::of(&fault) == Outcome::Unknown { FaultKind::Unavailable } else { fault.kind };
    Fault { kind, ..fault }
}

fn order<V: View>(verb: &Verb<V::Item>, deed: &Deed, shown: &V::Item) -> Order {
    let plan = (verb.plan)(shown, &deed.typed);
    let facts = V::facts(shown);
    Order {
        view: V::ID.0.to_owned(),
        verb: verb.id.to_owned(),
        api: plan.api.to_owned(),
        target: facts.arn.map_or(plan.name, str::to_owned),
        region: deed.at.scope.region.as_ref().map(ToString::to_string).unwrap_or_default(),
        parameters: plan.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect(),
    }
}
