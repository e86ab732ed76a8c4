//! Pure judgement: `(&RuleSet, &Codebase)` to verdicts, findings and explanations.
//! Reads no disk, prints nothing, decides neither waivers nor order.

pub mod analysis;
pub mod place;
mod subject;

pub use subject::{Fact, FactValue, Subject};
