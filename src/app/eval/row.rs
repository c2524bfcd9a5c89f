//! The rows of the tables: what is measured of a request, each by itself.

use crate::contract::Action;
use crate::understand::labels::Key;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// The person and what is asked for are right.
    Request,
    Operation,
    Name,
    StartDate,
    EndDate,
    RevokeAt,
    EmploymentType,
    WorkMode,
    Reason,
    JobTitle,
    Department,
    Manager,
    Location,
    EmployeeNumber,
    Email,
    Phone,
    NewName,
    Grant,
    Revoke,
    Recover,
    Delegate,
    Retain,
    /// Needs that copy a person's, whatever their action.
    Like,
    /// Who receives a delegation.
    To,
    /// How long a retained thing is kept.
    Until,
}

impl Row {
    pub const ALL: [Row; 25] = [
        Row::Request,
        Row::Operation,
        Row::Name,
        Row::StartDate,
        Row::EndDate,
        Row::RevokeAt,
        Row::EmploymentType,
        Row::WorkMode,
        Row::Reason,
        Row::JobTitle,
        Row::Department,
        Row::Manager,
        Row::Location,
        Row::EmployeeNumber,
        Row::Email,
        Row::Phone,
        Row::NewName,
        Row::Grant,
        Row::Revoke,
        Row::Recover,
        Row::Delegate,
        Row::Retain,
        Row::Like,
        Row::To,
        Row::Until,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Row::Request => "request",
            Row::Operation => "operation",
            Row::Name => "name",
            Row::StartDate => "start_date",
            Row::EndDate => "end_date",
            Row::RevokeAt => "revoke_at",
            Row::EmploymentType => "employment_type",
            Row::WorkMode => "work_mode",
            Row::Reason => "reason",
            Row::JobTitle => "job_title",
            Row::Department => "department",
            Row::Manager => "manager",
            Row::Location => "location",
            Row::EmployeeNumber => "employee_number",
            Row::Email => "email",
            Row::Phone => "phone",
            Row::NewName => "new_name",
            Row::Grant => "needs.grant",
            Row::Revoke => "needs.revoke",
            Row::Recover => "needs.recover",
            Row::Delegate => "needs.delegate",
            Row::Retain => "needs.retain",
            Row::Like => "needs.like",
            Row::To => "needs.to",
            Row::Until => "needs.until",
        }
    }

    /// Whether the row is a value of a request; `request` and `operation` are about the request itself, and stand in no
    /// sum.
    pub fn is_field(self) -> bool {
        !matches!(self, Row::Request | Row::Operation)
    }

    /// Whether a request may hold several of it, each an item of its own.
    pub fn is_need(self) -> bool {
        matches!(self, Row::Grant | Row::Revoke | Row::Recover | Row::Delegate | Row::Retain | Row::Like)
    }

    /// Whether one request may hold several.
    pub fn is_many(self) -> bool {
        self.is_need() || matches!(self, Row::To | Row::Until)
    }

    /// Whether the contract gives it words of its own as evidence; `to` and `until` stand under those of their need.
    pub fn has_place(self) -> bool {
        !matches!(self, Row::To | Row::Until)
    }

    /// None: the label is no value.
    pub fn of_key(key: Key) -> Option<Self> {
        Some(match key {
            Key::Start => Row::StartDate,
            Key::End => Row::EndDate,
            Key::RevokeAt => Row::RevokeAt,
            Key::Until => Row::Until,
            Key::Title => Row::JobTitle,
            Key::Department => Row::Department,
            Key::Manager => Row::Manager,
            Key::Location => Row::Location,
            Key::EmployeeNumber => Row::EmployeeNumber,
            Key::Email => Row::Email,
            Key::Phone => Row::Phone,
            Key::NewName => Row::NewName,
            Key::EmploymentType => Row::EmploymentType,
            Key::WorkMode => Row::WorkMode,
            Key::Reason => Row::Reason,
            Key::Grant => Row::Grant,
            Key::Revoke => Row::Revoke,
            Key::Recover => Row::Recover,
            Key::Retain => Row::Retain,
            Key::Delegate => Row::Delegate,
            Key::Like => Row::Like,
            Key::To => Row::To,
            Key::Not => return None,
        })
    }

    pub fn of_action(action: Action) -> Self {
        match action {
            Action::Grant => Row::Grant,
            Action::Revoke => Row::Revoke,
            Action::Recover => Row::Recover,
            Action::Delegate => Row::Delegate,
            Action::Retain => Row::Retain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn every_row_stands_once_in_the_list() {
        let mut rows = Row::ALL.to_vec();
        rows.sort();
        rows.dedup();
        assert_eq!(rows, Row::ALL, "in order, none twice");
        assert_eq!(Row::Until as usize + 1, rows.len(), "none left out");
    }
}
