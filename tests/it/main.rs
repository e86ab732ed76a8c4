//! The one integration binary: the house's own rules, the output formats, the program as users run it.

#![allow(clippy::expect_used, reason = "a helper of a test may panic as the test may")]

mod adopt;
mod adoption;
mod builtin;
mod cargo;
mod checks;
mod cli;
mod compiled;
mod contract;
mod diff;
mod documents;
mod fix;
mod fixtures;
mod formats;
mod golden;
mod language;
mod layering;
mod limits;
mod lint;
mod matrix;
mod patterns;
mod permit;
mod report;
mod schema;
mod setting;
mod source;
mod story;
mod style;
mod writing;
