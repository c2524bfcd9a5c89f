//! The one integration-test binary; each module is named by what holds.

mod eval_measures_the_reader;
mod extract_speaks_the_contract;
mod fixtures_are_understood;
mod hostile_input_ends_well;
mod house;
mod knowledge_stays_fresh;
mod ldap;
mod linking;
mod service;
mod store_story;
mod the_service_end_to_end;
mod the_shipped_reader_is_steady;
mod tidy;
mod web;
