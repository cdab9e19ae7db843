//! The thing under the cursor in AWS's own console, in a browser: which page, and which door leads into its account.

use super::{App, Effect, Effects, Focus};
use crate::{
    config::{How, RoleSpec},
    model::{
        Account, AccountId, Link, Page, Partition, Region, Source,
        link::{Door, Start, Way, permission_set, role_of, session_role},
        text::{clean, clip},
    },
    rows::Slot,
};

/// Cells that the name of a thing takes in what is said of it.
const NAMED: usize = 40;

/// A page in an account.
struct Spot {
    account: AccountId,
    region: Option<Region>,
    page: Page,
    name: String,
}

impl App {
    /// Opens the thing under the cursor, and says what exactly is opened.
    pub(super) fn browse(&mut self, effects: &mut Effects) {
        match self.link_at_hand() {
            Ok((link, words)) => {
                self.say(words);
                effects.push(Effect::Browse(link));
            }
            Err(why) => self.say(why),
        }
    }

    /// Copies the bare address of the page: for a browser that is in the account already.
    pub(super) fn copy_page(&mut self, effects: &mut Effects) {
        let Some(spot) = self.spot_at_hand() else { return self.say(NOWHERE) };
        let Some(link) = spot.page.address(self.partition(spot.region.as_ref()), spot.region.as_ref()) else {
            return self.say(self.unknown_partition(spot.region.as_ref()));
        };
        let name = self.name_of(&spot.account);
        self.say(format!("copied the page's address: it names no account, so open it where the browser is in {name}"));
        effects.push(Effect::Copy(link.as_str().to_owned()));
    }

    /// The link for a row, where there is a way into its account that carries a page: what a terminal makes clickable.
    #[must_use]
    pub fn link_of(&self, slot: &Slot) -> Option<Link> {
        let spot = self.spot_of(slot)?;
        let way = self.way_into(&spot.account).ok().filter(Way::carries)?;
        way.link(&spot.page, spot.region.as_ref())
    }

    /// The link for what is under the cursor, and in words where it leads.
    fn link_at_hand(&self) -> Result<(Link, String), String> {
        let spot = self.spot_at_hand().ok_or(NOWHERE)?;
        let way = self.way_into(&spot.account)?;
        let link = way.link(&spot.page, spot.region.as_ref());
        let link = link.ok_or_else(|| self.unknown_partition(spot.region.as_ref()))?;
        let later = self.setup.keymap.chord(&super::Action::Copy(super::action::What::Page));
        let later = later.map(|c| format!("; {c} copies the page's address for after it")).unwrap_or_default();
        let (name, thing) = (&way.name, clip(&clean(&spot.name), NAMED).into_owned());
        let words = match &way.door {
            Door::Portal { set, .. } => format!("opening {thing} in {name}, as {set}"),
            Door::Switch { role } => {
                format!("opening the switch to role {role} in {name}, which cannot carry a page{later}")
            }
            Door::SignIn => {
                format!(
                    "opening the sign-in page of {name}: the caller's own credentials are no role to switch to{later}"
                )
            }
        };
        Ok((link, words))
    }

    /// What is under the cursor: a node of the tree, the heading of a group, or a row.
    fn spot_at_hand(&self) -> Option<Spot> {
        let home = |id: &str| {
            let account = self.org.account_called(id)?;
            let (account, name) = (account.id.clone(), account.name.clone());
            Some(Spot { account, region: None, page: Page::default(), name })
        };
        if self.focus == Focus::Tree {
            return home(&self.tree.current(&self.org)?.id);
        }
        match self.screen.heading() {
            Some(group) => home(&group.name.id),
            None => self.spot_of(self.current()?),
        }
    }

    /// The page of a row: its own; that of the row which it speaks of; or that of the row on which it hangs.
    fn spot_of(&self, slot: &Slot) -> Option<Spot> {
        let view = self.setup.view_named(slot.row.view().0)?;
        let account = match slot.row.node() {
            Some(node) => AccountId::from(node.id.as_str()),
            None => slot.place.account.clone()?,
        };
        let own = Some(view.page(&slot.row));
        let other = || {
            let target = view.target(&slot.row)?;
            let (table, key) = (self.table(self.setup.view_named(&target.view)?.id()), target.key?);
            let row = &table.get(table.find(table.scopes.find(&target.scope)?, &key)?)?.row;
            Some(self.setup.view_named(row.view().0)?.page(row))
        };
        let above = || {
            let parent = self.screen.parent.as_ref()?;
            Some(self.setup.view_named(parent.row.view().0)?.page(&parent.row))
        };
        let home = Page::default();
        let page = own.filter(|p| *p != home).or_else(other).or_else(above).unwrap_or(home);
        self.org.account(&account)?;
        let name = match slot.row.facts().name {
            "" => slot.row.key().shown().into_owned(),
            name => name.to_owned(),
        };
        Some(Spot { account, region: slot.place.region.clone(), page, name })
    }

