//! Which checks run with which values for which statements. Evaluates nothing.
//!
//! A check that two statements bind with different values runs twice: each set of values is a layer of its own, and in
//! no layer does a check stand twice. What no pattern binds runs in the first layer as it is.

use crate::base::CheckId;
use crate::finding::{Problem, Severity};
use crate::rule::document::{Bond, BoundParam, PatternRules};
use crate::rule::wire::check::Given;
use crate::rule::{Rule, RuleSet, Vocabulary, is_same_pattern};
use std::collections::BTreeMap;

/// Checks to run, and the statements that they run for.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The checks, each layer evaluated by itself; the first holds every check.
    pub layers: Vec<RuleSet>,
    /// The patterns: those that were given, then those that are built in.
    pub patterns: Vec<PlannedPattern>,
}

/// A pattern with the places of its checks.
#[derive(Clone, Debug)]
pub struct PlannedPattern {
    /// The pattern.
    pub rules: PatternRules,
    /// Where it comes from.
    pub origin: Origin,
    /// The heaviest weight of its findings; `None` where the checks' own weights stand.
    pub at_most: Option<Severity>,
    /// Its uses of checks, by statement.
    pub uses: Vec<Use>,
}

/// Where a pattern comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It was given: its documents decide over what is built in.
    Given,
    /// It is built in.
    Builtin,
}

/// One check that runs for one statement or clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The statement, by its place in the pattern.
    pub statement: usize,
    /// The clause, by its place in the statement.
    pub clause: Option<usize>,
    /// The check.
    pub check: CheckId,
    /// The layer in which it runs; `None` where it does not run.
    pub layer: Option<usize>,
    /// Whether a person bound it.
    pub tie: Tie,
    /// The weight of its findings, where the document sets one.
    pub severity: Option<Severity>,
}

/// How a check came to a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// A person bound it.
    Bound,
    /// The words propose it.
    Proposed,
}

/// Settles what runs. A given pattern replaces a built-in one of its id.
#[must_use]
pub fn plan(
    rules: RuleSet,
    given: Vec<PatternRules>,
    builtin: Vec<PatternRules>,
    words: Vocabulary<'_>,
) -> (Plan, Vec<Problem>) {
    let is_replaced = |own: &PatternRules| given.iter().any(|other| is_same_pattern(&other.id.0, &own.id.0));
    let builtin: Vec<PatternRules> = builtin.into_iter().filter(|own| !is_replaced(own)).collect();
    let mut planner = Planner { words, base: rules.clone(), layers: vec![rules], variants: BTreeMap::new() };
    let given = given.into_iter().map(|rules| (rules, Origin::Given));
    let all: Vec<(PatternRules, Origin)> =
        given.chain(builtin.into_iter().map(|rules| (rules, Origin::Builtin))).collect();
    let mut patterns: Vec<PlannedPattern> = Vec::new();
    for (rules, origin) in all {
        let uses = planner.uses(&rules, origin);
        patterns.push(PlannedPattern { at_most: rules.at_most(), rules, origin, uses });
    }
    // What is only proposed must not decide with which values a bound check runs.
    for pattern in &mut patterns {
        let proposed = planner.proposed(&pattern.rules);
        pattern.uses.extend(proposed);
        pattern.uses.sort_by_key(|used| (used.statement, used.clause));
    }
    let problems = inherit(&mut patterns);
    (Plan { layers: planner.layers, patterns }, problems)
}

struct Planner<'a> {
    words: Vocabulary<'a>,
    base: RuleSet,
    layers: Vec<RuleSet>,
    /// Values with which each check runs, by layer.
    variants: BTreeMap<CheckId, Vec<(Given, Origin)>>,
}

/// Each bond with the places of its statement and clause.
fn bonds(rules: &PatternRules) -> impl Iterator<Item = (usize, Option<usize>, &Bond)> {
    rules.statements.iter().enumerate().flat_map(|(at, statement)| {
        let clauses =
            statement.clauses.iter().enumerate().map(move |(idx, clause)| (at, Some(idx), &clause.bond));
        std::iter::once((at, None, &statement.bond)).chain(clauses)
    })
}

