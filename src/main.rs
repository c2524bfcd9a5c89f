//! The `muster` program: parses its arguments and hands over.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    muster::app::run(muster::cli::Cli::parse())
}
