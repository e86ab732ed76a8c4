//! Where a scan starts: the paths a person named, and the folder that all printed paths are relative to.

use crate::base::RelPath;
use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// The starting points of a scan. All exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Printed paths are relative to it: the folder that was named alone, else the working folder, else what all
    /// named paths have in common.
    pub folder: PathBuf,
    /// What was named, absolute.
    pub starts: Vec<PathBuf>,
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
        let folder = folder_of(&starts, &plain(working));
        Ok(Self { folder, starts })
    }

    /// `path` below the scan's folder.
    #[must_use]
    pub fn relative(&self, path: &Path) -> RelPath {
        let tail = path.strip_prefix(&self.folder).unwrap_or(path);
        RelPath::new(&tail.to_string_lossy())
    }
}

fn unreachable_path(path: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        std::io::ErrorKind::NotFound => Problem::new(format!("no such file or folder: `{}`", path.display()))
            .help("name a file or folder that exists"),
        _ => Problem::new(format!("cannot read `{}`: {error}", path.display()))
            .help("check its permissions and those of the folders above it"),
    }
}

fn folder_of(starts: &[PathBuf], working: &Path) -> PathBuf {
    if let [only] = starts
        && only.is_dir()
    {
        return only.clone();
    }
    if starts.iter().all(|start| start.starts_with(working)) {
        return working.to_path_buf();
    }
    let folders = starts.iter().map(|start| if start.is_dir() { start } else { parent(start) });
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
fn plain(path: &Path) -> PathBuf {
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
    fn every_path_that_does_not_exist_is_named() {
        let temp = tempfile::tempdir().expect("a folder");
        let problems =
            Roots::new(&["x".into(), ".".into(), "y".into()], temp.path()).expect_err("two problems");
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, ["no such file or folder: `x`", "no such file or folder: `y`"]);
    }
}
