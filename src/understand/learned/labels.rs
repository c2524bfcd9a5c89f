//! The label sets of the learned reader, in the order of its heads' rows; models/reader/labels.py holds the same.

use crate::contract::{Action, Category, EmploymentType, Flag, Kind, Operation, Reason, WorkMode};

/// What a span says of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Start,
    End,
    RevokeAt,
    Title,
    Department,
    Manager,
    Location,
    EmployeeNumber,
    EmploymentType,
    WorkMode,
    Reason,
    /// Something that is to be granted, revoked, …
    Need(Action),
    /// `the same access as Tom`.
    Like,
    /// Named, and not wanted.
    Unwanted,
    NewName,
    Email,
    Phone,
    /// How long a retained thing is kept.
    Until,
    /// Who receives a delegation.
    To,
}

/// Row 0 of `head.tag` is none; field i begins with row 1 + 2i and goes on with row 2 + 2i.
pub const FIELDS: [Field; 23] = [
    Field::Start,
    Field::End,
    Field::RevokeAt,
    Field::Title,
    Field::Department,
    Field::Manager,
    Field::Location,
    Field::EmployeeNumber,
    Field::EmploymentType,
    Field::WorkMode,
    Field::Reason,
    Field::Need(Action::Grant),
    Field::Need(Action::Revoke),
    Field::Need(Action::Recover),
    Field::Need(Action::Retain),
    Field::Need(Action::Delegate),
    Field::Like,
    Field::Unwanted,
    Field::NewName,
    Field::Email,
    Field::Phone,
    Field::Until,
    Field::To,
];

/// A full name, or a given name, nickname or surname on a later mention; `head.name` as `head.tag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameForm {
    Full,
    Short,
}

pub const NAMES: [NameForm; 2] = [NameForm::Full, NameForm::Short];

/// What a tagged span of an enumeration stands for; the rows of `head.value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Employment(EmploymentType),
    Mode(WorkMode),
    Reason(Reason),
}

pub const VALUES: [Value; 14] = [
    Value::Employment(EmploymentType::FullTime),
    Value::Employment(EmploymentType::PartTime),
    Value::Employment(EmploymentType::Intern),
    Value::Employment(EmploymentType::Contractor),
    Value::Employment(EmploymentType::Temporary),
    Value::Mode(WorkMode::Onsite),
    Value::Mode(WorkMode::Remote),
    Value::Mode(WorkMode::Hybrid),
    Value::Reason(Reason::Resignation),
    Value::Reason(Reason::Dismissal),
    Value::Reason(Reason::Redundancy),
    Value::Reason(Reason::Retirement),
    Value::Reason(Reason::ContractEnd),
    Value::Reason(Reason::Other),
];

/// The answers to `category`; the first four to `kind`.
pub const CATEGORIES: [Category; 7] = [
    Category::Onboarding,
    Category::Offboarding,
    Category::Transfer,
    Category::Access,
    Category::Support,
    Category::HrQuestion,
    Category::Other,
];

pub const KINDS: [Kind; 4] = [Kind::Onboarding, Kind::Offboarding, Kind::Transfer, Kind::Access];

pub const OPERATIONS: [Operation; 4] = [Operation::Create, Operation::Amend, Operation::Cancel, Operation::Inquire];

/// Questions that are answered with no or yes, and the flags that a yes raises.
pub const FLAGS: [(&str, Flag); 3] = [
    ("prompt_injection", Flag::PromptInjection),
    ("suspected_fraud", Flag::SuspectedFraud),
    ("privileged_access", Flag::PrivilegedAccess),
];

/// Questions to a whole pass with the number of their answers; the order of `head.query` stands in the manifest.
pub const QUESTIONS: [(&str, usize); 11] = [
    ("category", CATEGORIES.len()),
    ("kind", KINDS.len()),
    ("operation", OPERATIONS.len()),
    // None, then the values.
    ("employment_type", 6),
    ("work_mode", 4),
    ("reason", 7),
    // Whether the writer is the person.
    ("self", 2),
    // Whether the person of a marked pass is concerned at all.
    ("concerned", 2),
    ("prompt_injection", 2),
    ("suspected_fraud", 2),
    ("privileged_access", 2),
];
