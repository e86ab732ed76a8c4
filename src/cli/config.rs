//! What `patscan.toml` says, as plain data. Applies nothing.

mod find;
mod read;
mod table;

use crate::base::{CheckId, SourceText, Span};
use crate::catalog::{DeclaredRole, Exclusion};
use crate::finding::{Problem, Severity};
use crate::policy::FailOn;
use std::collections::BTreeMap;

pub(super) use find::load;

/// The settings of a project; the default says nothing.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// From which severity on the run fails.
    pub fail_on: Option<FailOn>,
    /// Roles by declaration.
    pub roles: Vec<DeclaredRole>,
    /// Settings by check.
    pub checks: BTreeMap<CheckId, CheckSettings>,
    /// Files left out.
    pub exclusions: Vec<Exclusion>,
    /// The file itself, to point into; `None` where there is none.
    pub source: Option<SourceText>,
}

/// What configuration says of one check.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckSettings {
    /// Where the check is named.
    pub span: Span,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Whether it runs.
    pub is_enabled: Option<bool>,
    /// Values of parameters, each with its place.
    pub params: BTreeMap<String, (RawValue, Span)>,
}

/// A parameter's value as written; its type is the check's affair.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// A text, such as `30 s`.
    Text(String),
    /// A whole number.
    Count(i64),
    /// Yes or no.
    Flag(bool),
    /// A list of texts.
    Names(Vec<String>),
}

impl Config {
    /// A problem at `span` of the file.
    pub(super) fn problem(&self, span: Span, message: String) -> Problem {
        match &self.source {
            Some(source) => Problem::at(source, span, message),
            None => Problem::new(message),
        }
    }
}
