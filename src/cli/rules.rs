//! The rules in force: built-in ones, those of `--rules`, configuration laid over them. Evaluates nothing.

use crate::catalog::nearest;
use crate::cli::args::CommonArgs;
use crate::cli::config::Config;
use crate::finding::Problem;
use crate::rule::RuleSet;
use crate::scan::{check_pages, vocabulary};

/// Loads all rules.
///
/// # Errors
/// Everything that is wrong with the rules or with what the configuration says of them.
pub(super) fn load(common: &CommonArgs, config: &Config) -> Result<RuleSet, Vec<Problem>> {
    let words = vocabulary();
    let (mut rules, mut problems) = RuleSet::builtin(words);
    for path in &common.rules {
        match check_pages(path) {
            Ok(pages) => {
                let (own, wrong) = RuleSet::load(&pages, words);
                problems.extend(wrong);
                problems.extend(rules.extend(own));
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    if let Some(source) = &config.source {
        problems.extend(rules.configure(source, &config.checks, words));
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// Keeps the rules of `ids`; all of them where none is named.
///
/// # Errors
/// A problem for each id that no rule has.
pub(super) fn keep(rules: RuleSet, ids: &[String]) -> Result<RuleSet, Vec<Problem>> {
    if ids.is_empty() {
        return Ok(rules);
    }
    let unknown = ids.iter().filter(|id| rules.rule(id).is_none());
    let problems: Vec<Problem> = unknown.map(|id| unknown_check(&rules, id)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let kept = rules.rules.into_iter().filter(|rule| ids.iter().any(|id| id == rule.id.as_str()));
    Ok(RuleSet { rules: kept.collect() })
}

/// A check that is not there, with the nearest that is.
pub(super) fn unknown_check(rules: &RuleSet, id: &str) -> Problem {
    let ids = rules.rules.iter().map(|rule| rule.id.as_str());
    let help = match nearest(id, ids) {
        Some(near) => format!("did you mean `{near}`? `patscan list` shows all"),
        None => "`patscan list` shows all checks".to_owned(),
    };
    Problem::new(format!("unknown check `{id}`")).help(help)
}
