//! The category of a message: its first request's, else the likeliest of those without requests.

use crate::contract::{Category, Kind};
use crate::understand::Reading;

pub fn of(reading: &Reading) -> (Category, f32) {
    let said = |c: Category| reading.categories.iter().find(|(k, _)| *k == c).map_or(0.5, |(_, p)| *p);
    match reading.requests.first() {
        Some(first) => {
            let category = of_kind(first.kind);
            (category, said(category))
        }
        None => reading.categories.first().copied().unwrap_or((Category::Other, 0.0)),
    }
}

pub const fn of_kind(kind: Kind) -> Category {
    match kind {
        Kind::Onboarding => Category::Onboarding,
        Kind::Offboarding => Category::Offboarding,
        Kind::Transfer => Category::Transfer,
        Kind::Access => Category::Access,
    }
}
