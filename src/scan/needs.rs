//! Whether code has what a pattern is for: roles that something plays, crates that something depends on. Judges no rule.

use crate::base::CheckId;
use crate::catalog::Role;
use crate::facts::{Codebase, PackageIdx};
use crate::rule::{PatternRules, Plan, RuleSet};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Why a pattern does not apply to this code at all: nothing that it needs is there.
pub(super) fn missing(rules: &PatternRules, codebase: &Codebase) -> Option<String> {
    let packages = || (0_u32..).map(PackageIdx).take(codebase.packages.len());
    let is_there = |word: &String| match word.split_once(':') {
        Some(("role", name)) => Role::named(name).is_some_and(|role| is_played(role, codebase)),
        Some(("crate", name)) => {
            let name = name.replace('-', "_");
            packages().any(|package| codebase.depends_on(package, &name).is_some())
        }
        Some(_) | None => false,
    };
    if rules.needs.is_empty() || rules.needs.iter().any(is_there) {
        return None;
    }
    let needs: Vec<String> = rules.needs.iter().map(|word| format!("`{word}`")).collect();
    Some(format!("the pattern is for code with any of {}, and there is none", needs.join(", ")))
}

/// Whether something plays the role, or is declared to.
pub(super) fn is_played(role: Role, codebase: &Codebase) -> bool {
    codebase.is_role_declared(role)
        || !codebase.items_with_role(role).is_empty()
        || codebase.closures_with_role(role).next().is_some()
}

/// The rules of a layer without the checks that only patterns bring to which this code gives no place.
pub(super) fn in_place<'r>(rules: &'r RuleSet, plan: &Plan, codebase: &Codebase) -> Cow<'r, RuleSet> {
    let is_for = |rules: &PatternRules| missing(rules, codebase).is_none();
    let (open, closed): (Vec<_>, Vec<_>) = plan.patterns.iter().partition(|pattern| is_for(&pattern.rules));
    let used: BTreeSet<&CheckId> =
        open.iter().flat_map(|pattern| &pattern.uses).map(|used| &used.check).collect();
    let own = closed.iter().flat_map(|pattern| &pattern.rules.own_checks).map(|own| &own.rule.id);
    let shut: BTreeSet<&CheckId> = own.filter(|check| !used.contains(check)).collect();
    if shut.is_empty() {
        return Cow::Borrowed(rules);
    }
    Cow::Owned(RuleSet {
        rules: rules.rules.iter().filter(|rule| !shut.contains(&rule.id)).cloned().collect(),
    })
}
