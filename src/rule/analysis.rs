//! What a named analysis takes and tells, as plain data that the engine hands in: shown to authors of rules and checked
//! when rules are loaded. Runs nothing.

use crate::rule::{ParamKind, ParamValue, Params};
use std::sync::Arc;

/// An analysis as its users see it.
#[derive(Debug)]
pub struct AnalysisSpec {
    /// Its name in `analysis: { name: .. }`.
    pub name: &'static str,
    /// What its subjects are; one sentence, lower case, no full stop.
    pub about: &'static str,
    /// What it takes.
    pub params: &'static [ParamSpec],
    /// What it finds out about each subject.
    pub facts: &'static [FactSpec],
}

/// One parameter of an analysis.
#[derive(Debug)]
pub struct ParamSpec {
    /// Its key.
    pub name: &'static str,
    /// Its type.
    pub kind: ParamKind,
    /// What it means, with its default.
    pub about: &'static str,
    /// Its value where a rule is silent.
    pub default: fn() -> ParamValue,
}

/// One fact that an analysis finds out.
#[derive(Debug)]
pub struct FactSpec {
    /// Its key in `fact: { .. }`, `place:`, `labels:` and messages.
    pub name: &'static str,
    /// Its possible values.
    pub kind: FactKind,
    /// What it says, and when it is unknown.
    pub about: &'static str,
}

/// The possible values of a fact; each may be unknown as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// One of these words.
    Symbols(&'static [&'static str]),
    /// A number.
    Count,
    /// A length of time.
    Duration,
    /// A text.
    Text,
}

/// A rule's use of an analysis. Equal uses share their subjects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnalysisUse {
    /// Its name.
    pub name: Arc<str>,
    /// All its parameters, defaults filled in.
    pub params: Params,
}
