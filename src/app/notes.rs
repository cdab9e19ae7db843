//! What no reading says and a person should know all the same: accounts that are missing, regions that nobody reads,
//! words of the configuration that fit nothing. The same sentences on the screen and without one.

use std::{collections::BTreeSet, fmt};

use super::{App, plan::REGIONS};
use crate::{
    config::{Config, Selector, region_doubt},
    model::{
        AccountId, Cell, Org, Progress, Region,
        org::Origin,
        text::{clean, count, counted, nearest},
    },
    rows::Table,
    view::AnyView,
};

/// Names that a sentence lists before it counts the rest.
const NAMED: usize = 4;

/// A sentence, and what can be done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What is so.
    pub said: String,
    /// The next step; empty where there is none.
    pub next: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)?;
        if self.next.is_empty() { Ok(()) } else { write!(f, "; {}", self.next) }
    }
}

/// The regions of the caller's account beside those that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enabled {
    /// How many are enabled.
    pub enabled: usize,
    /// Those of them that are read in no account.
    pub unread: Vec<Region>,
    /// Those that are read and not enabled.
    pub refused: Vec<Region>,
    /// Those that are read and that AWS does not list at all.
    pub unknown: Vec<Region>,
}

impl Enabled {
    /// From the rows of the view `regions`. `caller` is the region that is read where none is configured. `None` before
    /// the regions of the caller's own account have answered.
    #[must_use]
    pub fn of(view: &dyn AnyView, table: &Table, own: &AccountId, config: &Config, caller: &Region) -> Option<Self> {
        let heads = view.heads();
        let at = |id: &str| heads.iter().position(|h| h.id == id);
        let enabled = at("enabled")?;
        let mine = table.iter().map(|(_, slot)| slot).filter(|slot| slot.place.account.as_ref() == Some(own));
        let listed: Vec<(Region, bool)> = mine
            .filter_map(|slot| Some((slot.place.region.clone()?, slot.row.cell(enabled) == Cell::Flag(true))))
            .collect();
        if listed.is_empty() {
            return None;
        }
        let everywhere: BTreeSet<Region> = config.regions_everywhere(caller).into_iter().collect();
        // A block may name a region that is enabled in its own accounts alone.
        let anywhere = config.regions_anywhere(caller);
        let known = |region: &Region| listed.iter().find(|(r, _)| r == region).map(|(_, on)| *on);
        let on = || listed.iter().filter(|(_, on)| *on).map(|(region, _)| region);
        Some(Self {
            enabled: on().count(),
            unread: on().filter(|region| !anywhere.contains(*region)).cloned().collect(),
            refused: everywhere.iter().filter(|region| known(region) == Some(false)).cloned().collect(),
            unknown: anywhere.iter().filter(|region| known(region).is_none()).cloned().collect(),
        })
    }

    /// Why nobody knows which regions are enabled, where asking for them failed.
    #[must_use]
    pub fn unknown(table: &Table, own: &AccountId) -> Option<Note> {
        let mine = table.scopes.iter().filter(|s| s.scope.account.as_ref() == Some(own));
        let fault = mine.into_iter().find_map(|s| match &s.progress {
            Progress::Broken(fault) => Some(fault),
            _ => None,
        })?;
        Some(Note {
            said: format!("how many regions enabled in the caller's account are not read is not known: {fault}"),
            next: "account:ListRegions tells which are enabled".to_owned(),
        })
    }

    /// How many regions that are enabled in the caller's account were not read, and which. Other accounts may have others
    /// enabled: their own detail says it.
    #[must_use]
    pub fn unread(&self) -> Option<Note> {
        let all = self.unread.len();
        if all == 0 {
            return None;
        }
        let names: Vec<&str> = self.unread.iter().take(NAMED).map(Region::as_str).collect();
        let more = if all > NAMED { format!(" and {} more", count(all - NAMED)) } else { String::new() };
        let said = format!(
            "{} of {} enabled in the caller's account are not read: {}{more}",
            count(all),
            counted(self.enabled, "region"),
            names.join(", ")
        );
        Some(Note { said, next: "regions = [\"…\"] in the configuration names what is read".to_owned() })
    }

    /// What is read in vain.
    pub fn in_vain(&self, own: &AccountId) -> impl Iterator<Item = Note> {
        let refused = self.refused.iter().map(move |region| Note {
            said: format!("region {region} is not enabled in the caller's account {own}: requests there are refused"),
            next: "enable it, or take it out of regions".to_owned(),
        });
        let unknown = self.unknown.iter().map(move |region| Note {
            said: format!("AWS lists no region {region} for the caller's account {own}"),
            next: region_doubt(region)
                .filter(|near| !near.is_empty())
                .unwrap_or_else(|| "see how it is spelt".to_owned()),
        });
        refused.chain(unknown)
    }
}

/// The blocks of the configuration that fit no account: a slip, or an OU that was renamed. Nothing is said of an
/// organisation that was not read.
#[must_use]
pub fn idle(config: &Config, org: &Org) -> Vec<Note> {
    // Other sources tell neither OUs nor all accounts: then a block that fits nothing is no slip.
    if !matches!(org.origin(), Some(Origin::Organizations | Origin::Config)) {
        return Vec::new();
    }
    let blocks = config.idle_overrides(org.accounts()).into_iter();
    let note = |o: &crate::config::Override| Note {
        said: format!(
            "[[where]] {} ({}) fits none of {}",
            o.selector.show(),
            o.spot.origin,
            counted(org.accounts().len(), "known account")
        ),
        next: meant(&o.selector, org),
    };
    blocks.map(note).collect()
}

/// The OU that may have been meant, or what to look at.
fn meant(selector: &Selector, org: &Org) -> String {
    let Selector::Ous(ous) = selector else { return "see whether it is spelt as AWS has it".to_owned() };
    let paths: BTreeSet<&str> = org.accounts().iter().map(|a| &*a.path).filter(|p| !p.is_empty()).collect();
    let near = ous.iter().find_map(|ou| nearest(ou, paths.iter().copied()));
    near.map_or_else(|| "`qd tree` shows the OUs".to_owned(), |near| format!("did you mean {:?}?", clean(near)))
}

impl App {
    /// How the regions of the caller's account stand to those that are read; `None` before they have answered.
    pub(super) fn enabled(&self) -> Option<Enabled> {
        let (view, caller) = (self.setup.view_named(REGIONS)?, self.caller.as_ref()?);
        Enabled::of(view, self.table(view.id()), &caller.account, &self.setup.config, &caller.region)
    }

    /// What a person should know of the fleet beyond its rows: which accounts are missing and who could grant them,
    /// which regions nobody reads, what of the configuration fits nothing.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut out: Vec<String> = self.org.shortfall(true).into_iter().collect();
        if let (None, Some(caller), Some(view)) = (self.enabled(), &self.caller, self.setup.view_named(REGIONS)) {
            out.extend(Enabled::unknown(self.table(view.id()), &caller.account).map(|note| note.to_string()));
        }
        if let (Some(enabled), Some(caller)) = (self.enabled(), &self.caller) {
            out.extend(enabled.unread().map(|note| note.to_string()));
            out.extend(enabled.in_vain(&caller.account).map(|note| note.to_string()));
        }
        if self.org_read_at.is_some() {
            out.extend(idle(&self.setup.config, &self.org).iter().map(ToString::to_string));
        }
        out
    }
}
