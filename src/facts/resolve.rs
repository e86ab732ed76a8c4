//! What a path stands for. Only asks the tables; never guesses what it cannot see.

use crate::base::FileIdx;
use crate::facts::{Codebase, Module, Resolved};
use crate::syntax::NodeId;

impl Codebase {
    /// What a path stands for: a [`crate::syntax::Kind::Path`] node, or any node that holds one as its path.
    /// `None` where it cannot be told, and for local variables and generic parameters.
    #[must_use]
    pub fn resolve(&self, file: FileIdx, path: NodeId) -> Option<&Resolved> {
        let path = self.tree(file).path_node(path).unwrap_or(path);
        let names = self.names.files.get(file.index())?;
        names.pool.get(*names.paths.get(&path.0)? as usize)
    }

    /// What segments would stand for if they stood at `at`.
    #[must_use]
    pub fn resolve_segments(&self, file: FileIdx, at: NodeId, segments: &[&str]) -> Option<Resolved> {
        let _ = (file, at, segments);
        None
    }

    /// The module that holds `node`.
    #[must_use]
    pub fn module_at(&self, file: FileIdx, node: NodeId) -> &Module {
        let _ = node;
        &self.modules[self.file(file).module.0 as usize]
    }

    /// Whether an inline module around `node` is test code.
    pub(in crate::facts) fn is_test_scope(&self, file: FileIdx, node: NodeId) -> bool {
        self.module_at(file, node).is_test
    }
}
