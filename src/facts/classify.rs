//! What each file is for, by its place and then by what its paths show. Looks at no item.

use crate::base::PathGlob;
use crate::facts::module::ModuleTree;
use crate::facts::{Codebase, Dependency, ModuleIdx, PackageIdx, ScopeClass, SourceFile, prelude, scope};
use crate::syntax::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files with their modules and what they are for.
pub(in crate::facts) fn by_place(
    trees: Vec<Tree>,
    modules: &ModuleTree,
    codebase: &Codebase,
    excludes: &[PathGlob],
) -> Vec<SourceFile> {
    let file = |(at, tree): (usize, Tree)| {
        let module = modules.by_scope.get(at).and_then(|list| list.first().copied()).unwrap_or(ModuleIdx(0));
        let package = modules.packages.get(module.0 as usize).copied().unwrap_or(PackageIdx(0));
        let owner = &codebase.packages[package.0 as usize];
        let is_test = modules.modules[module.0 as usize].is_test;
        let kind = modules.kinds.get(module.0 as usize).copied().flatten();
        let scope = if excludes.iter().any(|glob| glob.matches(tree.source().path().as_str())) {
            ScopeClass::Excluded
        } else {
            scope::of_file(&tree, &owner.folder)
                .or_else(|| is_test.then_some(ScopeClass::Test))
                .or_else(|| kind.and_then(scope::of_target))
                .unwrap_or(owner.scope)
        };
        SourceFile { tree, package, module, target: kind, scope, n_unresolved: 0 }
    };
    trees.into_iter().enumerate().map(file).collect()
}

/// Words in a package's name that say it is a command-line program.
const CLI_WORDS: [&str; 5] = ["cli", "ctl", "cmd", "tool", "tools"];

/// Last words in the name of a binary that say that it runs until it is stopped.
const LASTING_WORDS: [&str; 13] = [
    "server",
    "service",
    "worker",
    "daemon",
    "consumer",
    "scheduler",
    "sidecar",
    "agent",
    "node",
    "relay",
    "proxy",
    "gateway",
    "bot",
];

/// What the paths of a file, of a binary, or of all files of a package, show.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    parses_arguments: bool,
    serves: bool,
    /// Waits to be stopped from outside, as daemons do.
    waits_for_signal: bool,
    /// It is `src/main.rs`, which is what the package is for.
    is_main: bool,
}

impl Use {
    const fn add(&mut self, other: Self) {
        self.parses_arguments |= other.parses_arguments;
        self.serves |= other.serves;
        self.waits_for_signal |= other.waits_for_signal;
        self.is_main |= other.is_main;
    }
}

/// Gives packages without a readable manifest the dependencies that their paths name.
pub(in crate::facts) fn guess_dependencies(codebase: &mut Codebase) {
    if !codebase.packages.iter().any(|package| package.is_guessed) {
        return;
    }
    let own: BTreeSet<Arc<str>> =
        codebase.packages.iter().map(|package| package.crate_name.clone()).collect();
    let mut named: Vec<BTreeSet<Arc<str>>> = vec![BTreeSet::new(); codebase.packages.len()];
    for (file, names) in codebase.files.iter().zip(&codebase.names.files) {
        if !codebase.packages[file.package.0 as usize].is_guessed {
            continue;
        }
        let external = names.pool.iter().filter(|resolved| resolved.item.is_none());
        let firsts = external.filter_map(|resolved| Some(resolved.path.split_once("::")?.0));
        let is_crate = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && !prelude::is_known_root(name)
                && !own.contains(*name)
        };
        named[file.package.0 as usize].extend(firsts.filter(is_crate).map(Arc::from));
    }
    for (package, names) in codebase.packages.iter_mut().zip(named) {
        if package.is_guessed {
            let dependency = |name: Arc<str>| Dependency {
                crate_name: name.clone(),
                name,
                version: "".into(),
                is_dev: false,
                package: None,
            };
            package.dependencies.extend(names.into_iter().map(dependency));
        }
    }
}

