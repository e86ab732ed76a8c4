//! Builder chains: all calls that shape one value, through variables and workspace helpers.

use crate::base::FileIdx;
use crate::facts::{Codebase, Place};
use crate::syntax::NodeId;
use std::sync::Arc;

/// One call of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCall {
    /// The method's name.
    pub name: Arc<str>,
    /// The method call; in another file where a helper makes it.
    pub place: Place,
}

/// The calls that shape one value, in the order in which they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The expression that the chain starts with: a constructor call, variable or path.
    pub start: Place,
    /// Canonical path of that constructor, function or const.
    pub start_path: Option<Arc<str>>,
    /// The last call in sight.
    pub end: Place,
    /// The calls, without the start.
    pub calls: Vec<ChainCall>,
    /// Whether all calls are in sight: false where the value comes from or goes to code that is not.
    pub is_whole: bool,
}

impl Chain {
    /// The first call of that name.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&ChainCall> {
        self.calls.iter().find(|call| &*call.name == name)
    }
}

impl Codebase {
    /// The chain that ends at or passes `node`.
    #[must_use]
    pub fn chain(&self, file: FileIdx, node: NodeId) -> Chain {
        let place = Place { file, node };
        Chain { start: place, start_path: None, end: place, calls: Vec::new(), is_whole: false }
    }
}