fn values(params: &[BoundParam]) -> Given {
    params.iter().map(|param| (param.name.clone(), param.value.clone())).collect()
}

impl Planner<'_> {
    fn uses(&mut self, rules: &PatternRules, origin: Origin) -> Vec<Use> {
        let mut uses = Vec::new();
        for (statement, clause, bond) in bonds(rules).filter(|(_, _, bond)| bond.disposition.is_none()) {
            for binding in &bond.checks {
                let layer = self.layer(&binding.check, &values(&binding.params), origin);
                let (check, severity) = (binding.check.clone(), binding.severity);
                uses.push(Use { statement, clause, check, layer, tie: Tie::Bound, severity });
            }
        }
        uses
    }

    fn proposed(&mut self, rules: &PatternRules) -> Vec<Use> {
        let mut uses = Vec::new();
        for (statement, clause, bond) in bonds(rules).filter(|(_, _, bond)| !bond.is_settled()) {
            for proposal in &bond.proposals {
                let layer = self.proposed_layer(&proposal.check, &values(&proposal.params));
                let check = proposal.check.clone();
                uses.push(Use { statement, clause, check, layer, tie: Tie::Proposed, severity: None });
            }
        }
        uses
    }

    /// The layer in which a check runs with these values.
    fn layer(&mut self, check: &CheckId, values: &Given, origin: Origin) -> Option<usize> {
        let rule = self.base.rule(check.as_str())?.clone();
        let known = self.variants.entry(check.clone()).or_default();
        if let Some(at) = known.iter().position(|(other, _)| other == values) {
            return Some(at);
        }
        // A given document decides with which values a check runs that a built-in pattern binds too.
        if origin == Origin::Builtin && known.iter().any(|(_, other)| *other == Origin::Given) {
            return Some(0);
        }
        known.push((values.clone(), origin));
        let at = known.len() - 1;
        self.put(at, rule, values);
        Some(at)
    }

    fn proposed_layer(&mut self, check: &CheckId, values: &Given) -> Option<usize> {
        let known = self.variants.entry(check.clone()).or_default();
        if known.is_empty() {
            known.push((Given::new(), Origin::Given));
        }
        if values.is_empty() {
            return self.base.rule(check.as_str()).map(|_| 0);
        }
        self.layer(check, values, Origin::Given)
    }

    fn put(&mut self, at: usize, rule: Rule, values: &Given) {
        let rule = if values.is_empty() { Some(rule) } else { rule.with_values(self.words, values) };
        let Some(rule) = rule else { return };
        while self.layers.len() <= at {
            self.layers.push(RuleSet::default());
        }
        let Some(layer) = self.layers.get_mut(at) else { return };
        match layer.rules.binary_search_by(|other| other.id.cmp(&rule.id)) {
            Ok(known) => layer.rules[known] = rule,
            Err(free) => layer.rules.insert(free, rule),
        }
    }
}

/// What a pattern requires holds with the pattern's own weight; a required pattern that is not there is a problem.
fn inherit(patterns: &mut [PlannedPattern]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let asked: Vec<(usize, String)> = patterns
        .iter()
        .enumerate()
        .flat_map(|(at, pattern)| pattern.rules.requires.iter().map(move |required| (at, required.clone())))
        .collect();
    for (at, required) in asked {
        let Some(from) = patterns.get(at) else { continue };
        let (at_most, path) = (from.at_most, from.rules.path.clone());
        match patterns.iter_mut().find(|other| names(&other.rules, &required)) {
            Some(other) => other.at_most = heavier(other.at_most, at_most),
            None => {
                let message = format!("it requires pattern `{required}`, which is not among the documents");
                let help =
                    "give its document with `--patterns`, or excuse this one with `exempt=` and a reason";
                problems.push(Problem::in_file(&path, message).help(help));
            }
        }
    }
    problems
}

fn names(rules: &PatternRules, required: &str) -> bool {
    let file = required.rsplit('/').next().unwrap_or(required);
    is_same_pattern(&rules.id.0, required) || rules.path.file_name() == file
}

fn heavier(a: Option<Severity>, b: Option<Severity>) -> Option<Severity> {
    a.zip(b).map(|(a, b)| a.max(b))
}