/// Looks again once paths are resolved: programs of arguments that never serve, and daemons without a known server.
pub(in crate::facts) fn by_use(codebase: &mut Codebase) {
    let uses: Vec<Use> = codebase.files.iter().map(|file| codebase.use_of(file)).collect();
    let mut by_package = vec![Use::default(); codebase.packages.len()];
    let mut by_target: BTreeMap<(PackageIdx, &str), Use> = BTreeMap::new();
    for (file, found) in codebase.files.iter().zip(&uses) {
        by_package[file.package.0 as usize].add(*found);
        by_target.entry(codebase.target_of(file)).or_default().add(*found);
    }
    let packages =
        (0..codebase.packages.len()).map(|at| codebase.scope_by_use(at, &by_package)).collect::<Vec<_>>();
    let is_tool = |file: &SourceFile| {
        let target = codebase.target_of(file);
        by_target.get(&target).is_some_and(|found| codebase.is_tool(target, *found))
    };
    let tools: Vec<bool> = codebase.files.iter().map(is_tool).collect();
    for (package, scope) in codebase.packages.iter_mut().zip(&packages) {
        package.scope = *scope;
    }
    for ((file, is_tool), found) in codebase.files.iter_mut().zip(tools).zip(&uses) {
        if matches!(file.scope, ScopeClass::Service | ScopeClass::Cli) && !is_cli_folder(file) {
            file.scope = if is_tool || is_subcommand(file, *found) {
                ScopeClass::Cli
            } else {
                packages[file.package.0 as usize]
            };
        }
    }
}

impl Codebase {
    fn use_of(&self, file: &SourceFile) -> Use {
        let scope = self.scope(self.scope_of(file.module));
        let pool = &self.names.files[scope.file.index()].pool;
        let shows =
            |is: fn(&str) -> bool| file.scope.is_examined() && pool.iter().any(|resolved| is(&resolved.path));
        let path = file.tree.source().path();
        Use {
            parses_arguments: shows(scope::is_cli_path)
                || (shows(scope::is_arguments_path) && shows(scope::is_exit_path)),
            serves: shows(scope::is_service_path),
            waits_for_signal: shows(|path| path.starts_with("tokio::signal::unix")),
            is_main: path.as_str().ends_with("src/main.rs"),
        }
    }

    /// The package and crate that a file belongs to: a library or one binary.
    fn target_of(&self, file: &SourceFile) -> (PackageIdx, &str) {
        let path = &*self.modules[file.module.0 as usize].path;
        (file.package, path.split("::").next().unwrap_or(path))
    }

    /// Whether a binary beside what the package is for takes arguments, does its work and ends.
    fn is_tool(&self, (package, name): (PackageIdx, &str), found: Use) -> bool {
        let is_beside = !found.is_main && name != &*self.packages[package.0 as usize].crate_name;
        let lasts = name.rsplit('_').next().is_some_and(|word| LASTING_WORDS.contains(&word));
        is_beside && found.parses_arguments && !found.serves && !found.waits_for_signal && !lasts
    }

    fn scope_by_use(&self, at: usize, uses: &[Use]) -> ScopeClass {
        let package = &self.packages[at];
        let found = uses[at];
        let local = package.dependencies.iter().filter(|dep| !dep.is_dev).filter_map(|dep| dep.package);
        let waits =
            || found.waits_for_signal || local.clone().any(|dep| uses[dep.0 as usize].waits_for_signal);
        let says_cli = || package.name.split(['-', '_']).any(|word| CLI_WORDS.contains(&word));
        match package.scope {
            ScopeClass::Service if found.parses_arguments && !found.serves && says_cli() => ScopeClass::Cli,
            ScopeClass::Cli if !says_cli() && waits() => ScopeClass::Service,
            scope => scope,
        }
    }
}

/// Whether a file takes the arguments of one command of the program, other than the one that serves.
fn is_subcommand(file: &SourceFile, found: Use) -> bool {
    let path = file.tree.source().path();
    let is_among =
        path.parent().parts().any(|part| matches!(part, "commands" | "cmds" | "cmd" | "subcommands"));
    let lasts = matches!(path.file_stem(), "serve" | "run" | "start" | "up")
        || LASTING_WORDS.contains(&path.file_stem());
    is_among && found.parses_arguments && !found.serves && !found.waits_for_signal && !lasts
}

fn is_cli_folder(file: &SourceFile) -> bool {
    file.tree.source().path().parent().parts().any(|part| part == "cli")
}
