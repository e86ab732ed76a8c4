//! States of statements and the sentences of findings, from what the layers of a plan found. Evaluates no rule.

use crate::base::{CheckId, RelPath, Span};
use crate::catalog::{Catalog, Role};
use crate::engine::{CheckVerdicts, Counts, Evaluation};
use crate::facts::Codebase;
use crate::finding::{Finding, Sentence, Severity, State};
use crate::policy::{Evidence, Outcome, PatternAbout, StatementCount};
use crate::rule::{
    Bond, BoundStatement, Disposition, Origin, PatternRules, Plan, PlannedPattern, Rule, SelectKey, Tie, Use,
};
use crate::scan::needs::{is_played, missing};
use std::collections::BTreeMap;

/// Places that are named as proof of a statement.
const MAX_PLACES: usize = 3;

/// What all layers found.
pub(super) struct Judged<'a> {
    pub(super) plan: &'a Plan,
    pub(super) codebase: &'a Codebase,
    /// One for each layer.
    pub(super) evaluations: &'a [Evaluation],
}

/// A statement or clause with its state.
struct Ruled {
    state: &'static str,
    reason: String,
    subjects: u32,
    findings: u32,
    evidence: Vec<Evidence>,
}

impl Ruled {
    fn plain(state: &'static str, reason: impl Into<String>) -> Self {
        Self { state, reason: reason.into(), subjects: 0, findings: 0, evidence: Vec::new() }
    }
}

