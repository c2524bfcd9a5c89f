//! The requester policy: who may ask for what.

use super::people::{Entry, People};
use super::rows::{self, Fault};
use crate::contract::Kind;
use crate::message::fold::fold_str;
use serde::Deserialize;

/// `requesters.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Requesters {
    /// Addresses: every kind, for everybody.
    #[serde(default)]
    pub hr: Vec<String>,
    #[serde(default)]
    pub hr_system: Vec<String>,
    #[serde(default)]
    pub service_desk: Vec<String>,
    /// Heads of department, for their department.
    #[serde(default)]
    pub heads: Option<Grant>,
    /// Managers, for their reports and for joiners whom they name as theirs.
    #[serde(default)]
    pub managers: Option<Grant>,
    /// Everybody, for themselves.
    #[serde(rename = "self", default)]
    pub own: Option<Grant>,
    #[serde(default)]
    pub vendor: Vec<Vendor>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Grant {
    /// Kinds of request, and `inquire`.
    pub may: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Vendor {
    pub name: String,
    pub domain: String,
    pub may: Vec<String>,
    /// Only for contractors and temporary staff.
    #[serde(default)]
    pub staff_only: bool,
}

/// What a request is, as far as the policy asks.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub kind: Kind,
    pub inquiry: bool,
    /// The person's directory entry; a joiner has none.
    pub entry: Option<&'a Entry>,
    /// The requester is the person.
    pub own: bool,
    /// The message calls the requester, or nobody, the person's manager.
    pub manager_is_requester: bool,
    /// The directory entry of whom the message calls the person's manager.
    pub manager: Option<&'a Entry>,
    /// Contractor or temporary, as far as known.
    pub outside_staff: bool,
}

impl Requesters {
    pub fn parse(text: &str, faults: &mut Vec<Fault>) -> Self {
        let Some(table) = rows::toml_document("requesters.toml", text, faults) else { return Self::default() };
        match table.try_into() {
            Ok(policy) => policy,
            Err(error) => {
                let error: toml::de::Error = error;
                let reason = error.message().trim().to_owned();
                faults.push(Fault { file: "requesters.toml".into(), line: 0, reason });
                Self::default()
            }
        }
    }

    /// Whether a policy was given at all; without one, nobody is unauthorised.
    pub fn is_empty(&self) -> bool {
        self.hr.is_empty() && self.managers.is_none() && self.own.is_none() && self.vendor.is_empty()
    }

    /// Why the sender may not ask that, or None.
    pub fn objection(&self, people: &People, sender: Option<&str>, asked: Asked) -> Option<&'static str> {
        if self.is_empty() {
            return None;
        }
        let Some(sender) = sender.map(fold_str) else { return Some("the sender has no address") };
        if [&self.hr, &self.hr_system, &self.service_desk].into_iter().flatten().any(|a| fold_str(a) == sender) {
            return None;
        }
        let word = match asked.kind {
            Kind::Onboarding => "onboarding",
            Kind::Offboarding => "offboarding",
            Kind::Transfer => "transfer",
            Kind::Access => "access",
        };
        let may = |list: &[String]| list.iter().any(|m| m == word || (asked.inquiry && m == "inquire"));
        let domain = sender.rsplit_once('@').map_or("", |(_, d)| d);
        if let Some(vendor) = self.vendor.iter().find(|v| fold_str(&v.domain) == domain) {
            if !may(&vendor.may) {
                return Some("a vendor may not ask for this kind of request");
            }
            if vendor.staff_only && !asked.outside_staff {
                return Some("a vendor may ask only for its own staff");
            }
            return None;
        }
        let Some(entry) = people.by_email(&sender) else { return Some("the sender is not in the people directory") };
        if entry.status == "left" {
            return Some("the sender has left the organisation");
        }
        if asked.own && self.own.as_ref().is_some_and(|g| may(&g.may)) {
            return None;
        }
        let theirs = asked.entry.is_some_and(|person| people.reports_to(person, entry));
        if theirs && [&self.heads, &self.managers].into_iter().flatten().any(|g| may(&g.may)) {
            return None;
        }
        let manages = || people.manages(entry);
        let below = asked.manager.is_some_and(|m| people.reports_to(m, entry));
        let joiner = asked.entry.is_none() && (asked.manager_is_requester || below);
        if joiner && self.managers.as_ref().is_some_and(|g| may(&g.may)) && manages() {
            return None;
        }
        Some("the policy does not let the sender ask this for that person")
    }
}
