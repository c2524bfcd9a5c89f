//! Which request of a new revision is which request of the case: so that its id stays the same.
//!
//! A request is found by its kind and person. An edit, or another reading of the same message, may have put the name
//! right: there the same place in the list counts as well. In another message the same place means nothing.

use std::collections::HashMap;

use crate::contract::{Field, Kind, Request};
use crate::message::fold::fold_str;

/// What a request is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub kind: Kind,
    pub name: Option<String>,
    pub email: Option<String>,
    pub number: Option<String>,
}

impl Key {
    pub fn of(request: &Request) -> Self {
        let person = &request.person;
        Self {
            kind: request.kind,
            name: folded(person.name.as_ref()),
            email: folded(person.email.as_ref()),
            number: folded(person.employee_number.as_ref()),
        }
    }

    fn nobody(&self) -> bool {
        self.name.is_none() && self.email.is_none() && self.number.is_none()
    }

    /// Something that both say differs.
    fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let same = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a == b);
        // A number or an address that agrees outweighs a name that was written otherwise.
        differ(&self.number, &other.number) || (!same(&self.number, &other.number) && differ(&self.email, &other.email))
    }

    fn handles(&self) -> impl Iterator<Item = (Kind, u8, &str)> {
        [(0, &self.number), (1, &self.email), (2, &self.name)]
            .into_iter()
            .filter_map(|(sort, value)| value.as_deref().map(|value| (self.kind, sort, value)))
    }
}

fn folded(field: Option<&Field<String>>) -> Option<String> {
    let text = fold_str(&field?.value);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// For each of `new`, its place in `known`, or none for a request that was not there before. Each place is given once.
///
/// `same_place`: for each of `new`, the place in `known` of the request that stood there in the revision before;
/// empty where the place in the list means nothing.
pub fn match_requests(known: &[Key], new: &[Key], same_place: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; new.len()];
    let mut free = vec![true; known.len()];
    let mut by_handle: HashMap<(Kind, u8, &str), Vec<usize>> = HashMap::new();
    for (place, key) in known.iter().enumerate() {
        for handle in key.handles() {
            by_handle.entry(handle).or_default().push(place);
        }
    }
    let mut give = |slot: &mut Option<usize>, place: usize| match free.get_mut(place) {
        Some(free) if *free => {
            *free = false;
            *slot = Some(place);
            true
        }
        _ => false,
    };
    // By person; among persons of one name the one in the same place first.
    for (i, (slot, key)) in found.iter_mut().zip(new).enumerate() {
        let here = same_place.get(i).copied().flatten();
        'handles: for handle in key.handles() {
            let places = by_handle.get(&handle).map(Vec::as_slice).unwrap_or_default();
            for place in here.filter(|here| places.contains(here)).iter().chain(places) {
                if known.get(*place).is_some_and(|known| !known.contradicts(key)) && give(slot, *place) {
                    break 'handles;
                }
            }
        }
    }
    // By place.
    for (slot, here) in found.iter_mut().zip(same_place) {
        if let (None, Some(place)) = (&slot, here) {
            give(slot, *place);
        }
    }
    // Nobody named, and only one of the kind on either side: 'the start moves to Monday'.
    for (i, key) in new.iter().enumerate().filter(|(_, key)| key.nobody()) {
        let of_kind = |keys: &[Key]| keys.iter().filter(|k| k.kind == key.kind).count() == 1;
        if of_kind(known)
            && of_kind(new)
            && let Some(slot) = found.get_mut(i)
            && slot.is_none()
            && let Some(place) = known.iter().position(|k| k.kind == key.kind)
        {
            give(slot, place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: Kind, name: &str, email: &str) -> Key {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        Key { kind, name: some(name), email: some(email), number: None }
    }

    #[test]
    fn persons_are_found_wherever_they_stand() {
        let known = [key(Kind::Onboarding, "jane roe", ""), key(Kind::Onboarding, "wei zhang", "")];
        let new = [key(Kind::Onboarding, "wei zhang", "wz@x.example"), key(Kind::Onboarding, "jane roe", "")];
        assert_eq!(match_requests(&known, &new, &[]), [Some(1), Some(0)]);
    }

    #[test]
    fn another_kind_or_another_person_of_the_name_is_another_request() {
        let known = [key(Kind::Onboarding, "wei zhang", "one@x.example")];
        assert_eq!(match_requests(&known, &[key(Kind::Access, "wei zhang", "")], &[]), [None]);
        assert_eq!(match_requests(&known, &[key(Kind::Onboarding, "wei zhang", "two@x.example")], &[]), [None]);
    }

    #[test]
    fn a_corrected_name_keeps_its_place_only_where_places_count() {
        let known = [key(Kind::Onboarding, "jane row", "")];
        let new = [key(Kind::Onboarding, "jane roe", "")];
        assert_eq!(match_requests(&known, &new, &[Some(0)]), [Some(0)]);
        assert_eq!(match_requests(&known, &new, &[]), [None]);
    }

    #[test]
    fn a_reply_that_names_nobody_means_the_only_request() {
        let known = [key(Kind::Onboarding, "jane roe", ""), key(Kind::Access, "jane roe", "")];
        assert_eq!(match_requests(&known, &[key(Kind::Onboarding, "", "")], &[]), [Some(0)]);
        let two = [key(Kind::Onboarding, "a", ""), key(Kind::Onboarding, "b", "")];
        assert_eq!(match_requests(&two, &[key(Kind::Onboarding, "", "")], &[]), [None]);
    }

    #[test]
    fn two_of_one_name_take_one_place_each() {
        let known = [key(Kind::Access, "a", ""), key(Kind::Access, "a", "")];
        assert_eq!(match_requests(&known, &known, &[Some(1), Some(0)]), [Some(1), Some(0)]);
        assert_eq!(match_requests(&known[..1], &known, &[]), [Some(0), None]);
    }
}
