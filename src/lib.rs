//! patscan

pub mod base;
pub mod finding;
pub mod syntax;
