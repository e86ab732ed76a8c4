//! Where a scan starts: the paths a person named, and the folder that all printed paths are relative to.

use crate::base::RelPath;
use crate::finding::Problem;
use crate::scan::MAX_BYTES;
use std::path::{Path, PathBuf};

/// The starting points of a scan. All exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Printed paths are relative to it: the package or folder of packages that was named alone, else the working
    /// folder where all that is read lies below it, else what that has in common.
    pub folder: PathBuf,
    /// What was named, absolute: only what lies here is reported.
    pub starts: Vec<PathBuf>,
    /// What is read. A file or folder inside a package is read with its package, since names, dependencies and roles
    /// come from all of it.
    pub read: Vec<PathBuf>,
}

impl Roots {
    /// Makes `named` absolute; no name at all is `.`.
    ///
    /// # Errors
    /// A problem for each path that does not exist.
    pub fn new(named: &[PathBuf], working: &Path) -> Result<Self, Vec<Problem>> {
        let named = if named.is_empty() { &[PathBuf::from(".")] } else { named };
        let mut starts = Vec::new();
        let mut problems = Vec::new();
        for path in named {
            let start = plain(&working.join(path));
            match std::fs::metadata(&start) {
                Ok(_) => starts.push(start),
                Err(error) => problems.push(unreachable_path(path, &error)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut read: Vec<PathBuf> = starts.iter().map(|start| package_of(start).to_path_buf()).collect();
        read.sort();
        read.dedup_by(|below, above| below.starts_with(above));
        let folder = folder_of(&starts, &read, &plain(working));
        Ok(Self { folder, starts, read })
    }

    /// The same starting points, of which the whole workspace at `folder` is read.
    #[must_use]
    pub fn within(self, folder: PathBuf) -> Self {
        let mut read = self.read;
        read.retain(|path| !path.starts_with(&folder));
        read.insert(0, folder.clone());
        let folder = if read.len() == 1 { folder } else { self.folder };
        Self { folder, starts: self.starts, read }
    }

    /// `path` below the scan's folder.
    #[must_use]
    pub fn relative(&self, path: &Path) -> RelPath {
        let tail = path.strip_prefix(&self.folder).unwrap_or(path);
        RelPath::new(&tail.to_string_lossy())
    }

    /// A path that a person named, as absolute as the starting points are.
    #[must_use]
    pub fn start_of(&self, working: &Path, named: &Path) -> PathBuf {
        plain(&working.join(named))
    }

    /// Whether all that is read is also reported.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.read.iter().all(|read| self.starts.contains(read))
    }

    /// The starting points, relative as printed paths are.
    #[must_use]
    pub fn reported(&self) -> Vec<RelPath> {
        self.starts.iter().map(|start| self.relative(start)).collect()
    }
}

/// `start` where it is a package or holds whole packages, else the package around it.
fn package_of(start: &Path) -> &Path {
    if start.is_dir() && start.join("Cargo.toml").exists() {
        return start;
    }
    let n_up = start.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(usize::MAX);
    let folders = start.ancestors().take(n_up.saturating_add(1)).skip(1);
    folders.into_iter().find(|folder| is_package(folder)).unwrap_or(start)
}

/// Whether `folder` holds a manifest of a package; that of a mere workspace has packages below it.
fn is_package(folder: &Path) -> bool {
    let path = folder.join("Cargo.toml");
    let is_small = path.metadata().is_ok_and(|data| data.is_file() && data.len() < MAX_BYTES);
    let text = if is_small { std::fs::read_to_string(path).unwrap_or_default() } else { String::new() };
    text.lines().any(|line| line.trim_start().starts_with("[package]"))
}

fn unreachable_path(path: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::NotFound => Problem::new(format!("no such file or folder: `{}`", path.display()))
            .help("name a file or folder that exists"),
        _ => Problem::new(format!("cannot read `{}`: {error}", path.display()))
            .help("check its permissions and those of the folders above it"),
    }
}

fn folder_of(starts: &[PathBuf], read: &[PathBuf], working: &Path) -> PathBuf {
    if let [only] = starts
        && only.is_dir()
        && read == starts
    {
        return only.clone();
    }
    if read.iter().all(|path| path.starts_with(working)) {
        return working.to_path_buf();
    }
    let folders = read.iter().map(|path| if path.is_dir() { path } else { parent(path) });
    let common = folders.fold(None, |common: Option<PathBuf>, folder| {
        Some(common.map_or_else(|| folder.to_path_buf(), |common| shared(&common, folder)))
    });
    common.unwrap_or_else(|| working.to_path_buf())
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn shared(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

/// `path` without `.` and `..`; links are left alone.
#[must_use]
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Roots;
    use std::path::{Path, PathBuf};

    #[track_caller]
    fn check(working: &Path, named: &[&str], folder: &Path) {
        let named: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
        assert_eq!(Roots::new(&named, working).expect("all exist").folder, folder, "{named:?}");
    }

    #[test]
    fn paths_are_relative_to_the_folder_named_alone_else_to_the_working_folder() {
        let temp = tempfile::tempdir().expect("a folder");
        let (a, b) = (temp.path().join("a"), temp.path().join("b"));
        std::fs::create_dir_all(a.join("src")).expect("a folder");
        std::fs::create_dir(&b).expect("a folder");
        std::fs::write(a.join("src/x.rs"), "").expect("a file");
        check(&a, &[], &a);
        check(&a, &["src"], &a.join("src"));
        check(&a, &["src/x.rs"], &a);
        check(&a, &["src", "."], &a);
        check(&b, &["../a/src/x.rs"], &a.join("src"));
        check(&b, &["../a", "."], temp.path());
    }

    #[test]
    fn a_part_of_a_package_is_read_with_all_of_it_and_reported_alone() {
        let temp = tempfile::tempdir().expect("a folder");
        let package = temp.path().join("svc");
        std::fs::create_dir_all(package.join("src/jobs")).expect("a folder");
        std::fs::write(package.join("Cargo.toml"), "[package]\nname = \"svc\"\n").expect("a file");
        for (working, named, folder, reported) in [
            (temp.path(), "svc/src/jobs", temp.path(), "svc/src/jobs"),
            (package.as_path(), "src", package.as_path(), "src"),
            (&package.join("src/jobs"), ".", package.as_path(), "src/jobs"),
            (temp.path(), "svc", package.as_path(), ""),
        ] {
            let roots = Roots::new(&[named.into()], working).expect("it exists");
            assert_eq!(
                (roots.folder.as_path(), roots.read.as_slice()),
                (folder, &[package.clone()][..]),
                "{named}"
            );
            assert_eq!(roots.reported()[0].as_str(), reported);
            assert_eq!(roots.is_whole(), named == "svc");
        }
    }

    #[test]
    fn every_path_that_does_not_exist_is_named() {
        let temp = tempfile::tempdir().expect("a folder");
        let problems =
            Roots::new(&["x".into(), ".".into(), "y".into()], temp.path()).expect_err("two problems");
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, ["no such file or folder: `x`", "no such file or folder: `y`"]);
    }
}
