//! Finds the configuration of a scan: a named file, `patscan.toml`, or the metadata of a manifest. Reads no key.

use crate::base::{RelPath, SourceText};
use crate::cli::config::{Config, read};
use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// Bytes above which a file is no configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Reads the file `named`, else `patscan.toml` in `folder` or the nearest folder above it in the same repository,
/// else the manifest in `folder`.
pub(in crate::cli) fn load(folder: &Path, named: Option<&Path>) -> (Config, Vec<Problem>) {
    if let Some(named) = named {
        return match text_of(named, &named.to_string_lossy()) {
            Ok(source) => beside(named, read::file(&source)),
            Err(problem) => (Config::default(), vec![problem]),
        };
    }
    let is_file = |path: &PathBuf| path.is_file();
    if let Some(path) = folders(folder).map(|folder| folder.join("patscan.toml")).find(is_file) {
        return match text_of(&path, "patscan.toml") {
            Ok(source) => beside(&path, read::file(&source)),
            Err(problem) => (Config::default(), vec![problem]),
        };
    }
    // A broken manifest is told of when it is read as a manifest.
    match text_of(&folder.join("Cargo.toml"), "Cargo.toml") {
        Ok(source) => beside(&folder.join("Cargo.toml"), read::manifest(&source)),
        Err(_) => (Config::default(), Vec::new()),
    }
}

/// Paths in a configuration count from its own folder.
fn beside(file: &Path, (mut config, problems): (Config, Vec<Problem>)) -> (Config, Vec<Problem>) {
    let folder = file.parent().unwrap_or(Path::new(""));
    config.patterns = config.patterns.iter().map(|path| folder.join(path)).collect();
    (config, problems)
}

/// `folder` and those above it up to the root of the repository; outside a repository `folder` alone.
fn folders(folder: &Path) -> impl Iterator<Item = &Path> {
    let n_up = folder.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    folder.ancestors().take(n_up + 1)
}

fn text_of(path: &Path, shown: &str) -> Result<SourceText, Problem> {
    let shown = RelPath::new(shown);
    let problem =
        |message: String| Problem::in_file(&shown, message).help("name a readable TOML file with `--config`");
    let data = std::fs::metadata(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    if !data.is_file() || data.len() > MAX_BYTES {
        return Err(problem("is no file of at most 1 MiB".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    Ok(SourceText::new(shown, text))
}
