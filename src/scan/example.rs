//! Runs the examples of checks, each a small code base of its own. Prints nothing.

use crate::base::{RelPath, SourceText};
use crate::catalog::Catalog;
use crate::engine::{Clock, Engine, Evaluation};
use crate::facts::{self, Codebase, Serial};
use crate::finding::{Applicability, Problem, edited};
use crate::policy::{BlindSpots, FixPlan, Report};
use crate::rule::{Example, ExampleFile, Expected, ExpectedVerdict, Mismatch, Rule, RuleSet, Section};
use crate::scan::FileKind;
use crate::scan::check::report_of;
use crate::scan::pool::{Panicked, Pool};
use crate::scan::walk::kind_of;
use crate::syntax::{self, ParseOptions};
use std::path::Path;

/// Times that fixes are applied to one example, where some wait for others.
const MAX_ROUNDS: usize = 4;

/// What the examples of one check gave.
#[derive(Debug)]
pub struct ExampleRun {
    /// Number of examples.
    pub n_examples: usize,
    /// How they differ from what their pages expect, by line of the page.
    pub mismatches: Vec<Mismatch>,
    /// What is wrong with the page.
    pub problems: Vec<Problem>,
}

/// Runs all examples of `rules`, in their order.
///
/// # Errors
/// Where the system gives no threads.
pub fn run_examples(rules: &RuleSet, n_threads: usize) -> Result<Vec<ExampleRun>, Problem> {
    let pool = Pool::new(n_threads, syntax::STACK_BYTES)?;
    let runs = pool.map(&rules.rules, |rule| rule.page.text().len() as u64, run_rule);
    let failed = |Panicked(reason)| ExampleRun {
        n_examples: 0,
        mismatches: Vec::new(),
        problems: vec![Problem::new(format!("patscan failed on an example: {reason}"))],
    };
    Ok(runs.into_iter().map(|run| run.unwrap_or_else(failed)).collect())
}

fn run_rule(rule: &Rule) -> ExampleRun {
    let (examples, problems) = rule.examples(Catalog::builtin());
    let rules = RuleSet { rules: vec![rule.clone()] };
    let mut mismatches: Vec<Mismatch> = examples.iter().flat_map(|example| judge(&rules, example)).collect();
    for (at, example) in examples.iter().enumerate().filter(|(_, example)| example.section == Section::Fires)
    {
        let fixed = examples.get(at + 1).filter(|next| next.section == Section::Fixed);
        mismatches.extend(judge_fixes(&rules, example, fixed));
    }
    mismatches.sort();
    ExampleRun { n_examples: examples.len(), mismatches, problems }
}

/// What `rules` find in an example, with the number of items in it that do not parse.
fn evaluated(rules: &RuleSet, example: &Example) -> (Codebase, Evaluation, u32) {
    let (codebase, n_unparsed) = assembled(example);
    let engine = Engine::new(rules, &codebase);
    let files = (0..codebase.files.len() as u32).map(crate::base::FileIdx);
    let evaluation = engine.conclude(files.map(|file| engine.file(file, Clock::Off)).collect());
    (codebase, evaluation, n_unparsed)
}

/// What `rules` find in an example, with the texts that the findings point into.
#[must_use]
pub fn example_report(rules: &RuleSet, example: &Example) -> Report {
    let (codebase, evaluation, n_unparsed) = evaluated(rules, example);
    let sources = codebase.files.iter().map(|file| file.tree.source().clone());
    let blind_spots = BlindSpots { unparsed: n_unparsed, ..BlindSpots::default() };
    let sources = sources.map(|source| (source.path().clone(), source)).collect();
    Report { sources, blind_spots, ..report_of(evaluation) }.into_ordered()
}

