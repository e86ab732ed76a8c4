//! Tests of document lint: the rules that must fire stand behind their lines, as ` //~ name name`.
//! Those of the whole document stand on a first line of their own, `//~ name`, which is taken away.

mod registry;

use super::{LintId, ReadDocument, lint};
use crate::base::{RelPath, SourceText};
use crate::finding::{Problem, Severity};
use crate::pattern::{Dialect, Pattern, read};
use std::collections::BTreeSet;

/// Path, line (0 for the whole document) and name.
type Fault = (String, u32, String);

struct Page {
    source: SourceText,
    pattern: Pattern,
    problems: Vec<Problem>,
}

fn page(path: &str, marked: &str, expected: &mut BTreeSet<Fault>) -> Page {
    let (mut text, mut line) = (String::new(), 0);
    for marked in marked.split_inclusive('\n') {
        let (own, names) = marked.split_once("//~").unwrap_or((marked, ""));
        let is_head = own.is_empty() && !names.is_empty();
        line += u32::from(!is_head);
        let at = if is_head { 0 } else { line };
        expected.extend(names.split_whitespace().map(|name| (path.to_owned(), at, name.to_owned())));
        if !is_head {
            text.push_str(own.trim_end_matches([' ', '\n']));
            text.push('\n');
        }
    }
    let source = SourceText::new(RelPath::new(path), text);
    let (pattern, problems) = read(&source);
    Page { source, pattern, problems }
}

/// Expects of the rules `about` exactly those that the documents are marked with; `files` are those that exist.
#[track_caller]
fn check_set(about: &[&str], documents: &[(&str, &str)], files: &[&str]) {
    let mut expected = BTreeSet::new();
    let pages: Vec<Page> = documents.iter().map(|(path, text)| page(path, text, &mut expected)).collect();
    let known: Vec<LintId> = about.iter().flat_map(|name| LintId::named(name)).collect();
    assert_eq!(known.is_empty(), about.is_empty(), "{about:?} are names");
    let read: Vec<ReadDocument<'_>> = pages
        .iter()
        .map(|page| ReadDocument { source: &page.source, pattern: &page.pattern, problems: &page.problems })
        .collect();
    let lints = lint(&read, &|_, target| files.contains(&target));
    let found: BTreeSet<Fault> = lints
        .iter()
        .filter(|lint| known.contains(&lint.id))
        .map(|lint| {
            let place = lint.problem.place.as_ref().expect("a place");
            let line = place.line_column.map_or(0, |(line, _)| line);
            assert!(!lint.problem.help.is_empty(), "{lint:?} has a remedy");
            (place.path.as_str().to_owned(), line, lint.id.rule().name.to_owned())
        })
        .collect();
    assert_eq!(found, expected, "{lints:#?}");
}

#[track_caller]
fn check(about: &[&str], path: &str, text: &str) {
    check_set(about, &[(path, text)], &[]);
}

/// A tiered document: `front` in its front matter, then `body`.
#[track_caller]
fn check_tiered(about: &[&str], front: &str, body: &str) {
    let text = format!(
        "---\ntitle: T\ncategory: resilience\ndifficulty: beginner\ntagline: x\n{front}---\n\n{body}"
    );
    let source = SourceText::new(RelPath::new("t.md"), text.clone());
    assert_eq!(read(&source).0.dialect, Dialect::Tiered);
    check(about, "t.md", &text);
}

const SILVER: &str = "excellence_tier: silver\n";

/// A numbered document: `head` below its header, then `body`.
fn numbered(head: &str, body: &str) -> String {
    format!("# Pattern 012: Relay\n\n## Pattern header\n{head}\n\n## Executive summary\n\n{body}")
}

#[test]
fn text_that_was_encoded_twice_is_told() {
    check(
        &["DM-01"],
        "a.md",
        "# T\n\n- [ ] Caf\u{c3}\u{a9} \u{e2}\u{20ac}\u{201c} x and \u{e2}\u{153}\u{2026} y //~ doubly-encoded\n",
    );
    check(&["DM-01"], "a.md", "# T\n\n- [ ] Café – x\n");
}

