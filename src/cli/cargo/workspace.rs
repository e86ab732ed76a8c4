//! The packages of a workspace, from its manifests alone: holds offline and where no cargo is installed. Chooses nothing.

use crate::finding::Problem;
use crate::scan::plain;
use globset::Glob;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Bytes above which a file is no manifest.
const MAX_BYTES: u64 = 8 << 20;

/// A package of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) folder: PathBuf,
}

/// A workspace, or a package alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Workspace {
    pub(super) folder: PathBuf,
    /// By name.
    pub(super) members: Vec<Member>,
    /// Folders of what cargo takes where nobody chooses.
    pub(super) by_default: Vec<PathBuf>,
}

/// A manifest that was read.
struct Manifest {
    folder: PathBuf,
    table: Table,
}

impl Workspace {
    /// The workspace around a folder or manifest.
    ///
    /// # Errors
    /// Where there is no manifest, or the one that decides cannot be read.
    pub(super) fn around(start: &Path) -> Result<Self, Problem> {
        let folder = if start.is_file() { start.parent().unwrap_or(start) } else { start };
        let has_manifest = |folder: &&Path| folder.join("Cargo.toml").is_file();
        let Some(nearest) = folder.ancestors().find(has_manifest) else {
            let problem = Problem::new(format!("no `Cargo.toml` in `{}` or a folder above", start.display()));
            return Err(problem.help("name one with `--manifest-path`"));
        };
        let own = Manifest::read(nearest)?;
        let root = own.root()?;
        let mut found = Self { folder: root.folder.clone(), members: Vec::new(), by_default: Vec::new() };
        found.gather(&root, &own);
        found.members.sort();
        found.by_default =
            if own.folder == root.folder { root.by_default(&found.members) } else { vec![own.folder] };
        Ok(found)
    }

    /// Members by the globs of the root, the package itself, and what they depend on by path.
    fn gather(&mut self, root: &Manifest, own: &Manifest) {
        let mut open = vec![own.folder.clone(), root.folder.clone()];
        open.extend(root.members());
        while let Some(folder) = open.pop() {
            let is_known = self.members.iter().any(|member| member.folder == folder);
            if is_known || !folder.starts_with(&root.folder) || root.excludes(&folder) {
                continue;
            }
            // A manifest that cannot be read is told of when the code is scanned.
            let Ok(manifest) = Manifest::read(&folder) else { continue };
            if folder != root.folder && manifest.table.contains_key("workspace") {
                continue;
            }
            open.extend(manifest.path_dependencies(root));
            if let Some(name) = manifest.name() {
                self.members.push(Member { name: name.to_owned(), folder });
            }
        }
    }
}

impl Manifest {
    fn read(folder: &Path) -> Result<Self, Problem> {
        let path = folder.join("Cargo.toml");
        let problem = |message: String| {
            Problem::new(format!("`{}` {message}", path.display())).help("packages are chosen by manifests")
        };
        let size = std::fs::metadata(&path).map(|data| data.len());
        if size.map_err(|error| problem(format!("cannot be read: {error}")))? > MAX_BYTES {
            return Err(problem("is too big for a manifest".to_owned()));
        }
        let text =
            std::fs::read_to_string(&path).map_err(|error| problem(format!("cannot be read: {error}")))?;
        let table = toml::from_str::<Table>(text.trim_start_matches('\u{feff}'));
        let table = table.map_err(|error| problem(format!("cannot be read: {}", error.message())))?;
        Ok(Self { folder: folder.to_path_buf(), table })
    }

    fn section(&self, key: &str) -> Option<&Table> {
        self.table.get(key).and_then(Value::as_table)
    }

    fn name(&self) -> Option<&str> {
        self.section("package")?.get("name")?.as_str()
    }

    /// The manifest of the workspace that this one belongs to; itself where there is none.
    fn root(&self) -> Result<Self, Problem> {
        if self.table.contains_key("workspace") {
            return Self::read(&self.folder);
        }
        let named = self.section("package").and_then(|package| package.get("workspace")?.as_str());
        if let Some(path) = named {
            return Self::read(&plain(&self.folder.join(path)));
        }
        for folder in self.folder.ancestors().skip(1).filter(|folder| folder.join("Cargo.toml").is_file()) {
            let above = Self::read(folder)?;
            if above.table.contains_key("workspace") {
                let is_ours = !above.excludes(&self.folder);
                return if is_ours { Ok(above) } else { Self::read(&self.folder) };
            }
        }
        Self::read(&self.folder)
    }