/// All fixes applied, as often as it takes: what comes out is what the page states, parses, and needs no fix.
fn judge_fixes(rules: &RuleSet, example: &Example, stated: Option<&Example>) -> Vec<Mismatch> {
    let mut mended = example.clone();
    let mut n_fixes = 0;
    for _ in 0..MAX_ROUNDS {
        let (_, evaluation, _) = evaluated(rules, &mended);
        let plan = FixPlan::new(&evaluation.findings, Applicability::Suggestion);
        if plan.applied.is_empty() {
            break;
        }
        n_fixes += plan.applied.len();
        let edits = plan.edits();
        let edits_of = |file: &ExampleFile| edits.get(&file.path).cloned().unwrap_or_default();
        mended = mended.with_texts(|file| edited(&file.text, edits_of(file)));
    }
    let (_, evaluation, n_unparsed) = evaluated(rules, &mended);
    let mismatch = |line, message: String| Mismatch { line, message };
    let mut mismatches = Vec::new();
    if evaluation.findings.iter().any(|finding| finding.fix.is_some()) {
        mismatches.push(mismatch(example.line, "a fix does not take its finding away".to_owned()));
    }
    if n_unparsed > 0 {
        mismatches.push(mismatch(example.line, "the fixed text does not parse".to_owned()));
    }
    let Some(stated) = stated else { return mismatches };
    if n_fixes == 0 {
        mismatches.push(mismatch(stated.line, "nothing is fixed in the example before this".to_owned()));
    } else if !mended.is_same_code(stated) {
        let texts: Vec<&str> = mended.files.iter().map(|file| file.text.trim()).collect();
        let message = format!("the fixes make something else:\n{}", texts.join("\n"));
        mismatches.push(mismatch(stated.line, message));
    }
    mismatches
}

fn judge(rules: &RuleSet, example: &Example) -> Vec<Mismatch> {
    let (codebase, evaluation, n_unparsed) = evaluated(rules, example);
    let n_subjects = evaluation.checks.iter().map(|check| check.counts.subjects() as usize).sum();
    let mut mismatches = example.compare(&found(&codebase, &evaluation), n_subjects);
    if n_unparsed > 0 {
        mismatches.push(Mismatch { line: example.line, message: "the example does not parse".to_owned() });
    }
    mismatches
}

/// What was found, by file and line.
fn found(codebase: &Codebase, evaluation: &Evaluation) -> Vec<Expected> {
    let line_of = |path: &RelPath, offset: u32| {
        let file = codebase.files.iter().find(|file| file.tree.source().path() == path);
        file.map_or(1, |file| file.tree.source().line_column(offset).line)
    };
    let at = |path: &RelPath, offset: u32, verdict| Expected {
        path: path.clone(),
        line: line_of(path, offset),
        verdict,
    };
    let findings = evaluation.findings.iter();
    let findings = findings.map(|found| at(&found.path, found.span.start(), ExpectedVerdict::Finding));
    let unknowns = evaluation.unknowns.iter();
    let unknowns = unknowns.map(|found| at(&found.path, found.span.start(), ExpectedVerdict::Unknown));
    findings.chain(unknowns).collect()
}

fn assembled(example: &Example) -> (Codebase, u32) {
    let mut input = facts::Input::new(Catalog::builtin());
    let mut n_unparsed = 0;
    let manifest = RelPath::new("Cargo.toml");
    if example.files.iter().all(|file| file.path != manifest) {
        input.manifests.push(SourceText::new(manifest, example.manifest()));
    }
    for file in &example.files {
        let source = SourceText::new(file.path.clone(), file.text.as_str());
        match kind_of(Path::new(file.path.as_str())) {
            Some(FileKind::Manifest) => input.manifests.push(source),
            Some(FileKind::Wrangler) => input.wrangler.push(source),
            Some(FileKind::Sql) => input.sql.push(source),
            Some(FileKind::Rust) | None => {
                let parsed = syntax::parse(&source, &ParseOptions::default());
                n_unparsed += parsed.n_unparsed;
                input.trees.push(parsed.tree);
            }
        }
    }
    (facts::assemble(input, &Serial).0, n_unparsed)
}
