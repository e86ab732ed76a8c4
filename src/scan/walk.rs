//! Finds the files to read. Opens none of them, follows no link below the starting points.

use crate::base::RelPath;
use crate::finding::Problem;
use crate::scan::Roots;
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Rust code.
    Rust,
    /// `Cargo.toml`.
    Manifest,
    /// `wrangler.toml`, `wrangler.json`, `wrangler.jsonc`.
    Wrangler,
    /// SQL: migrations and queries.
    Sql,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it lies.
    pub disk: PathBuf,
    /// Its path below the scan's folder.
    pub path: RelPath,
    /// What it is read for.
    pub kind: FileKind,
    /// Its size when it was found.
    pub n_bytes: u64,
}

/// Finds all files to read, sorted by path, with what could not be looked at.
/// Left out: hidden files, what git ignores, links, `node_modules`, and Cargo's `target`. A file named as a
/// starting point is always found.
#[must_use]
pub fn walk(roots: &Roots, n_threads: usize) -> (Vec<Found>, Vec<Problem>) {
    let net = Net { roots, caught: Mutex::new(Catch::default()) };
    // What was named is found even where the package around it is read and ignores it.
    let named = roots.starts.iter().filter(|start| !roots.read.contains(start));
    for start in roots.read.iter().chain(named) {
        match start.metadata() {
            Ok(data) if data.is_dir() => net.walk_folder(start, n_threads),
            Ok(data) => net.take(start, &data, named_kind(start)),
            Err(error) => net.problem(start, &error),
        }
    }
    let Catch { files, mut problems } = net.caught.into_inner().unwrap_or_else(PoisonError::into_inner);
    problems.sort();
    (files.into_values().collect(), problems)
}

#[derive(Default)]
struct Catch {
    files: BTreeMap<RelPath, Found>,
    problems: Vec<Problem>,
}

struct Net<'a> {
    roots: &'a Roots,
    caught: Mutex<Catch>,
}

