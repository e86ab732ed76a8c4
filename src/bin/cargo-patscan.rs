//! The program `cargo patscan`.

fn main() {}
