//! Muster as a library; the folder of each stage is a module here, in the order in which data flows.

pub mod app;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod contract;
pub mod emit;
pub mod intake;
pub mod knowledge;
pub mod message;
pub mod model;
pub mod store;
pub mod triage;
pub mod understand;
pub mod web;
