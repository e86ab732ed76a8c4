//! Holds the table of layers: which module may use which, and which crate is confined to which module.

use crate::source::{OwnFile, own_files};
use std::collections::BTreeSet;

/// Module, and the modules it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("finding", &["base"]),
    ("catalog", &["base", "finding"]),
    ("pattern", &["base", "finding", "catalog"]),
    ("syntax", &["base", "finding"]),
    ("rule", &["base", "finding", "catalog", "pattern", "syntax"]),
    ("facts", &["base", "finding", "catalog", "syntax"]),
    ("engine", &["base", "finding", "catalog", "rule", "syntax", "facts"]),
    ("policy", &["base", "finding"]),
    ("scan", &["base", "finding", "catalog", "rule", "syntax", "facts", "engine", "policy"]),
    ("report", &["base", "finding", "catalog", "policy"]),
    ("cli", &["base", "finding", "catalog", "pattern", "rule", "policy", "scan", "report"]),
    ("main", &["cli"]),
    ("bin", &["cli"]),
    ("lib", &[]),
];

/// Crate, and the modules that may name it.
const CONFINED: &[(&str, &[&str])] = &[
    ("syn", &["syntax"]),
    ("proc_macro2", &["syntax"]),
    ("quote", &["syntax"]),
    ("rayon", &["scan"]),
    ("ignore", &["scan"]),
    ("walkdir", &["scan"]),
    ("serde_saphyr", &["catalog", "rule", "pattern"]),
    ("ariadne", &["report"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("toml", &["cli", "facts"]),
    ("sqlparser", &["facts"]),
    ("mimalloc", &["main", "bin"]),
];

/// The names that follow `lead` in `code`: the first path segment, or each head of a group.
fn names_after(code: &str, lead: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(lead) {
        let starts_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + lead.len()..];
        if !starts_word {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(group) => names.extend(group_heads(group)),
            None => names.extend(word_at(rest)),
        }
    }
    names
}

fn word_at(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

fn group_heads(group: &str) -> Vec<String> {
    let (mut heads, mut depth, mut is_head) = (Vec::new(), 0_u32, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_head = true,
            c if is_head && (c.is_alphabetic() || c == '_') => {
                heads.extend(word_at(&group[at..]));
                is_head = false;
            }
            _ => {}
        }
    }
    heads
}

fn uses_of(file: &OwnFile) -> BTreeSet<String> {
    let code = file.code();
    let mut names = names_after(&code, "crate::");
    names.extend(names_after(&code, "patscan::"));
    names
}

#[test]
fn modules_use_only_what_their_layer_allows() {
    let mut faults = Vec::new();
    for file in own_files("src") {
        let module = file.module().expect("a file below `src`");
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}: `{module}` is in no layer", file.path));
            continue;
        };
        for used in uses_of(&file) {
            let is_module = LAYERS.iter().any(|(name, _)| *name == used);
            if is_module && used != module && !allowed.contains(&used.as_str()) {
                faults.push(format!("{}: `{module}` may not use `{used}`", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn confined_crates_stay_in_their_module() {
    let mut faults = Vec::new();
    for file in own_files("src") {
        let module = file.module().expect("a file below `src`");
        let code = file.code();
        for (krate, homes) in CONFINED.iter().filter(|(_, homes)| !homes.contains(&module)) {
            let is_named = !names_after(&code, &format!("{krate}::")).is_empty()
                || code.contains(&format!("use {krate};"));
            if is_named {
                faults.push(format!("{}: `{krate}` belongs in {}", file.path, homes.join(", ")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_the_command_line_prints_or_exits() {
    let mut faults = Vec::new();
    for file in own_files("src") {
        if matches!(file.module(), Some("cli" | "main" | "bin")) {
            continue;
        }
        let code = file.code();
        for word in
            ["println!", "eprintln!", "print!", "eprint!", "process::exit", "io::stdout", "io::stderr"]
        {
            let is_used = code
                .match_indices(word)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"'));
            if is_used {
                faults.push(format!("{}: `{word}` belongs in `cli`", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is written elsewhere may be half there after a failure.
#[test]
fn one_file_of_the_command_line_writes_files() {
    let mut faults = Vec::new();
    for file in own_files("src").into_iter().filter(|file| file.module() == Some("cli")) {
        // `new` makes files and never replaces one.
        let is_writer = file.path.ends_with("cli/output.rs") || file.path.ends_with("cli/new.rs");
        for word in ["fs::write(", "File::create(", "fs::rename("] {
            if !is_writer && file.shipped().contains(word) {
                faults.push(format!("{}: `{word}..)` belongs in `cli/output.rs`", file.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_two_modules_run_other_programs() {
    let mut faults = Vec::new();
    for file in own_files("src") {
        if !matches!(file.module(), Some("cli" | "scan")) && file.code().contains("process::Command") {
            faults.push(format!("{}: running programs belongs in `scan` or `cli`", file.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_groups_and_paths() {
    let code =
        "use crate::{base::{self, Span}, finding};\nlet x = crate::syntax::parse();\nuse mycrate::engine;";
    let names: Vec<String> = names_after(code, "crate::").into_iter().collect();
    assert_eq!(names, ["base", "finding", "syntax"]);
}
