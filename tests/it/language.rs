//! The page of the rule language: made from the tables, printed by the program, and true where it shows a check.

use crate::cli::run;
use crate::golden;
use patscan::base::{RelPath, SourceText};
use patscan::rule::{RuleSet, manual};
use patscan::scan::vocabulary;
use std::path::Path;

#[test]
fn the_page_of_the_language_is_the_one_that_is_made_and_printed() {
    let made = manual(vocabulary());
    golden::check_file("rules/LANGUAGE.md", &made);
    let ran = run(Path::new(env!("CARGO_MANIFEST_DIR")), &["explain", "--language"]);
    assert_eq!((ran.code, ran.out), (0, made));
}

#[test]
fn the_check_that_the_page_shows_can_be_loaded() {
    let made = manual(vocabulary());
    let (_, rest) = made.split_once("```yaml\n").expect("a check");
    let (yaml, _) = rest.split_once("```").expect("its end");
    let (rules, problems) = RuleSet::load(&[SourceText::new(RelPath::new("x.yaml"), yaml)], vocabulary());
    assert_eq!((rules.rules.len(), problems), (1, Vec::new()));
}

#[test]
fn every_analysis_and_role_is_in_the_page() {
    let (words, made) = (vocabulary(), manual(vocabulary()));
    for spec in words.analyses {
        assert!(made.contains(&format!("\n### {}\n", spec.name)), "{}", spec.name);
        for fact in spec.facts {
            assert!(made.contains(&format!("| `{}` |", fact.name)), "{}: {}", spec.name, fact.name);
        }
    }
    for row in words.catalog.roles() {
        assert!(made.contains(&format!("| `{}` |", row.name)), "{}", row.name);
    }
}
