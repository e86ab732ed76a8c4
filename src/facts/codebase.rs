//! The assembled code base: what all later layers ask. Holds data and answers; assembling is done elsewhere.

use crate::base::{FileIdx, RelPath};
use crate::catalog::Catalog;
use crate::facts::call::CallTable;
use crate::facts::config::Configs;
use crate::facts::names::Names;
use crate::facts::role::RoleTable;
use crate::facts::shapes::Shapes;
use crate::facts::sql::Migrations;
use crate::facts::{Item, ItemIdx, TargetKind};
use crate::syntax::Tree;
use std::sync::Arc;

/// The place of a package in [`Codebase::packages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageIdx(pub u32);

/// The place of a module in [`Codebase::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleIdx(pub u32);

/// What a piece of code is for. Only `Library`, `Cli` and `Service` are examined by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeClass {
    /// Tests, by path, attribute, `cfg(test)` or a package made for tests.
    Test,
    /// `benches/` and packages made for benchmarks.
    Bench,
    /// `examples/`.
    Example,
    /// `build.rs`, `xtask`.
    Build,
    /// Files that say they are generated.
    Generated,
    /// `vendor/`, `third_party/`.
    Vendored,
    /// Left out by configuration.
    Excluded,
    /// A binary with a command-line parser and no server or consumer.
    Cli,
    /// A library target of a package without service evidence.
    Library,
    /// A package that serves, consumes or runs jobs.
    Service,
}

impl ScopeClass {
    /// Whether checks look at it by default.
    #[must_use]
    pub const fn is_examined(self) -> bool {
        match self {
            Self::Cli | Self::Library | Self::Service => true,
            Self::Test
            | Self::Bench
            | Self::Example
            | Self::Build
            | Self::Generated
            | Self::Vendored
            | Self::Excluded => false,
        }
    }
}

/// One Cargo package of the workspace, or the folder itself where there is no manifest.
#[derive(Clone, Debug)]
pub struct Package {
    /// Name in the manifest.
    pub name: Arc<str>,
    /// Name in paths: `-` is `_`.
    pub crate_name: Arc<str>,
    /// Folder of the manifest.
    pub folder: RelPath,
    /// Dependencies of every kind.
    pub dependencies: Vec<Dependency>,
    /// What its code is for.
    pub scope: ScopeClass,
    /// No manifest could be read: every crate that its paths name is taken for a dependency.
    pub is_guessed: bool,
}

/// A dependency of a package.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Its name in paths of this package.
    pub name: Arc<str>,
    /// The crate's own name in paths, which differs where the manifest renames it.
    pub crate_name: Arc<str>,
    /// The version requirement as written; empty for paths and git.
    pub version: Arc<str>,
    /// Only for tests, examples and benches.
    pub is_dev: bool,
    /// The workspace's package behind it, where it is one.
    pub package: Option<PackageIdx>,
}

/// One module of the module tree.
#[derive(Clone, Debug)]
pub struct Module {
    /// Canonical path: `orders::jobs`.
    pub path: Arc<str>,
    /// The module above.
    pub parent: Option<ModuleIdx>,
    /// File that holds its items.
    pub file: FileIdx,
    /// Whether it is test code.
    pub is_test: bool,
}

/// One read file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its tree, which holds its text and path.
    pub tree: Tree,
    /// The package whose target holds it.
    pub package: PackageIdx,
    /// The module whose items it holds at its top.
    pub module: ModuleIdx,
    /// The target that it is built into; none where no target declares it.
    pub target: Option<TargetKind>,
    /// What its code is for.
    pub scope: ScopeClass,
    /// Paths and names that could not be resolved.
    pub n_unresolved: u32,
}

/// The workspace. Immutable once assembled; shared by all threads.
#[derive(Clone, Debug)]
pub struct Codebase {
    /// Packages, sorted by folder.
    pub packages: Vec<Package>,
    /// Modules, parents first.
    pub modules: Vec<Module>,
    /// Files, sorted by path.
    pub files: Vec<SourceFile>,
    /// Items, sorted by file, then by node.
    pub items: Vec<Item>,
    /// Bindings, calls and summaries, by file and by item.
    pub(super) calls: CallTable,
    /// What is examined beside that which is by default.
    pub also_examined: Vec<ScopeClass>,
    /// The catalogue that it was assembled with.
    pub catalog: &'static Catalog,
    pub(in crate::facts) names: Names,
    /// Loops, transactions and SQL, by file; empty until the phase has run.
    pub(super) shapes: Vec<Shapes>,
    /// Roles; empty until the phase has run.
    pub(super) roles: RoleTable,
    /// The `.sql` files and what they declare.
    pub(super) migrations: Migrations,
    /// The configuration files beside the code; each is a file of its own, without code.
    pub(super) configs: Configs,
}

impl Codebase {
    /// A code base that holds nothing.
    #[must_use]
    pub fn empty(catalog: &'static Catalog) -> Self {
        Self {
            packages: Vec::new(),
            modules: Vec::new(),
            files: Vec::new(),
            items: Vec::new(),
            also_examined: Vec::new(),
            catalog,
            calls: CallTable::default(),
            names: Names::default(),
            shapes: Vec::new(),
            roles: RoleTable::default(),
            migrations: Migrations::default(),
            configs: Configs::new(),
        }
    }

    /// The file at `idx`.
    #[must_use]
    pub fn file(&self, idx: FileIdx) -> &SourceFile {
        &self.files[idx.index()]
    }

    /// Whether checks look at code of this kind in this run.
    #[must_use]
    pub fn examines(&self, scope: ScopeClass) -> bool {
        scope.is_examined() || self.also_examined.contains(&scope)
    }

    /// Whether checks look at the file at `path` in this run, as far as is known of it.
    #[must_use]
    pub fn may_examine(&self, path: &RelPath) -> bool {
        let found = self.files.binary_search_by(|file| file.tree.source().path().cmp(path)).ok();
        found.and_then(|at| self.files.get(at)).is_none_or(|file| self.examines(file.scope))
    }

    /// The tree of the file at `idx`.
    #[must_use]
    pub fn tree(&self, idx: FileIdx) -> &Tree {
        &self.file(idx).tree
    }

    /// The item at `idx`.
    #[must_use]
    pub fn item(&self, idx: ItemIdx) -> &Item {
        &self.items[idx.0 as usize]
    }
}
