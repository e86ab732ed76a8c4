//! The YAML of checks: keys, their types and what they mean. Gives the checked model, or all mistakes.

pub(crate) mod check;
pub(crate) mod fix;
pub(crate) mod predicate;
pub(crate) mod quantity;
pub(crate) mod read;
pub(crate) mod selector;
pub(crate) mod table;
pub(crate) mod value;
pub(crate) mod yaml;