impl Judged<'_> {
    /// The findings of all layers, each once, with their sentences and weights.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found: BTreeMap<(&RelPath, Span, &CheckId), (&Finding, Vec<usize>)> = BTreeMap::new();
        for (layer, evaluation) in self.evaluations.iter().enumerate() {
            for finding in &evaluation.findings {
                let key = (&finding.path, finding.span, &finding.check);
                found.entry(key).or_insert_with(|| (finding, Vec::new())).1.push(layer);
            }
        }
        let mut by_check: BTreeMap<&CheckId, Vec<(&PlannedPattern, &Use)>> = BTreeMap::new();
        for pattern in
            self.plan.patterns.iter().filter(|pattern| missing(&pattern.rules, self.codebase).is_none())
        {
            for used in &pattern.uses {
                by_check.entry(&used.check).or_default().push((pattern, used));
            }
        }
        let uses = |finding: &Finding| by_check.get(&finding.check).map_or(&[][..], Vec::as_slice);
        found.into_values().map(|(finding, layers)| self.spoken(finding, &layers, uses(finding))).collect()
    }

    /// The finding with the sentence that it breaks and the weight that the sentence's document gives it.
    fn spoken(&self, finding: &Finding, layers: &[usize], own: &[(&PlannedPattern, &Use)]) -> Finding {
        let mut finding = finding.clone();
        let uses = |tie: Tie| {
            let is_meant = |used: &Use| used.tie == tie && used.layer.is_some_and(|at| layers.contains(&at));
            own.iter().copied().filter(|(_, used)| is_meant(used)).collect::<Vec<_>>()
        };
        let bound = uses(Tie::Bound);
        let is_given = bound.iter().any(|(pattern, _)| pattern.origin == Origin::Given);
        let mut bound: Vec<_> =
            bound.into_iter().filter(|(pattern, _)| !is_given || pattern.origin == Origin::Given).collect();
        let is_fixed = self.rule(&finding.check, layers).is_some_and(|rule| rule.is_severity_set);
        let weight = |pattern: &PlannedPattern, used: &Use| {
            used.severity.unwrap_or_else(|| pattern.weight.of(finding.severity))
        };
        if bound.is_empty() {
            if !layers.contains(&0) {
                (finding.severity, finding.state) = (Severity::Note, State::Proposed);
                finding.statement =
                    uses(Tie::Proposed).first().and_then(|(pattern, used)| sentence(pattern, used));
            }
            return finding;
        }
        bound.sort_by_key(|(pattern, used)| {
            let section = pattern.rules.statements.get(used.statement).map(|statement| statement.section);
            (std::cmp::Reverse(weight(pattern, used)), section)
        });
        if let Some((pattern, used)) = bound.first() {
            let severity = weight(pattern, used);
            finding.statement = sentence(pattern, used);
            if let Some(instead) = pattern.rules.instead() {
                finding.help = format!("{}; {instead}", finding.help);
            }
            if !is_fixed {
                finding.severity = severity;
            }
        }
        finding
    }

    fn rule(&self, check: &CheckId, layers: &[usize]) -> Option<&Rule> {
        layers.iter().find_map(|at| self.plan.layers.get(*at)?.rule(check.as_str()))
    }

    /// What is told of every pattern.
    pub(super) fn patterns(&self) -> Vec<PatternAbout> {
        let about = |pattern: &PlannedPattern| PatternAbout {
            id: pattern.rules.id.0.clone(),
            path: pattern.rules.path.clone(),
            title: pattern.rules.title.clone(),
            status: pattern.rules.status.map(|status| status.as_str().to_owned()),
            tier: pattern.rules.tier.clone(),
            is_builtin: pattern.origin == Origin::Builtin,
        };
        self.plan.patterns.iter().map(about).collect()
    }

    /// The state of every statement of every pattern.
    pub(super) fn statements(&self) -> Vec<StatementCount> {
        let patterns = self.plan.patterns.iter();
        patterns
            .flat_map(|pattern| {
                let statements = pattern.rules.statements.iter().enumerate();
                statements.map(move |(at, statement)| self.statement(pattern, at, statement))
            })
            .collect()
    }

    fn statement(&self, pattern: &PlannedPattern, at: usize, statement: &BoundStatement) -> StatementCount {
        let own = self.ruled(pattern, &statement.bond, (at, None));
        let clauses = statement.clauses.iter().enumerate();
        let clauses: Vec<(&str, Ruled)> = clauses
            .filter(|(_, clause)| clause.bond.is_settled())
            .map(|(idx, clause)| (clause.id.as_str(), self.ruled(pattern, &clause.bond, (at, Some(idx)))))
            .collect();
        let n_open = statement.clauses.len() - clauses.len();
        let ruled = if clauses.is_empty() { own } else { together(&own, statement, &clauses, n_open) };
        StatementCount {
            pattern: pattern.rules.id.0.clone(),
            id: statement.id.to_string(),
            text: statement.text.clone(),
            section: statement.section.as_str().to_owned(),
            polarity: statement.polarity.as_str().to_owned(),
            state: ruled.state.to_owned(),
            reason: ruled.reason,
            subjects: ruled.subjects,
            findings: ruled.findings,
            checks: statement.bound_checks().into_iter().cloned().collect(),
            evidence: ruled.evidence,
            is_touched: false,
            path: pattern.rules.path.clone(),
            line: statement.line,
        }
    }

    fn ruled(&self, pattern: &PlannedPattern, bond: &Bond, (at, clause): (usize, Option<usize>)) -> Ruled {
        let first = pattern.uses.partition_point(|used| (used.statement, used.clause) < (at, clause));
        let past = pattern.uses.partition_point(|used| (used.statement, used.clause) <= (at, clause));
        let uses: Vec<&Use> = pattern.uses.get(first..past).unwrap_or(&[]).iter().collect();
        let is_broken = matches!(bond.disposition, Some(Disposition::Error(_) | Disposition::Expired { .. }));
        if let Some(reason) = missing(&pattern.rules, self.codebase).filter(|_| !is_broken) {
            return Ruled::plain("not-applicable", reason);
        }
        let ruled = self.ruled_by(bond, &uses);
        match pattern.rules.scope_of(bond) {
            [] => ruled,
            _ if uses.is_empty() => ruled,
            words => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                let within = format!("in scope {}", words.join(", "));
                let parts = [ruled.reason, within];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                Ruled { reason: parts.join("; "), ..ruled }
            }
        }
    }

    fn ruled_by(&self, bond: &Bond, uses: &[&Use]) -> Ruled {
        if let Some(disposition) = &bond.disposition {
            return disposed(disposition);
        }
        if let Some(stale) = &bond.stale {
            return Ruled { state: "stale", reason: stale.clone(), ..self.counted(uses) };
        }
        if bond.checks.is_empty() {
            return self.proposed(bond, uses);
        }
        let ruled = self.counted(uses);
        match (&bond.rest, ruled.state) {
            (Some(rest), "pass") => Ruled { state: "partial", reason: rest.clone(), ..ruled },
            _ => ruled,
        }
    }

    fn proposed(&self, bond: &Bond, uses: &[&Use]) -> Ruled {
        if bond.proposals.is_empty() {
            return Ruled::plain("unbound", "no check, and none is proposed");
        }
        let said = bond.proposals.iter();
        let said = said.map(|proposal| format!("`{}` by \"{}\"", proposal.check, proposal.phrase));
        let reason = format!("{}; `patscan compile --accept` binds it", said.collect::<Vec<_>>().join(", "));
        Ruled { state: "proposed", reason, ..self.counted(uses) }
    }

    /// The state that the verdicts of all checks make together.
    fn counted(&self, uses: &[&Use]) -> Ruled {
        let mut counts = Counts::default();
        let (mut silent, mut idle, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        let mut places: Vec<&(RelPath, Span)> = Vec::new();
        for used in uses {
            let Some(verdicts) = self.verdicts(used) else {
                silent.push(format!("`{}` is switched off", used.check));
                continue;
            };
            places.extend(&verdicts.passes);
            counts.pass += verdicts.counts.pass;
            counts.fail += verdicts.counts.fail;
            counts.unknown += verdicts.counts.unknown;
            if let Some(reason) = &verdicts.not_applicable {
                let layers: Vec<usize> = used.layer.into_iter().collect();
                let roles =
                    self.rule(&used.check, &layers).map(|rule| self.roles_missing(rule)).unwrap_or_default();
                if roles.is_empty() || !reason.starts_with("no subjects") {
                    idle.push(format!("`{}`: {reason}", used.check));
                } else {
                    missing.extend(roles);
                }
            }
        }
        let (subjects, findings) = (counts.subjects(), counts.fail);
        missing.sort_unstable();
        missing.dedup();
        let (state, reason) = if counts.fail > 0 {
            ("fail", format!("{} of {subjects} subjects fail", counts.fail))
        } else if counts.unknown > 0 {
            ("unknown", format!("too little could be seen of {} of {subjects} subjects", counts.unknown))
        } else if !silent.is_empty() {
            ("unknown", silent.join(", "))
        } else if !missing.is_empty() {
            let roles: Vec<String> = missing.iter().map(|role| format!("`{role}`")).collect();
            let help = "declare it under `[roles]`";
            ("unbound", format!("role missing: nothing plays {}; {help}", roles.join(" or ")))
        } else if counts.pass > 0 {
            ("pass", self.proof(&places, counts.pass, &idle))
        } else {
            ("not-applicable", idle.join(", "))
        };
        Ruled { state, reason, subjects, findings, evidence: self.evidence(uses) }
    }

    /// The places at which the checks judged, sorted, each once.
    fn evidence(&self, uses: &[&Use]) -> Vec<Evidence> {
        let mut places = Vec::new();
        for used in uses {
            let Some(evaluation) = used.layer.and_then(|at| self.evaluations.get(at)) else { continue };
            let place = |outcome, path: &RelPath, span, reason: &str| {
                let (path, check, reason) = (path.clone(), used.check.clone(), reason.to_owned());
                Evidence { outcome, path, span, check, reason }
            };
            let broken = evaluation.findings.iter().filter(|finding| finding.check == used.check);
            places.extend(broken.map(|finding| place(Outcome::Breaks, &finding.path, finding.span, "")));
            let unclear = evaluation.unknowns.iter().filter(|unknown| unknown.check == used.check);
            places.extend(unclear.map(|it| place(Outcome::Unclear, &it.path, it.span, &it.reason)));
            let kept = self.verdicts(used).map(|verdicts| verdicts.passes.as_slice()).unwrap_or_default();
            places.extend(kept.iter().map(|(path, span)| place(Outcome::Holds, path, *span, "")));
        }
        places.sort();
        places.dedup();
        places
    }

    /// The places that show that a statement holds, and which of its checks found nothing to look at.
    fn proof(&self, places: &[&(RelPath, Span)], n_pass: u32, idle: &[String]) -> String {
        let line = |path: &RelPath, span: Span| {
            let file = self.codebase.files.iter().find(|file| file.tree.source().path() == path);
            file.map(|file| file.tree.source().line_column(span.start()).line)
        };
        let places = places.iter().take(MAX_PLACES);
        let shown = places.filter_map(|(path, span)| Some(format!("{path}:{}", line(path, *span)?)));
        let mut parts: Vec<String> = shown.collect();
        let n_more = (n_pass as usize).saturating_sub(parts.len());
        if n_more > 0 {
            parts.push(format!("{n_more} more"));
        }
        parts.extend(idle.iter().cloned());
        parts.join(", ")
    }

    fn verdicts(&self, used: &Use) -> Option<&CheckVerdicts> {
        let evaluation = self.evaluations.get(used.layer?)?;
        evaluation.checks.iter().find(|verdicts| verdicts.check == used.check)
    }

    /// Roles that code must be declared to play, by which alone the rule selects, and that nothing plays.
    fn roles_missing(&self, rule: &Rule) -> Vec<&'static str> {
        let mut roles: Vec<Role> = Vec::new();
        for key in rule.keys() {
            match key {
                SelectKey::TypeRole(role) | SelectKey::FnRole(role) => roles.push(role),
                _ => return Vec::new(),
            }
        }
        if roles.iter().any(|role| is_played(*role, self.codebase)) {
            return Vec::new();
        }
        let rows = Catalog::builtin().roles().iter().filter(|row| row.is_declarable);
        let declarable: Vec<&'static str> = rows.map(|row| &*row.name).collect();
        roles
            .iter()
            .filter_map(|role| declarable.iter().find(|name| Role::named(name) == Some(*role)).copied())
            .collect()
    }
}