#[test]
fn front_matter_is_yaml_with_each_key_once_and_of_its_type() {
    let about = &["DM-02"];
    check_tiered(about, "excellence_tier: silver\nreading_time: [X] min //~ front-matter-no-yaml\n", "# T\n");
    check_tiered(
        about,
        "excellence_tier: silver\ntrade-offs:\n  pros: [a]\n  cons: [b]\ntrade_offs: //~ front-matter-key-twice\n",
        "# T\n",
    );
    check_tiered(
        about,
        "excellence_tier: silver\nmodern_examples: Acme //~ front-matter-type\ndescription: [a, b] //~ front-matter-type\nbest_for: [a, b]\n",
        "# T\n",
    );
}

#[test]
fn each_tier_demands_its_own_keys() {
    let about = &["DM-03"];
    check_tiered(
        about,
        "excellence_tier: gold\nproduction_checklist: [a]\nmodern_examples: //~ tier-field-missing\n  - company: A\n    scale: x\n  - company: B\n",
        "# T\n",
    );
    check_tiered(
        about,
        "excellence_tier: gold\nproduction_checklist: [a]\nmodern_examples: [a, b, c]\n",
        "# T\n",
    );
    check_tiered(
        about,
        "excellence_tier: silver\ntrade_offs:\n  pros: [a]\n  cons: [] //~ tier-field-missing\nbest_for: x\n",
        "# T\n",
    );
    check_tiered(
        about,
        "excellence_tier: silver\ntrade-offs:\n  pros: [a]\n  cons: [b]\nbest-for: x\n",
        "# T\n",
    );
    check_tiered(
        about,
        "excellence_tier: bronze //~ tier-field-missing\nmodern_alternatives: [a]\n",
        "# T\n",
    );
    check(
        about,
        "t.md",
        "---\ntitle: T //~ tier-field-missing\ncategory: x\npattern_status: legacy\ntagline: x\ntrade_offs: x\n---\n\n# T\n",
    );
}

#[test]
fn values_and_statuses_are_those_of_the_template() {
    check_tiered(
        &["DM-04"],
        "excellence_tier: platinum //~ value-outside-enum\npattern_status: stable\n",
        "# T\n",
    );
    check_tiered(&["DM-04"], "excellence_tier: gold|silver|bronze\npattern_status: Stable\n", "# T\n");
    check(&["DM-04"], "012.md", &numbered("- **Status:** Quite new //~ unknown-status", "Text.\n"));
    check(&["DM-04"], "012.md", &numbered("- **Status:** Adopted (since May)", "Text.\n"));
}

#[test]
fn a_tiered_document_is_neither_long_nor_mostly_code() {
    let about = &["DM-05", "DM-06"];
    check_tiered(about, SILVER, &format!("# T\n{}x //~ too-long\nlast\n", "\n".repeat(1000 - 9)));
    check_tiered(about, SILVER, &format!("# T\n{}", "\n".repeat(1000 - 9)));
    check_tiered(about, SILVER, "# T\n\n```rust //~ too-much-code\na();\nb();\nc();\n```\n\nText.\n");
    check_tiered(about, SILVER, "# T\n\n```mermaid\ngraph TD\na --> b\nb --> c\n```\n\nText.\n");
}

#[test]
fn three_diagrams_with_labels_that_lex_are_wanted() {
    let diagram = "```mermaid\ngraph TD\n  A[\"x (y)\"] --> B[(z)]\n```\n\n";
    check_tiered(&["DM-07"], SILVER, &format!("# T //~ too-few-diagrams\n\n{}", diagram.repeat(2)));
    check_tiered(&["DM-07"], SILVER, &format!("# T\n\n{}", diagram.repeat(3)));
    check(
        &["DM-07"],
        "a.md",
        "# T\n\n```mermaid\nflowchart LR\n  A[Queue (main)] --> B //~ broken-diagram-label\n```\n",
    );
    check(&["DM-07"], "a.md", "# T\n\n```mermaid\nsequenceDiagram\n  A->>B: call(x) [y (z)]\n```\n");
}

