//! Each fault of the embedded fleet under each view, both as they are listed: whatever AWS does, keys are answered, what
//! could not be read is told and keeps its rows, and all is whole again when the fault is gone.

mod expected;
mod tour;

use quarterdeck::sim::KINDS;
use tokio::task::JoinSet;

use tour::goes_through;

/// The faults are parted among so many tests, which the harness runs side by side. Within one they go side by side as
/// well: most of the time is the pauses between the attempts at a call.
const PARTS: usize = 2;

async fn part(of: usize) {
    let mut all = JoinSet::new();
    for (word, kind, _) in KINDS.iter().skip(of).step_by(PARTS) {
        all.spawn(Box::pin(goes_through(word, *kind)));
    }
    let mut found = Vec::new();
    while let Some(ended) = all.join_next().await {
        match ended {
            Ok(failures) => found.extend(failures),
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_fault_each_view_answers_keys_tells_and_recovers() {
    part(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_other_fault_each_view_answers_keys_tells_and_recovers() {
    part(1).await;
}
