//! The fixtures show what is marked in them and nothing else.

use crate::source::own_files;
use patscan::rule::RuleSet;
use patscan::scan::{Clock, Options, Roots, Silent, load, vocabulary};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What is marked in a fixture: path, line, check. `//~ id` marks its own line, each `^` one line further up.
fn marked(fixture: &str) -> BTreeSet<(String, u32, String)> {
    let mut marks = BTreeSet::new();
    for file in own_files(fixture) {
        let path = file.path.trim_start_matches(fixture).trim_start_matches('/');
        for (at, line) in (1_u32..).zip(file.text.lines()) {
            for marker in line.split("//~").skip(1) {
                let ups = marker.bytes().take_while(|byte| *byte == b'^').count();
                let id = marker[ups..].split_whitespace().next().unwrap_or("");
                marks.insert((path.to_owned(), at - ups as u32, id.to_owned()));
            }
        }
    }
    marks
}

/// What is found in a fixture: path, line, check.
fn found(fixture: &Path) -> BTreeSet<(String, u32, String)> {
    let (rules, problems) = RuleSet::builtin(vocabulary());
    assert_eq!(problems, []);
    let roots = Roots::new(&[PathBuf::from(fixture)], fixture).expect("the fixture");
    let options = Options { n_threads: 2, ..Options::new(roots) };
    let report = load(&options, &Silent).expect("the fixture").check(&rules, Clock::Off, &Silent);
    let findings = report.findings.iter().map(|finding| {
        let line = report.sources[&finding.path].line_column(finding.span.start()).line;
        (finding.path.to_string(), line, finding.check.to_string())
    });
    findings.collect()
}

/// Both directions: every marked line is found, nothing else is.
#[track_caller]
fn check(fixture: &str) {
    let (marked, found) = (marked(fixture), found(&Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture)));
    let told = |(path, line, id): &(String, u32, String)| format!("{path}:{line}: {id}");
    let missing: Vec<String> = marked.difference(&found).map(told).collect();
    let surplus: Vec<String> = found.difference(&marked).map(told).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{fixture}\nmarked but not found:\n{}\nfound but not marked:\n{}",
        missing.join("\n"),
        surplus.join("\n")
    );
    assert!(!marked.is_empty(), "{fixture} marks something");
}

#[test]
fn the_order_service_shows_what_is_marked_and_nothing_else() {
    check("fixtures/order-service");
}
