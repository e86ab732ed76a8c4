//! Documents and what their statements are tied to: each test is a text and what becomes of its lines.

use crate::base::{Date, RelPath, SourceText};
use crate::catalog::Catalog;
use crate::finding::Problem;
use crate::rule::document::{Bond, Disposition, PatternRules};
use crate::rule::{Binder, OpenDocument, Phrases, RuleSet, Vocabulary, mark_stale, rule_set, yaml_of};

const CHECKS: &str = "\
check: slow-call
severity: error
precision: exact
params:
  limit: { type: duration, default: 10 s, about: \"longest call\" }
select: { type: { name: \"^Slow$\" } }
message: \"slower than {limit}\"
because: \"callers wait\"
help: \"be quick\"
phrases: [\"calls have a time limit\"]
---
check: big-body
severity: warning
precision: exact
params:
  min: { type: bytes, default: 1 KB, about: \"smallest\" }
  max: { type: bytes, default: 1 MB, about: \"largest\" }
  names: { type: names, default: [], about: \"names\" }
select: { type: { name: \"^Big$\" } }
message: \"bigger than {max}\"
because: \"memory is small\"
help: \"be small\"
phrases: [\"bodies are bounded\"]
";

const FENCE: &str = "  ```patscan\n  check: own-check\n  severity: warning\n  precision: exact\n  select: { type: { name: \"^Own$\" } }\n  message: \"own\"\n  because: \"own\"\n  help: \"own\"\n  ```\n";

fn words() -> Vocabulary<'static> {
    Vocabulary { catalog: Catalog::builtin(), analyses: &[] }
}

fn today() -> Date {
    Date::parse("2026-11-20").expect("a day")
}

fn rules() -> RuleSet {
    let (rules, problems) = RuleSet::load(&[SourceText::new(RelPath::new("checks.yaml"), CHECKS)], words());
    assert_eq!(problems, []);
    rules
}

fn bound_with(text: &str, sidecar: Option<&str>) -> (PatternRules, Vec<Problem>, RuleSet) {
    let source = SourceText::new(RelPath::new("docs/a.md"), text);
    let sidecar = sidecar.map(|text| SourceText::new(RelPath::new("docs/a.patscan.yaml"), text));
    let opened = OpenDocument::read(&source, sidecar.as_ref(), words());
    let mut rules = rules();
    rules.extend(RuleSet { rules: opened.own_checks().into_iter().map(|own| own.rule).collect() });
    let phrases = Phrases::of(&rules);
    let (bound, problems) = opened.bind(Binder { rules: &rules, phrases: &phrases, today: today() });
    (bound, problems, rules)
}

fn told(bond: &Bond) -> String {
    let mut text = bond.word().to_owned();
    for binding in &bond.checks {
        text.push_str(&format!(" {}", binding.check));
        for param in &binding.params {
            let from = if param.taken_from.is_some() { "~" } else { "=" };
            text.push_str(&format!(" {}{from}{}", param.name, param.value));
        }
    }
    for proposal in &bond.proposals {
        text.push_str(&format!(" {}", proposal.check));
    }
    if matches!(bond.disposition, Some(Disposition::Expired { .. })) {
        text.push_str(" expired");
    }
    for (name, value) in [("partial", &bond.rest), ("stale", &bond.stale)] {
        if value.is_some() {
            text.push_str(&format!(" {name}"));
        }
    }
    text
}

/// Expects the line and the bond of each statement and bound clause, and the line and message of each problem.
#[track_caller]
fn check(text: &str, sidecar: Option<&str>, expected: &[&str], expected_problems: &[&str]) {
    let (bound, problems, _) = bound_with(text, sidecar);
    let mut found = Vec::new();
    for statement in &bound.statements {
        found.push(format!("{} {}", statement.line, told(&statement.bond)));
        let clauses = statement.clauses.iter().filter(|clause| clause.bond.is_settled());
        found.extend(clauses.map(|clause| format!("{} {}", clause.id, told(&clause.bond))));
    }
    assert_eq!(found, expected, "{text}");
    let line =
        |problem: &Problem| problem.place.as_ref().and_then(|place| place.line_column).map_or(0, |at| at.0);
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{} {}", line(problem), problem.message)).collect();
    assert_eq!(told, expected_problems, "{text}");
    assert!(problems.iter().all(|problem| !problem.help.is_empty()), "{problems:?}");
    let (again, _, _) = bound_with(text, sidecar);
    assert_eq!(yaml_of(&bound), yaml_of(&again), "the same bytes twice");
}

#[test]
fn comments_bind_checks_with_typed_parameters() {
    check(
        "# T\n\n- [ ] One <!-- patscan: check=slow-call limit=\"5 s\" -->\n- [ ] Two\n  <!-- patscan: check=slow-call,big-body max=\"2 MB\" -->\n- [ ] Three <!-- patscan: check=big-body names=a,b --> <!-- patscan: check=slow-call -->\n",
        None,
        &[
            "3 checks slow-call limit=5 s",
            "4 checks slow-call big-body max=2 MB",
            "6 checks big-body names=a, b slow-call",
        ],
        &[],
    );
}

#[test]
fn each_disposition_is_read() {
    check(
        "# T\n\n- [ ] A <!-- patscan: manual -->\n- [ ] B <!-- patscan: test=tests/b.rs -->\n- [ ] C <!-- patscan: attest=\"Ann\" until=2026-11-20 -->\n- [ ] D <!-- patscan: not-applicable=\"no queue\" -->\n- [ ] E <!-- patscan: exempt=\"frozen\" -->\n- [ ] F <!-- patscan: id=f duplicate-of=checklist/a -->\n- [ ] G <!-- patscan: check=slow-call partial=\"the rest\" -->\n- [ ] H <!-- patscan: check=slow-call manual -->\n- [ ] I\n",
        None,
        &[
            "3 manual",
            "4 test",
            "5 attest",
            "6 not-applicable",
            "7 exempt",
            "8 duplicate",
            "9 checks slow-call partial",
            "10 checks slow-call partial",
            "11 unbound",
        ],
        &[],
    );
}

#[test]
fn a_broken_binding_makes_its_statement_an_error_and_costs_no_other() {
    check(
        "# T\n\n- [ ] A <!-- patscan: check=slow-cal -->\n- [ ] B <!-- patscan: check=slow-call limt=\"5 s\" -->\n- [ ] C <!-- patscan: check=slow-call limit=\"5 MB\" -->\n- [ ] D <!-- patscan: attest=\"Ann\" until=2026-11-19 -->\n- [ ] E <!-- patscan: id=x manual -->\n- [ ] F <!-- patscan: id=x manual -->\n- [ ] G <!-- patscan: duplicate-of=nowhere -->\n- [ ] H <!-- patscan: exempt -->\n- [ ] I <!-- patscan: check=slow-call -->\n",
        None,
        &[
            "3 error",
            "4 error slow-call",
            "5 error slow-call",
            "6 attest expired",
            "7 manual",
            "8 error",
            "9 error",
            "10 error",
            "11 checks slow-call",
        ],
        &[
            "3 unknown check `slow-cal`",
            "4 check `slow-call` has no parameter `limt`",
            "5 parameter `limit` takes a time such as `30 s`, `5 min` or `250 ms`",
            "6 the attestation expired on 2026-11-19",
            "8 the id `x` is given twice",
            "9 it repeats `nowhere`, which is no other statement",
            "10 `exempt` needs a reason",
        ],
    );
}

#[test]
fn a_fence_binds_the_check_that_it_holds() {
    check(
        &format!("# T\n\n- [ ] One\n\n{FENCE}\n- [ ] Two\n"),
        None,
        &["3 checks own-check", "15 unbound"],
        &[],
    );
    let broken = FENCE.replace("severity: warning", "severty: warning");
    check(
        &format!("# T\n\n- [ ] One\n\n{broken}\n- [ ] Two <!-- patscan: check=slow-call -->\n"),
        None,
        &["3 error", "15 checks slow-call"],
        &["6 `severity` is missing in `check`", "7 unknown key `severty` in `check`"],
    );
    check(
        "# T\n\n- [ ] One\n\n  ```patscan\n  check: [\n  ```\n",
        None,
        &["3 error"],
        &["6 this is not YAML: unclosed bracket '['"],
    );
}

#[test]
fn a_sidecar_binds_by_id_and_is_told_of_ids_that_are_not_there() {
    check(
        "# T\n\n- [ ] One thing\n- [ ] Two things\n- [ ] Three\n",
        Some(
            "patscan: 1\nstatements:\n  checklist/one-thing: { check: slow-call, limit: 5 s }\n  checklist/two-things: manual\n  checklist/thre: { manual: true }\n",
        ),
        &["3 checks slow-call limit=5 s", "4 manual", "5 unbound"],
        &["5 no statement has the id `checklist/thre`"],
    );
    check(
        "# T\n\n- [ ] One thing\n",
        Some("statements:\n  checklist/one-thing: { check: slow-call, hash: \"00000000\" }\n"),
        &["3 checks slow-call stale"],
        &[],
    );
}

#[test]
fn words_propose_and_numbers_fill_what_fits() {
    check(
        "# T\n\n- [ ] Calls have a time limit of at most 30 s\n- [ ] Bodies are bounded: at least 2 KB and at most 5 MB <!-- patscan: check=big-body -->\n- [ ] At most 7 s and 9 s <!-- patscan: check=slow-call limit=\"8 s\" -->\n",
        None,
        &["3 proposed slow-call", "4 checks big-body max~5 MB min~2 KB", "5 checks slow-call limit=8 s"],
        &[],
    );
}

#[test]
fn an_async_boundary_needs_its_contract_or_an_exemption() {
    let with = |head: &str| {
        format!(
            "# Pattern 007: T\n\n## Pattern header\n\n- **Pattern ID:** 007\n- **Name:** T\n{head}\n## Invariants\n\n- **Last:** the queue is drained <!-- patscan: manual -->\n"
        )
    };
    let message = "the document speaks of an async boundary (`queue`) but does not require pattern 002";
    check(&with(""), None, &["10 manual"], &[&format!("10 {message}")]);
    check(&with("- **Requires:** Pattern 002 (Contract)\n"), None, &["11 manual"], &[]);
    check(&with("\n<!-- patscan: exempt=002 reason=\"one process\" -->\n"), None, &["12 manual"], &[]);
}

#[test]
fn a_rule_set_reads_back_what_was_written() {
    let text = format!(
        "# T \"quoted\" \\ back\n\n- [ ] One: é \"x\" <!-- patscan: check=slow-call limit=\"5 s\" -->\n- [ ] Two <!-- patscan: check=big-body names=a,b partial=\"some\" -->\n- [ ] Calls have a time limit of 30 s\n- [ ] Four <!-- patscan: attest=\"Ann\" until=2027-01-31 -->\n- [ ] Five <!-- patscan: attest=\"Ann\" until=2020-01-31 -->\n- [ ] Six\n\n{FENCE}"
    );
    let (bound, _, rules) = bound_with(&text, None);
    let yaml = yaml_of(&bound);
    let source = SourceText::new(RelPath::new("rules/a.yaml"), yaml.as_str());
    let (read, problems) = rule_set(&source, &rules, words(), today());
    let read = read.expect("a rule set");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["the attestation expired on 2020-01-31"]);
    assert_eq!(read.statements, bound.statements);
    assert_eq!(yaml_of(&read), yaml);
    let future = yaml.replace("patscan: 1\n", "patscan: 2\n");
    let source = SourceText::new(RelPath::new("rules/a.yaml"), future);
    let (read, problems) = rule_set(&source, &rules, words(), today());
    assert!(read.is_none() && problems[0].message == "version 2 of rule sets is not known", "{problems:?}");
}

#[test]
fn a_statement_whose_words_changed_under_its_id_is_stale() {
    let text = |words: &str| format!("# T\n\n- [ ] {words} <!-- patscan: id=one check=slow-call -->\n");
    let (earlier, _, _) = bound_with(&text("Calls end"), None);
    for (words, is_stale) in [("Calls end", false), ("Calls *end*", false), ("Calls begin", true)] {
        let (mut bound, _, _) = bound_with(&text(words), None);
        mark_stale(&mut bound, &earlier);
        assert_eq!(bound.statements[0].bond.stale.is_some(), is_stale, "{words}");
    }
}
