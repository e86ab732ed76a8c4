//! Finds and reads the files that hold checks. Reads no check.

use crate::base::{RelPath, SourceText};
use crate::finding::Problem;
use crate::scan::{FileKind, Found, read};
use std::path::Path;
use walkdir::WalkDir;

/// Folders below which no check is looked for.
const MAX_DEPTH: usize = 8;

/// The texts of `path`, a file, or of all `.md`, `.yaml` and `.yml` files below it, in order; named as `path` is.
///
/// # Errors
/// A problem for each file that cannot be read, and for a folder without any.
pub fn check_pages(path: &Path) -> Result<Vec<SourceText>, Vec<Problem>> {
    if !path.exists() {
        return Err(vec![
            Problem::new(format!("no such file or folder: `{}`", path.display()))
                .help("name a check, or a folder of checks"),
        ]);
    }
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    let is_shown = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(is_shown) {
        match entry {
            Ok(entry) if is_page(entry.path(), entry.depth()) => match read(&found(entry.path())) {
                Ok(page) => pages.push(page),
                Err(problem) => problems.push(problem),
            },
            Ok(_) => {}
            Err(error) => problems.push(Problem::new(format!("cannot be read: {error}"))),
        }
    }
    if pages.is_empty() && problems.is_empty() {
        let message = format!("no check in `{}`", path.display());
        problems.push(Problem::new(message).help("checks are `.md`, `.yaml` or `.yml` files"));
    }
    if problems.is_empty() { Ok(pages) } else { Err(problems) }
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
