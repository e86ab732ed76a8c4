//! The YAML file of one pattern's rules: written by `compile`, read by `check`. A version stands in its first key.

mod read;
mod write;

pub use read::{is_rule_set, rule_set};
pub use write::yaml_of;

/// The version of the format.
const VERSION: &str = "1";
