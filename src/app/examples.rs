//! `muster examples`: what technicians corrected, as labelled messages for `muster train` and `muster eval`.

use crate::store::{Store, StoreError, examples};
use std::io::Write;

/// One JSON line for each corrected case.
pub async fn run(store: &dyn Store, out: &mut dyn Write) -> anyhow::Result<()> {
    let found: Result<_, StoreError> = examples::corrected(store).await;
    for revision in found? {
        serde_json::to_writer(&mut *out, &revision.understanding)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
