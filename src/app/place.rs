//! Where a row lies, in words for filters: the same on the screen and without one.

use crate::{
    config::Config,
    model::Org,
    rows::{Slot, filter::Where},
};

/// Writes a part of where a row lies, a line for each of its words.
pub fn tell(org: &Org, config: &Config, slot: &Slot, part: Where, out: &mut String) {
    let id = slot.account();
    let account = id.and_then(|id| org.account_called(id));
    let path = account.map(|a| &*a.path);
    let name = account.map(|a| a.name.as_str());
    let region = slot.place.region.as_ref().map(crate::model::Region::as_str);
    let words = match part {
        Where::All => [id, name, path, region],
        Where::Account => [id, name, None, None],
        Where::Ou => [path, None, None, None],
        Where::Region => [region, None, None, None],
        Where::Environment => {
            let Some(account) = account else { return };
            let environment = config.environment(account);
            // What is not known to be less is treated as production, so it is found as such.
            let counts = environment.counts_as_production().then_some("production");
            [config.environment_label(account), counts, Some(environment.word()), None]
        }
    };
    for word in words.into_iter().flatten() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(word);
    }
}
