//! What `patscan.toml` says, as plain data. Applies nothing.

mod find;
mod lint;
mod read;
mod table;

use crate::base::SourceText;
use crate::catalog::{DeclaredRole, Exclusion};
use crate::finding::Severity;
use crate::pattern::LintId;
use crate::policy::FailOn;
use crate::rule::Setting;
use std::path::PathBuf;

pub(super) use find::load;

/// The settings of a project; the default says nothing.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// From which severity on the run fails.
    pub fail_on: Option<FailOn>,
    /// Roles by declaration.
    pub roles: Vec<DeclaredRole>,
    /// Settings of checks, sorted by id.
    pub checks: Vec<Setting>,
    /// Weights of lint rules for documents, numbers before names; `None` turns a rule off.
    pub docs: Vec<(LintId, Option<Severity>)>,
    /// Documents and rule sets, or folders of them.
    pub patterns: Vec<PathBuf>,
    /// Files left out.
    pub exclusions: Vec<Exclusion>,
    /// The baseline's path below the scanned folder.
    pub baseline: Option<String>,
    /// The file itself, to point into; `None` where there is none.
    pub source: Option<SourceText>,
}
