//! The one integration-test binary.

mod web;
