//! The API and the pages, asked through the router as a caller would.

mod bench;
mod case_page;
mod doors;
mod guard;
mod house;
mod knowledge;
mod openapi;
mod queue_page;
mod sign_in;
