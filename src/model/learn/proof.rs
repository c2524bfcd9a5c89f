//! Looks at the gradients of a run's first batches: an operation without a backward pass would leave a variable as it
//! was, and say nothing.

use super::Error;
use super::adam::Values;
use super::base::Base;
use std::collections::{BTreeMap, BTreeSet};

/// Parts of the loss below this are as good as learned: their gradients may be nothing.
const LEARNED: f64 = 1e-4;
/// Batches in which a gradient may be all zeros before it counts as a fault.
const PATIENCE: usize = 3;

/// The variables that were not seen to learn yet.
pub(super) struct Proof {
    open: BTreeMap<String, usize>,
}

impl Proof {
    pub(super) fn new(base: &Base) -> Self {
        // The same is added to all scores of a softmax: these have no gradient by their nature.
        let idle = |name: &str| name.ends_with("attention.self.key.bias") || name == "head.query.bias";
        Self { open: base.tensors.keys().filter(|n| !idle(n)).map(|n| (n.clone(), 0)).collect() }
    }

    /// `parts`: the loss of this batch by head; `marked`: whether a pass of it was.
    pub(super) fn look(
        &mut self,
        gradients: &Values,
        parts: &BTreeMap<String, f64>,
        marked: bool,
    ) -> Result<(), Error> {
        let alive: BTreeSet<&str> =
            parts.iter().filter(|(_, loss)| **loss > LEARNED).map(|(n, _)| n.as_str()).collect();
        let wanted = |name: &str| match name.strip_prefix("head.") {
            None => !alive.is_empty(),
            Some("mark.weight") => marked && !alive.is_empty(),
            Some("query.weight") => alive.iter().any(|a| a.starts_with("class.")),
            Some(rest) => rest.rsplit_once('.').is_some_and(|(head, _)| alive.contains(head)),
        };
        let mut seen = Vec::new();
        for (name, zeros) in self.open.iter_mut().filter(|(n, _)| wanted(n)) {
            let no = |what| Err(Error::NoGradient { name: name.clone(), what });
            match gradients.get(name) {
                None => return no("none was reckoned"),
                Some(values) if values.iter().all(|x| *x == 0.0) => {
                    *zeros += 1;
                    if *zeros >= PATIENCE {
                        return no("it is zero");
                    }
                }
                Some(_) => seen.push(name.clone()),
            }
        }
        self.open.retain(|name, _| !seen.contains(name));
        Ok(())
    }
}