#[test]
fn when_not_to_use_stands_early_and_in_a_table() {
    let about = &["DM-08"];
    check_tiered(about, SILVER, "# T //~ no-when-not-to-use\n\n## When to Use\n\nAlways.\n");
    check_tiered(
        about,
        SILVER,
        &format!(
            "# T\n{}### ❌ DON'T Use When //~ no-when-not-to-use\n\n| a | b |\n|---|---|\n| c | d |\n",
            "\n".repeat(200)
        ),
    );
    check_tiered(about, SILVER, "# T\n\n## When NOT to Use //~ when-not-without-table\n\nNever.\n");
    check_tiered(
        about,
        SILVER,
        "# T\n\n## When to Use / When NOT to Use\n\n### Don't use when\n\n| a | b |\n|---|---|\n| c | d |\n",
    );
}

#[test]
fn one_banner_says_the_tier() {
    let about = &["DM-09"];
    let silver = "!!! info \"🥈 Silver Tier Pattern\"\n    x\n";
    check_tiered(about, SILVER, &format!("# T\n\n{silver}"));
    check_tiered(about, SILVER, "# T //~ tier-banner\n\n!!! info \"Silver lining\"\n    x\n");
    check_tiered(about, SILVER, "# T\n\n!!! warning \"🥈 Silver Tier Pattern\" //~ tier-banner\n    x\n");
    check_tiered(
        about,
        SILVER,
        &format!("# T\n\n{silver}\n!!! success \"🏆 Gold Standard Pattern\" //~ tier-banner\n    x\n"),
    );
}

#[test]
fn the_essential_question_stands_in_two_places_with_the_same_words() {
    let about = &["DM-10"];
    let asked = "excellence_tier: silver\nessential_question: How do we sleep?\n";
    check_tiered(about, asked, "# T\n\n## Essential Question\n\n**How do we sleep?**\n");
    check_tiered(
        about,
        asked,
        "# T\n\n## Essential Question //~ essential-question-differs\n\n**Why do we wake?**\n",
    );
    check_tiered(
        about,
        "excellence_tier: silver\nessential_question: How do we sleep? //~ no-essential-question\n",
        "# T\n",
    );
    check_tiered(about, asked, "# T\n\n## Essential Questions for Architects\n\n1. Do we sleep at all?\n");
    check(
        about,
        "t.md",
        "---\ntitle: T //~ no-essential-question\nexcellence_tier: silver\ncategory: x\n---\n\n# T\n\n## Essential Question\n\nHow?\n",
    );
}

#[test]
fn five_levels_stand_once_each_and_in_order() {
    let about = &["DM-11"];
    check_tiered(
        about,
        SILVER,
        "# T\n\n## Level 1: A (5 min)\n\n## Level 2\n\n## Level 3 {#deep}\n\n## Level 4\n\n## Level 5: E\n",
    );
    check_tiered(
        about,
        SILVER,
        "# T //~ levels\n\n## Level 1\n\n## Level 3\n\n## Level 2 //~ levels\n\n## Level 1 //~ levels\n\n## Level 10\n",
    );
}

#[test]
fn nothing_of_the_template_is_left() {
    let about = &["DM-12"];
    check_tiered(
        about,
        "excellence_tier: silver\ndescription: 'TODO: Add description' //~ placeholder\n",
        "# T\n",
    );
    check_tiered(
        about,
        SILVER,
        "# T\n\n[Explain the pattern in simple terms] //~ placeholder\n\n- [Read it](a.md) [x]\n",
    );
    check_tiered(
        about,
        SILVER,
        "# T\n\n<!-- TEMPLATE INSTRUCTIONS - delete --> //~ placeholder\n\n## Template Usage\n\nx\n",
    );
    check(
        about,
        "Patterns/G.md",
        "# G\n\n## 0) Metadata\n- **Canonical Path**: Patterns/G.md\n- **Status**: Draft | Stable | Deprecated //~ placeholder\n- **Tags**: a\n\n## 1) TL;DR\n- x\n",
    );
    check(about, "012.md", &numbered("- **Status:** Adopted", "Dates are written YYYY-MM-DD.\n"));
}

