//! Reading and comparing examples.

use super::{Example, Expected, ExpectedVerdict};
use crate::base::{RelPath, SourceText};
use crate::catalog::Catalog;
use crate::rule::{RuleSet, Section, Vocabulary};

const HEAD: &str = "# b\n\n```yaml\ncheck: b\nseverity: error\nprecision: exact\nrequires_crate: [reqwest]\nselect: { macro: [flume::x] }\nmessage: m\nbecause: b\nhelp: h\n```\n";

/// The examples of a page whose examples start in line 13, and the messages of its problems.
fn read(examples: &str) -> (Vec<Example>, Vec<String>) {
    let page = SourceText::new(RelPath::new("x/b.md"), format!("{HEAD}{examples}"));
    let words = Vocabulary { catalog: Catalog::builtin(), analyses: &[] };
    let (set, problems) = RuleSet::load(&[page], words);
    assert_eq!(problems, []);
    let (examples, problems) = set.rules[0].examples(words.catalog);
    (examples, problems.into_iter().map(|problem| problem.message).collect())
}

fn place(path: &str, line: u32, verdict: ExpectedVerdict) -> Expected {
    Expected { path: RelPath::new(path), line, verdict }
}

#[test]
fn markers_name_their_line_or_one_above() {
    let (examples, problems) =
        read("## Fires\n```rust\nf(); //~ b\ng(\n//~^ b\n);\nh(); //~ b unknown //~ other-check\n```\n");
    assert_eq!(problems, [""; 0]);
    let expected = [
        place("src/lib.rs", 1, ExpectedVerdict::Finding),
        place("src/lib.rs", 2, ExpectedVerdict::Finding),
        place("src/lib.rs", 5, ExpectedVerdict::Unknown),
    ];
    assert_eq!(examples[0].expected, expected);
    assert_eq!((examples[0].section, examples[0].line), (Section::Fires, 15));
}

#[test]
fn an_example_may_have_several_files() {
    let (examples, problems) = read(
        "## Fires\n```rust\n//@ depends: tokio\n//@ file: src/a.rs\nf();\n//@ file: src/main.rs\nmod a;\ng(); //~ b\n```\n",
    );
    assert_eq!(problems, [""; 0]);
    let paths: Vec<&str> = examples[0].files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/a.rs", "src/main.rs"]);
    assert_eq!(examples[0].expected, [place("src/main.rs", 3, ExpectedVerdict::Finding)]);
    let found = examples[0].compare(&[], 1);
    assert_eq!(found[0].line, 20, "the line of the page: {found:?}");
}

#[test]
fn dependencies_are_those_that_are_named() {
    let deps = |text: &str| read(&format!("## Quiet\n```rust\n{text}\n```\n")).0[0].dependencies.clone();
    assert_eq!(deps("fn f() {}"), ["reqwest = \"*\""]);
    assert_eq!(
        deps("use tokio::sync::mpsc;\nfn f() { flume::bounded(1); std::mem::drop(1); lapin::Channel::x(); }"),
        ["flume = \"*\"", "lapin = \"*\"", "reqwest = \"*\"", "tokio = \"*\""]
    );
    assert_eq!(deps("mod tokio { pub fn f() {} }\nfn f() { tokio::f(); }"), ["reqwest = \"*\""]);
    assert_eq!(deps("//@ depends: tokio\nuse flume::x;"), ["tokio = \"*\""]);
    assert_eq!(
        deps("//@ manifest: http = { package = \"reqwest\", version = \"0.12\" }\n//@ depends: tokio"),
        ["http = { package = \"reqwest\", version = \"0.12\" }", "tokio = \"*\""]
    );
}

#[test]
fn a_function_main_makes_a_program() {
    let (examples, _) = read("## Quiet\n```rust\nasync fn main() {}\n```\n");
    assert_eq!(examples[0].files[0].path.as_str(), "src/main.rs");
}

#[test]
fn differences_are_told_by_line_of_the_page() {
    let (examples, _) =
        read("## Fires\n```rust\nf(); //~ b\ng();\n```\n## Quiet\n```rust\n//@ no-subject\nf();\n```\n");
    let shown = |example: &Example, found: &[Expected], n_subjects: usize| -> Vec<String> {
        let found = example.compare(found, n_subjects);
        found.iter().map(|mismatch| format!("{}: {}", mismatch.line, mismatch.message)).collect()
    };
    let finding = |line| place("src/lib.rs", line, ExpectedVerdict::Finding);
    assert_eq!(shown(&examples[0], &[finding(1)], 1), [""; 0]);
    assert_eq!(
        shown(&examples[0], &[finding(2)], 1),
        ["15: expected a finding here, there is none", "16: unexpected finding"]
    );
    assert_eq!(
        shown(&examples[0], &[finding(1), place("src/lib.rs", 2, ExpectedVerdict::Unknown)], 2),
        [""; 0]
    );
    assert_eq!(shown(&examples[1], &[], 1), ["20: expected no subject, there are 1"]);
    assert_eq!(shown(&examples[1], &[], 0), [""; 0]);
}

#[test]
fn an_example_that_contradicts_its_section_is_a_problem() {
    let (_, problems) = read(
        "## Fires\n```rust\nf();\n```\n## Quiet\n```rust\nf(); //~ b\n```\n```rust\n//@ foo\n//@ file: ../x\n//~ \n```\n",
    );
    assert_eq!(
        problems,
        [
            "this example fires nowhere",
            "a quiet example expects a finding",
            "unknown directive",
            "a file of an example lies below its root",
            "this marker names no check"
        ]
    );
}
