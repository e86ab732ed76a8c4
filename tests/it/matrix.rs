//! Every check over every fixture and over the examples of every other check. The counts are a committed table, so that a
//! new hit elsewhere is seen where a page or an analysis changes.

use crate::golden;
use patscan::catalog::Catalog;
use patscan::policy::Report;
use patscan::rule::{RuleSet, Section};
use patscan::scan::{Clock, Options, Pool, Roots, Silent, example_report, load, vocabulary};
use patscan::syntax::STACK_BYTES;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Findings and unknown verdicts, by what was scanned and check.
type Table = BTreeMap<(String, String), [u32; 2]>;

fn add(table: &mut Table, place: &str, report: &Report, own: &str) {
    for count in report.checks.iter().filter(|count| count.check.as_str() != own) {
        if count.fail + count.unknown > 0 {
            let cell = table.entry((place.to_owned(), count.check.to_string())).or_default();
            cell[0] += count.fail;
            cell[1] += count.unknown;
        }
    }
}

fn add_examples(table: &mut Table, rules: &RuleSet) {
    let pool = Pool::new(0, STACK_BYTES).expect("threads");
    for rule in &rules.rules {
        let (examples, _) = rule.examples(Catalog::builtin());
        let reports = pool.map(&examples, |_| 1, |example| example_report(rules, example));
        for (example, report) in examples.iter().zip(reports) {
            let section = match example.section {
                Section::Fires => "fires",
                Section::Quiet => "quiet",
                Section::Fixed => "fixed",
            };
            let place = format!("{}/{} {section}", rule.theme, rule.id);
            add(table, &place, &report.expect("no panic"), rule.id.as_str());
        }
    }
}

fn add_fixtures(table: &mut Table, rules: &RuleSet) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for entry in std::fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        if !path.join("Cargo.toml").is_file() {
            continue;
        }
        let roots = Roots::new(&[PathBuf::from(&path)], &path).expect("the fixture");
        let options = Options { n_threads: 2, ..Options::new(roots) };
        let report = load(&options, &Silent).expect("the fixture").check(rules, Clock::Off, &Silent);
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        add(table, &format!("fixture {name}"), &report, "");
    }
}

#[test]
fn every_check_over_everything_finds_what_the_table_says() {
    let (rules, problems) = RuleSet::builtin(vocabulary());
    assert_eq!(problems, []);
    let mut table = Table::new();
    add_fixtures(&mut table, &rules);
    add_examples(&mut table, &rules);
    let mut text = "# what is scanned: check: findings, unknown verdicts\n".to_owned();
    for ((place, check), [n_findings, n_unknown]) in &table {
        writeln!(text, "{place}: {check}: {n_findings} {n_unknown}").expect("memory takes it");
    }
    golden::check("matrix.txt", &text);
}

/// A second place that no example shows is one that nobody has seen.
#[test]
fn every_second_place_of_a_check_is_shown_by_one_of_its_examples() {
    let (rules, _) = RuleSet::builtin(vocabulary());
    let mut missing = Vec::new();
    for rule in rules.rules.iter().filter(|rule| !rule.labels.is_empty()) {
        let alone = RuleSet { rules: vec![rule.clone()] };
        let (examples, _) = rule.examples(Catalog::builtin());
        let reports: Vec<Report> = examples.iter().map(|example| example_report(&alone, example)).collect();
        let labels = reports.iter().flat_map(|report| &report.findings).flat_map(|finding| &finding.labels);
        let shown: Vec<&str> = labels.map(|label| label.text.as_str()).collect();
        for spec in &rule.labels {
            // A label with holes is told by its first words.
            let head = spec.text.render(|_| Some("\0".to_owned()));
            let head = head.split('\0').next().unwrap_or("");
            if !shown.iter().any(|text| text.starts_with(head)) {
                missing.push(format!("{}: `{}`", rule.id, spec.name));
            }
        }
    }
    assert!(missing.is_empty(), "no example shows these labels:\n{}", missing.join("\n"));
}