impl Net<'_> {
    fn walk_folder(&self, start: &Path, n_threads: usize) {
        let mut builder = WalkBuilder::new(start);
        // What one machine alone ignores must not change the result; rules above a folder outside git are not ours.
        builder.git_global(false).git_exclude(false).require_git(false).parents(is_in_git(start));
        builder.follow_links(false).threads(n_threads).filter_entry(is_kept);
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) => self.look_at(&entry),
                    Err(error) => self.walk_problem(&error),
                }
                WalkState::Continue
            })
        });
    }

    fn look_at(&self, entry: &DirEntry) {
        let Some(file_type) = entry.file_type() else { return };
        let Some(kind) = kind_of(entry.path()) else { return };
        if file_type.is_dir() || file_type.is_symlink() {
            return;
        }
        match entry.metadata() {
            Ok(data) => self.take(entry.path(), &data, kind),
            Err(error) => self.walk_problem(&error),
        }
    }

    fn take(&self, disk: &Path, data: &std::fs::Metadata, kind: FileKind) {
        let path = self.roots.relative(disk);
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        if data.is_file() {
            let found = Found { disk: disk.to_path_buf(), path: path.clone(), kind, n_bytes: data.len() };
            caught.files.insert(path, found);
        } else {
            let help = "pipes, sockets and devices are never read: name a regular file";
            caught.problems.push(Problem::in_file(&path, "not a regular file").help(help));
        }
    }

    fn problem(&self, disk: &Path, error: &dyn std::fmt::Display) {
        let path = self.roots.relative(disk);
        let problem = Problem::in_file(&path, format!("cannot be read: {error}"))
            .help("check its permissions, or leave it out");
        self.caught.lock().unwrap_or_else(PoisonError::into_inner).problems.push(problem);
    }

    fn walk_problem(&self, error: &ignore::Error) {
        match path_of(error) {
            Some(path) => {
                let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                self.problem(path, &cause);
            }
            None => self.problem(Path::new(""), error),
        }
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// What a file found on the way is read for; `None` for all others.
pub(super) fn kind_of(path: &Path) -> Option<FileKind> {
    let name = path.file_name()?.to_str().unwrap_or("");
    let extension = path.extension().and_then(|extension| extension.to_str());
    match (name, extension) {
        ("Cargo.toml", _) => Some(FileKind::Manifest),
        ("wrangler.toml" | "wrangler.json" | "wrangler.jsonc", _) => Some(FileKind::Wrangler),
        (_, Some("rs")) => Some(FileKind::Rust),
        (_, Some("sql")) => Some(FileKind::Sql),
        _ => None,
    }
}

/// What a file that a person named is read for: Rust, whatever it is called.
fn named_kind(path: &Path) -> FileKind {
    kind_of(path).unwrap_or(FileKind::Rust)
}

fn is_in_git(start: &Path) -> bool {
    start.ancestors().any(|folder| folder.join(".git").exists())
}

/// Whether to look at an entry. A folder called `target` is Cargo's only next to a manifest or with a cache mark:
/// `src/target/` is code.
fn is_kept(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return true;
    }
    let path = entry.path();
    match entry.file_name().to_str() {
        Some("node_modules") => false,
        Some("target") => {
            let next_to = path.parent().is_some_and(|parent| parent.join("Cargo.toml").exists());
            !next_to && !path.join("CACHEDIR.TAG").exists()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::walk;
    use crate::scan::Roots;
    use std::path::{Path, PathBuf};

    fn write(folder: &Path, path: &str) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "fn f() {}\n").expect("a file");
    }

    fn found(folder: &Path, named: &[&str]) -> (Vec<String>, Vec<String>) {
        let named: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
        let roots = Roots::new(&named, folder).expect("all exist");
        let (files, problems) = walk(&roots, 2);
        let paths = files.iter().map(|found| found.path.to_string()).collect();
        (paths, problems.into_iter().map(|problem| problem.message).collect())
    }

    /// The files found among `paths` when `named` is scanned.
    #[track_caller]
    fn check(paths: &[&str], named: &[&str], expected: &[&str]) {
        let temp = tempfile::tempdir().expect("a folder");
        for path in paths {
            write(temp.path(), path);
        }
        assert_eq!(found(temp.path(), named).0, expected);
    }

    #[test]
    fn code_manifests_and_sql_are_found_in_order() {
        check(
            &["src/b.rs", "src/a.rs", "Cargo.toml", "wrangler.toml", "db/1.sql", "README.md", "src/a.rs.bak"],
            &[],
            &["Cargo.toml", "db/1.sql", "src/a.rs", "src/b.rs", "wrangler.toml"],
        );
    }

    #[test]
    fn build_output_and_hidden_folders_are_left_out_but_a_module_called_target_is_code() {
        check(
            &[
                "Cargo.toml",
                "target/debug/x.rs",
                "node_modules/x.rs",
                ".git/x.rs",
                ".hidden/x.rs",
                "src/target/mod.rs",
            ],
            &[],
            &["Cargo.toml", "src/target/mod.rs"],
        );
    }

    #[test]
    fn a_file_named_alone_is_found_whatever_it_is_called() {
        check(&["target/x.rs", "Cargo.toml"], &["target/x.rs"], &["target/x.rs"]);
        check(&["snippet.txt"], &["snippet.txt"], &["snippet.txt"]);
    }

    #[test]
    fn what_git_ignores_is_left_out_with_and_without_a_repository() {
        let temp = tempfile::tempdir().expect("a folder");
        write(temp.path(), "svc/src/a.rs");
        write(temp.path(), "svc/gen/b.rs");
        std::fs::write(temp.path().join("svc/.gitignore"), "gen/\n").expect("a file");
        assert_eq!(found(temp.path(), &["svc"]).0, ["src/a.rs"]);
        std::fs::write(temp.path().join(".gitignore"), "*\n").expect("a file");
        assert_eq!(
            found(temp.path(), &["svc"]).0,
            ["src/a.rs"],
            "rules above a folder outside git are not ours"
        );
        std::fs::create_dir(temp.path().join(".git")).expect("a folder");
        assert!(found(temp.path(), &["svc"]).0.is_empty(), "rules of the repository hold below it");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_a_circle_are_harmless() {
        let temp = tempfile::tempdir().expect("a folder");
        write(temp.path(), "src/a.rs");
        std::os::unix::fs::symlink("..", temp.path().join("src/up")).expect("a link");
        std::os::unix::fs::symlink("self.rs", temp.path().join("self.rs")).expect("a link");
        assert_eq!(found(temp.path(), &[]), (vec!["src/a.rs".to_owned()], vec![]));
    }
}
