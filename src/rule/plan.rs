//! Which checks run with which values for which statements. Evaluates nothing.
//!
//! A check that two statements bind with different values or scopes runs twice: each such variant is a layer of its own,
//! and in no layer does a check stand twice. What no pattern binds runs in the first layer as it is.

use crate::base::CheckId;
use crate::finding::{Problem, Severity};
use crate::rule::document::{Bond, BoundParam, PatternRules, Weight};
use crate::rule::wire::check::Given;
use crate::rule::{Rule, RuleSet, Scope, Vocabulary, is_same_pattern};
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
    /// What it makes of the weights of its findings.
    pub weight: Weight,
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
        patterns.push(PlannedPattern { weight: rules.weight(), rules, origin, uses });
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
    /// How each check runs, by layer.
    variants: BTreeMap<CheckId, Vec<Variant>>,
}

/// One way in which a check runs.
#[derive(Clone, Debug, PartialEq)]
struct Variant {
    values: Given,
    /// Words of a [`Scope`].
    scope: Vec<String>,
    origin: Origin,
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
                let scope = rules.scope_of(bond).to_vec();
                let variant = Variant { values: values(&binding.params), scope, origin };
                let layer = self.layer(&binding.check, variant);
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
                let scope = rules.scope_of(bond).to_vec();
                let variant = Variant { values: values(&proposal.params), scope, origin: Origin::Given };
                let layer = self.proposed_layer(&proposal.check, variant);
                let check = proposal.check.clone();
                uses.push(Use { statement, clause, check, layer, tie: Tie::Proposed, severity: None });
            }
        }
        uses
    }

    /// The layer in which a check runs in this way.
    fn layer(&mut self, check: &CheckId, mut variant: Variant) -> Option<usize> {
        let rule = self.base.rule(check.as_str())?.clone();
        let known = self.variants.entry(check.clone()).or_default();
        // A given document decides with which values a check runs that a built-in pattern binds too.
        let given = known.iter().find(|other| other.origin == Origin::Given);
        if let Some(given) = given.filter(|_| variant.origin == Origin::Builtin) {
            variant.values.clone_from(&given.values);
        }
        let is_same = |other: &Variant| other.values == variant.values && other.scope == variant.scope;
        if let Some(at) = known.iter().position(is_same) {
            return Some(at);
        }
        known.push(variant.clone());
        let at = known.len() - 1;
        self.put(at, rule, &variant);
        Some(at)
    }

    fn proposed_layer(&mut self, check: &CheckId, variant: Variant) -> Option<usize> {
        let known = self.variants.entry(check.clone()).or_default();
        if known.is_empty() {
            known.push(Variant { values: Given::new(), scope: Vec::new(), origin: Origin::Given });
        }
        if variant.values.is_empty() && variant.scope.is_empty() {
            return self.base.rule(check.as_str()).map(|_| 0);
        }
        self.layer(check, variant)
    }

    fn put(&mut self, at: usize, rule: Rule, variant: &Variant) {
        let values = &variant.values;
        let rule = if values.is_empty() { Some(rule) } else { rule.with_values(self.words, values) };
        let Some(rule) = rule else { return };
        // Its words were read before; what was wrong with them was told then.
        let rule = Rule { scope: Scope::read(&variant.scope).0, ..rule };
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
        let (weight, path) = (from.weight, from.rules.path.clone());
        match patterns.iter_mut().find(|other| names(&other.rules, &required)) {
            Some(other) => other.weight = other.weight.max(weight),
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
