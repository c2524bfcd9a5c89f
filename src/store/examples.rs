//! Labelled examples: the whole understandings that technicians corrected, for `muster train` and `muster eval`.

use super::{CaseNumber, Correction, Revision, Store, StoreError};
use std::collections::BTreeSet;

/// Corrections that are read from the store together.
const TOGETHER: u32 = 1_000;

/// The latest revision of each case that a person corrected, by case.
pub async fn corrected(store: &dyn Store) -> Result<Vec<Revision>, StoreError> {
    let mut cases: BTreeSet<CaseNumber> = BTreeSet::new();
    let mut after = 0;
    loop {
        let some: Vec<Correction> = store.corrections(after, TOGETHER).await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        cases.extend(some.iter().map(|c| c.case));
    }
    let mut found = Vec::with_capacity(cases.len());
    for case in cases {
        let mut revisions = store.revisions(case).await?;
        revisions.sort_by_key(|r| r.number);
        found.extend(revisions.into_iter().rev().find(|r| r.edited_by.is_some()));
    }
    Ok(found)
}
