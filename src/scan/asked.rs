//! What of the code that is read is reported: what was named, narrowed to packages and targets. Reads nothing.

use crate::base::RelPath;
use crate::facts::{ScopeClass, SourceFile, TargetKind};
use crate::scan::Roots;
use std::path::PathBuf;

/// The packages and targets that a person chose; the default narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Absolute folders of the chosen packages; `None` takes all code, in a package or not.
    pub packages: Option<Vec<PathBuf>>,
    /// The chosen targets; none takes libraries, programs and what no target declares.
    pub targets: Vec<TargetKind>,
}

impl Selection {
    /// Whether it leaves anything out.
    #[must_use]
    pub const fn is_narrow(&self) -> bool {
        self.packages.is_some() || !self.targets.is_empty()
    }

    /// What has to be examined beside that which is by default.
    pub(super) fn also_examined(&self) -> Vec<ScopeClass> {
        let scope = |target: &TargetKind| match target {
            TargetKind::Library | TargetKind::Binary | TargetKind::BuildScript => None,
            TargetKind::Test => Some(ScopeClass::Test),
            TargetKind::Bench => Some(ScopeClass::Bench),
            TargetKind::Example => Some(ScopeClass::Example),
        };
        self.targets.iter().filter_map(scope).collect()
    }
}

/// What is reported, relative as printed paths are.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What was named.
    starts: Vec<RelPath>,
    /// Folders of all manifests, deepest first, each with whether it is chosen.
    packages: Vec<(RelPath, bool)>,
    targets: Vec<TargetKind>,
}

impl Asked {
    /// What `roots` and `selection` ask for, where manifests lie in `folders`, deepest first.
    pub(super) fn new(roots: &Roots, selection: &Selection, folders: Vec<RelPath>) -> Self {
        let chosen = selection.packages.as_ref();
        let chosen: Option<Vec<RelPath>> =
            chosen.map(|all| all.iter().map(|folder| roots.relative(folder)).collect());
        let packages = chosen.map(|chosen| {
            let mark = |folder: RelPath| {
                let is_chosen = chosen.contains(&folder);
                (folder, is_chosen)
            };
            folders.into_iter().map(mark).chain([(RelPath::new(""), false)]).collect()
        });
        let targets = selection.targets.clone();
        Self { starts: roots.reported(), packages: packages.unwrap_or_default(), targets }
    }

    /// Whether `path` itself was named.
    pub(super) fn names(&self, path: &RelPath) -> bool {
        self.starts.contains(path)
    }

    /// Whether `path` lies at or below what was named, in a chosen package.
    pub(super) fn holds(&self, path: &RelPath) -> bool {
        let mut packages = self.packages.iter();
        let is_chosen = packages.find(|(folder, _)| path.is_below(folder)).is_none_or(|(_, is)| *is);
        is_chosen && self.starts.iter().any(|start| path.is_below(start))
    }

    /// Whether `file` is asked for, and built into a chosen target.
    pub(super) fn holds_file(&self, file: &SourceFile) -> bool {
        let is_chosen = |target: TargetKind| self.targets.contains(&target);
        (self.targets.is_empty() || file.target.is_some_and(is_chosen))
            && self.holds(file.tree.source().path())
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Selection};
    use crate::base::RelPath;
    use crate::scan::Roots;

    #[test]
    fn a_file_belongs_to_the_innermost_package() {
        let temp = tempfile::tempdir().expect("a folder");
        let roots = Roots::new(&[], temp.path()).expect("it exists");
        let folders = ["crates/a/inner", "crates/a", ""].map(RelPath::new).to_vec();
        for (chosen, path, expected) in [
            (None, "crates/a/src/lib.rs", true),
            (Some(vec!["crates/a"]), "crates/a/src/lib.rs", true),
            (Some(vec!["crates/a"]), "crates/a/inner/src/lib.rs", false),
            (Some(vec!["crates/a"]), "src/lib.rs", false),
            (Some(vec![""]), "src/lib.rs", true),
            (Some(vec![""]), "crates/a/src/lib.rs", false),
            (Some(vec![]), "src/lib.rs", false),
        ] {
            let folder =
                |name: &&str| if name.is_empty() { temp.path().into() } else { temp.path().join(name) };
            let packages = chosen.as_ref().map(|names| names.iter().map(folder).collect());
            let selection = Selection { packages, targets: Vec::new() };
            let asked = Asked::new(&roots, &selection, folders.clone());
            assert_eq!(asked.holds(&RelPath::new(path)), expected, "{chosen:?} {path}");
        }
    }
}
