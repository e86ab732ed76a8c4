//! Code patterns: Rust with `$name` for one node and `$$$` for any number of them. Matched by `engine`.

use crate::syntax::{NodeId, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A piece of Rust that code is compared with.
#[derive(Clone, Debug)]
pub struct CodePattern {
    /// As written.
    pub text: Arc<str>,
    /// The syntax of it, in which [`CodePattern::holes`] stand for anything.
    pub tree: Arc<Tree>,
    /// The node to compare with.
    pub root: NodeId,
    /// The nodes that are holes.
    pub holes: BTreeMap<NodeId, Hole>,
    /// The path nodes with two or more segments, with the canonical path that the code's path must resolve to.
    pub paths: BTreeMap<NodeId, Arc<str>>,
}

/// A node of a pattern that stands for other code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hole {
    /// `$name`: exactly one node; the same name twice must be the same text. `$_` is not kept.
    One(Arc<str>),
    /// `$$$`: any number of neighbours, arguments or statements.
    Many,
}

impl CodePattern {
    /// The names of what it captures, sorted, without `_`.
    #[must_use]
    pub fn captures(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self
            .holes
            .values()
            .filter_map(|hole| match hole {
                Hole::One(name) if &**name != "_" => Some(name.clone()),
                Hole::One(_) | Hole::Many => None,
            })
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

impl PartialEq for CodePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
