//! patscan

pub mod base;
pub mod facts;
pub mod finding;
pub mod syntax;
