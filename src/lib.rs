//! patscan

pub mod base;
pub mod engine;
pub mod facts;
pub mod finding;
pub mod syntax;
