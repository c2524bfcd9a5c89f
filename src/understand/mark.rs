//! Marks: what proposers say of a stretch of text, and the trait that each of them implements.

use super::page::Page;
use crate::contract::{Action, EmploymentType, Kind, NeedCategory, Operation, Reason, WorkMode};
use crate::message::Span;

/// A candidate: these words may be that.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// In the text of `page.sources[source]`.
    pub span: Span,
    /// 0: the message's text; n: its nth attachment with words.
    pub source: usize,
    pub what: What,
    /// 0 to 1.
    pub confidence: f32,
    /// The proposer's name.
    pub by: &'static str,
}

/// What words may be.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A person's name; whether the person is concerned is the assembler's decision, helped by `role`.
    Person {
        role: Role,
    },
    NewName,
    Email,
    Phone,
    EmployeeNumber,
    /// The date mention with that number in `page.dates[source].mentions`.
    Date {
        index: usize,
        role: DateRole,
    },
    /// The duration with that number in `page.dates[source].durations`.
    Duration {
        index: usize,
        role: DateRole,
    },
    /// 'immediately', '即刻': access stops at `received_at`.
    Immediately,
    JobTitle,
    Department,
    Manager,
    Location,
    EmploymentType(EmploymentType),
    WorkMode(WorkMode),
    Reason(Reason),
    Need(Need),
    Operation(Operation),
    Kind(Kind),
}

/// A thing named in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// None: named, and not wanted ('no laptop', '平板就不用了').
    pub action: Option<Action>,
    pub category: NeedCategory,
    pub quantity: Option<u32>,
    /// `same access as …`: the person to copy from.
    pub like: Option<Span>,
    /// Delegate: who receives.
    pub to: Option<Span>,
    /// Retain: the last day kept, as the index of a date mention or of a duration.
    pub until: Option<Until>,
    pub catalog_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    Date(usize),
    Duration(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Joins, leaves, moves, or needs something.
    Concerned,
    /// Sender, buddy, colleague, receiver of a delegation, model for access.
    Other,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRole {
    Start,
    End,
    Revoke,
    /// No answer: a sent date, an event.
    Other,
    Unknown,
}

/// One reader of one sort of evidence, in a file of its own; a model replaces them piece by piece.
pub trait Proposer: Send + Sync {
    /// Stable, for `Mark::by` and for ablations.
    fn name(&self) -> &'static str;
    fn propose(&self, page: &Page, marks: &mut Vec<Mark>);
}