#[test]
fn a_guide_has_its_sections_its_path_and_a_checklist_that_holds() {
    let guide = |rest: &str| {
        format!(
            "# G\n\n## 0) Metadata\n- **Canonical Path**: Patterns/G.md\n- **Tags**: a\n\n## 1) TL;DR\n- x\n\n{rest}"
        )
    };
    check(&["DM-13"], "Patterns/G.md", &format!("//~ guide-section-missing\n{}", guide("")));
    check(&["DM-14"], "docs/Patterns/G.md", &guide(""));
    check(&["DM-14"], "G.md", &guide(""));
    check(&["DM-14"], "H.md", &guide("").replace("G.md", "G.md //~ canonical-path-differs"));
    check(&["DM-15"], "G.md", &format!("//~ no-completion-checklist\n{}", guide("")));
    check(
        &["DM-15"],
        "G.md",
        &guide(
            "## 20) Runbooks\n- x\n\n## 25) Completion Checklist\n- [x] Runbooks written\n- [x] Capacity math included //~ tick-without-section\n- [ ] Cost model written\n",
        ),
    );
    check(&["DM-14"], "e.md", "//~ empty-document\n# Title alone\n");
}

#[test]
fn ids_and_numbers_agree_and_lead_somewhere() {
    let about = &["DM-16"];
    check(about, "pattern-013.md", &numbered("- **Pattern ID:** 012 //~ id-differs-from-file", "x\n"));
    check(
        about,
        "012-relay.md",
        &numbered("- **Pattern ID:** 012\n- **See also:** Patterns 004/012 //~ self-reference", "x\n"),
    );
    check(about, "relay.md", &numbered("- **Pattern ID:** 014 //~ id-differs-from-file", "x\n"));
    let other = "# Pattern 004: Store\n\n## Pattern header\n- **Pattern ID:** 004\n- **Scope:** x\n";
    let one = numbered(
        "- **Pattern ID:** 012\n- **Requires:** Pattern 004 and Pattern 099 //~ unknown-pattern",
        "x\n",
    );
    check_set(about, &[("004.md", other), ("012.md", &one)], &[]);
    check_set(about, &[("004.md", other), ("004b.md", &format!("//~ id-taken\n{other}"))], &[]);
}

#[test]
fn an_async_boundary_needs_the_message_contract() {
    let about = &["DM-17"];
    let body = "x\n\n## Invariants\n- The consumer must acknowledge late.";
    check(about, "012.md", &numbered("- **Scope:** x", &format!("{body} //~ no-message-contract\n")));
    check(about, "012.md", &numbered("- **Requires:** Pattern 002 for any queue", &format!("{body}\n")));
    let excused = format!(
        "<!-- patscan: exempt=002 reason=\"none\" -->\n\n{}",
        numbered("- **Scope:** x", &format!("{body}\n"))
    );
    check(about, "012.md", &excused);
    check(about, "012.md", &numbered("- **Scope:** x", "x\n\n## Invariants\n- Rows must stay small.\n"));
    check(about, "002.md", &numbered("- **Pattern ID:** 002", &format!("{body}\n")));
}

#[test]
fn a_numbered_pattern_has_its_sections_and_reasons() {
    check(
        &["section-missing"],
        "012.md",
        &format!("//~ section-missing\n{}", numbered("- **Scope:** x", "x\n")),
    );
    check(
        &["summary-length"],
        "012.md",
        "# Pattern 012: R\n\n## Executive summary //~ summary-length\n\nOne.\nTwo.\n\n## Context\n",
    );
    check(
        &["summary-length"],
        "012.md",
        "# Pattern 012: R\n\n## Executive summary\n\nOne.\nTwo.\n\nThree.\nFour.\nFive.\n\n## Context\n",
    );
    let about = &["group-without-because"];
    check(
        about,
        "012.md",
        "# Pattern 012: R\n\n## Implementation guidance\n- ✅ Do poll. //~ group-without-because\n- ❌ Avoid threads.\n",
    );
    check(
        about,
        "012.md",
        "# Pattern 012: R\n\n## Implementation guidance\n- ✅ Do poll.\n- ❌ Avoid threads.\n- **Because** a burst would exhaust the pool.\n",
    );
}

