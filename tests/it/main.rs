//! The one integration-test binary.

mod store_story;
mod web;
