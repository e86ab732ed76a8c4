//! Reads one `Cargo.toml`: package, targets, dependencies, workspace. Looks at no other file.

use crate::base::{RelPath, SourceText, Span};
use crate::finding::Problem;
use toml::{Table, Value};

/// One dependency as its manifest states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::facts) struct RawDependency {
    /// The key, which is the name in paths.
    pub(in crate::facts) key: String,
    /// The package's name, where `package = ".."` renames it.
    pub(in crate::facts) package: Option<String>,
    pub(in crate::facts) version: String,
    /// Folder of a path dependency.
    pub(in crate::facts) path: Option<RelPath>,
    /// `workspace = true`.
    pub(in crate::facts) is_inherited: bool,
    pub(in crate::facts) is_dev: bool,
}

/// What a target is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// `src/lib.rs`.
    Library,
    /// `src/main.rs`, `src/bin`.
    Binary,
    /// `tests`.
    Test,
    /// `benches`.
    Bench,
    /// `examples`.
    Example,
    /// `build.rs`.
    BuildScript,
}

/// A target that the manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) struct RawTarget {
    pub(in crate::facts) kind: TargetKind,
    pub(in crate::facts) name: Option<String>,
    pub(in crate::facts) path: Option<RelPath>,
}

/// `[workspace]`.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Workspace {
    /// Folders or globs of folders.
    pub(in crate::facts) members: Vec<String>,
    pub(in crate::facts) dependencies: Vec<RawDependency>,
    /// `[patch]` entries with a path, of all registries.
    pub(in crate::facts) patches: Vec<RawDependency>,
}

/// One manifest.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Manifest {
    pub(in crate::facts) source: SourceText,
    pub(in crate::facts) folder: RelPath,
    /// `package.name`; none for a virtual workspace.
    pub(in crate::facts) package: Option<String>,
    /// `package.workspace`.
    pub(in crate::facts) workspace_root: Option<RelPath>,
    pub(in crate::facts) workspace: Option<Workspace>,
    pub(in crate::facts) dependencies: Vec<RawDependency>,
    pub(in crate::facts) targets: Vec<RawTarget>,
    /// It could not be read at all.
    pub(in crate::facts) is_broken: bool,
}

/// Reads a manifest; a broken one still gives its folder, and the folder's name for a package.
pub(in crate::facts) fn read(source: &SourceText) -> (Manifest, Vec<Problem>) {
    let folder = source.path().parent();
    let mut manifest = Manifest {
        source: source.clone(),
        folder,
        package: None,
        workspace_root: None,
        workspace: None,
        dependencies: Vec::new(),
        targets: Vec::new(),
        is_broken: false,
    };
    let text = source.text().trim_start_matches('\u{feff}');
    let table = match toml::from_str::<Table>(text) {
        Ok(table) => table,
        Err(error) => {
            manifest.package = Some(fallback_name(&manifest.folder));
            manifest.is_broken = true;
            return (manifest, vec![broken(source, text, &error)]);
        }
    };
    let mut problems = Vec::new();
    manifest.fill(&table);
    if manifest.package.is_none() && (manifest.workspace.is_none() || table.contains_key("package")) {
        let problem = Problem::in_file(source.path(), "manifest has no `package.name`");
        problems.push(problem.help("add `[package]` with a `name`, or `[workspace]`"));
        manifest.package = Some(fallback_name(&manifest.folder));
    }
    (manifest, problems)
}

fn broken(source: &SourceText, text: &str, error: &toml::de::Error) -> Problem {
    let shift = source.text().len() - text.len();
    let range = error.span().unwrap_or(0..0);
    let span = Span::new((range.start + shift) as u32, (range.end + shift) as u32);
    let reason = error.message().lines().next().unwrap_or("not TOML").to_lowercase();
    Problem::at(source, span, format!("manifest cannot be read: {reason}"))
        .help("until it is mended, every crate that its code names is taken for a dependency")
}

fn fallback_name(folder: &RelPath) -> String {
    match folder.file_name() {
        "" => "app".to_owned(),
        name => name.to_owned(),
    }
}

impl Manifest {
    fn fill(&mut self, table: &Table) {
        let package = table.get("package").or_else(|| table.get("project")).and_then(Value::as_table);
        if let Some(package) = package {
            self.package = text(package, "name");
            self.workspace_root = text(package, "workspace").map(|path| self.folder.join(&path));
            if let Some(path) = text(package, "build") {
                let path = Some(self.folder.join(&path));
                self.targets.push(RawTarget { kind: TargetKind::BuildScript, name: None, path });
            }
        }
        self.dependencies = self.dependencies_of(table);
        for target in table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
            if let Some(target) = target.as_table() {
                let found = self.dependencies_of(target);
                self.dependencies.extend(found);
            }
        }
        self.targets(table);
        self.workspace = table.get("workspace").and_then(Value::as_table).map(|workspace| Workspace {
            members: texts(workspace, "members"),
            dependencies: self.entries(workspace, "dependencies", false),
            patches: self.patches(table),
        });
    }

    fn targets(&mut self, table: &Table) {
        if let Some(lib) = table.get("lib").and_then(Value::as_table) {
            self.target(TargetKind::Library, lib);
        }
        for (key, kind) in [
            ("bin", TargetKind::Binary),
            ("test", TargetKind::Test),
            ("bench", TargetKind::Bench),
            ("example", TargetKind::Example),
        ] {
            for entry in table.get(key).and_then(Value::as_array).into_iter().flatten() {
                if let Some(entry) = entry.as_table() {
                    self.target(kind, entry);
                }
            }
        }
    }

    fn target(&mut self, kind: TargetKind, entry: &Table) {
        let path = text(entry, "path").map(|path| self.folder.join(&path));
        self.targets.push(RawTarget { kind, name: text(entry, "name"), path });
    }

    fn dependencies_of(&self, table: &Table) -> Vec<RawDependency> {
        let keys = [
            ("dependencies", false),
            ("build-dependencies", false),
            ("dev-dependencies", true),
            ("dev_dependencies", true),
        ];
        keys.into_iter().flat_map(|(key, is_dev)| self.entries(table, key, is_dev)).collect()
    }

    fn patches(&self, table: &Table) -> Vec<RawDependency> {
        let patch = table.get("patch").and_then(Value::as_table);
        let mut found = Vec::new();
        for (registry, _) in patch.into_iter().flatten() {
            if let Some(patch) = patch {
                found.extend(self.entries(patch, registry, false));
            }
        }
        found.retain(|entry| entry.path.is_some());
        found
    }

    fn entries(&self, table: &Table, key: &str, is_dev: bool) -> Vec<RawDependency> {
        let entries = table.get(key).and_then(Value::as_table);
        entries.into_iter().flatten().map(|(key, value)| self.entry(key, value, is_dev)).collect()
    }

    fn entry(&self, key: &str, value: &Value, is_dev: bool) -> RawDependency {
        let plain = RawDependency { key: key.to_owned(), is_dev, ..RawDependency::default() };
        match value {
            Value::String(version) => RawDependency { version: version.clone(), ..plain },
            Value::Table(entry) => RawDependency {
                package: text(entry, "package"),
                version: text(entry, "version").unwrap_or_default(),
                path: text(entry, "path").map(|path| self.folder.join(&path)),
                is_inherited: entry.get("workspace").and_then(Value::as_bool).unwrap_or(false),
                ..plain
            },
            Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => plain,
        }
    }
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn texts(table: &Table, key: &str) -> Vec<String> {
    let entries = table.get(key).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
