//! Evaluates all rules on one file: subjects, verdicts, findings without their numbers. Pure; files do not wait for
//! each other.

use crate::base::{FileIdx, Span};
use crate::engine::draft::Draft;
use crate::engine::index::Slot;
use crate::engine::predicate::Judged;
use crate::engine::select::Selected;
use crate::engine::view::FileView;
use crate::engine::{Engine, Subject, Truth, Verdict};
use crate::rule::{Predicate, Rule};
use crate::syntax::NodeId;
use std::time::{Duration, Instant};

/// Whether the time of each rule is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// No.
    Off,
    /// Yes, for `--timings`.
    On,
}

/// The verdicts of one rule, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Subjects that conform.
    pub pass: u32,
    /// Subjects that do not.
    pub fail: u32,
    /// Subjects of which too little could be seen.
    pub unknown: u32,
}

impl Counts {
    /// All subjects.
    #[must_use]
    pub const fn subjects(self) -> u32 {
        self.pass + self.fail + self.unknown
    }
}

/// One subject of which too little could be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclear {
    pub(super) rule: u32,
    pub(super) span: Span,
    pub(super) reason: String,
}

/// What the rules say of one file.
#[derive(Clone, Debug)]
pub struct FileVerdicts {
    pub(super) file: FileIdx,
    /// By place in the rule set, only rules with subjects here.
    pub(super) counts: Vec<(u32, Counts)>,
    pub(super) drafts: Vec<Draft>,
    pub(super) unclear: Vec<Unclear>,
    /// The subjects of each rule that conform.
    pub(super) passes: Vec<(u32, Span)>,
    pub(super) times: Vec<(u32, Duration)>,
}

/// What a rule says of one subject, with what decided.
#[derive(Clone, Debug)]
pub(super) struct Ruling<'e> {
    pub(super) verdict: Verdict,
    /// None where the rule has nothing to ask: then being a subject decides.
    pub(super) judged: Option<Judged<'e>>,
    pub(super) reason: Option<String>,
}

impl Engine<'_> {
    /// Evaluates all rules on `file`.
    #[must_use]
    pub fn file(&self, file: FileIdx, clock: Clock) -> FileVerdicts {
        let mut verdicts = FileVerdicts {
            file,
            counts: Vec::new(),
            drafts: Vec::new(),
            unclear: Vec::new(),
            passes: Vec::new(),
            times: Vec::new(),
        };
        if !self.codebase.examines(self.codebase.file(file).scope) {
            return verdicts;
        }
        let view = FileView::new(self, file);
        let candidates = self.index.candidates(self.codebase, file);
        for (rule_at, rule) in self.rules.rules.iter().enumerate() {
            let rule_at = rule_at as u32;
            let first = candidates.partition_point(|(slot, _)| slot.rule < rule_at);
            let past = candidates.partition_point(|(slot, _)| slot.rule <= rule_at);
            let own = candidates.get(first..past).unwrap_or(&[]);
            let is_idle =
                own.is_empty() && !self.index.analyses().iter().any(|(_, slot)| slot.rule == rule_at);
            if is_idle || !self.is_gate_open(file, &rule.requires_crate) || !self.is_in_scope(file, rule) {
                continue;
            }
            let start = (clock == Clock::On).then(Instant::now);
            view.evaluate(rule_at, rule, own, &mut verdicts);
            if let Some(start) = start {
                verdicts.times.push((rule_at, start.elapsed()));
            }
        }
        verdicts
    }
}

impl<'e> FileView<'e> {
    fn evaluate(&self, rule_at: u32, rule: &'e Rule, own: &[(Slot, NodeId)], verdicts: &mut FileVerdicts) {
        let mut counts = Counts::default();
        for selected in self.selected_by(rule_at, rule, own) {
            let Some(ruling) = self.rule_on(rule, &selected) else { continue };
            match ruling.verdict {
                Verdict::Pass => {
                    counts.pass += 1;
                    verdicts.passes.push((rule_at, self.span_of(&selected.subject)));
                }
                Verdict::Fail => {
                    counts.fail += 1;
                    verdicts.drafts.push(self.draft(rule, &selected.subject, &ruling));
                }
                Verdict::Unknown => {
                    counts.unknown += 1;
                    verdicts.unclear.push(Unclear {
                        rule: rule_at,
                        span: self.span_of(&selected.subject),
                        reason: ruling.reason.unwrap_or_default(),
                    });
                }
            }
        }
        if counts != Counts::default() {
            verdicts.counts.push((rule_at, counts));
        }
    }

