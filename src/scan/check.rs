//! Evaluates rules on a loaded code base, file by file, into a report. Decides nothing about findings.

use crate::base::{FileIdx, RelPath, SourceText};
use crate::engine::{Clock, Engine, Evaluation, Explanation, FileVerdicts};
use crate::facts::{Marker, Note, markers};
use crate::finding::Problem;
use crate::policy::{CheckAbout, CheckCount, Phase, Report, UnknownSubject, Waiver, WaiverForm};
use crate::rule::{Plan, Rule, RuleSet};
use crate::scan::conformance::Judged;
use crate::scan::load::Loaded;
use crate::scan::needs::in_place;
use crate::scan::pool::Panicked;
use crate::scan::progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

impl Loaded {
    /// What `rules` say of the code, in the final order.
    #[must_use]
    pub fn check(&self, rules: &RuleSet, clock: Clock, progress: &dyn Progress) -> Report {
        let plan = Plan { layers: vec![rules.clone()], patterns: Vec::new() };
        self.check_plan(&plan, clock, progress)
    }

    /// What the checks of `plan` say of the code, with the states of its patterns' statements, in the final order.
    #[must_use]
    pub fn check_plan(&self, plan: &Plan, clock: Clock, progress: &dyn Progress) -> Report {
        let mut timings = self.timings.clone();
        let start = Instant::now();
        let (mut evaluations, mut problems) = (Vec::new(), self.problems.clone());
        let mut is_broken = false;
        for rules in &plan.layers {
            let rules = in_place(rules, plan, &self.codebase);
            let (evaluation, failures) = self.evaluate(&rules, clock, progress);
            problems.extend(failures);
            is_broken |= evaluation.is_none();
            evaluations.push(evaluation.unwrap_or_default());
        }
        timings.phases.push((Phase::Engine, start.elapsed()));
        let judged = Judged { plan, codebase: &self.codebase, evaluations: &evaluations };
        let (findings, statements, patterns) = (judged.findings(), judged.statements(), judged.patterns());
        let mut evaluations = evaluations.into_iter();
        let first = Evaluation { findings, ..evaluations.next().unwrap_or_default() };
        timings.checks.clone_from(&first.times);
        let about =
            plan.layers.first().map(|rules| rules.rules.iter().map(about).collect()).unwrap_or_default();
        let mut report =
            Report { problems, timings, is_broken, about, statements, patterns, ..self.report(first) };
        report.sources = self.sources_of(&report);
        report.into_ordered()
    }

    /// What one layer of rules says; `None` where judging failed as a whole.
    fn evaluate(
        &self,
        rules: &RuleSet,
        clock: Clock,
        progress: &dyn Progress,
    ) -> (Option<Evaluation>, Vec<Problem>) {
        let files = self.files_to_judge();
        progress.begin(Phase::Engine, files.len());
        let evaluated = self.pool.run(|| {
            let engine = Engine::new(rules, &self.codebase);
            let weight = |file: &FileIdx| self.codebase.tree(*file).n_nodes() as u64;
            let results = self.pool.map(&files, weight, |file| {
                let verdicts = engine.file(*file, clock);
                progress.step();
                verdicts
            });
            let (verdicts, failures) = self.parted(&files, results);
            (engine.conclude(verdicts), failures)
        });
        match evaluated {
            Ok((evaluation, failures)) => (Some(evaluation), failures),
            Err(Panicked(reason)) => {
                let failure = Problem::new(format!("patscan failed while judging the code: {reason}"));
                (None, vec![failure.help("please report it; no finding can be trusted")])
            }
        }
    }

    /// The comments of the reported files that may be waivers, by file and place.
    #[must_use]
    pub fn waiver_comments(&self) -> Vec<Waiver> {
        let files = self.files_to_judge();
        let of_file = |file: &FileIdx| {
            let tree = self.codebase.tree(*file);
            let comment = |marker: Marker| Waiver {
                source: tree.source().clone(),
                place: marker.comment,
                form: WaiverForm::Comment { text: marker.text, covers: marker.covers },
            };
            markers(tree).into_iter().map(comment).collect::<Vec<_>>()
        };
        files.iter().flat_map(of_file).collect()
    }

    fn files_to_judge(&self) -> Vec<FileIdx> {
        let all = (0_u32..).map(FileIdx).zip(&self.codebase.files);
        let asked = all.filter(|(_, file)| self.asked.holds_file(file));
        asked.map(|(idx, _)| idx).collect()
    }