#[test]
fn guidance_is_pseudocode() {
    let about = &["DM-19"];
    check(
        about,
        "012.md",
        "# Pattern 012: R\n\n```js //~ executable-guidance\nimport { x } from \"y\";\n```\n",
    );
    check(
        about,
        "012.md",
        "# Pattern 012: R\n\n```json //~ executable-guidance\n{ \"dependencies\": {} }\n```\n",
    );
    check(
        about,
        "012.md",
        "# Pattern 012: R\n\n```\nimport rows from the store\n<<QUEUE_SEND>>\n```\n\n```rust\nuse the lease\n```\n",
    );
    check(about, "a.md", "# T\n\n```js\nimport { x } from \"y\";\n```\n");
}

#[test]
fn items_of_checklists_are_single_sentences() {
    check(
        &["DM-20"],
        "a.md",
        "# T\n\n## Checklist\n- [ ] Lag stays small\n- [ ] Is the lag small? //~ item-is-question\n- [ ] Rows are deleted after a week; the table stays small //~ compound-item\n",
    );
}

#[test]
fn references_are_named_and_links_lead_somewhere() {
    check(&["DM-21"], "a.md", "# T\n\n## References //~ empty-references\n\n## Notes\n\nx\n");
    check(&["DM-21"], "a.md", "# T\n\n## References\n- [Site](https://example.org)\n");
    let text = "# T\n\nSee [b](b.md#x), [c](sub/c.md), //~ dead-link\n[site](https://example.org/x.md), [mail](mailto:a@b.c),\n[here](#x), [root](/docs/x.md), [t](<>)\n\n| [d](d.md) |\n|---|\n| [e](e.md?x=1) | //~ dead-link\n";
    check_set(&["DM-21"], &[("docs/a.md", text)], &["b.md", "d.md"]);
}

#[test]
fn declared_rules_are_there_and_have_reason_and_proof() {
    let about = &["DM-27"];
    let rule = "### Writes are one\n\n> **Invariant:** Writes are one transaction.\n> **Rationale:** Else events are lost.\n\n**Verified by:** a test\n\n";
    check(about, "a.md", &format!("# T\n\n1 rules; 1 with explicit invariants.\n\n{rule}"));
    check(
        about,
        "a.md",
        &format!(
            "# T\n\n7 rules; 2 with explicit invariants. //~ rule-count-differs\n\n{rule}### Reads //~ invariant-without-evidence\n\n> **Invariant:** Reads are fresh.\n\n**Verified by:** a test\n"
        ),
    );
    check(about, "a.md", "# T\n\n### Lone\n\n> **Invariant:** Reads are fresh.\n");
}

#[test]
fn hazards_of_markdown_are_told_at_their_first_place() {
    check(
        &["DM-28"],
        "a.md",
        "# T\n\n## Invariants\n\n    The worker must acknowledge after the write. //~ structure-hazard\n",
    );
}

#[test]
fn shapes_and_numbers_agree_among_documents() {
    let shape = |field: &str| {
        format!(
            "# API Reference\n\n### Message envelope\n```json\n{{\"id\": 1, \"at\": 2, \"{field}\": 3}}\n```\n\n### Page\n```json\n{{\"a\": 1}}\n```\n"
        )
    };
    let other = shape("key").replace("envelope\n", "envelope //~ shape-differs\n");
    check_set(&["DM-29"], &[("a.md", &shape("idempotency_key")), ("b.md", &other)], &[]);
    check_set(&["DM-29"], &[("a.md", &shape("key")), ("b.md", &shape("key"))], &[]);
    let limit = |time: &str| {
        format!("# T\n\n## Invariants\n- A visibility delay must stay below {time} in all queues.\n")
    };
    let other = limit("24 h").replace("queues.", "queues. //~ number-differs");
    check_set(&["DM-30"], &[("a.md", &limit("12 h")), ("b.md", &other)], &[]);
    check_set(&["DM-30"], &[("a.md", &limit("120 min")), ("b.md", &limit("2 h"))], &[]);
}

