//! What each file is for, by its place and then by what its paths show. Looks at no item.

use crate::base::RelPath;
use crate::facts::module::ModuleTree;
use crate::facts::{Codebase, Dependency, ModuleIdx, PackageIdx, ScopeClass, SourceFile, prelude, scope};
use crate::syntax::Tree;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Files with their modules and what they are for.
pub(in crate::facts) fn by_place(
    trees: Vec<Tree>,
    modules: &ModuleTree,
    codebase: &Codebase,
    excludes: &[String],
) -> Vec<SourceFile> {
    let excludes = scope::globs(excludes);
    let file = |(at, tree): (usize, Tree)| {
        let module = modules.by_scope.get(at).and_then(|list| list.first().copied()).unwrap_or(ModuleIdx(0));
        let package = modules.packages.get(module.0 as usize).copied().unwrap_or(PackageIdx(0));
        let owner = &codebase.packages[package.0 as usize];
        let is_test = modules.modules[module.0 as usize].is_test;
        let kind = modules.kinds.get(module.0 as usize).copied().flatten();
        let scope = if excludes.is_match(tree.source().path().as_str()) {
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

/// What the paths of a file, or of all files of a package, show.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    parses_arguments: bool,
    serves: bool,
    /// Waits to be stopped from outside, as daemons do.
    waits_for_signal: bool,
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
    for (file, found) in codebase.files.iter().zip(&uses) {
        let package = &mut by_package[file.package.0 as usize];
        package.parses_arguments |= found.parses_arguments;
        package.serves |= found.serves;
        package.waits_for_signal |= found.waits_for_signal;
    }
    for at in 0..codebase.packages.len() {
        codebase.packages[at].scope = codebase.scope_by_use(at, &by_package);
    }
    for (file, found) in codebase.files.iter_mut().zip(&uses) {
        let package = codebase.packages[file.package.0 as usize].scope;
        let is_tool = found.parses_arguments && !found.serves && is_lone_binary(file.tree.source().path());
        if matches!(file.scope, ScopeClass::Service | ScopeClass::Cli) && !is_cli_folder(file) {
            file.scope = if is_tool { ScopeClass::Cli } else { package };
        }
    }
}

impl Codebase {
    fn use_of(&self, file: &SourceFile) -> Use {
        let scope = self.scope(self.scope_of(file.module));
        let pool = &self.names.files[scope.file.index()].pool;
        let shows =
            |is: fn(&str) -> bool| file.scope.is_examined() && pool.iter().any(|resolved| is(&resolved.path));
        Use {
            parses_arguments: shows(scope::is_cli_path),
            serves: shows(scope::is_service_path),
            waits_for_signal: shows(|path| path.starts_with("tokio::signal::unix")),
        }
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

fn is_cli_folder(file: &SourceFile) -> bool {
    file.tree.source().path().parent().parts().any(|part| part == "cli")
}

fn is_lone_binary(path: &RelPath) -> bool {
    path.parent().as_str().ends_with("src/bin")
}