fn disposed(disposition: &Disposition) -> Ruled {
    match disposition {
        Disposition::Manual(reason) if reason.is_empty() => Ruled::plain("manual", "a person judges it"),
        Disposition::Manual(reason) => Ruled::plain("manual", reason),
        Disposition::Test(path) => Ruled::plain("tested", path),
        Disposition::Attest { text, until: Some(until) } => {
            Ruled::plain("attested", format!("{text}, until {until}"))
        }
        Disposition::Attest { text, until: None } => Ruled::plain("attested", text),
        Disposition::Expired { text, until } => Ruled::plain("error", format!("{text}: expired on {until}")),
        Disposition::NotApplicable(reason) => Ruled::plain("not-applicable", reason),
        Disposition::Exempt(reason) => Ruled::plain("waived", reason),
        Disposition::Duplicate(of) => Ruled::plain("duplicate", of),
        Disposition::Error(reason) => Ruled::plain("error", reason),
    }
}

/// A statement whose clauses are bound apart: the heaviest state of its parts, partial where a part stands open.
fn together(own: &Ruled, statement: &BoundStatement, clauses: &[(&str, Ruled)], n_open: usize) -> Ruled {
    let is_own = statement.bond.is_settled();
    let states: Vec<&str> =
        clauses.iter().map(|(_, ruled)| ruled.state).chain(is_own.then_some(own.state)).collect();
    let counted: Vec<&Ruled> = clauses.iter().map(|(_, ruled)| ruled).chain(is_own.then_some(own)).collect();
    let (subjects, findings) =
        (counted.iter().map(|ruled| ruled.subjects).sum(), counted.iter().map(|ruled| ruled.findings).sum());
    let mut evidence: Vec<Evidence> = counted.iter().flat_map(|ruled| ruled.evidence.clone()).collect();
    evidence.sort();
    evidence.dedup();
    let first = states.first().copied().unwrap_or("unbound");
    let heaviest = ["error", "fail", "stale", "unknown"].into_iter().find(|state| states.contains(state));
    let is_uniform = n_open == 0 && states.iter().all(|state| *state == first);
    let (state, reason) = match heaviest {
        Some(state) => (state, parts(clauses, n_open)),
        None if is_uniform => (first, parts(clauses, n_open)),
        None => ("partial", parts(clauses, n_open)),
    };
    Ruled { state, reason, subjects, findings, evidence }
}

fn parts(clauses: &[(&str, Ruled)], n_open: usize) -> String {
    let name = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    let mut parts: Vec<String> =
        clauses.iter().map(|(id, ruled)| format!("{}: {}", name(id), ruled.state)).collect();
    if n_open > 0 {
        parts.push(format!("{n_open} unbound"));
    }
    parts.join(", ")
}

fn sentence(pattern: &PlannedPattern, used: &Use) -> Option<Sentence> {
    let rules: &PatternRules = &pattern.rules;
    let statement = rules.statements.get(used.statement)?;
    let clause = used.clause.and_then(|idx| statement.clauses.get(idx));
    let (id, text, line) = clause.map_or_else(
        || (&statement.id, &statement.text, statement.line),
        |clause| (&clause.id, &clause.text, clause.line),
    );
    Some(Sentence {
        pattern: rules.id.0.clone(),
        id: id.to_string(),
        text: text.clone(),
        path: rules.path.clone(),
        line,
    })
}