#[test]
fn documents_that_say_the_same_are_told() {
    let text: String = (0..200).map(|idx| format!("word{idx} ")).collect();
    let one = format!("# One\n\n{text}\n\n- [ ] Deadlines are set everywhere\n");
    let other = format!(
        "//~ near-duplicate\n# Two\n\nFirst {text}\n\n- [ ] Deadlines are set everywhere //~ repeated-statement\n"
    );
    check_set(&["DM-31"], &[("a.md", &one), ("b.md", &other)], &[]);
    check_set(
        &["DM-31"],
        &[
            ("bulkhead.md", "# A\n\nx\n"),
            ("bulkhead-gold.md", "//~ near-duplicate\n# B\n\ny\n"),
            ("bulkhead-use.md", "# C\n\nz\n"),
        ],
        &[],
    );
}

#[test]
fn two_patterns_of_one_title_are_told() {
    let one = "# Pattern 003: Relay\n\n## Pattern header\n- **Scope:** x\n";
    let other = "//~ near-duplicate\n# Pattern 004: relay\n\n## Pattern header\n- **Scope:** y\n";
    check_set(&["DM-31"], &[("003.md", one), ("004.md", other), ("x.md", "# Relay\n\nx\n")], &[]);
}

/// Lints `text` alone and beside itself.
fn linted(text: &str) -> usize {
    let page = |path: &str| {
        let source = SourceText::new(RelPath::new(path), text);
        let (pattern, problems) = read(&source);
        Page { source, pattern, problems }
    };
    let pages = [page("a.md"), page("b/index.md")];
    let read = pages.each_ref().map(|page| ReadDocument {
        source: &page.source,
        pattern: &page.pattern,
        problems: &page.problems,
    });
    lint(&read, &|_, _| false).len()
}

#[test]
fn documents_that_are_cut_anywhere_are_judged_too() {
    let texts = [
        include_str!("../../../fixtures/documents/hostile.md"),
        include_str!("../../../fixtures/documents/tiered.md"),
        include_str!("../../../fixtures/documents/numbered.md"),
        include_str!("../../../fixtures/lint/registry.md"),
        include_str!("../../../fixtures/lint/saga.md"),
    ];
    let mut n_lints = 0;
    for text in texts {
        for at in (0..text.len()).step_by(151).filter(|at| text.is_char_boundary(*at)) {
            n_lints += linted(&text[..at]) + linted(&text[at..]);
        }
    }
    assert!(n_lints > 1000, "{n_lints}");
}

#[test]
fn numbers_and_marks_without_end_are_no_reason_to_stop() {
    for text in [
        "# Pattern Registry\n\n**Overall:** [█é] 99999999999999999999/é/3 (%)\n\n| Pattern | Status |\n|---|---|\n| é | é |\n",
        "# T\n\n```mermaid\ngraph TD\né[é(é]-->é{\n|é|[[[[\n```\n",
        "---\nexcellence_tier: é\ntrade_offs:\n---\n# Level 1 99999999999999999999999\n\n[é](é%é%2)\n",
        "# Pattern 99999999999999999999: T\n\n## Pattern header\n- **Pattern ID:** 99999999999999999999\n",
    ] {
        linted(text);
    }
}

#[test]
fn an_index_lists_all_that_lies_beside_it() {
    let index = "//~ index-misses-document\n# Index\n\n- [a](a.md)\n- [b](b/)\n- [c](./c.md#x)\n";
    let page = "# T\n\nx\n";
    check_set(
        &["DM-32"],
        &[
            ("d/index.md", index),
            ("d/a.md", page),
            ("d/b.md", page),
            ("d/c.md", page),
            ("d/d.md", page),
            ("e.md", page),
        ],
        &[],
    );
    check_set(
        &["DM-32"],
        &[("d/index.md", "# Index\n\n- [a](a.md)\n"), ("d/a.md", page), ("d/d.md", page)],
        &[],
    );
}

#[test]
fn only_what_the_template_of_tiers_demands_is_an_error() {
    for id in LintId::all() {
        for dialect in Dialect::ALL {
            let is_error = id.rule().severity(dialect) == Some(Severity::Error);
            assert!(!is_error || dialect == Dialect::Tiered, "{id:?} in {dialect:?}");
        }
    }
}
