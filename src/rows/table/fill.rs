//! What is filled into rows that were read before.

use super::{Row, ScopeId, Table, Touched};

impl Table {
    /// Takes what was filled into rows of a scope, as far as they are still there. It is no reading of them: they stay as
    /// old as they are, and their verdict is judged with the next judging.
    pub fn fill(&mut self, scope: ScopeId, rows: &[Row], touched: &mut Touched) {
        for by in rows {
            let Some(id) = self.find(scope, by.key()) else { continue };
            let known = self.get(id).map(|slot| &slot.row);
            let filled = known.and_then(|row| row.filled(&**by).filter(|filled| !filled.same(&**row)));
            if let Some((row, slot)) = filled.zip(self.slot_mut(id)) {
                (slot.row, slot.turns) = (row, true);
                touched.slots.push(id);
                self.revision += 1;
            }
        }
    }
}
