//! The rules in force: built-in ones, those of `--rules`, configuration laid over them. Evaluates nothing.

use crate::catalog::nearest;
use crate::cli::args::CommonArgs;
use crate::cli::config::{Config, Layer};
use crate::cli::day::today;
use crate::cli::document::{Bound, Files};
use crate::finding::Problem;
use crate::rule::{PatternRules, Plan, RuleSet, builtin_sets, plan};
use crate::scan::{check_pages, vocabulary};
use std::path::{Path, PathBuf};

/// What runs, and the documents it runs for.
#[derive(Debug, Default)]
pub(super) struct Force {
    /// All checks, configuration applied.
    pub(super) rules: RuleSet,
    /// Which run with which values for which statements.
    pub(super) plan: Plan,
    /// What is wrong with documents; no reason not to scan.
    pub(super) problems: Vec<Problem>,
    /// Documents and rule sets of which nothing could be read: nobody can say that the code keeps to them.
    pub(super) n_lost: usize,
}

/// The built-in checks and those of files and folders, before any configuration.
///
/// # Errors
/// Everything that is wrong with them.
pub(super) fn known(paths: &[PathBuf]) -> Result<RuleSet, Vec<Problem>> {
    let words = vocabulary();
    let (mut rules, mut problems) = RuleSet::builtin(words);
    for path in paths {
        match check_pages(path) {
            Ok(pages) => {
                let (own, wrong) = RuleSet::load(&pages, words);
                problems.extend(wrong);
                problems.extend(rules.extend(own));
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// Loads all rules and documents.
///
/// # Errors
/// Everything that is wrong with the rules or with what the configuration says of them, and folders of documents that
/// do not exist.
pub(super) fn load(common: &CommonArgs, config: &Config, working: &Path) -> Result<Force, Vec<Problem>> {
    let words = vocabulary();
    let paths: Vec<PathBuf> = common.patterns.iter().chain(&config.patterns).cloned().collect();
    let mut problems = missing(&paths, working);
    let mut rules = known(&common.rules).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        RuleSet::default()
    });
    let (bound, builtin) = if problems.is_empty() {
        bound(&paths, &mut rules, (usize::from(common.run.threads), working))
            .map_err(|problem| vec![problem])?
    } else {
        (Bound::default(), Vec::new())
    };
    let kept = config.off_but_for_parts();
    for Layer { source, checks } in &config.layers {
        let mut checks = checks.clone();
        // What runs somewhere runs, and is left out elsewhere by its findings.
        checks
            .iter_mut()
            .filter(|setting| kept.contains(&setting.id))
            .for_each(|setting| setting.is_enabled = None);
        problems.extend(rules.configure(source, &checks, words));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let n_lost = bound.n_lost;
    let mut told = bound.problems;
    let mut given = Vec::new();
    for compiled in bound.patterns {
        told.extend(compiled.problems);
        given.push(compiled.rules);
    }
    let (plan, wrong) = plan(rules.clone(), given, builtin, words);
    told.extend(wrong);
    told.sort();
    told.dedup();
    Ok(Force { rules, plan, problems: told, n_lost })
}

fn missing(paths: &[PathBuf], working: &Path) -> Vec<Problem> {
    let missing = paths.iter().filter(|path| !working.join(path).exists());
    let problem = |path: &PathBuf| {
        Problem::new(format!("no such file or folder: `{}`", path.display()))
            .help("`--patterns` and `patterns` name documents, rule sets, or folders of them")
    };
    missing.map(problem).collect()
}

/// Documents and rule sets, bound; their own checks are added to `rules`.
fn bound(
    paths: &[PathBuf],
    rules: &mut RuleSet,
    (n_threads, working): (usize, &Path),
) -> Result<(Bound, Vec<PatternRules>), Problem> {
    let (builtin, mut wrong) = builtin_sets(rules, vocabulary(), today());
    if paths.is_empty() {
        return Ok((Bound { problems: wrong, ..Bound::default() }, builtin));
    }
    let files = Files::find(paths, working);
    let mut bound = files.open(n_threads)?.bind(rules);
    bound.add_sets(&files.sets, rules);
    let of_sets = bound.patterns.iter().filter(|compiled| compiled.page.is_none());
    let own = of_sets.flat_map(|compiled| &compiled.rules.own_checks).map(|own| own.rule.clone()).collect();
    wrong.extend(rules.extend(RuleSet { rules: own }));
    bound.problems.extend(wrong);
    Ok((bound, builtin))
}

/// Keeps the rules of `ids` in all layers; all of them where none is named.
///
/// # Errors
/// A problem for each id that no rule has.
pub(super) fn keep(force: &Force, ids: &[String]) -> Result<Plan, Vec<Problem>> {
    let mut plan = force.plan.clone();
    let unknown = ids.iter().filter(|id| force.rules.rule(id).is_none());
    let problems: Vec<Problem> = unknown.map(|id| unknown_check(&force.rules, id)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    if !ids.is_empty() {
        for layer in &mut plan.layers {
            layer.rules.retain(|rule| ids.iter().any(|id| id == rule.id.as_str()));
        }
    }
    Ok(plan)
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
