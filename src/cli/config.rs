//! What `patscan.toml` says, as plain data. Applies nothing.

mod find;
mod key;
mod leaf;
mod lint;
mod read;
mod row;
mod schema;
mod table;

use crate::base::{CheckId, PathGlob, SourceText, Span};
use crate::catalog::{DeclaredRole, Exclusion};
use crate::cli::link::PageTemplate;
use crate::finding::{Problem, Severity};
use crate::pattern::LintId;
use crate::policy::{FailOn, Waiver};
use crate::rule::Setting;
use std::path::PathBuf;

pub(super) use find::load;
pub(super) use key::{KEYS, Key, find as find_key, nearest_to as nearest_key};
pub(super) use leaf::Leaf;
pub(super) use schema::schema;

/// The settings of a project; the default says nothing.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What reports call the service.
    pub name: Option<String>,
    /// Where the pages of checks are.
    pub pages: Option<PageTemplate>,
    /// From which severity on the run fails.
    pub fail_on: Option<FailOn>,
    /// Roles by declaration.
    pub roles: Vec<DeclaredRole>,
    /// Settings of checks, file by file; a later one wins.
    pub layers: Vec<Layer>,
    /// Other settings for parts of the code; a later one wins.
    pub overrides: Vec<Override>,
    /// Weights of lint rules for documents, numbers before names; `None` turns a rule off.
    pub docs: Vec<(LintId, Option<Severity>)>,
    /// Documents and rule sets, or folders of them.
    pub patterns: Vec<PathBuf>,
    /// Files left out.
    pub exclusions: Vec<Exclusion>,
    /// Permissions for findings.
    pub waivers: Vec<Waiver>,
    /// The baseline's path below the scanned folder.
    pub baseline: Option<String>,
    /// Configurations that this one lies over, with the places that name them.
    pub extends: Vec<(String, Span)>,
    /// The file itself, to point into; `None` where there is none.
    pub source: Option<SourceText>,
    /// All values, file by file, with their places.
    pub leaves: Vec<Leaf>,
}

/// The settings of checks in one file.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The file.
    pub source: SourceText,
    /// Its settings, sorted by id.
    pub checks: Vec<Setting>,
}

/// Other settings for a part of the code.
#[derive(Clone, Debug)]
pub struct Override {
    /// The file that says so.
    pub source: SourceText,
    /// Where they hold.
    pub paths: Vec<PathGlob>,
    /// What holds there, sorted by id.
    pub checks: Vec<Setting>,
}

impl Config {
    /// All settings of checks, those of parts of the code left aside.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.layers.iter().flat_map(|layer| &layer.checks)
    }

    /// Checks that are off but for the parts where an override switches them on.
    pub fn off_but_for_parts(&self) -> Vec<CheckId> {
        let in_parts = self.overrides.iter().flat_map(|row| &row.checks);
        let is_on = |setting: &&Setting| setting.is_enabled == Some(true);
        let on: Vec<&CheckId> = in_parts.filter(is_on).map(|setting| &setting.id).collect();
        let off = self.settings().filter(|setting| setting.is_enabled == Some(false));
        off.map(|setting| setting.id.clone()).filter(|id| on.contains(&id)).collect()
    }

    /// This configuration laid over `base`: single values win, lists are joined.
    #[must_use]
    fn over(self, mut base: Self) -> Self {
        let is_on = |id| self.settings().any(|setting| setting.id == id && setting.is_enabled == Some(true));
        for setting in base.layers.iter_mut().flat_map(|layer| &mut layer.checks) {
            // A check that is switched off is gone; who wants it again means that it was never off.
            if setting.is_enabled == Some(false) && is_on(setting.id.clone()) {
                setting.is_enabled = None;
            }
        }
        Self {
            name: self.name.or(base.name),
            pages: self.pages.or(base.pages),
            fail_on: self.fail_on.or(base.fail_on),
            roles: joined(base.roles, self.roles),
            layers: joined(base.layers, self.layers),
            overrides: joined(base.overrides, self.overrides),
            docs: joined(base.docs, self.docs),
            patterns: joined(base.patterns, self.patterns),
            exclusions: joined(base.exclusions, self.exclusions),
            waivers: joined(base.waivers, self.waivers),
            baseline: self.baseline.or(base.baseline),
            extends: self.extends,
            source: self.source,
            leaves: joined(base.leaves, self.leaves),
        }
    }
}

fn joined<T>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    first.extend(second);
    first
}

/// The settings that a manifest gives its own package in a workspace, and what is wrong with them.
pub(super) fn of_package(manifest: &SourceText) -> (Vec<Setting>, Vec<Problem>) {
    read::package(manifest)
}