    fn paths(&self, key: &str) -> Vec<&str> {
        let paths = self.section("workspace").and_then(|workspace| workspace.get(key)?.as_array());
        paths.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn excludes(&self, folder: &Path) -> bool {
        self.paths("exclude").into_iter().any(|path| folder.starts_with(plain(&self.folder.join(path))))
    }

    fn members(&self) -> Vec<PathBuf> {
        self.paths("members").into_iter().flat_map(|pattern| matching(&self.folder, pattern)).collect()
    }

    /// What cargo takes at the root: the default members, else the root's own package, else all.
    fn by_default(&self, members: &[Member]) -> Vec<PathBuf> {
        let is_named = self.section("workspace").is_some_and(|it| it.contains_key("default-members"));
        if is_named {
            let named = self.paths("default-members");
            named.into_iter().flat_map(|pattern| matching(&self.folder, pattern)).collect()
        } else if self.name().is_some() {
            vec![self.folder.clone()]
        } else {
            members.iter().map(|member| member.folder.clone()).collect()
        }
    }

    fn path_dependencies(&self, root: &Self) -> Vec<PathBuf> {
        let targets = self.section("target").into_iter().flat_map(Table::values).filter_map(Value::as_table);
        let tables = targets.chain([&self.table]);
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        let lists = tables.flat_map(|table| kinds.into_iter().filter_map(|kind| table.get(kind)?.as_table()));
        let entries = lists.flat_map(Table::iter);
        let shared =
            root.section("workspace").and_then(|workspace| workspace.get("dependencies")?.as_table());
        let path = |(key, value): (&String, &Value)| {
            let is_shared = value.get("workspace").and_then(Value::as_bool).unwrap_or(false);
            let (folder, entry) =
                if is_shared { (&root.folder, shared?.get(key)?) } else { (&self.folder, value) };
            Some(plain(&folder.join(entry.get("path")?.as_str()?)))
        };
        entries.filter_map(path).collect()
    }
}

/// The folders that a path with globs leads to, in order.
fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let glob = part.contains(['*', '?', '[']).then(|| Glob::new(part)).and_then(Result::ok);
        folders = match glob.map(|glob| glob.compile_matcher()) {
            None => folders.iter().map(|folder| plain(&folder.join(part))).collect(),
            Some(glob) => {
                folders.iter().flat_map(|folder| entries(folder, |name| glob.is_match(name))).collect()
            }
        };
    }
    folders
}

fn entries(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = entries.filter(|entry| is_wanted(Path::new(&entry.file_name())));
    let mut folders: Vec<PathBuf> = wanted.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::Workspace;
    use std::path::Path;

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path).join("Cargo.toml");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a manifest");
    }

    fn package(name: &str, more: &str) -> String {
        format!("[package]\nname = \"{name}\"\n{more}")
    }

    /// Root, members and default members, relative to the folder that holds `manifests`.
    #[track_caller]
    fn check(manifests: &[(&str, String)], start: &str, expected: (&str, &[&str], &[&str])) {
        let temp = tempfile::tempdir().expect("a folder");
        for (path, text) in manifests {
            write(temp.path(), path, text);
        }
        let found = Workspace::around(&temp.path().join(start)).expect("a workspace");
        let below = |path: &Path| path.strip_prefix(temp.path()).expect("below").display().to_string();
        let members: Vec<String> = found.members.iter().map(|member| below(&member.folder)).collect();
        let by_default: Vec<String> = found.by_default.iter().map(|folder| below(folder)).collect();
        let found = (below(&found.folder), members, by_default);
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(found, (expected.0.to_owned(), owned(expected.1), owned(expected.2)));
    }

    #[test]
    fn members_come_by_globs_and_by_paths_of_dependencies() {
        let manifests = [
            ("", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/old\"]\n[workspace.dependencies]\nshared = { path = \"lib/shared\" }\n".to_owned()),
            ("crates/a", package("a", "[dependencies]\nshared.workspace = true\n")),
            ("crates/b", package("b", "[target.'cfg(unix)'.dependencies]\nc = { path = \"../../c\" }\n")),
            ("crates/old", package("old", "")),
            ("c", package("c", "")),
            ("lib/shared", package("shared", "")),
            ("lone", package("lone", "[workspace]\n")),
        ];
        let all = ["crates/a", "crates/b", "c", "lib/shared"];
        check(&manifests, "", ("", &all, &all));
        check(&manifests, "crates/a", ("", &all, &["crates/a"]));
        check(&manifests, "crates/a/Cargo.toml", ("", &all, &["crates/a"]));
        check(&manifests, "crates/old", ("crates/old", &["crates/old"], &["crates/old"]));
        check(&manifests, "lone", ("lone", &["lone"], &["lone"]));
    }

    #[test]
    fn cargo_takes_default_members_or_the_package_at_the_root() {
        let root = |more: &str| {
            [
                ("", format!("[package]\nname = \"root\"\n[workspace]\nmembers = [\"a\", \"b\"]\n{more}")),
                ("a", package("a", "")),
                ("b", package("b", "")),
            ]
        };
        check(&root(""), "", ("", &["a", "b", ""], &[""]));
        check(&root("default-members = [\"b\"]\n"), "", ("", &["a", "b", ""], &["b"]));
    }

    #[test]
    fn a_folder_without_a_manifest_is_told() {
        let temp = tempfile::tempdir().expect("a folder");
        let problem = Workspace::around(temp.path()).expect_err("a problem");
        assert!(problem.message.contains("no `Cargo.toml`") && problem.help.contains("--manifest-path"));
    }
}
