//! One file as a code base, for tests of what depends on the tree alone.

use crate::base::{FileIdx, RelPath, SourceText};
use crate::catalog::Catalog;
use crate::facts::{Codebase, ModuleIdx, PackageIdx, ScopeClass, SourceFile};
use crate::syntax::{ParseOptions, parse};

/// Parses `text` as the only file; no name is resolved.
pub(in crate::facts) fn alone(text: &str) -> (Codebase, FileIdx) {
    let source = SourceText::new(RelPath::new("src/lib.rs"), text);
    let tree = parse(&source, &ParseOptions::default()).tree;
    let mut codebase = Codebase::empty(Catalog::builtin());
    codebase.files.push(SourceFile {
        target: None,
        tree,
        package: PackageIdx(0),
        module: ModuleIdx(0),
        scope: ScopeClass::Library,
        n_unresolved: 0,
    });
    (codebase, FileIdx(0))
}
