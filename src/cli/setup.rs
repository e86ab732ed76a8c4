//! What is settled before a scan: configuration, rules, what is read. Scans nothing.

use crate::base::CheckId;
use crate::cli::args::{CommonArgs, SelectionArgs};
use crate::cli::cargo;
use crate::cli::config::{self, Config};
use crate::cli::rules::{self, Force};
use crate::finding::Problem;
use crate::rule::RuleSet;
use crate::scan::Options;
use std::path::PathBuf;

/// Everything that is settled before the scan.
pub(super) struct Setup {
    pub(super) config: Config,
    pub(super) rules: RuleSet,
    /// Ids of all checks, also of those that this run leaves out.
    pub(super) known: Vec<CheckId>,
    /// Checks that are off but for the parts where an override switches them on.
    pub(super) off: Vec<CheckId>,
    pub(super) force: Force,
    pub(super) options: Options,
}

impl Setup {
    /// Reads configuration and rules for a scan of `paths`.
    ///
    /// # Errors
    /// All that is wrong with either.
    pub(super) fn read(paths: &[PathBuf], common: &CommonArgs) -> Result<Self, Vec<Problem>> {
        Self::of_packages(paths, &SelectionArgs::default(), common)
    }

    /// The same for the chosen packages and targets of a workspace.
    ///
    /// # Errors
    /// Also where there are no such packages.
    pub(super) fn of_packages(
        paths: &[PathBuf],
        selection: &SelectionArgs,
        common: &CommonArgs,
    ) -> Result<Self, Vec<Problem>> {
        let working = working_folder()?;
        let (roots, selection) = cargo::choose(paths, selection, &working)?;
        let (config, mut problems) = config::load(&roots.folder, common.config.file.as_deref());
        let force = rules::load(common, &config, &working).unwrap_or_else(|wrong| {
            problems.extend(wrong);
            Force::default()
        });
        if !problems.is_empty() {
            return Err(problems);
        }
        let options = Options {
            roots,
            selection,
            n_threads: usize::from(common.run.threads),
            exclusions: config.exclusions.clone(),
            declared: config.roles.clone(),
        };
        let enabled = force.rules.rules.iter().map(|rule| rule.id.clone());
        let known = enabled.chain(config.settings().map(|setting| setting.id.clone())).collect();
        let off = config.off_but_for_parts();
        Ok(Self { config, rules: force.rules.clone(), known, off, force, options })
    }

    /// Whether all of the code is looked at.
    pub(super) fn is_whole(&self) -> bool {
        let roots = &self.options.roots;
        !self.options.selection.is_narrow() && roots.starts.iter().any(|start| start == &roots.folder)
    }
}

/// The working folder.
///
/// # Errors
/// Where it was removed.
pub(super) fn working_folder() -> Result<PathBuf, Vec<Problem>> {
    std::env::current_dir().map_err(|error| vec![Problem::new(format!("no working folder: {error}"))])
}