    /// The subjects of a rule in examined code, in node order, each once.
    fn selected_by(&self, rule_at: u32, rule: &'e Rule, own: &[(Slot, NodeId)]) -> Vec<Selected> {
        let mut found: Vec<Selected> = Vec::new();
        for (slot, node) in own {
            let Some(selector) = rule.select.get(slot.selector as usize) else { continue };
            if !self.codebase.is_examined(self.file, *node) {
                continue;
            }
            let n_before = found.len();
            // A miss is no news here: `explain` asks for it itself.
            if self.select(selector, *node, &mut found).is_ok() {
                let fresh = found.split_off(n_before);
                found.extend(fresh.into_iter().filter(|new| self.is_filtered_in(selector, &new.subject)));
            }
        }
        for (asked, slot) in self.engine.index.analyses().iter().filter(|(_, slot)| slot.rule == rule_at) {
            let Some(selector) = rule.select.get(slot.selector as usize) else { continue };
            self.engine.analysed(asked, self.file, |subjects| {
                let examined = subjects.iter().filter(|subject| {
                    self.codebase.is_examined(self.file, subject.place.node)
                        && self.is_filtered_in(selector, subject)
                });
                found.extend(examined.cloned().map(Selected::sure));
            });
        }
        let key = |selected: &Selected| (selected.subject.place.node, self.span_of(&selected.subject));
        found.sort_by_key(|selected| (key(selected), selected.doubt.is_some()));
        found.dedup_by_key(|selected| key(selected));
        found.retain(|selected| self.engine.plays_in_scope(selected.subject.place, rule));
        found
    }

    /// The bytes of a subject.
    pub(super) fn span_of(&self, subject: &Subject) -> Span {
        subject.span.unwrap_or_else(|| super::place::primary(self.tree, subject.place.node))
    }

    /// What `rule` says of a subject; `None` where `unless` takes it out.
    pub(super) fn rule_on(&self, rule: &'e Rule, selected: &Selected) -> Option<Ruling<'e>> {
        let subject = &selected.subject;
        let unless = rule.unless.as_ref().map(|unless| self.judge(unless, subject));
        if unless.as_ref().is_some_and(|unless| unless.truth == Truth::Yes) {
            return None;
        }
        let ruling = self.ruling(rule, subject);
        if ruling.verdict == Verdict::Fail {
            let doubt = selected.doubt.clone();
            let unclear = unless.filter(|unless| unless.truth == Truth::Unknown);
            if let Some(reason) = doubt.or_else(|| unclear.and_then(|unless| unless.reason)) {
                return Some(Ruling { verdict: Verdict::Unknown, reason: Some(reason), ..ruling });
            }
        }
        Some(ruling)
    }

    fn ruling(&self, rule: &'e Rule, subject: &Subject) -> Ruling<'e> {
        let judge = |predicate: &'e Predicate| self.judge(predicate, subject);
        let required = rule.require.as_ref().map(judge);
        let forbidden =
            rule.forbid.as_ref().map(judge).map(|judged| Judged { truth: judged.truth.negated(), ..judged });
        let parts: Vec<Judged<'e>> = required.into_iter().chain(forbidden).collect();
        let truth = parts.iter().fold(Truth::Yes, |truth, judged| truth.and(judged.truth));
        let is_bare = parts.is_empty();
        let judged = parts.into_iter().find(|judged| judged.truth == truth);
        let reason = judged.as_ref().and_then(|judged| judged.reason.clone());
        let verdict = match truth {
            Truth::Yes if is_bare => Verdict::Fail,
            Truth::Yes => Verdict::Pass,
            Truth::No => Verdict::Fail,
            Truth::Unknown => Verdict::Unknown,
        };
        Ruling { verdict, judged, reason }
    }
}
