//! `--of ROW`: the one row of another view that rows hang on, by its key, its ARN or its name.

use crate::{
    model::{
        Fault, FaultKind, Org,
        text::{self, nearest},
    },
    rows::{Slot, Table},
};

/// What an error lists at most.
const CANDIDATES: usize = 10;

/// The row that `word` names. `None` where no row does, but not everything was read that could hold it.
///
/// The whole key or ARN goes before the name, and both before a part of the key behind a `/`, as in `cluster/service`.
///
/// # Errors
/// A word that several rows bear, with all of them, or none, with the nearest ([`FaultKind::Invalid`]).
pub fn find<'a>(table: &'a Table, word: &str, org: &Org, whole: bool) -> Result<Option<&'a Slot>, Fault> {
    let slots = || table.iter().map(|(_, slot)| slot);
    let ways: [&dyn Fn(&Slot) -> bool; 3] = [
        &|slot| slot.row.key().as_str() == word || slot.row.key().shown() == word || slot.row.facts().arn == Some(word),
        &|slot| slot.row.facts().name.eq_ignore_ascii_case(word),
        &|slot| slot.row.key().as_str().strip_suffix(word).is_some_and(|rest| rest.ends_with(['/', ':'])),
    ];
    for way in ways {
        let mut found: Vec<&Slot> = slots().filter(|slot| way(slot)).collect();
        found.sort_by(|a, b| (&a.place, a.row.key()).cmp(&(&b.place, b.row.key())));
        match found[..] {
            [] => {}
            [one] => return Ok(Some(one)),
            _ => return Err(several(&found, word, org)),
        }
    }
    if !whole {
        return Ok(None);
    }
    let names: Vec<&str> = slots().map(|slot| slot.row.facts().name).filter(|n| !n.is_empty()).collect();
    let hint = nearest(word, names.iter().copied()).map(|near| format!("did you mean {:?}?", text::clean(near)));
    let message = format!("no row {word:?} among the {} that were read", table.len());
    Err(Fault::new(FaultKind::Invalid, message).hint(hint.unwrap_or_default()))
}

fn several(found: &[&Slot], word: &str, org: &Org) -> Fault {
    let mut lines: Vec<String> = found.iter().take(CANDIDATES).map(|slot| candidate(slot, org)).collect();
    if found.len() > CANDIDATES {
        lines.push(format!("and {} more", found.len() - CANDIDATES));
    }
    let hint = format!("narrow it by --account, or name one by its key:\n    {}", lines.join("\n    "));
    Fault::new(FaultKind::Invalid, format!("{} rows are called {word:?}", found.len())).hint(hint)
}

fn candidate(slot: &Slot, org: &Org) -> String {
    let account = slot.place.account.as_ref();
    let name = account.map(|id| org.account(id).map_or_else(|| id.to_string(), |a| a.name.clone()));
    let region = slot.place.region.as_ref().map(ToString::to_string);
    let words = [name, region, Some(slot.row.key().shown().into_owned())];
    text::clean(&words.into_iter().flatten().collect::<Vec<_>>().join("  ")).into_owned()
}
