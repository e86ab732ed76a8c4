//! Scans Rust services and reports where they break the architecture patterns a team wrote down.

pub mod base;
pub mod catalog;
pub mod cli;
pub mod engine;
pub mod facts;
pub mod finding;
pub mod policy;
pub mod report;
pub mod rule;
pub mod scan;
pub mod syntax;
