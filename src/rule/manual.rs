//! The manual of the rule language, made from the tables of keys, the named analyses and the roles. Says nothing that
//! they do not say.

use crate::catalog::{ArgName, RoleKind};
use crate::rule::wire::check::HOLES;
use crate::rule::wire::read::Vocabulary;
use crate::rule::wire::table::{self, KeySpec, Need, Shape, Table};
use crate::rule::{AnalysisSpec, FactKind};
use std::fmt::Write;

const INTRO: &str = "\
# The rule language

Made from the tables in `src/rule/wire/table.rs`, the analyses and the roles; a test compares. `patscan explain --language` prints
it, `patscan schema` the same as a JSON Schema for editors.

A check is a Markdown page `rules/checks/<theme>/<id>.md`: a title that is the id, the reasons, one `yaml` block with the
keys of **check** below, then `## Fires` and `## Quiet` with `rust` blocks. In an example, `//~ id` expects a finding that starts
in its line, `//~^ id` one line above, `//~ id unknown` an unknown verdict. Lines `//@ file: src/x.rs` begin another file,
`//@ depends: lapin tokio` names dependencies (else those that the check and the paths name), `//@ manifest: ..` adds a line
below `[dependencies]`, `//@ no-subject` says that nothing may even be a subject. A `rust fixed` block behind an example of
`## Fires` is its text after all fixes. A `.yaml` file holds checks alone, one for each document.

A page of your own needs no place in this repository: `patscan test my-check.md` runs its examples, `patscan check --rules my-check.md`
uses it beside the others, `patscan explain --rules my-check.md my-check src/x.rs:12` says why a line is or is not its subject.

```yaml
check: connect-without-retry
severity: warning
precision: exact
requires_crate: [sqlx]
params:
  calls: { type: names, default: [\"sqlx::PgPool::connect\"], about: \"what opens a pool\" }
select: { call: { path: $calls } }
unless: { in: { scope: [cli] } }
require: { in: { loop: retry } }
message: \"`{name}` is tried once\"
because: \"a database that starts a second later takes the service down\"
help: \"try it a few times with a growing delay\"
```

Paths are resolved: `tokio::spawn` means every spelling of that function and nothing else; `*` is one segment, `**` any.
Where a list is meant, a single value will do. `$name` puts a parameter's value in. Times are written `30 s`, `250 ms`, `5 min`,
`1 h`; sizes `128 KB`, `2 MB`, of 1,024 bytes. Regular expressions match anywhere unless `^` and `$` hold them. In a code pattern
`$x` stands for one node, the same each time, and `$$$` for any number; paths of two or more segments in it are resolved too, and
turbofish in the code does not matter.

A predicate is true, false or unknown; unknown is counted and told with its reason, never a finding. `unless` is asked first, then
`require` and `forbid`; with neither of these, every subject fails. What is no subject is not counted at all.
";

const ANALYSES: &str = "
## Analyses

For `select: { analysis: .. }`. Their subjects have facts, which `fact:` tests, and whose places `place:`, `labels:` and `at:` name.
Each fact may be unknown as well.
";

const ROLES: &str = "
## Roles

What plays them is known from the catalogue (`rules/catalog`), from evidence in the code, or declared in `patscan.toml`.
`patscan inspect FILE:LINE` shows them.

| role | of | meaning |
|---|---|---|
";

const ARGUMENTS: &str = "
## Names of arguments

For `at`, where the catalogue says which argument of a call is meant: ";

/// The manual, in Markdown.
#[must_use]
pub fn manual(words: Vocabulary<'_>) -> String {
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
            let _ = writeln!(text, "| {} | {} | {} |", name(key), takes(key.shape), cell(key.about));
        }
    }
    text.push_str("\n## Holes of messages\n\nBeside parameters, facts and captures:\n\n| hole | filled with |\n|---|---|\n");
    for (name, about) in HOLES {
        let _ = writeln!(text, "| `{{{name}}}` | {about} |");
    }
    text.push_str(ANALYSES);
    for spec in words.analyses {
        write_analysis(&mut text, spec);
    }
    write_roles(&mut text, words);
    text
}

fn write_analysis(text: &mut String, spec: &AnalysisSpec) {
    let _ = write!(text, "\n### {}\n\n{}.\n", spec.name, capital(spec.about));
    if !spec.params.is_empty() {
        text.push_str("\n| parameter | type | default | meaning |\n|---|---|---|---|\n");
    }
    for param in spec.params {
        let default = (param.default)().to_string();
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        // Some spell their default out where they are asked for in an editor.
        let about = param.about.split("; default:").next().unwrap_or(param.about);
        let _ =
            writeln!(text, "| `{}` | {} | {default} | {} |", param.name, param.kind.as_str(), cell(about));
    }
    if !spec.facts.is_empty() {
        text.push_str("\n| fact | values | meaning |\n|---|---|---|\n");
    }
    for fact in spec.facts {
        let values = match fact.kind {
            FactKind::Symbols(words) => quoted(words),
            FactKind::Count => "number".to_owned(),
            FactKind::Duration => "time".to_owned(),
            FactKind::Text => "text".to_owned(),
        };
        let _ = writeln!(text, "| `{}` | {values} | {} |", fact.name, cell(fact.about));
    }
}

fn write_roles(text: &mut String, words: Vocabulary<'_>) {
    text.push_str(ROLES);
    for (kind, name) in RoleKind::ALL {
        for row in words.catalog.roles().iter().filter(|row| row.kind == kind) {
            let _ = writeln!(text, "| `{}` | {name} | {} |", row.name, cell(&row.meaning));
        }
    }
    let names: Vec<&str> = ArgName::ALL.iter().map(|(_, name)| *name).collect();
    let _ = writeln!(text, "{ARGUMENTS}{}.", quoted(&names));
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
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
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Flag => "`true`, `false`".to_owned(),
        Shape::Count => "number".to_owned(),
        Shape::Word(list) => format!("one of {}", quoted(list)),
        Shape::Words(list) => format!("any of {}", quoted(list)),
        Shape::Names => "names".to_owned(),
        Shape::Paths => "paths".to_owned(),
        Shape::Roles => "roles".to_owned(),
        Shape::Crates => "crates".to_owned(),
        Shape::Pattern => "regular expression".to_owned(),
        Shape::Patterns => "regular expressions".to_owned(),
        Shape::Glob => "file glob".to_owned(),
        Shape::Code => "code pattern".to_owned(),
        Shape::Message => "message".to_owned(),
        Shape::NewCode => "Rust code".to_owned(),
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
