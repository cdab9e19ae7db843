//! What rows lack that costs a call a row: here it is read of all that are asked for, since nobody looks at a part of them.

use std::collections::BTreeMap;

use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use super::{
    View,
    reader::Reader,
    select::Selection,
    sweep::{FLEET_PASS, late},
};
use crate::{
    rows::{Delta, Row, ScopeId, Touched},
    view::{At, Reply},
};

/// Steps that a filling may have under way.
const STEPS: usize = 16;

impl Reader {
    /// Fills in what the chosen rows of a view lack. What cannot be filled in is told as of the place of these rows.
    pub async fn fill(&mut self, view: View, chosen: &Selection) {
        let Some(table) = self.table(view.id()) else { return };
        let mut places: BTreeMap<ScopeId, Vec<Row>> = BTreeMap::new();
        let lacking = table.iter().map(|(_, slot)| slot).filter(|slot| view.fills(&slot.row).is_some());
        for slot in lacking.filter(|slot| chosen.keeps(&self.org, slot)) {
            places.entry(slot.scope).or_default().push(slot.row.clone());
        }
        self.progress.begin(view.filled().join(", "), places.values().map(Vec::len).sum());
        for (scope, rows) in places {
            self.fill_place(view, scope, &rows).await;
        }
        self.progress.clear();
    }

    async fn fill_place(&mut self, view: View, id: ScopeId, rows: &[Row]) {
        let Some(scope) = self.table(view.id()).and_then(|table| Some(table.scopes.get(id)?.scope.clone())) else {
            return;
        };
        let at = At { account: self.account(&scope), scope, parent: None, role: None };
        let (sink, mut steps) = mpsc::channel(STEPS);
        let Some(filling) = view.fill(self.cx.clone(), at, rows, sink) else { return };
        // A set ends what is in it when it is dropped.
        let mut reading = JoinSet::new();
        reading.spawn(timeout(FLEET_PASS, filling));
        let table = self.tables.entry(view.id()).or_default();
        while let Some(step) = steps.recv().await {
            match step {
                Reply::Rows(Delta::Upsert(rows)) => {
                    table.fill(id, &rows, &mut Touched::default());
                    for _ in &rows {
                        self.progress.step();
                    }
                }
                Reply::Fault(fault) => table.fault(id, fault),
                _ => {}
            }
        }
        if let Some(Ok(Err(_))) = reading.join_next().await {
            table.fault(id, late(FLEET_PASS));
        }
    }
}
