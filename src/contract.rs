//! The understanding of one message as `contract/request.schema.json` defines it: what `extract`, the API, the page and the queue speak.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The constant that every understanding carries in `schema`.
pub const SCHEMA: &str = "muster.understanding/v1";

/// What Muster understood of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Understanding {
    /// Always `muster.understanding/v1`.
    pub schema: String,
    pub message: MessageFacts,
    pub triage: Triage,
    /// One element for each person and action; empty for support, hr_question and other.
    pub requests: Vec<Request>,
}

/// The facts about the message itself; evidence offsets point into `text`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageFacts {
    /// RFC 5322 Message-ID without angle brackets; the source's own id for chat and tickets; a plain file's name.
    pub id: String,
    pub channel: Channel,
    /// RFC 3339 with the sender's offset; every relative date resolves against it.
    pub received_at: String,
    pub language: Language,
    pub from: Option<String>,
    pub subject: Option<String>,
    /// The subject, one newline, then the message's own newest text with forwarded content kept.
    pub text: String,
}

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    Mail,
    Chat,
    Ticket,
    File,
}

/// The language that a message is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    En,
    Zh,
    Mixed,
    Other,
}

/// What sort of message this is; a message with several requests takes the category of its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Onboarding,
    Offboarding,
    Transfer,
    Access,
    Support,
    HrQuestion,
    Other,
}

/// Urgency by working days: P1 most urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Priority {
    P1,
    P2,
    P3,
    P4,
}

/// A doubt that blocks automatic approval, never understanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    UnverifiedSender,
    UnauthorizedRequester,
    SuspectedFraud,
    PromptInjection,
    PrivilegedAccess,
    OutsideRoleBundle,
    Conflict,
    PastDate,
    Duplicate,
    NeedsHuman,
}

/// Category, urgency, route and doubts of one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Triage {
    pub category: Category,
    /// Calibrated, 0 to 1: of messages given 0.9, nine in ten are right.
    pub confidence: f32,
    pub priority: Priority,
    #[serde(default)]
    pub priority_reasons: Vec<String>,
    pub assignee_group: Option<String>,
    /// Names of the fields that the request's kind needs and the thread does not say.
    pub missing: Vec<String>,
    pub flags: Vec<Flag>,
    /// Two sentences at most, in the message's language, of nothing but extracted facts.
    #[serde(default)]
    pub summary: String,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Onboarding,
    Offboarding,
    Transfer,
    Access,
}

/// What is to happen with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    Create,
    Amend,
    Cancel,
    Inquire,
}

/// One request: one person and one action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Request {
    pub kind: Kind,
    pub operation: Operation,
    pub person: Person,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<Field<EmploymentType>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<DateField>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<DateField>,
    /// RFC 3339 instant at which access must stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_at: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_mode: Option<Field<WorkMode>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Field<Reason>>,
    pub needs: Vec<Need>,
}

/// The person whom a request concerns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Field<String>>,
    /// A name change: the name from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_name: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Field<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<Field<String>>,
}

/// How a person is employed; said nowhere means absent, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    FullTime,
    PartTime,
    Intern,
    Contractor,
    Temporary,
}

/// Where a person works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkMode {
    Onsite,
    Remote,
    Hybrid,
}

/// Why a person leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Resignation,
    Dismissal,
    Redundancy,
    Retirement,
    ContractEnd,
    Other,
}

/// A value with the words that prove it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Field<T> {
    pub value: T,
    /// 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Span>,
    /// A person's name: the employee number of the directory entry that it means (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

/// A day with the words that prove it, and the other readings of the same words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DateField {
    /// `YYYY-MM-DD`.
    pub value: String,
    /// 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Span>,
    /// Other readings of the same words, most likely first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambiguous: Vec<String>,
    /// How the value follows from the words, for a person to check (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
}

/// Words of the message: `text[start..end] == quote`, in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// The attachment that the offsets point into; absent for the message's own text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub start: usize,
    pub end: usize,
    pub quote: String,
}

/// What happens with a thing that a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Grant,
    Revoke,
    Recover,
    Delegate,
    Retain,
}

/// What sort of thing a need is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NeedCategory {
    Device,
    Software,
    Access,
    Facility,
    Other,
}

/// One thing that a person gets, loses, gives back, hands over or keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Need {
    pub action: Action,
    pub category: NeedCategory,
    /// The words of the message that name the item.
    pub text: String,
    /// The service catalog's item that those words were linked to.
    pub catalog_id: Option<String>,
    /// How sure that link is, 0 to 1; absent where a person made it (an addition to the contract).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_confidence: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// `same access as Jane Roe`: the person to copy from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Delegate: who receives the mail or files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Retain: the last day kept, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Span>,
}
