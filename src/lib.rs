//! Muster as a library; the folder of each stage is a module here, in the order in which data flows.

pub mod calendar;
pub mod contract;
pub mod intake;
pub mod knowledge;
pub mod message;
pub mod triage;
pub mod understand;
