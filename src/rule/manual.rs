//! The manual of the rule language, made from the tables of keys. Says nothing that they do not say.

use crate::rule::wire::check::HOLES;
use crate::rule::wire::table::{self, KeySpec, Need, Shape, Table};
use std::fmt::Write;

const INTRO: &str = "\
# The rule language

Made from the tables in `src/rule/wire/table.rs`; a test compares. `patscan schema` prints the same as a JSON Schema,
with the named analyses, their parameters and their facts.

A check is a Markdown page `rules/checks/<theme>/<id>.md`: a title that is the id, the reasons, one `yaml` block with the
keys of **check** below, then `## Fires` and `## Quiet` with `rust` blocks. In an example, `//~ id` expects a finding in its
line, `//~^ id` one line above, `//~ id unknown` an unknown verdict. Lines `//@ file: src/x.rs` begin another file,
`//@ depends: lapin tokio` names dependencies (else those that the check and the paths name), `//@ manifest: ..` adds a line
below `[dependencies]`, `//@ no-subject` says that nothing may even be a subject. A `.yaml` file holds checks alone, one for
each document.

Paths are resolved: `tokio::spawn` means every spelling of that function and nothing else; `*` is one segment, `**` any.
Where a list is meant, a single value will do. `$name` puts a parameter's value in. A predicate is true, false or unknown;
unknown is counted, never a finding. With neither `require` nor `forbid`, every subject fails.
";

/// The manual, in Markdown.
#[must_use]
pub fn manual() -> String {
    let mut text = INTRO.to_owned();
    for table in table::ALL {
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "\n## {}\n\n{}.\n\n| key | takes | meaning |\n|---|---|---|\n",
            table.name,
            capital(table.about)
        );
        for key in table.keys {
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                name(key),
                takes(key.shape),
                key.about.replace('|', "\\|")
            );
        }
    }
    text.push_str("\n## Holes of messages\n\nBeside parameters, facts and captures:\n\n| hole | filled with |\n|---|---|\n");
    for (name, about) in HOLES {
        let _ = writeln!(text, "| `{{{name}}}` | {about} |");
    }
    text
}

fn name(key: &KeySpec) -> String {
    match key.need {
        Need::Must => format!("**`{}`**", key.name),
        Need::May => format!("`{}`", key.name),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn link(table: &Table) -> String {
    format!("[{}](#{})", table.name, table.name.replace(' ', "-"))
}

fn takes(shape: Shape) -> String {
    let words = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Flag => "`true`, `false`".to_owned(),
        Shape::Count => "number".to_owned(),
        Shape::Word(list) => format!("one of {}", words(list)),
        Shape::Words(list) => format!("any of {}", words(list)),
        Shape::Names => "names".to_owned(),
        Shape::Paths => "paths".to_owned(),
        Shape::Roles => "roles".to_owned(),
        Shape::Crates => "crates".to_owned(),
        Shape::Pattern => "regular expression".to_owned(),
        Shape::Patterns => "regular expressions".to_owned(),
        Shape::Glob => "file glob".to_owned(),
        Shape::Code => "code pattern".to_owned(),
        Shape::Message => "message".to_owned(),
        Shape::Texts => "texts".to_owned(),
        Shape::Selector => link(&table::SELECTOR),
        Shape::Selectors => format!("{}, or a list of them", link(&table::SELECTOR)),
        Shape::Predicate => link(&table::PREDICATE),
        Shape::Predicates => format!("list of {}", link(&table::PREDICATE)),
        Shape::PredicatesByName => format!("mapping of names to {}", link(&table::PREDICATE)),
        Shape::Scalar => "number, size, time, text or flag".to_owned(),
        Shape::Scalars => "numbers, sizes, times, texts or flags".to_owned(),
        Shape::Table(table) => link(table),
        Shape::TableOrPaths(table) => format!("{} or paths", link(table)),
        Shape::Tables(table) => format!("list of {}", link(table)),
        Shape::ByName(table) => format!("mapping of names to {}", link(table)),
        Shape::MessagesByName => "mapping of facts or captures to messages".to_owned(),
        Shape::Analysis => "name, or mapping of `name` and its parameters".to_owned(),
        Shape::Facts => format!("mapping of facts to values or {}", link(&table::VALUE)),
        Shape::ArgAt => "index from 0, or name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::manual;
    use std::path::Path;

    #[test]
    fn the_manual_that_is_committed_is_the_one_that_is_made() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/LANGUAGE.md");
        let made = manual();
        if std::env::var_os("PATSCAN_BLESS").is_some() {
            std::fs::write(&path, &made).expect("written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == made, "run this test with `PATSCAN_BLESS=1` and look at the difference");
    }
}
