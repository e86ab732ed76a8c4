//! Measures what the house agreed on: file and function length, opening lines, names, messages.

use crate::source::{OwnFile, own_files};

const MAX_FILE: usize = 600;
const MAX_FUNCTION: usize = 80;
/// Abbreviations that are a trade's own words.
const VAGUE: [&str; 6] = ["utils", "util", "helpers", "common", "manager", "misc"];

#[track_caller]
fn check(fault_of: impl Fn(&OwnFile) -> Vec<String>) {
    let files = own_files("src").into_iter().chain(own_files("tests"));
    let faults: Vec<String> = files
        .flat_map(|file| {
            fault_of(&file).into_iter().map(|fault| format!("{}: {fault}", file.path)).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_file_opens_by_saying_what_it_is_for() {
    check(|file| match file.text.lines().next() {
        Some(line) if line.starts_with("//! ") && line.len() > 12 => Vec::new(),
        _ => vec!["does not open with `//!` and a sentence".to_owned()],
    });
}

#[test]
fn a_file_has_at_most_600_lines_before_its_tests() {
    check(|file| match file.shipped().lines().count() {
        0..=MAX_FILE => Vec::new(),
        n_lines => vec![format!("{n_lines} lines")],
    });
}

#[test]
fn a_function_has_at_most_80_lines() {
    check(|file| {
        let long = functions(file.shipped()).into_iter().filter(|(_, n_lines)| *n_lines > MAX_FUNCTION);
        long.map(|(name, n_lines)| format!("`{name}` has {n_lines} lines")).collect()
    });
}

/// Name and length of each function: from its line to the brace that closes at the same indent.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[at..].iter().position(|line| line.trim_end() == close);
        found.extend(end.map(|n_lines| (name.to_owned(), n_lines + 1)));
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line =
        line.strip_prefix("pub").map_or(line, |rest| rest.trim_start_matches(|c| c != ' ').trim_start());
    let rest = line.trim_start_matches("const ").trim_start_matches("async ").strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

#[test]
fn names_follow_the_house() {
    check(|file| {
        let mut faults = Vec::new();
        for line in file.text.lines() {
            let Some(name) = function_name(line) else { continue };
            if name.starts_with("get_") || name.starts_with("test_") {
                faults.push(format!("`{name}`: say what it gives"));
            }
        }
        let stem = file.path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
        if VAGUE.contains(&stem) || stem == "mod" {
            faults.push("name the file after its subject".to_owned());
        }
        faults
    });
}

#[test]
fn nothing_is_left_over_or_switched_off() {
    check(|file| {
        let words = ["todo", "unimplemented"].map(|word| format!("{word}!("));
        let attributes = ["ignore", "should_panic"].map(|word| format!("#[{word}"));
        let left = words.into_iter().filter(|word| file.shipped().contains(word.as_str()));
        let is_line = |attribute: &String| {
            file.text.lines().any(|line| line.trim_start().starts_with(attribute.as_str()))
        };
        left.chain(attributes.into_iter().filter(is_line)).map(|word| format!("holds `{word}`")).collect()
    });
}

/// Literals that open a message for people: `Problem::new("…`, `Problem::at(.., "…`, `.help("…`.
#[test]
fn messages_are_lower_case_without_full_stop() {
    check(|file| {
        let code = file.shipped();
        let mut faults = Vec::new();
        for lead in ["Problem::new(", "Problem::in_file(", "Problem::at(", ".help("] {
            for (at, _) in code.match_indices(lead) {
                let call: String = code[at + lead.len()..].chars().take(300).collect();
                faults.extend(first_literal(&call).and_then(fault_of_message));
            }
        }
        faults
    });
}

/// The first string literal among the arguments that `call` starts with.
fn first_literal(call: &str) -> Option<&str> {
    let statement = call.split(';').next().unwrap_or(call);
    let (_, rest) = statement.split_once('"')?;
    let end = rest.char_indices().find(|(at, c)| *c == '"' && !rest[..*at].ends_with('\\'))?.0;
    Some(&rest[..end])
}

fn fault_of_message(message: &str) -> Option<String> {
    let first = message.chars().next()?;
    let is_acronym = message.chars().nth(1).is_some_and(|c| c.is_uppercase() || c == '-');
    if first.is_uppercase() && !is_acronym {
        return Some(format!("message starts with a capital: {message:?}"));
    }
    (message.ends_with('.') && !message.ends_with(".."))
        .then(|| format!("message ends in a full stop: {message:?}"))
}

#[test]
fn the_measures_measure() {
    let text = "impl A {\n    pub(crate) async fn f<T>(\n        x: T,\n    ) {\n        g();\n    }\n}\n";
    assert_eq!(functions(text), [("f".to_owned(), 5)]);
    assert_eq!(first_literal("format!(\"a `{x}`\")).help(y)"), Some("a `{x}`"));
    assert!(fault_of_message("Cannot read").is_some());
    assert!(fault_of_message("cannot read.").is_some());
    assert!(fault_of_message("YAML ends here").is_none());
}
