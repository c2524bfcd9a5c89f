//! Who is concerned, as the directory has them, and what their role usually gets.

use crate::contract::{Action, EmploymentType, Field, Kind, Operation, Request};
use crate::knowledge::bundles::Profile;
use crate::knowledge::catalog::Item;
use crate::knowledge::people::{Entry, Whom};
use crate::knowledge::{Heard, Knowledge};
use crate::message::fold::fold_str;
use crate::message::{Message, Origin};

/// Suggestions of one request, at most.
const MOST: usize = 15;

/// What the message says beside a name of a request.
pub fn heard(request: &Request) -> Heard<'_> {
    // A transfer's new place tells nothing of the person who is still at the old one.
    if request.kind == Kind::Transfer {
        return Heard::default();
    }
    Heard {
        department: value(request.department.as_ref()),
        location: value(request.location.as_ref()),
        title: value(request.job_title.as_ref()),
        manager: value(request.manager.as_ref()),
    }
}

fn value(field: Option<&Field<String>>) -> Option<&str> {
    field.map(|f| f.value.as_str())
}

/// Whom the request's person means: by number, address, or name with all that is said beside it.
pub fn person<'k>(knowledge: &'k Knowledge, request: &Request) -> Whom<'k> {
    let people = &knowledge.people;
    let number = request.person.employee_number.as_ref().and_then(|n| people.by_number(&n.value));
    let told = number.or_else(|| people.by_email(&request.person.email.as_ref()?.value));
    if let Some(entry) = told {
        return Whom::One { entry, score: 1.0 };
    }
    let Some(name) = &request.person.name else { return Whom::Nobody };
    if let Some(entry) = name.entry.as_deref().and_then(|number| people.by_number(number)) {
        return Whom::One { entry, score: 1.0 };
    }
    match knowledge.person(&name.value, heard(request)) {
        // A joiner is in no directory yet: somebody of the very name may be back, somebody of a like name is another.
        Whom::One { score, .. } if joins(request) && score < 1.0 => Whom::Nobody,
        Whom::Several(_) if joins(request) => Whom::Nobody,
        whom => whom,
    }
}

/// Whether the request is about somebody who comes.
pub fn joins(request: &Request) -> bool {
    request.kind == Kind::Onboarding && request.operation == Operation::Create
}

/// The directory entry of the person concerned: where nobody is named, an access request is its sender's own.
pub fn entry<'k>(knowledge: &'k Knowledge, request: &Request, sender: Option<&str>) -> Option<&'k Entry> {
    let own = || {
        let unnamed = request.kind == Kind::Access && request.person.name.is_none();
        unnamed.then(|| knowledge.people.by_email(sender?)).flatten()
    };
    person(knowledge, request).one().or_else(own)
}

/// The sender's address, where the message is the sender's own: forwarded words are somebody else's.
pub fn own_sender(message: &Message) -> Option<&str> {
    let forwarded = message.segments.iter().any(|s| matches!(s.origin, Origin::Forwarded(_)));
    message.from.as_ref().and_then(|f| f.email.as_deref()).filter(|_| !forwarded)
}

/// What is known of the person's role; department and location as the organisation names them.
pub fn profile<'a>(knowledge: &'a Knowledge, request: &'a Request, entry: Option<&'a Entry>) -> Profile<'a> {
    let from_entry = |f: fn(&Entry) -> &str| entry.map(f).filter(|v| !v.is_empty());
    let department = request.department.as_ref().map(|d| d.value.as_str()).or_else(|| from_entry(|e| &e.department));
    let location = request.location.as_ref().map(|l| l.value.as_str()).or_else(|| from_entry(|e| &e.location));
    let stated = request.employment_type.as_ref().map(|e| match e.value {
        EmploymentType::FullTime => "full_time",
        EmploymentType::PartTime => "part_time",
        EmploymentType::Intern => "intern",
        EmploymentType::Contractor => "contractor",
        EmploymentType::Temporary => "temporary",
    });
    Profile {
        department: department.map(|d| knowledge.places.department(d).map_or(d, |k| k.name.as_str())),
        title: request.job_title.as_ref().map(|t| t.value.as_str()).or_else(|| from_entry(|e| &e.title)),
        employment_type: stated.or_else(|| from_entry(|e| &e.employment_type)),
        location: location.map(|l| knowledge.places.location(l).map_or(l, |k| k.name.as_str())),
    }
}

/// The same, with people of whom nobody says how they are employed taken for permanent staff: good enough for what
/// a person looks at, never for a flag or a value.
pub fn assumed(profile: Profile) -> Profile {
    Profile { employment_type: profile.employment_type.or(Some("full_time")), ..profile }
}

/// Whether the person's role is known and none of its bundles holds the item.
pub fn is_outside(knowledge: &Knowledge, profile: Profile, item: &str) -> bool {
    // A role is known only with its title or department; a bundle for everybody alone says nothing of it.
    if profile.title.is_none() && profile.department.is_none() {
        return false;
    }
    let bundles = knowledge.bundles.of(profile);
    let of_role = bundles.iter().any(|b| b.when.department.is_some() || b.when.title.is_some());
    of_role && !bundles.iter().any(|b| b.items.iter().any(|i| i == item))
}

/// What the role's bundles give and the request does not name: for a technician to add, never extracted. Only for
/// people who come or change their place.
pub fn suggestions<'k>(knowledge: &'k Knowledge, request: &'k Request, sender: Option<&str>) -> Vec<&'k Item> {
    let moves = matches!(request.kind, Kind::Onboarding | Kind::Transfer);
    if !moves || matches!(request.operation, Operation::Cancel | Operation::Inquire) {
        return Vec::new();
    }
    let profile = profile(knowledge, request, entry(knowledge, request, sender));
    if profile.title.is_none() && profile.department.is_none() {
        return Vec::new();
    }
    let named =
        |id: &str| request.needs.iter().any(|n| n.catalog_id.as_deref().is_some_and(|c| fold_str(c) == fold_str(id)));
    let given = knowledge.bundles.items_of(assumed(profile)).into_iter().filter(|id| !named(id));
    given.filter_map(|id| knowledge.catalog.get(id)).take(MOST).collect()
}

/// Linked items that the request asks to be given.
pub fn granted<'k>(knowledge: &'k Knowledge, request: &Request) -> Vec<&'k Item> {
    let grants = request.needs.iter().filter(|n| n.action == Action::Grant);
    grants.filter_map(|n| knowledge.catalog.get(n.catalog_id.as_deref()?)).collect()
}
