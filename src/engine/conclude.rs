//! From the verdicts of all files to one evaluation: numbers, counts, what does not apply, what must exist and does not.

use crate::base::{CheckId, FileIdx, RelPath, Span};
use crate::catalog::Role;
use crate::engine::evaluate::{Counts, FileVerdicts};
use crate::engine::fingerprint::{self, Numbering};
use crate::engine::{Engine, place};
use crate::facts::{ItemKind, PackageIdx, Place};
use crate::finding::{Finding, Fingerprint, State};
use crate::rule::{OnEmpty, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Roles of the calls where something missing in a package is shown, best first.
const ROOTS: [&str; 2] = ["router", "server-start"];

/// What all rules say of the code base.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// What fails, by path and place, each once, with fingerprints.
    pub findings: Vec<Finding>,
    /// Counts of each rule, sorted by id.
    pub checks: Vec<CheckVerdicts>,
    /// What could not be judged, by check, path and place.
    pub unknowns: Vec<UnknownVerdict>,
    /// Time of each rule summed over files, where it was taken.
    pub times: Vec<(CheckId, Duration)>,
}

/// The verdicts of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckVerdicts {
    /// The check.
    pub check: CheckId,
    /// Its verdicts, counted.
    pub counts: Counts,
    /// Why it does not apply, where it does not.
    pub not_applicable: Option<String>,
    /// The subjects that conform, by path and place.
    pub passes: Vec<(RelPath, Span)>,
}

/// One subject of which too little could be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownVerdict {
    /// The check.
    pub check: CheckId,
    /// File of the subject.
    pub path: RelPath,
    /// Bytes of the subject.
    pub span: Span,
    /// What could not be seen; lower case, no full stop.
    pub reason: String,
}

