//! The benchmark of `extract`.

fn main() {}
