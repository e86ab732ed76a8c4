//! `patscan test`: runs the examples of checks and shows what differs, line by line.

use crate::base::SourceText;
use crate::cli::args::TestArgs;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::finding::Problem;
use crate::report::{Color, Paint, counted, visible_line};
use crate::rule::{OpenDocument, Rule, RuleSet};
use crate::scan::{ExampleRun, check_pages, run_examples, vocabulary};
use std::io::{self, Write};

pub(super) fn run(args: &TestArgs) -> Ending {
    let session = Session::new(args.color);
    let (rules, runs) = match runs(args) {
        Ok(done) => done,
        Err(problems) => {
            session.tell_problems(&problems);
            return Ending::Refused;
        }
    };
    let problems: Vec<Problem> = runs.iter().flat_map(|run| run.problems.iter().cloned()).collect();
    session.tell_problems(&problems);
    if let Err(error) = session.print(|out| write(&rules, &runs, session.out_color, out)) {
        return refuse_output(session, &error);
    }
    let differs = runs.iter().any(|run| !run.mismatches.is_empty());
    match (problems.is_empty(), differs) {
        (false, _) => Ending::Refused,
        (true, true) => Ending::Findings,
        (true, false) => Ending::Fine,
    }
}

fn runs(args: &TestArgs) -> Result<(RuleSet, Vec<ExampleRun>), Vec<Problem>> {
    let (rules, problems) = match &args.path {
        Some(path) => checks_of(&check_pages(path)?),
        None => RuleSet::builtin(vocabulary()),
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let runs = run_examples(&rules, 0).map_err(|problem| vec![problem])?;
    Ok((rules, runs))
}

/// The checks of pages, and those that stand in the fences of documents among them.
fn checks_of(pages: &[SourceText]) -> (RuleSet, Vec<Problem>) {
    let words = vocabulary();
    let (documents, mut pages): (Vec<SourceText>, Vec<SourceText>) =
        pages.iter().cloned().partition(|page| has_line(page, &["```patscan", "~~~patscan"]));
    if !documents.is_empty() {
        // Documents stand beside documents: one without a check, a sidecar or a rule set is nothing to test.
        pages.retain(|page| has_line(page, &["check:"]));
    }
    let (mut rules, mut problems) = RuleSet::load(&pages, words);
    for document in documents {
        let opened = OpenDocument::read(&document, None, words);
        problems.extend(opened.fence_problems());
        let own = opened.own_checks().into_iter().map(|own| own.rule).collect();
        problems.extend(rules.extend(RuleSet { rules: own }));
    }
    (rules, problems)
}

fn has_line(page: &SourceText, heads: &[&str]) -> bool {
    page.text().lines().any(|line| heads.iter().any(|head| line.trim_start().starts_with(head)))
}

fn write(rules: &RuleSet, runs: &[ExampleRun], color: Color, out: &mut dyn Write) -> io::Result<()> {
    let (mut n_examples, mut n_differ) = (0_usize, 0_usize);
    for (rule, run) in rules.rules.iter().zip(runs) {
        n_examples += run.n_examples;
        n_differ += run.mismatches.len();
        write_mismatches(rule, run, color, out)?;
    }
    let n = |count: usize, what: &str| counted(u32::try_from(count).unwrap_or(u32::MAX), what);
    let said = match n_differ {
        0 => "all as expected".to_owned(),
        1 => "1 line differs".to_owned(),
        _ => format!("{n_differ} lines differ"),
    };
    writeln!(out, "{} of {}: {said}", n(n_examples, "example"), n(rules.rules.len(), "check"))
}

fn write_mismatches(rule: &Rule, run: &ExampleRun, color: Color, out: &mut dyn Write) -> io::Result<()> {
    let path = visible_line(rule.page.path().as_str());
    for mismatch in &run.mismatches {
        let id = color.paint(Paint::Error, rule.id.as_str());
        writeln!(out, "{path}:{}: {id}: {}", mismatch.line, mismatch.message)?;
        let line = rule.page.line_text((mismatch.line as usize).saturating_sub(1));
        writeln!(out, "  | {}", visible_line(line.trim_end()))?;
    }
    Ok(())
}