impl Engine<'_> {
    /// Puts the verdicts of all files together.
    #[must_use]
    pub fn conclude(&self, files: Vec<FileVerdicts>) -> Evaluation {
        let mut evaluation = Evaluation::default();
        let mut counts = vec![Counts::default(); self.rules.rules.len()];
        let mut times: BTreeMap<u32, Duration> = BTreeMap::new();
        let mut with_subjects: BTreeSet<(u32, PackageIdx)> = BTreeSet::new();
        let mut drafts: Vec<(u64, Finding)> = Vec::new();
        let mut passes: BTreeMap<u32, Vec<(RelPath, Span)>> = BTreeMap::new();
        for verdicts in files {
            let source = self.codebase.file(verdicts.file);
            for (rule, own) in &verdicts.counts {
                with_subjects.insert((*rule, source.package));
                if let Some(all) = counts.get_mut(*rule as usize) {
                    all.pass += own.pass;
                    all.fail += own.fail;
                    all.unknown += own.unknown;
                }
            }
            for (rule, span) in verdicts.passes {
                passes.entry(rule).or_default().push((source.tree.source().path().clone(), span));
            }
            for (rule, time) in verdicts.times {
                *times.entry(rule).or_default() += time;
            }
            for unclear in verdicts.unclear {
                if let Some(rule) = self.rules.rules.get(unclear.rule as usize) {
                    let path = source.tree.source().path().clone();
                    let (check, span) = (rule.id.clone(), unclear.span);
                    evaluation.unknowns.push(UnknownVerdict { check, path, span, reason: unclear.reason });
                }
            }
            drafts.extend(verdicts.drafts.into_iter().map(|draft| (draft.key, draft.finding)));
        }
        for (at, rule) in self.rules.rules.iter().enumerate() {
            let missing = self.missing(at as u32, rule, &with_subjects);
            if let Some(own) = counts.get_mut(at) {
                own.fail += missing.len() as u32;
            }
            drafts.extend(missing);
        }
        evaluation.findings = numbered(drafts);
        evaluation.unknowns.sort();
        evaluation.checks = self.counted(&counts, passes);
        let of_rule =
            |(rule, time): (u32, Duration)| Some((self.rules.rules.get(rule as usize)?.id.clone(), time));
        evaluation.times = times.into_iter().filter_map(of_rule).collect();
        evaluation
    }

    fn counted(&self, counts: &[Counts], passes: BTreeMap<u32, Vec<(RelPath, Span)>>) -> Vec<CheckVerdicts> {
        let mut passes = passes;
        let rules = (0_u32..).zip(self.rules.rules.iter().zip(counts));
        rules
            .map(|(at, (rule, counts))| CheckVerdicts {
                passes: sorted(passes.remove(&at).unwrap_or_default()),
                check: rule.id.clone(),
                counts: *counts,
                not_applicable: (counts.subjects() == 0).then(|| self.why_empty(rule)),
            })
            .collect()
    }

    fn why_empty(&self, rule: &Rule) -> String {
        let is_open = self.files(None).any(|file| self.is_gate_open(file, &rule.requires_crate));
        if is_open || rule.requires_crate.is_empty() {
            let within = rule.scope.shown().map_or(String::new(), |scope| format!(" in {scope}"));
            return format!("no subjects{within}");
        }
        let names: Vec<String> = rule.requires_crate.iter().map(|name| format!("`{name}`")).collect();
        format!("no package depends on {}", names.join(" or "))
    }

    /// A finding for each package to which the rule applies and that has no subject, where one must exist.
    fn missing(
        &self,
        at: u32,
        rule: &Rule,
        with_subjects: &BTreeSet<(u32, PackageIdx)>,
    ) -> Vec<(u64, Finding)> {
        if rule.on_empty == OnEmpty::NotApplicable {
            return Vec::new();
        }
        let packages = (0..self.codebase.packages.len() as u32).map(PackageIdx);
        let without = packages.filter(|package| !with_subjects.contains(&(at, *package)));
        without.filter_map(|package| self.missing_in(rule, package)).collect()
    }

    fn missing_in(&self, rule: &Rule, package: PackageIdx) -> Option<(u64, Finding)> {
        let is_asked = |file: &FileIdx| {
            self.codebase.examines(self.codebase.file(*file).scope) && self.is_in_scope(*file, rule)
        };
        let file = self.files(Some(package)).find(is_asked)?;
        if !self.is_gate_open(file, &rule.requires_crate) {
            return None;
        }
        let root = self.root_of(package);
        let file = root.map_or(file, |root| root.file);
        let tree = self.codebase.tree(file);
        let span = root.map_or(Span::point(0), |root| place::primary(tree, root.node));
        let name = self.codebase.packages.get(package.0 as usize).map(|package| package.name.to_string());
        let filled = |template: &crate::rule::Template| {
            template.render(|hole| match hole {
                "subject" | "item" | "name" => name.clone(),
                other => rule.param(other).map(|param| param.value.to_string()),
            })
        };
        let key = fingerprint::key(&rule.id, name.as_deref().unwrap_or(""), tree, Span::point(0));
        let finding = Finding {
            check: rule.id.clone(),
            severity: rule.severity,
            precision: rule.precision,
            message: filled(&rule.message),
            because: filled(&rule.because),
            help: filled(&rule.help),
            path: tree.source().path().clone(),
            span,
            labels: Vec::new(),
            item: name.unwrap_or_default(),
            fingerprint: Fingerprint(0),
            // What one package lacks is not what another lacks.
            shape: Fingerprint(key),
            state: State::New,
            statement: None,
            fix: None,
        };
        Some((key, finding))
    }

    /// Where something missing in a package is shown: its router, its served app, its `main`.
    fn root_of(&self, package: PackageIdx) -> Option<Place> {
        let is_own = |place: &Place| {
            self.codebase.file(place.file).package == package
                && self.codebase.is_examined(place.file, place.node)
        };
        let calls = ROOTS.iter().filter_map(|name| Role::named(name));
        let mut calls =
            calls.filter_map(|role| self.codebase.calls_with_role(role).iter().copied().find(is_own));
        calls.next().or_else(|| {
            let mains = self
                .codebase
                .items
                .iter()
                .filter(|item| &*item.name == "main" && matches!(item.kind, ItemKind::Fn(_)));
            mains.map(|item| Place { file: item.file, node: item.node }).find(is_own)
        })
    }
}

fn sorted(mut places: Vec<(RelPath, Span)>) -> Vec<(RelPath, Span)> {
    places.sort();
    places
}

/// The findings by path, place and check, each once, with their fingerprints.
fn numbered(mut drafts: Vec<(u64, Finding)>) -> Vec<Finding> {
    let order = |finding: &Finding| (finding.path.clone(), finding.span, finding.check.clone());
    drafts.sort_by_cached_key(|(_, finding)| order(finding));
    drafts.dedup_by(|(_, a), (_, b)| a.check == b.check && a.path == b.path && a.span == b.span);
    let mut numbering = Numbering::default();
    drafts
        .into_iter()
        .map(|(key, mut finding)| {
            finding.fingerprint = numbering.next(key);
            finding
        })
        .collect()
}