    /// Verdicts, and a problem for each file on which an evaluation failed.
    fn parted(
        &self,
        files: &[FileIdx],
        results: Vec<Result<FileVerdicts, Panicked>>,
    ) -> (Vec<FileVerdicts>, Vec<Problem>) {
        let (mut verdicts, mut problems) = (Vec::new(), Vec::new());
        for (file, result) in files.iter().zip(results) {
            match result {
                Ok(found) => verdicts.push(found),
                Err(panicked) => {
                    problems.push(panicked.problem(self.codebase.tree(*file).source().path()));
                }
            }
        }
        (verdicts, problems)
    }

    fn report(&self, evaluation: Evaluation) -> Report {
        // What a whole package lacks may be placed in a part that nobody asked about.
        let mut report = report_of(evaluation);
        report.findings.retain(|finding| match self.file_idx(&finding.path) {
            Some(file) => self.asked.holds_file(self.codebase.file(file)),
            None => self.asked.holds(&finding.path),
        });
        report.blind_spots = self.blind_spots;
        report
    }

    /// The texts that the report points into.
    fn sources_of(&self, report: &Report) -> BTreeMap<RelPath, SourceText> {
        let own = report.findings.iter().map(|finding| &finding.path);
        let labels =
            report.findings.iter().flat_map(|finding| finding.labels.iter().map(|label| &label.path));
        let unknowns = report.unknowns.iter().map(|unknown| &unknown.path);
        let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_ref());
        let edits = fixes.flat_map(|fix| fix.edits().iter().map(|edit| &edit.path));
        let evidence = report.statements.iter().flat_map(|statement| &statement.evidence);
        let proofs = evidence.map(|place| &place.path);
        let paths: BTreeSet<&RelPath> =
            own.chain(labels).chain(unknowns).chain(edits).chain(proofs).collect();
        paths.into_iter().filter_map(|path| Some((path.clone(), self.source(path)?))).collect()
    }

    /// What is known about a file, or one 1-based line of it; `None` where the file was not read.
    #[must_use]
    pub fn inspect(&self, path: &RelPath, line: Option<u32>) -> Option<Vec<Note>> {
        let file = self.file_idx(path)?;
        let lines = line.map_or(1..=u32::MAX, |line| line..=line);
        self.pool.run(|| self.codebase.inspect(file, lines)).ok()
    }

    /// What `rule` makes of a 1-based line; `None` where the file was not read.
    #[must_use]
    pub fn explain(&self, rule: &Rule, path: &RelPath, line: u32) -> Option<Explanation> {
        let file = self.file_idx(path)?;
        let rules = RuleSet { rules: vec![rule.clone()] };
        self.pool.run(|| Engine::new(&rules, &self.codebase).explain(rule, file, line)).ok()
    }

    /// The manifests that were read, sorted by path.
    #[must_use]
    pub fn manifests(&self) -> Vec<SourceText> {
        let is_manifest = |text: &&SourceText| text.path().file_name() == "Cargo.toml";
        self.texts.values().filter(is_manifest).cloned().collect()
    }

    /// The text of a file that was read.
    #[must_use]
    pub fn source(&self, path: &RelPath) -> Option<SourceText> {
        let rust = self.file_idx(path).map(|idx| self.codebase.tree(idx).source());
        rust.or_else(|| self.texts.get(path)).cloned()
    }

    pub(super) fn file_idx(&self, path: &RelPath) -> Option<FileIdx> {
        let files = &self.codebase.files;
        let found = files.binary_search_by(|file| file.tree.source().path().cmp(path)).ok()?;
        u32::try_from(found).ok().map(FileIdx)
    }
}

/// An evaluation as a report, not yet in its final order.
pub(super) fn report_of(evaluation: Evaluation) -> Report {
    let checks = evaluation.checks.into_iter().map(|verdicts| CheckCount {
        check: verdicts.check,
        subjects: verdicts.counts.subjects(),
        pass: verdicts.counts.pass,
        fail: verdicts.counts.fail,
        unknown: verdicts.counts.unknown,
        not_applicable: verdicts.not_applicable,
    });
    let unknowns = evaluation.unknowns.into_iter().map(|unknown| UnknownSubject {
        check: unknown.check,
        path: unknown.path,
        span: unknown.span,
        reason: unknown.reason,
    });
    let (checks, unknowns) = (checks.collect(), unknowns.collect());
    Report { findings: evaluation.findings, checks, unknowns, ..Report::default() }
}

/// What formats tell of a rule.
fn about(rule: &Rule) -> CheckAbout {
    CheckAbout {
        check: rule.id.clone(),
        theme: rule.theme.to_string(),
        severity: rule.severity,
        precision: rule.precision,
        why: rule.page.slice(rule.why).to_owned(),
        page: None,
    }
}
