//! Code patterns: Rust with `$name` for one node and `$$$` for any number of them. Matched by `engine`.

use crate::syntax::{NodeId, Tree};
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

impl PartialEq for CodePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
