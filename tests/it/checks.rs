//! The built-in checks: they load, each has examples enough, and all examples are as their pages say.

use patscan::catalog::Catalog;
use patscan::rule::{RuleSet, Section};
use patscan::scan::{run_examples, vocabulary};

fn builtin() -> RuleSet {
    let (rules, problems) = RuleSet::builtin(vocabulary());
    assert_eq!(problems, []);
    rules
}

#[test]
fn every_check_has_three_examples_that_fire_and_four_that_stay_quiet() {
    for rule in &builtin().rules {
        let (examples, problems) = rule.examples(Catalog::builtin());
        assert_eq!(problems, [], "{}", rule.id);
        for (section, least) in [(Section::Fires, 3), (Section::Quiet, 4)] {
            let n_examples = examples.iter().filter(|example| example.section == section).count();
            assert!(n_examples >= least, "{}: {section:?} has {n_examples} examples", rule.id);
        }
    }
}

#[test]
fn every_example_is_as_its_page_says() {
    let rules = builtin();
    let runs = run_examples(&rules, 0).expect("threads");
    let mut differences = Vec::new();
    for (rule, run) in rules.rules.iter().zip(runs) {
        assert_eq!(run.problems, [], "{}", rule.id);
        let shown = run
            .mismatches
            .iter()
            .map(|found| format!("{}:{}: {}", rule.page.path(), found.line, found.message));
        differences.extend(shown);
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn what_a_check_says_follows_the_house() {
    for rule in &builtin().rules {
        let texts = [&rule.message, &rule.because, &rule.help].map(|text| text.render(|_| None));
        for text in texts {
            assert!(!text.ends_with('.') && !text.contains('\n'), "{}: {text}", rule.id);
        }
        assert!(!rule.page.slice(rule.why).trim().is_empty(), "{}: why does it matter?", rule.id);
        assert!(!rule.phrases.is_empty(), "{}: no phrase of a document proposes it", rule.id);
    }
}
