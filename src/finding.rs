//! Findings about the scanned code and problems with what people wrote for us. Decides nothing about either.

mod model;
mod problem;

pub use model::{Finding, Fingerprint, Label, Precision, Sentence, Severity, State};
pub use problem::{Place, Problem};
