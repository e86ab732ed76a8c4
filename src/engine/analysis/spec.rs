//! What an analysis takes and yields, as data: shown to authors of rules and checked when rules are loaded.

use super::ParamValue;

/// An analysis as its users see it.
#[derive(Debug)]
pub struct Spec {
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

/// The type of a parameter, spelled in rules as in `params: { x: { type: .. } }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// A whole number.
    Count,
    /// `30 s`, `5 min`.
    Duration,
    /// `128 KB`.
    Bytes,
    /// A list of names.
    Names,
    /// One text.
    Text,
    /// `true` or `false`.
    Bool,
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
