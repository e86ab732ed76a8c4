//! Packages and their targets, from all manifests together. Reads no Rust.

use crate::base::{FileIdx, RelPath};
use crate::catalog::Catalog;
use crate::facts::manifest::{Manifest, RawDependency, TargetKind};
use crate::facts::{Dependency, Package, PackageIdx, scope};
use crate::finding::Problem;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The root file of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) struct Target {
    pub(in crate::facts) kind: TargetKind,
    pub(in crate::facts) file: FileIdx,
    pub(in crate::facts) crate_name: Arc<str>,
}

/// All packages, sorted by folder, each with its targets, libraries first.
#[derive(Debug, Default)]
pub(in crate::facts) struct Packages {
    pub(in crate::facts) packages: Vec<Package>,
    pub(in crate::facts) targets: Vec<Vec<Target>>,
}

/// Files by path.
pub(in crate::facts) type FilesByPath<'a> = FxHashMap<&'a str, FileIdx>;

/// Puts the packages together. Files outside of every manifest's folder get a package of their own at the root.
pub(in crate::facts) fn assemble(
    manifests: &[Manifest],
    files: &FilesByPath<'_>,
    catalog: &Catalog,
) -> (Packages, Vec<Problem>) {
    let mut with_package: Vec<&Manifest> = manifests.iter().filter(|it| it.package.is_some()).collect();
    with_package.sort_by(|a, b| a.folder.cmp(&b.folder));
    with_package.dedup_by(|a, b| a.folder == b.folder);
    let by_folder: FxHashMap<&str, PackageIdx> =
        (0..).map(PackageIdx).zip(&with_package).map(|(idx, it)| (it.folder.as_str(), idx)).collect();
    let world = World { manifests, by_folder, catalog, members: &with_package };
    let mut found = Packages::default();
    let mut paths: Vec<&str> = files.keys().copied().collect();
    paths.sort_unstable();
    for manifest in &with_package {
        let (package, targets) = world.package(manifest, files, &paths);
        found.packages.push(package);
        found.targets.push(targets);
    }
    (found, world.missing_members())
}

impl Packages {
    /// The package of a file: that of the innermost folder.
    pub(in crate::facts) fn of_path(&self, path: &RelPath) -> Option<PackageIdx> {
        let mut folder = path.parent();
        loop {
            let found = self.packages.binary_search_by(|package| package.folder.cmp(&folder));
            if let Ok(at) = found {
                return Some(PackageIdx(at as u32));
            }
            if folder.as_str().is_empty() {
                return None;
            }
            folder = folder.parent();
        }
    }

    /// Adds a package at the root for files that no manifest is for; folders sort first, so places shift by one.
    pub(in crate::facts) fn add_root(&mut self, files: &FilesByPath<'_>) {
        let name: Arc<str> = "app".into();
        let roots = files.iter().filter(|(path, _)| is_lone_root(path));
        let mut targets: Vec<Target> = roots
            .map(|(path, file)| {
                let kind = if path.ends_with("lib.rs") { TargetKind::Library } else { TargetKind::Binary };
                Target { kind, file: *file, crate_name: name.clone() }
            })
            .filter(|target| files.iter().any(|(path, file)| *file == target.file && self.is_free(path)))
            .collect();
        targets.sort_by_key(|target| (target.kind, target.file));
        let folder = RelPath::new("");
        let package = Package {
            name: name.clone(),
            crate_name: name,
            folder,
            dependencies: Vec::new(),
            scope: crate::facts::ScopeClass::Library,
            is_guessed: true,
        };
        for dependency in self.packages.iter_mut().flat_map(|package| &mut package.dependencies) {
            dependency.package = dependency.package.map(|PackageIdx(at)| PackageIdx(at + 1));
        }
        self.packages.insert(0, package);
        self.targets.insert(0, targets);
    }

    fn is_free(&self, path: &str) -> bool {
        self.of_path(&RelPath::new(path)).is_none()
    }
}

fn is_lone_root(path: &str) -> bool {
    matches!(path, "lib.rs" | "main.rs" | "src/lib.rs" | "src/main.rs")
}

struct World<'a> {
    manifests: &'a [Manifest],
    members: &'a [&'a Manifest],
    by_folder: FxHashMap<&'a str, PackageIdx>,
    catalog: &'a Catalog,
}

