//! Code bases for tests, made of texts.

use crate::base::{FileIdx, RelPath, SourceText, Span};
use crate::catalog::Catalog;
use crate::facts::{Codebase, Input, Serial, assemble};
use crate::finding::Problem;
use crate::syntax::{NodeId, ParseOptions, TestCode, Tree, parse};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Parses and assembles files given by path and text: `.rs`, `Cargo.toml`, `wrangler.toml`, `.sql`.
/// Without a manifest, a package `app` at the root depends on every crate that the paths of the code name.
pub(in crate::facts) fn assembled(files: &[(&str, &str)]) -> (Codebase, Vec<Problem>) {
    let mut input = Input::new(Catalog::builtin());
    for (path, text) in files {
        let source = SourceText::new(RelPath::new(path), *text);
        match source.path().file_name().rsplit_once('.') {
            Some((_, "rs")) => {
                input.trees.push(parse(&source, &ParseOptions { test_code: TestCode::Keep }).tree);
            }
            Some(("Cargo", _)) => input.manifests.push(source),
            Some((_, "sql")) => input.sql.push(source),
            _ => input.wrangler.push(source),
        }
    }
    if input.manifests.is_empty() {
        input.manifests.push(SourceText::new(RelPath::new("Cargo.toml"), manifest(files)));
    }
    assemble(input, &Serial)
}

/// As [`assembled`], without the problems.
pub(crate) fn codebase(files: &[(&str, &str)]) -> Codebase {
    assembled(files).0
}

/// A code base of one file, `src/lib.rs`, of package `app`.
pub(in crate::facts) fn of_text(text: &str) -> Codebase {
    codebase(&[("src/lib.rs", text)])
}

/// The file at a path.
#[track_caller]
pub(in crate::facts) fn file_at(codebase: &Codebase, path: &str) -> FileIdx {
    let at = codebase.files.iter().position(|file| file.tree.source().path().as_str() == path);
    FileIdx(at.expect("the file is there") as u32)
}

/// The outermost node that covers exactly the first place of `text`; `text` may mark a part by `‹..›`.
#[track_caller]
pub(in crate::facts) fn node_of(tree: &Tree, text: &str) -> NodeId {
    let plain: String = text.chars().filter(|c| !matches!(c, '‹' | '›')).collect();
    let start = tree.source().text().find(&plain).expect("the text is in the file");
    let (before, part) = match text.split_once('‹') {
        Some((before, rest)) => (before.len(), rest.split('›').next().unwrap_or("")),
        None => (0, plain.as_str()),
    };
    let start = (start + before) as u32;
    let span = Span::new(start, start + part.len() as u32);
    let mut node = tree.covering(span);
    assert_eq!(tree.span(node), span, "no node is `{part}`");
    while let Some(parent) = tree.parent(node).filter(|parent| tree.span(*parent) == span) {
        node = parent;
    }
    node
}

fn manifest(files: &[(&str, &str)]) -> String {
    let mut crates = BTreeSet::new();
    for (_, text) in files {
        for (at, _) in text.match_indices("::") {
            let before = &text[..at];
            let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
            let is_first = !before[..before.len() - word.len()].ends_with("::");
            let is_crate = word.starts_with(|c: char| c.is_ascii_lowercase())
                && !matches!(word, "crate" | "self" | "super" | "std" | "core" | "alloc");
            if is_first && is_crate {
                crates.insert(word);
            }
        }
    }
    let mut text = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\n".to_owned();
    for name in crates {
        let _ = writeln!(text, "{name} = \"1\"");
    }
    text
}
