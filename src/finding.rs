//! Findings about the scanned code, the edits that mend them, and problems with what people wrote for us. Decides nothing about either.

mod fix;
mod model;
mod problem;

pub use fix::{Applicability, Edit, Fix, edited};
pub use model::{Finding, Fingerprint, Label, Precision, Sentence, Severity, State};
pub use problem::{Place, Problem};
