//! Code patterns: Rust with `$name` for one node and `$$$` for any number of them. Matched by `engine`.

use crate::catalog::Catalog;
use crate::syntax::{self, Kind, Meta, NodeId, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A piece of Rust that code is compared with.
#[derive(Clone, Debug)]
pub struct CodePattern {
    /// As written.
    pub text: Arc<str>,
    /// The syntax of it; [`Tree::metavariable`] says which nodes stand for others.
    pub tree: Arc<Tree>,
    /// The node to compare with.
    pub root: NodeId,
    /// The path nodes with two or more segments, with the canonical path that the code's path must resolve to.
    pub paths: BTreeMap<NodeId, Arc<str>>,
    /// The names that it captures, sorted, without `_`.
    pub captures: Vec<Arc<str>>,
}

impl CodePattern {
    /// Reads a pattern; paths in it are made canonical.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn new(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let tree = syntax::parse_fragment(text).map_err(|problem| problem.message)?;
        let parts: Vec<NodeId> = tree.children(tree.root()).take(2).collect();
        let root = match parts.as_slice() {
            [] => return Err("it is empty".to_owned()),
            [only] => *only,
            _ => tree.root(),
        };
        if tree.metavariable(root).is_some() {
            return Err("it matches everything".to_owned());
        }
        let mut paths = BTreeMap::new();
        let mut captures: Vec<Arc<str>> = Vec::new();
        for node in tree.subtree(root) {
            match tree.metavariable(node) {
                Some(Meta::One(name) | Meta::Many(name)) => captures.push(name.into()),
                None if tree.kind(node) == Kind::Path => paths.extend(path(&tree, node, catalog)),
                None => {}
            }
        }
        captures.retain(|name| !matches!(&**name, "" | "_"));
        captures.sort();
        captures.dedup();
        Ok(Self { text: text.into(), tree: Arc::new(tree), root, paths, captures })
    }
}

/// The canonical path of a path node that needs no import to be known.
fn path(tree: &Tree, node: NodeId, catalog: &Catalog) -> Option<(NodeId, Arc<str>)> {
    let segments = tree.path_segments(node);
    let is_hole = tree.text(node).contains('$');
    let found: Arc<str> = match segments.as_slice() {
        [] => return None,
        _ if is_hole => return None,
        [only] => catalog.prelude(only)?.into(),
        several => (&*catalog.canonical(&several.join("::"))).into(),
    };
    Some((node, found))
}

impl PartialEq for CodePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
