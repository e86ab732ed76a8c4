//! Puts the code base together, phase by phase. Reads no disk and starts no thread; the caller's [`Fan`] may.

use crate::base::{FileIdx, PathGlob, RelPath, SourceText};
use crate::catalog::{Catalog, DeclaredRole};
use crate::facts::items::{self, FileItems};
use crate::facts::module::{self, ModuleTree, Sources};
use crate::facts::package::{self, FilesByPath, Packages};
use crate::facts::{Bindings, Codebase, Item, ScopeClass, SourceFile};
use crate::facts::{call, classify, config, import, manifest, member, path_table, role, shapes, walk};
use crate::finding::Problem;
use crate::syntax::Tree;

/// Runs a function for each number, in parallel if it can.
pub trait Fan {
    /// The results of `f(0)` to `f(n - 1)`, in order.
    fn map<T: Send>(&self, n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T>;
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Serial;

impl Fan for Serial {
    fn map<T: Send>(&self, n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..n).map(f).collect()
    }
}

/// All that was read.
#[derive(Debug)]
pub struct Input {
    /// Trees of `.rs` files; sorted by path when assembled.
    pub trees: Vec<Tree>,
    /// `Cargo.toml` files.
    pub manifests: Vec<SourceText>,
    /// `wrangler.toml`, `wrangler.json` and `wrangler.jsonc` files.
    pub wrangler: Vec<SourceText>,
    /// `.sql` files.
    pub sql: Vec<SourceText>,
    /// Names that documents and rules may use.
    pub catalog: &'static Catalog,
    /// Globs of files that the configuration leaves out.
    pub excludes: Vec<PathGlob>,
    /// Roles that the configuration declares.
    pub declared: Vec<DeclaredRole>,
    /// What is examined beside that which is by default.
    pub also_examined: Vec<ScopeClass>,
}

impl Input {
    /// An input that holds nothing but a catalogue.
    #[must_use]
    pub const fn new(catalog: &'static Catalog) -> Self {
        Self {
            trees: Vec::new(),
            manifests: Vec::new(),
            wrangler: Vec::new(),
            sql: Vec::new(),
            catalog,
            excludes: Vec::new(),
            declared: Vec::new(),
            also_examined: Vec::new(),
        }
    }
}

/// Assembles the code base; always gives what could be made out, with everything wrong about it.
#[must_use]
pub fn assemble(mut input: Input, fan: &impl Fan) -> (Codebase, Vec<Problem>) {
    let (configs, mut problems) = config::read(&input.wrangler, &mut input.trees);
    input.trees.sort_by(|a, b| a.source().path().cmp(b.source().path()));
    input.trees.dedup_by(|a, b| a.source().path() == b.source().path());
    let mut codebase = names(&mut input, fan, &mut problems);
    codebase.configs = configs;
    paths(&mut codebase, fan);
    call::run(&mut codebase, fan);
    shapes::run(&mut codebase, &input.sql, fan);
    problems.extend(role::run(&mut codebase, &input.declared, fan));
    problems.sort();
    (codebase, problems)
}

/// Packages, modules, items and imports.
fn names(input: &mut Input, fan: &impl Fan, problems: &mut Vec<Problem>) -> Codebase {
    let trees = std::mem::take(&mut input.trees);
    let mut files = fan.map(trees.len(), |at| items::of_file(&trees[at]));
    let (packages, mut tree) = {
        let by_path: FilesByPath<'_> =
            (0..).map(FileIdx).zip(&trees).map(|(idx, tree)| (tree.source().path().as_str(), idx)).collect();
        let packages = packages(input, &by_path, problems);
        let sources = Sources { trees: &trees, items: &files, files: &by_path, packages: &packages };
        let (tree, found) = module::assemble(&sources);
        problems.extend(found);
        (packages, tree)
    };
    let mut codebase = Codebase::empty(input.catalog);
    codebase.packages = packages.packages;
    codebase.also_examined.clone_from(&input.also_examined);
    codebase.modules.clone_from(&tree.modules);
    codebase.files = classify::by_place(trees, &tree, &codebase, &input.excludes);
    codebase.names = import::tables(&mut files, &mut tree, &codebase.packages);
    codebase.items = placed(&mut files, &tree, &codebase.files);
    drop(tree);
    codebase.names.know(walk::catalog_names(input.catalog));
    member::paths(&mut codebase);
    import::follow(&mut codebase, &files);
    let heads = fan.map(codebase.files.len(), |at| member::heads(&codebase, FileIdx(at as u32)));
    member::enter(&mut codebase, heads.into_iter().flatten().collect());
    codebase
}

fn packages(input: &Input, files: &FilesByPath<'_>, problems: &mut Vec<Problem>) -> Packages {
    let mut manifests = Vec::new();
    for source in &input.manifests {
        let (manifest, found) = manifest::read(source);
        manifests.push(manifest);
        problems.extend(found);
    }
    let (mut packages, found) = package::assemble(&manifests, files, input.catalog);
    problems.extend(found);
    if files.keys().any(|path| packages.of_path(&RelPath::new(path)).is_none()) {
        packages.add_root(files);
    }
    packages
}

/// Takes the items of all files into one list, without their paths.
fn placed(files: &mut [FileItems], modules: &ModuleTree, sources: &[SourceFile]) -> Vec<Item> {
    let mut items = Vec::with_capacity(files.iter().map(|file| file.items.len()).sum());
    for (at, file) in files.iter_mut().enumerate() {
        let is_test_file = sources[at].scope == ScopeClass::Test;
        for raw in std::mem::take(&mut file.items) {
            let module = modules.by_scope[at][raw.scope as usize];
            let is_test = raw.is_test || is_test_file || modules.modules[module.0 as usize].is_test;
            items.push(Item {
                kind: raw.kind,
                path: raw.name.clone(),
                name: raw.name,
                file: FileIdx(at as u32),
                node: raw.node,
                module,
                is_test,
            });
        }
    }
    items
}

/// What the paths of each file stand for.
fn paths(codebase: &mut Codebase, fan: &impl Fan) {
    let found = fan.map(codebase.files.len(), |at| {
        let file = FileIdx(at as u32);
        let bindings = Bindings::new(codebase.tree(file));
        (path_table::of_file(codebase, file, &bindings), bindings)
    });
    for (at, (table, bindings)) in found.into_iter().enumerate() {
        codebase.files[at].n_unresolved = table.n_unresolved;
        let names = &mut codebase.names.files[at];
        names.import_defs = Vec::new();
        (names.paths, names.pool, names.imports) = (table.paths, table.pool, table.imports);
        names.aliases = table.aliases;
        codebase.calls.bindings.push(bindings);
    }
    classify::guess_dependencies(codebase);
    classify::by_use(codebase);
}
