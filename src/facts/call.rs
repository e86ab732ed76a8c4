//! What each file calls, and the questions about it. Typing receivers is `hint`'s work.

use crate::base::FileIdx;
use crate::facts::{Binding, Bindings, Codebase, ResultUse, result_use};
use crate::syntax::NodeId;

/// Bindings, calls and summaries of a code base; empty until the phases have run.
#[derive(Clone, Debug, Default)]
pub(super) struct CallTable {
    /// By file.
    pub(super) bindings: Vec<Bindings>,
}

impl Codebase {
    /// The bindings of a file.
    #[must_use]
    pub fn bindings(&self, file: FileIdx) -> &Bindings {
        static NONE: Bindings = Bindings::none();
        self.calls.bindings.get(file.index()).unwrap_or(&NONE)
    }

    /// Which declaration a variable stands for. `node` is a path, a short struct field or the declaring identifier.
    #[must_use]
    pub fn binding(&self, file: FileIdx, node: NodeId) -> Option<Binding> {
        self.bindings(file).of(node).copied()
    }

    /// The nodes that use `binding`, in source order, without its declaration.
    pub fn uses_of(&self, file: FileIdx, binding: &Binding) -> impl Iterator<Item = NodeId> + '_ {
        self.bindings(file).uses_of(binding)
    }

    /// What becomes of the result of `call`.
    #[must_use]
    pub fn result_use(&self, file: FileIdx, call: NodeId) -> ResultUse {
        result_use::result_use(self.tree(file), self.bindings(file), call)
    }

    /// Number of awaits that are applied to `call` in sequence, also through the variable that it is bound to.
    #[must_use]
    pub fn awaits(&self, file: FileIdx, call: NodeId) -> u32 {
        result_use::awaits(self.tree(file), self.bindings(file), call)
    }
}
