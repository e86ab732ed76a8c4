//! What a named analysis takes and tells, as plain data that the engine hands in. Runs nothing.

use crate::rule::{ParamKind, Params};
use std::sync::Arc;

/// A named analysis of the engine: it yields subjects with facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnalysisSpec {
    /// Kebab-case name, as `analysis: { name: .. }` uses it.
    pub name: &'static str,
    /// What it finds, one line.
    pub about: &'static str,
    /// What it takes beside its name.
    pub params: &'static [ParamSpec],
    /// What it tells of each subject.
    pub facts: &'static [FactSpec],
}

/// A parameter of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: ParamKind,
    /// The default as a rule would write it (`30 s`, `[a, b]`, `3`, `true`); empty where a rule must give it.
    pub default: &'static str,
    /// What it means, one line.
    pub about: &'static str,
}

/// A fact of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactSpec {
    /// Kebab-case key, as `fact: { key: .. }` and `place:` use it.
    pub key: &'static str,
    /// What it may hold; beside that, every fact may be unknown.
    pub kind: FactKind,
    /// What it means, one line.
    pub about: &'static str,
}

/// What a fact may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// One of these words.
    Symbol(&'static [&'static str]),
    /// A whole number.
    Count,
    /// A time.
    Duration,
    /// Any text.
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