impl World<'_> {
    fn package(
        &self,
        manifest: &Manifest,
        files: &FilesByPath<'_>,
        paths: &[&str],
    ) -> (Package, Vec<Target>) {
        let name = manifest.package.as_deref().unwrap_or("");
        let crate_name = library_name(manifest);
        let targets = targets(manifest, files, paths);
        let dependencies = self.dependencies(manifest);
        let has_binary = targets.iter().any(|target| target.kind == TargetKind::Binary);
        let scope = scope::of_package(name, &dependencies, has_binary);
        let folder = manifest.folder.clone();
        let is_guessed = manifest.is_broken;
        (Package { name: name.into(), crate_name, folder, dependencies, scope, is_guessed }, targets)
    }

    fn dependencies(&self, manifest: &Manifest) -> Vec<Dependency> {
        let root = self.root_of(manifest);
        let mut found: Vec<Dependency> =
            manifest.dependencies.iter().map(|raw| self.dependency(raw, root)).collect();
        found.sort_by(|a, b| (&a.name, a.is_dev).cmp(&(&b.name, b.is_dev)));
        found.dedup_by(|a, b| a.name == b.name);
        found
    }

    /// The manifest with the workspace that `manifest` belongs to.
    fn root_of(&self, manifest: &Manifest) -> Option<&Manifest> {
        let is_root = |it: &&Manifest| it.workspace.is_some();
        if let Some(folder) = &manifest.workspace_root {
            return self.manifests.iter().filter(is_root).find(|it| it.folder == *folder);
        }
        let around = self.manifests.iter().filter(is_root).filter(|it| manifest.folder.is_below(&it.folder));
        around.max_by_key(|it| it.folder.as_str().len())
    }

    fn dependency(&self, raw: &RawDependency, root: Option<&Manifest>) -> Dependency {
        let workspace = root.and_then(|root| root.workspace.as_ref());
        let inherited = workspace
            .filter(|_| raw.is_inherited)
            .and_then(|workspace| workspace.dependencies.iter().find(|it| it.key == raw.key));
        let full = inherited.unwrap_or(raw);
        let real = full.package.as_deref().unwrap_or(&full.key);
        let patched =
            || workspace?.patches.iter().find(|it| it.package.as_deref().unwrap_or(&it.key) == real);
        let path = full.path.as_ref().or_else(|| patched()?.path.as_ref());
        let package = path.and_then(|path| self.by_folder.get(path.as_str()).copied());
        let local = package.and_then(|PackageIdx(at)| self.members.get(at as usize));
        let crate_name: Arc<str> = match local {
            Some(manifest) => library_name(manifest),
            None => self.catalog.library_of(real).as_ref().into(),
        };
        let is_renamed = full.package.is_some();
        let name = if is_renamed { full.key.replace('-', "_").into() } else { crate_name.clone() };
        let version = full.version.as_str().into();
        Dependency { name, crate_name, version, is_dev: raw.is_dev, package }
    }

    /// Workspace members without a manifest.
    fn missing_members(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for manifest in self.manifests {
            for member in manifest.workspace.iter().flat_map(|workspace| &workspace.members) {
                let is_glob = member.contains(['*', '?', '[', '{']);
                let folder = manifest.folder.join(member);
                if !is_glob && !self.by_folder.contains_key(folder.as_str()) {
                    let message = format!("workspace member `{member}` has no manifest");
                    problems.push(
                        Problem::in_file(manifest.source.path(), message)
                            .help("remove it from `workspace.members`, or scan the folder that holds it"),
                    );
                }
            }
        }
        problems
    }
}

fn library_name(manifest: &Manifest) -> Arc<str> {
    let declared = manifest.targets.iter().find(|target| target.kind == TargetKind::Library);
    let name = declared.and_then(|target| target.name.as_deref()).or(manifest.package.as_deref());
    name.unwrap_or("").replace('-', "_").into()
}

/// Declared and discovered targets whose root file was read, libraries first.
fn targets(manifest: &Manifest, files: &FilesByPath<'_>, paths: &[&str]) -> Vec<Target> {
    let mut found: Vec<Target> = Vec::new();
    let mut add = |kind: TargetKind, path: &RelPath, name: &str| {
        let Some(file) = files.get(path.as_str()) else { return };
        if !found.iter().any(|target: &Target| target.file == *file) {
            found.push(Target { kind, file: *file, crate_name: name.replace('-', "_").into() });
        }
    };
    let package = manifest.package.as_deref().unwrap_or("");
    for target in &manifest.targets {
        let name = target.name.as_deref().unwrap_or(package);
        if let Some(path) = &target.path {
            add(target.kind, path, name);
        }
    }
    add(TargetKind::Library, &manifest.folder.join("src/lib.rs"), &library_name(manifest));
    let main_name = main_name(manifest).unwrap_or(package);
    add(TargetKind::Binary, &manifest.folder.join("src/main.rs"), main_name);
    add(TargetKind::BuildScript, &manifest.folder.join("build.rs"), "build_script");
    for (folder, kind) in [
        ("src/bin", TargetKind::Binary),
        ("tests", TargetKind::Test),
        ("benches", TargetKind::Bench),
        ("examples", TargetKind::Example),
    ] {
        let folder = manifest.folder.join(folder);
        for (path, name) in roots_below(&folder, paths) {
            add(kind, &RelPath::new(path), name);
        }
    }
    found.sort_by_key(|target| (target.kind, target.file));
    found
}

/// The name of a declared binary that has no path and no file of its own in `src/bin`: it is `src/main.rs`.
fn main_name(manifest: &Manifest) -> Option<&str> {
    let mut nameless = manifest
        .targets
        .iter()
        .filter(|target| target.kind == TargetKind::Binary && target.path.is_none())
        .filter_map(|target| target.name.as_deref());
    nameless.next().filter(|_| nameless.next().is_none())
}

/// `x.rs` and `x/main.rs` right below a folder, with `x`.
fn roots_below<'p>(folder: &RelPath, paths: &[&'p str]) -> Vec<(&'p str, &'p str)> {
    let prefix = format!("{}/", folder.as_str());
    let first = paths.partition_point(|path| *path < prefix.as_str());
    let below = paths.iter().skip(first).take_while(|path| path.starts_with(&prefix));
    below
        .filter_map(|path| {
            let rest = path.get(prefix.len()..)?;
            let name = rest.strip_suffix("/main.rs").or_else(|| rest.strip_suffix(".rs"))?;
            (!name.contains('/')).then_some((*path, name))
        })
        .collect()
}
