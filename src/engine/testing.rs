//! Runs one rule, given as YAML, over code given as text with `//~ a-check` on the lines that it must find.

use crate::base::{FileIdx, RelPath, SourceText};
use crate::catalog::Catalog;
use crate::engine::{Clock, Engine, Evaluation, analysis};
use crate::facts::{Codebase, testing};
use crate::rule::{Example, Expected, ExpectedVerdict, RuleSet, Vocabulary};

/// Between the head and the texts of a rule that is called `a-check`.
pub(in crate::engine) fn rules(middle: &str) -> RuleSet {
    let texts = "message: \"{subject}\"\nbecause: b\nhelp: h\n";
    let yaml = format!("check: a-check\nseverity: error\nprecision: exact\n{}\n{texts}", middle.trim());
    load(&format!("# a-check\n\nwhy\n\n```yaml\n{yaml}```\n"))
}

#[track_caller]
fn load(page: &str) -> RuleSet {
    let words = Vocabulary { catalog: Catalog::builtin(), analyses: &analysis::specs() };
    let source = SourceText::new(RelPath::new("a-check.md"), page);
    let (set, problems) = RuleSet::load(&[source], words);
    let problems: Vec<_> =
        problems.into_iter().filter(|problem| !problem.message.contains("example")).collect();
    assert_eq!(problems, [], "{page}");
    set
}

/// The example that `code` is, as on a check's page, with its code base.
fn example(rule_page: &RuleSet, code: &str) -> (Example, Codebase) {
    let page = format!("{}\n## Fires\n\n```rust\n{}\n```\n", rule_page.rules[0].page.text(), code.trim());
    let set = load(&page);
    let (examples, _) = set.rules[0].examples(Catalog::builtin());
    let example = examples.into_iter().next().expect("an example");
    let manifest = example.manifest();
    let mut files = vec![("Cargo.toml".to_owned(), manifest)];
    files.extend(example.files.iter().map(|file| (file.path.to_string(), file.text.clone())));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    (example, testing::codebase(&files))
}

/// Evaluates all files.
pub(in crate::engine) fn evaluation(rules: &RuleSet, codebase: &Codebase) -> Evaluation {
    let engine = Engine::new(rules, codebase);
    let files = (0..codebase.files.len()).map(|at| engine.file(FileIdx(at as u32), Clock::Off));
    engine.conclude(files.collect())
}

/// Findings and unknown verdicts must stand exactly on the marked lines.
#[track_caller]
pub(in crate::engine) fn check(middle: &str, code: &str) {
    let set = rules(middle);
    let (example, codebase) = example(&set, code);
    let evaluation = evaluation(&set, &codebase);
    let line_of = |path: &RelPath, start: u32| {
        let file = codebase.files.iter().find(|file| file.tree.source().path() == path).expect("a file");
        file.tree.source().line_column(start).line
    };
    let findings = evaluation.findings.iter().map(|finding| {
        let line = line_of(&finding.path, finding.span.start());
        Expected { path: finding.path.clone(), line, verdict: ExpectedVerdict::Finding }
    });
    let unknowns = evaluation.unknowns.iter().map(|unknown| {
        let line = line_of(&unknown.path, unknown.span.start());
        Expected { path: unknown.path.clone(), line, verdict: ExpectedVerdict::Unknown }
    });
    let mut found: Vec<Expected> = findings.chain(unknowns).collect();
    let mut expected = example.expected;
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "\n{middle}\n{code}");
}
