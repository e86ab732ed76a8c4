//! Finds the configuration of a scan: a named file, `patscan.toml`, or the metadata of a manifest. Reads no key.

use crate::base::{RelPath, SourceText};
use crate::cli::config::{Config, read};
use crate::cli::input;
use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// MiB above which a file is no configuration.
const MAX_MIB: u64 = 1;

/// How many configurations may lie over one another.
const MAX_DEPTH: usize = 16;

/// Reads the file `named`, else `patscan.toml` in `folder` or the nearest folder above it in the same repository,
/// else the manifest in `folder`; below it what it extends.
pub(in crate::cli) fn load(folder: &Path, named: Option<&Path>) -> (Config, Vec<Problem>) {
    let is_file = |path: &PathBuf| path.is_file();
    let found = folders(folder).map(|folder| folder.join("patscan.toml")).find(is_file);
    let (path, shown) = match (named, found) {
        (Some(named), _) => (named.to_path_buf(), named.to_string_lossy().into_owned()),
        (None, Some(found)) => (found, "patscan.toml".to_owned()),
        (None, None) => {
            // A broken manifest is told of when it is read as a manifest.
            let path = folder.join("Cargo.toml");
            let Ok(source) = text_of(&path, "Cargo.toml") else { return (Config::default(), Vec::new()) };
            return extended(&path, read::manifest(&source), &mut Vec::new());
        }
    };
    match text_of(&path, &shown) {
        Ok(source) => extended(&path, read::file(&source), &mut Vec::new()),
        Err(problem) => (Config::default(), vec![problem]),
    }
}

/// The configuration of `file` laid over what it extends. Paths in a configuration count from its own folder; `above` are
/// the files that extend this one.
fn extended(
    file: &Path,
    (mut config, mut problems): (Config, Vec<Problem>),
    above: &mut Vec<PathBuf>,
) -> (Config, Vec<Problem>) {
    let folder = file.parent().unwrap_or(Path::new(""));
    config.patterns = config.patterns.iter().map(|path| folder.join(path)).collect();
    let Some(source) = config.source.clone() else { return (config, problems) };
    above.push(canonical(file));
    let mut base = Config::default();
    for (text, span) in &config.extends {
        let target = folder.join(text);
        let target = if target.is_dir() { target.join("patscan.toml") } else { target };
        let wrong = |message: String, help: &str| Problem::at(&source, *span, message).help(help);
        if above.contains(&canonical(&target)) || above.len() >= MAX_DEPTH {
            let help = "take one of them out: configurations lie over one another, never in a circle";
            problems.push(wrong(format!("`{text}` leads back here or too deep"), help));
            continue;
        }
        let shown = source.path().parent().join(text);
        let shown = if target.ends_with(text) { shown } else { shown.join("patscan.toml") };
        match text_of(&target, shown.as_str()) {
            Err(problem) => {
                let help = "name a file, or a folder with a `patscan.toml`, counted from this file";
                problems.push(wrong(format!("`{text}` {}", problem.message), help));
            }
            Ok(found) => {
                let (found, wrong) = extended(&target, read::file(&found), above);
                problems.extend(wrong);
                base = found.over(base);
            }
        }
    }
    above.pop();
    (config.over(base), problems)
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// `folder` and those above it up to the root of the repository; outside a repository `folder` alone.
fn folders(folder: &Path) -> impl Iterator<Item = &Path> {
    let n_up = folder.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    folder.ancestors().take(n_up + 1)
}

fn text_of(path: &Path, shown: &str) -> Result<SourceText, Problem> {
    input::text_of(path, &RelPath::named(shown), (MAX_MIB, "name a readable TOML file with `--config`"))
}
