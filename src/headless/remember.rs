//! What the console may use of a run without it: the tree, and since when conditions hold.

use super::{Base, base, reader::Reader};
use crate::{
    app::plan::TREE,
    model::{Memo, Progress, Scope, ViewId},
    rows::{Row, Table},
};

/// Keeps what was read, in the books of the caller's fleet: since when conditions hold, and a tree that was read in
/// full. Only for a caller that is known, and a store that lasts. The store holds conveniences: where it cannot be
/// written, nothing is lost.
pub async fn keep(on: &Base, reader: &Reader) {
    let (true, Some(Ok(caller))) = (on.store.is_persistent(), &reader.caller) else { return };
    let last = on.store.last_fleet(&on.hint()).ok().flatten();
    let fleet = base::fleet_name(&reader.cx, &base::caller(caller.clone()), last.as_deref()).await;
    let now = reader.cx.now();
    let book = on.store.fleet(&fleet);
    // A tree without its empty OUs is better than none, and no better than any other.
    let known = || book.get("tree", "rows").ok().flatten().is_some();
    let mut memos = Vec::new();
    // Where Organizations tells nothing any more, what it told before is worth more than what others tell.
    let whole = |table: &&Table| is_whole(table) && reader.walk.refused.is_none();
    if let (Some(view), Some(tree)) = (reader.tree(), reader.table(ViewId(TREE)).filter(whole))
        && !(reader.walk.short && known())
    {
        let rows: Vec<Row> = tree.iter().map(|(_, slot)| Row::clone(&slot.row)).collect();
        memos.push(Memo::keep("tree", "rows", view.keep(&rows)));
    }
    memos.extend(reader.cx.past.drain_changes());
    let _unkept = on.store.set_last_fleet(&on.hint(), &fleet, now).and_then(|()| book.write(memos, now));
}

fn is_whole(tree: &Table) -> bool {
    let state = tree.scopes.find(&Scope::fleet()).and_then(|id| tree.scopes.get(id));
    state.is_some_and(|s| s.progress == Progress::Read)
}
