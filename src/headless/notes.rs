//! What an answer says beside its rows and gaps: accounts that are known and were not asked, regions that nobody reads,
//! words of the configuration that fit nothing.

use std::sync::Arc;

use super::{View, reader::Reader, select::Selection, sweep::Job};
use crate::{
    app::{
        notes::{self, Enabled},
        plan::{self, REGIONS, TREE},
    },
    model::{Account, ViewId, org::Origin},
    view::Span,
};

impl Reader {
    /// Says which accounts were left out although they are known: a profile is resolved only when it is named.
    #[must_use]
    pub fn left_out(&self, chosen: &Selection) -> Option<String> {
        let profiles = self.org.accounts().iter().filter(|a| a.origin == Origin::Profiles);
        let names: Vec<&str> =
            profiles.filter(|a| chosen.has(a) && !chosen.names(a)).map(|a| a.name.as_str()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "not read, since a profile is used only when its account is named by --account: {}",
                names.join(", ")
            )
        })
    }

    /// Asks which regions are enabled in the caller's own account, once: what is read of them is a part of the whole. Who
    /// names regions on the command line knows that there are others.
    pub async fn read_regions(&mut self) {
        if self.cx.config.demanded.regions {
            return;
        }
        let (Some(view), Some(Ok(caller))) = (self.view(ViewId(REGIONS)), &self.caller) else { return };
        if self.table(view.id()).is_none() {
            let own = self.org.account(&caller.account).cloned();
            let ats = plan::scopes(view, own.as_slice(), &self.cx.config, Some(&caller.region));
            let jobs = ats.into_iter().map(|at| Job { view, at }).collect();
            self.read(REGIONS, jobs).await;
        }
    }

    /// What a reader of these views should know of the regions, and of what in the configuration fits nothing.
    #[must_use]
    pub fn notes(&self, read: &[View]) -> Vec<String> {
        let mut out = Vec::new();
        if read.iter().any(|v| v.span() == Span::AccountRegion) {
            out.extend(self.one_region());
            out.extend(self.no_region());
            out.extend(self.region_notes().iter().map(ToString::to_string));
        }
        // Of an organisation that nobody asked for nothing is said.
        if read.iter().any(|v| v.span() != Span::Fleet || v.id().0 == TREE) {
            out.extend(self.idle().iter().map(ToString::to_string));
        }
        out
    }

    /// What of the configuration fits no account.
    #[must_use]
    pub fn idle(&self) -> Vec<notes::Note> {
        notes::idle(&self.cx.config, &self.org)
    }

    /// What is to be said of the regions, once they were asked for.
    #[must_use]
    pub fn region_notes(&self) -> Vec<notes::Note> {
        let Some(Ok(caller)) = &self.caller else { return Vec::new() };
        let Some(enabled) = self.enabled() else {
            let table = self.table(ViewId(REGIONS)).into_iter();
            return table.filter_map(|table| Enabled::unknown(table, &caller.account)).collect();
        };
        enabled.unread().into_iter().chain(enabled.in_vain(&caller.account)).collect()
    }

    /// How the enabled regions stand to those that are read, where that is known.
    #[must_use]
    pub fn enabled(&self) -> Option<Enabled> {
        let view = self.view(ViewId(REGIONS))?;
        let caller = self.caller.as_ref()?.as_ref().ok()?;
        Enabled::of(view, self.table(view.id())?, &caller.account, &self.cx.config, &caller.region)
    }

    /// That accounts which a profile opens were not read, where nobody names a region.
    fn no_region(&self) -> Option<String> {
        let none = |a: &&Arc<Account>| self.cx.config.regions_for(a, self.region()).is_empty();
        let open = self.org.accounts().iter().filter(|a| a.origin == Origin::Profiles).filter(none);
        let names: Vec<&str> = open.filter_map(|a| a.details.profile.as_deref()).collect();
        (!names.is_empty()).then(|| {
            format!("not read, since nobody names a region for it: profile {}; --region names one", names.join(", "))
        })
    }

    /// That only the caller's region was read, where nobody said which.
    fn one_region(&self) -> Option<String> {
        let caller = self.caller.as_ref()?.as_ref().ok().filter(|_| self.cx.config.regions.is_empty())?;
        if caller.region_guessed {
            return Some(format!(
                "nobody names a region, so that {} alone was read: name one by --region, AWS_REGION, the profile, or \
                 `regions` in the configuration",
                caller.region
            ));
        }
        Some(format!(
            "only {}, the caller's region, was read: no regions are configured; `qd get regions` lists those there are",
            caller.region
        ))
    }
}
