//! The names that rules may use, from the catalogue and the engine. Reads no rule.

use crate::catalog::Catalog;
use crate::engine::analysis;
use crate::rule::{AnalysisSpec, Vocabulary};
use std::sync::OnceLock;

/// The names that rules may use.
#[must_use]
pub fn vocabulary() -> Vocabulary<'static> {
    static SPECS: OnceLock<Vec<&'static AnalysisSpec>> = OnceLock::new();
    let analyses = SPECS.get_or_init(|| analysis::ALL.iter().map(|analysis| analysis.spec()).collect());
    Vocabulary { catalog: Catalog::builtin(), analyses }
}
