//! Pure judgement: `(&RuleSet, &Codebase)` to verdicts, findings and explanations.
//! Reads no disk, prints nothing, decides neither waivers nor order.

pub mod analysis;
mod conclude;
mod context;
mod draft;
mod evaluate;
mod explain;
pub mod fingerprint;
mod fix;
mod index;
pub mod message;
mod pattern;
pub mod place;
mod predicate;
mod select;
mod subject;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod verdict;
mod view;

pub use conclude::{CheckVerdicts, Evaluation, UnknownVerdict};
pub use context::Engine;
pub use evaluate::{Clock, Counts, FileVerdicts};
pub use explain::{ExplainedSubject, Explanation, NearMiss};
pub use subject::{Fact, FactValue, Subject};
pub use verdict::{Truth, Verdict};