    /// How a browser comes into an account: the way that the console itself takes, as far as a browser can take it.
    ///
    /// # Errors
    /// Why no link leads there, and what would help.
    fn way_into(&self, id: &AccountId) -> Result<Way, String> {
        let account = self.org.account(id).ok_or_else(|| format!("account {id} is not in this fleet"))?;
        let door = self.door(account)?;
        Ok(Way { account: id.clone(), name: account.name.clone(), partition: self.partition(None).to_owned(), door })
    }

    fn door(&self, account: &Account) -> Result<Door, String> {
        let browser = &self.setup.config.browser;
        if let (Some(start), Some(set)) = (&browser.start, &browser.permission_set) {
            return Ok(Door::Portal { start: start.clone(), set: set.clone() });
        }
        let lease = self.leases.get(&account.id);
        let chosen = self.roles.get(&account.id).map(|name| &**name).or(lease.map(|l| l.role.as_str()));
        let own = self.caller.as_ref().filter(|c| c.account == account.id && chosen.is_none_or(str::is_empty));
        if let Some(caller) = own {
            return self.by_session(account, &caller.arn);
        }
        match self.role_in_use(account, chosen) {
            Some(RoleSpec { how: How::PermissionSet { name, session }, .. }) => {
                self.portal(account, &name, session.as_deref())
            }
            Some(RoleSpec { how: How::Assume { arn }, external_id, .. }) => match (external_id, role_of(&arn)) {
                (None, Some(role)) => Ok(Door::Switch { role: role.to_owned() }),
                // The console has no field for it (IAM user guide).
                (Some(_), _) => self.any_set(account).ok_or_else(|| {
                    format!("no browser can switch to {arn}: it demands an ExternalId; set browser.permission_set")
                }),
                (None, None) => Err(format!("{arn} is no role that a browser can switch to")),
            },
            Some(RoleSpec { how: How::Profile { .. }, .. }) | None => match lease {
                Some(lease) => self.by_session(account, &lease.arn),
                None => Err(format!("{} is not open yet, so that its role is not known", account.name)),
            },
        }
    }

    /// The door that a session's own ARN leads to: a permission set, a role, or none.
    fn by_session(&self, account: &Account, arn: &str) -> Result<Door, String> {
        let own = self.leases.get(&account.id).is_none_or(|lease| lease.source == Source::Caller);
        match session_role(arn) {
            Some(role) if permission_set(role).is_some() => {
                self.portal(account, permission_set(role).unwrap_or(role), None)
            }
            Some(role) if !own => Ok(Door::Switch { role: role.to_owned() }),
            _ => Ok(Door::SignIn),
        }
    }

    /// The role that the account is read with, as it is configured or as the source of the tree implies it.
    fn role_in_use(&self, account: &Account, chosen: Option<&str>) -> Option<RoleSpec> {
        let mut roles = self.setup.config.roles_in(account, self.partition(None));
        if roles.is_empty() {
            roles = crate::config::implied(account);
        }
        match chosen {
            Some(name) => roles.into_iter().find(|role| role.name == name),
            None => roles.into_iter().next(),
        }
    }

    fn portal(&self, account: &Account, set: &str, session: Option<&str>) -> Result<Door, String> {
        let Some(start) = self.start(session) else {
            let why = "Identity Center's start URL is not known";
            return Err(format!("no link leads into {}: {why}; set browser.start_url in the config", account.name));
        };
        Ok(Door::Portal { start, set: set.to_owned() })
    }

    /// A permission set that is known to be open in the account, where the portal is known too.
    fn any_set(&self, account: &Account) -> Option<Door> {
        let set = account.details.roles.first()?.clone();
        Some(Door::Portal { start: self.start(None)?, set })
    }

    /// The portal: the configured one, that of the session, the caller's own, or the only one there is.
    fn start(&self, session: Option<&str>) -> Option<Start> {
        let portals = self.caller.as_ref().map(|c| &c.portals);
        let named = |name: &str| portals.and_then(|all| Start::parse(all.get(name)?));
        let only = || portals.filter(|all| all.len() == 1).and_then(|all| Start::parse(all.values().next()?));
        let known = || named(session.unwrap_or_default()).or_else(|| session.is_none().then(only).flatten());
        self.setup.config.browser.start.clone().or_else(known)
    }

    /// The partition of the fleet: the caller's, else by the region's prefix.
    fn partition(&self, region: Option<&Region>) -> &str {
        let by_region =
            || region.or(self.setup.config.regions.first()).map_or("aws", |region| Partition::of(region).name);
        self.caller.as_ref().map_or_else(by_region, |caller| caller.partition.as_str())
    }

    fn unknown_partition(&self, region: Option<&Region>) -> String {
        format!("where the console of partition {} is, is not known here", self.partition(region))
    }

    fn name_of(&self, id: &AccountId) -> String {
        self.org.account(id).map_or_else(|| id.to_string(), |account| account.name.clone())
    }
}

/// What is said where there is no account to open.
const NOWHERE: &str = "nothing to open here: it lies in no account";
