//! The program `patscan`.

fn main() {}
