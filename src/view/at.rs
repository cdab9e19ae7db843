//! Where a request of a view is made: the scope with what is known of it.

use std::sync::Arc;

use crate::{
    cx::Cx,
    model::{Account, Fault, FaultKind, Region, Scope},
    remote::Session,
    rows::Row,
};

/// A scope with the account behind it (for the choice of the role) and the row that it hangs on.
#[derive(Clone)]
pub struct At {
    /// The scope.
    pub scope: Scope,
    /// The account behind it; `None` for what belongs to no account.
    pub account: Option<Arc<Account>>,
    /// The row that the scope hangs on, for views that are read for each or for one row of another.
    pub parent: Option<Row>,
    /// The role to use, by its configured name; `None` for the account's default.
    pub role: Option<Arc<str>>,
}

impl At {
    /// The fleet as a whole.
    #[must_use]
    pub fn fleet() -> Self {
        Self { scope: Scope::fleet(), account: None, parent: None, role: None }
    }

    /// The region, for what is done in one: a call never goes to a region that nobody chose.
    ///
    /// # Errors
    /// [`FaultKind::Invalid`] where the place lies in no region.
    pub fn region(&self) -> Result<Region, Fault> {
        let none = || Fault::new(FaultKind::Invalid, "the region of the row is not known: nothing was called");
        self.scope.region.clone().ok_or_else(|| none().hint("read the view again"))
    }

    /// A session for reading this place.
    ///
    /// # Errors
    /// As [`Cx::session`].
    pub async fn session(&self, cx: &Cx) -> Result<Session, Fault> {
        let region = match &self.scope.region {
            Some(region) => region.clone(),
            None => self.home(cx).await?,
        };
        cx.session(self.account.as_deref(), self.role.as_deref(), &region).await
    }

    /// The region where a view is asked that is read per account alone, and that is read where none is configured: the one
    /// of the account's profile, else the caller's. Global services answer everywhere.
    ///
    /// # Errors
    /// As [`crate::access::Vault::caller`], where the account names none itself.
    pub async fn home(&self, cx: &Cx) -> Result<Region, Fault> {
        match self.account.as_ref().and_then(|account| account.details.region.clone()) {
            Some(region) => Ok(region),
            None => Ok(cx.vault.caller().await?.region),
        }
    }

    /// A fault that came from this place, as it came or, where the credentials are good in another region, as the
    /// region's: see [`crate::access::Vault::judge`].
    pub async fn judge(&self, cx: &Cx, fault: Fault) -> Fault {
        match (&self.account, &self.scope.region) {
            (Some(account), Some(region)) => cx.vault.judge(account, self.role.as_deref(), region, fault).await,
            _ => fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_region_gives_none_away() {
        let fault = At::fleet().region().unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid);
        let here = At { scope: Scope { region: Some("eu-west-3".into()), ..Scope::fleet() }, ..At::fleet() };
        assert_eq!(here.region().unwrap(), Region::from("eu-west-3"));
    }
}
