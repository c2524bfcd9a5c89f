//! Emission: what was approved leaves as CloudEvents.
