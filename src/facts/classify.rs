//! What each file is for, by its place and then by what its paths show. Looks at no item.

use crate::base::RelPath;
use crate::facts::module::ModuleTree;
use crate::facts::{Codebase, ModuleIdx, PackageIdx, ScopeClass, SourceFile, scope};
use crate::syntax::Tree;

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
        SourceFile { tree, package, module, scope, n_unresolved: 0 }
    };
    trees.into_iter().enumerate().map(file).collect()
}

/// What the paths of a file show.
#[derive(Clone, Copy, Debug, Default)]
struct Use {
    parses_arguments: bool,
    serves: bool,
}

/// Looks again once paths are resolved: a package that could serve may only have arguments to parse.
pub(in crate::facts) fn by_use(codebase: &mut Codebase) {
    let uses: Vec<Use> = codebase.files.iter().map(|file| codebase.use_of(file)).collect();
    for package in 0..codebase.packages.len() {
        codebase.classify(PackageIdx(package as u32), &uses);
    }
}

impl Codebase {
    fn use_of(&self, file: &SourceFile) -> Use {
        let scope = self.scope(self.scope_of(file.module));
        let pool = &self.names.files[scope.file.index()].pool;
        let shows = |is: fn(&str) -> bool| pool.iter().any(|resolved| is(&resolved.path));
        let is_examined = file.scope.is_examined();
        Use {
            parses_arguments: is_examined && shows(scope::is_cli_path),
            serves: is_examined && shows(scope::is_service_path),
        }
    }

    /// Tells command-line programs from services that have arguments: by what their code names, not what they could.
    fn classify(&mut self, package: PackageIdx, uses: &[Use]) {
        let is_ours = |file: &SourceFile| file.package == package;
        let of_package = || self.files.iter().zip(uses).filter(|(file, _)| is_ours(file));
        let parses = of_package().any(|(_, found)| found.parses_arguments);
        let serves = of_package().any(|(_, found)| found.serves);
        let owner = &mut self.packages[package.0 as usize];
        if owner.scope == ScopeClass::Service && parses && !serves {
            owner.scope = ScopeClass::Cli;
        }
        let package_scope = owner.scope;
        for (file, found) in self.files.iter_mut().zip(uses) {
            let is_tool =
                found.parses_arguments && !found.serves && is_lone_binary(file.tree.source().path());
            if is_ours(file)
                && file.scope == ScopeClass::Service
                && (package_scope == ScopeClass::Cli || is_tool)
            {
                file.scope = ScopeClass::Cli;
            }
        }
    }
}

fn is_lone_binary(path: &RelPath) -> bool {
    path.parent().as_str().ends_with("src/bin")
}
