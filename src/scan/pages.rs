//! Finds and reads the files that hold checks. Reads no check.

use crate::base::{RelPath, SourceText};
use crate::finding::Problem;
use crate::scan::{FileKind, Found, read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Folders below which no check is looked for.
const MAX_DEPTH: usize = 8;

/// A file for us with its place on disk.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is.
    pub disk: PathBuf,
    /// Its text, named as its folder was named.
    pub source: SourceText,
}

/// The texts of `path`, a file, or of all `.md`, `.yaml` and `.yml` files below it, in order; named as `path` is.
///
/// # Errors
/// A problem for each file that cannot be read, and for a folder without any.
pub fn check_pages(path: &Path) -> Result<Vec<SourceText>, Vec<Problem>> {
    let (pages, mut problems) = pages(path);
    if pages.is_empty() && problems.is_empty() {
        let message = format!("no check in `{}`", path.display());
        problems.push(Problem::new(message).help("checks are `.md`, `.yaml` or `.yml` files"));
    }
    let texts = pages.into_iter().map(|page| page.source).collect();
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

/// The files of `path` as [`check_pages`] finds them: what could be read, with a problem for each that could not.
#[must_use]
pub fn pages(path: &Path) -> (Vec<Page>, Vec<Problem>) {
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    if !path.exists() {
        let problem = Problem::new(format!("no such file or folder: `{}`", path.display()));
        return (pages, vec![problem.help("name a check, a document, or a folder of them")]);
    }
    let is_shown = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(is_shown) {
        match entry {
            Ok(entry) if is_page(entry.path(), entry.depth()) => match read(&found(entry.path())) {
                Ok(source) => pages.push(Page { disk: entry.path().to_path_buf(), source }),
                Err(problem) => problems.push(problem),
            },
            Ok(_) => {}
            Err(error) => problems.push(Problem::new(format!("cannot be read: {error}"))),
        }
    }
    (pages, problems)
}

fn is_page(path: &Path, depth: usize) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    let is_named = depth == 0 || matches!(extension, "md" | "yaml" | "yml");
    // A `README.md` describes a folder of checks, it is none.
    is_named && path.is_file() && (depth == 0 || path.file_stem().is_none_or(|stem| stem != "README"))
}

fn found(path: &Path) -> Found {
    let n_bytes = path.metadata().map_or(0, |data| data.len());
    let shown = RelPath::new(&path.to_string_lossy());
    Found { disk: path.to_path_buf(), path: shown, kind: FileKind::Rust, n_bytes }
}
