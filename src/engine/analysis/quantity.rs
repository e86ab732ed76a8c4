//! How many items an expression gives: few, since the code or its configuration says so, or as many as the data has.

use super::Params;
use crate::base::FileIdx;
use crate::catalog::LoopKind;
use crate::facts::{Binding, Codebase, ItemKind, ValueKind};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Variables and adaptors that are followed.
const MAX_DEPTH: u32 = 40;

/// How many items there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    /// A number that the code or the configuration sets.
    Few,
    /// As many as the data has.
    Many,
    /// Nothing says so, with the reason.
    Unknown(String),
}

impl Quantity {
    /// The greater of both.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Many, _) | (_, Self::Many) => Self::Many,
            (Self::Unknown(reason), _) | (_, Self::Unknown(reason)) => Self::Unknown(reason),
            (Self::Few, Self::Few) => Self::Few,
        }
    }
}

/// Counts the items of expressions in one file.
#[derive(Clone, Copy)]
pub(super) struct Counter<'c> {
    pub(super) codebase: &'c Codebase,
    pub(super) file: FileIdx,
    /// Its names `few` and `started` are those of collections that the data does not size.
    pub(super) params: &'c Params,
}

impl<'c> Counter<'c> {
    fn tree(&self) -> &'c Tree {
        self.codebase.tree(self.file)
    }

    /// How many items `expr` gives when it is iterated.
    pub(super) fn count(&self, expr: NodeId) -> Quantity {
        self.count_of(expr, MAX_DEPTH)
    }

    fn count_of(&self, expr: NodeId, depth: u32) -> Quantity {
        let Some(depth) = depth.checked_sub(1) else {
            return Quantity::Unknown("the expression is too long to follow".to_owned());
        };
        let tree = self.tree();
        let inner = |field| tree.child(expr, field).map_or(Quantity::Many, |at| self.count_of(at, depth));
        match tree.kind(expr) {
            Kind::Array | Kind::Repeat | Kind::Tuple => Quantity::Few,
            Kind::MacroCall => self.count_of_macro(expr),
            Kind::Range => self.count_of_range(expr),
            Kind::Await | Kind::Try | Kind::Ref | Kind::Deref => inner(Field::Expr),
            Kind::Index => self.count_of_slice(expr).unwrap_or_else(|| inner(Field::Base)),
            Kind::FieldAccess if self.is_set_by_hand(expr) => Quantity::Few,
            Kind::MethodCall => self.count_of_method(expr, depth),
            Kind::Call => self.count_of_call(expr, depth),
            Kind::Path => self.count_of_path(expr, depth),
            Kind::If | Kind::Match | Kind::Block | Kind::Closure => {
                Quantity::Unknown("what is iterated depends on a branch".to_owned())
            }
            _ => Quantity::Many,
        }
    }

    fn count_of_macro(&self, node: NodeId) -> Quantity {
        let tree = self.tree();
        let args = tree.children_in(node, Field::Arg);
        let is_list = tree.path_segments(node).last() == Some(&"vec") && !tree.is_opaque(node);
        let is_sized = |arg: NodeId| {
            tree.kind(arg) == Kind::Repeat
                && tree.child(arg, Field::Count).is_none_or(|n| self.is_sized_by_data(n))
        };
        match is_list && !args.into_iter().any(is_sized) {
            true => Quantity::Few,
            false => Quantity::Many,
        }
    }

    /// A range counts what someone chose, unless its end is the length of something.
    fn count_of_range(&self, node: NodeId) -> Quantity {
        let tree = self.tree();
        match tree.child(node, Field::Right) {
            Some(end) if self.is_sized_by_data(end) => Quantity::Many,
            Some(_) => Quantity::Few,
            None => Quantity::Many,
        }
    }

    /// Whether a number is the length of something.
    fn is_sized_by_data(&self, number: NodeId) -> bool {
        let tree = self.tree();
        let names_length =
            |at: NodeId| tree.kind(at) == Kind::MethodCall && matches!(tree.name(at), Some("len" | "count"));
        let init = self.codebase.binding(self.file, number).and_then(|binding| binding.init(tree));
        tree.subtree(number).any(names_length)
            || init.is_some_and(|init| tree.subtree(init).any(names_length))
    }

    /// `&items[..n]`
    fn count_of_slice(&self, node: NodeId) -> Option<Quantity> {
        let tree = self.tree();
        let range = tree.child(node, Field::Arg).filter(|arg| tree.kind(*arg) == Kind::Range)?;
        let end = tree.child(range, Field::Right)?;
        (!self.is_sized_by_data(end)).then_some(Quantity::Few)
    }

    fn count_of_method(&self, node: NodeId, depth: u32) -> Quantity {
        let tree = self.tree();
        let args: Vec<NodeId> = tree.children_in(node, Field::Arg).collect();
        let of_receiver =
            || tree.child(node, Field::Receiver).map_or(Quantity::Many, |at| self.count_of(at, depth));
        match tree.name(node).unwrap_or("") {
            "take" | "chunks" | "chunks_exact" | "chunks_timeout" | "ready_chunks" | "try_chunks"
            | "array_chunks"
                if !args.is_empty() =>
            {
                Quantity::Few
            }
            "get" | "drain" if args.first().is_some_and(|arg| self.is_cut(*arg)) => Quantity::Few,
            "zip" => match (of_receiver(), args.first().map(|arg| self.count_of(*arg, depth))) {
                (Quantity::Few, _) | (_, Some(Quantity::Few)) => Quantity::Few,
                (own, _) => own,
            },
            "chain" => args.iter().fold(of_receiver(), |all, arg| all.or(self.count_of(*arg, depth))),
            _ => of_receiver(),
        }
    }

    fn is_cut(&self, range: NodeId) -> bool {
        let tree = self.tree();
        let end = tree.child(range, Field::Right).filter(|_| tree.kind(range) == Kind::Range);
        end.is_some_and(|end| !self.is_sized_by_data(end))
    }

    fn count_of_call(&self, node: NodeId, depth: u32) -> Quantity {
        let tree = self.tree();
        let mut args = tree.children_in(node, Field::Arg);
        match tree.path_segments(node).as_slice() {
            [.., "once" | "Some" | "from_fn"] => Quantity::Few,
            [.., "iter" | "zip" | "from" | "from_iter" | "Ok"] => {
                // `Kind::iter()` goes through the variants of an enum.
                args.next().map_or(Quantity::Few, |arg| self.count_of(arg, depth))
            }
            _ => Quantity::Many,
        }
    }

    fn count_of_path(&self, node: NodeId, depth: u32) -> Quantity {
        let tree = self.tree();
        if self.is_set_by_hand(node) {
            return Quantity::Few;
        }
        let Some(binding) = self.codebase.binding(self.file, node) else {
            let item = self.codebase.resolve(self.file, node).and_then(|to| to.item);
            let is_const =
                item.is_some_and(|item| matches!(self.codebase.item(item).kind, ItemKind::Const(..)));
            return if is_const { Quantity::Few } else { Quantity::Many };
        };
        let is_array = |ty: NodeId| {
            let inner = if tree.kind(ty) == Kind::TypeRef { tree.child(ty, Field::Type) } else { Some(ty) };
            inner.is_some_and(|ty| tree.kind(ty) == Kind::TypeArray)
        };
        if binding.type_node(tree).is_some_and(is_array) {
            return Quantity::Few;
        }
        match (tree.kind(binding.owner), binding.init(tree)) {
            (Kind::LetStmt, Some(init)) if self.is_empty_collection(init) => self.pushed(&binding),
            (Kind::LetStmt, Some(init)) if binding.pattern == binding.ident => self.count_of(init, depth),
            (Kind::LetStmt, None) => self.pushed(&binding),
            (Kind::ForLoop | Kind::LetCond | Kind::Param, _) if self.is_a_chunk(&binding) => Quantity::Few,
            _ => Quantity::Many,
        }
    }

    /// Whether a variable stands for one chunk of a collection that is taken in chunks.
    fn is_a_chunk(&self, binding: &Binding) -> bool {
        let tree = self.tree();
        let source = match tree.kind(binding.owner) {
            Kind::Param => tree
                .ancestors(binding.owner)
                .find(|at| tree.kind(*at) == Kind::MethodCall)
                .and_then(|call| tree.child(call, Field::Receiver)),
            _ => binding.init(tree),
        };
        let mut at = source;
        while let Some(node) = at {
            at = match tree.kind(node) {
                Kind::MethodCall if tree.name(node).is_some_and(|name| name.contains("chunks")) => {
                    return true;
                }
                Kind::MethodCall => tree.child(node, Field::Receiver),
                Kind::Await | Kind::Try | Kind::Ref => tree.child(node, Field::Expr),
                Kind::Path => {
                    let other = self.codebase.binding(self.file, node);
                    other.filter(|other| other.idx < binding.idx).and_then(|other| other.init(tree))
                }
                _ => None,
            };
        }
        false
    }

    fn is_empty_collection(&self, init: NodeId) -> bool {
        let tree = self.tree();
        match tree.kind(init) {
            Kind::Call => {
                let path = tree.path_segments(init);
                matches!(path.last(), Some(&("new" | "with_capacity" | "default")))
            }
            Kind::MacroCall => {
                tree.path_segments(init).last() == Some(&"vec")
                    && tree.children_in(init, Field::Arg).next().is_none()
            }
            _ => false,
        }
    }

    /// How many items are put into a variable: few where no loop does it.
    fn pushed(&self, binding: &Binding) -> Quantity {
        let tree = self.tree();
        let mut all = Quantity::Few;
        for used in self.codebase.uses_of(self.file, binding) {
            let Some(call) = tree
                .parent(used)
                .filter(|at| tree.kind(*at) == Kind::MethodCall && tree.field(used) == Field::Receiver)
            else {
                continue;
            };
            let arg = tree.children_in(call, Field::Arg).next();
            match (tree.name(call), arg) {
                (Some("push" | "push_back" | "insert"), Some(arg)) if !self.is_started(arg) => {
                    all = all.or(self.repeated(call, binding));
                }
                (Some("extend" | "append"), Some(arg)) => {
                    all = all.or(self.count(arg)).or(self.repeated(call, binding));
                }
                _ => {}
            }
        }
        all
    }

    /// How often `node` runs while `binding` lives.
    pub(super) fn repeated(&self, node: NodeId, binding: &Binding) -> Quantity {
        let loops = self.codebase.loops_around(self.file, node);
        loops
            .take_while(|found| found.node > binding.ident)
            .fold(Quantity::Few, |all, found| all.or(self.rounds(found.node)))
    }

    /// How many rounds a loop, or a `for_each`, has.
    pub(super) fn rounds(&self, node: NodeId) -> Quantity {
        let tree = self.tree();
        let loops = self.codebase.loops(self.file);
        let fact = loops.binary_search_by_key(&node, |found| found.node).ok().and_then(|at| loops.get(at));
        let kind = fact.map_or(LoopKind::Other, |fact| fact.kind);
        match (tree.kind(node), kind) {
            (_, LoopKind::Accept | LoopKind::Supervise) => Quantity::Few,
            (Kind::ForLoop, _) if self.is_named_few(node) => Quantity::Few,
            (Kind::ForLoop, _) => {
                tree.child(node, Field::Init).map_or(Quantity::Many, |init| self.count(init))
            }
            (_, LoopKind::Consume | LoopKind::Drain) => Quantity::Many,
            (Kind::While, _) if self.takes_next(node) => Quantity::Many,
            _ => Quantity::Unknown("what a round of the loop stands for is not known".to_owned()),
        }
    }

    /// `for (topic, partition) in ..`: what a round stands for is one of few.
    fn is_named_few(&self, node: NodeId) -> bool {
        let tree = self.tree();
        let pattern = tree.child(node, Field::Pat);
        let mut idents = pattern.into_iter().flat_map(|pattern| tree.subtree(pattern));
        idents.any(|at| {
            tree.kind(at) == Kind::PatIdent && tree.name(at).is_some_and(|name| self.has_word("few", name))
        })
    }

    /// `while let Some(x) = items.next()`
    fn takes_next(&self, node: NodeId) -> bool {
        let tree = self.tree();
        let Some(cond) = tree.child(node, Field::Cond).filter(|at| tree.kind(*at) == Kind::LetCond) else {
            return false;
        };
        tree.descendants(cond).any(|at| {
            tree.kind(at) == Kind::MethodCall
                && matches!(tree.name(at), Some("next" | "try_next" | "pop" | "pop_front"))
        })
    }

    /// Whether a value stands for work that has been started elsewhere: the handle of a task, a receipt.
    pub(super) fn is_started(&self, value: NodeId) -> bool {
        let tree = self.tree();
        let is_handle = |node: NodeId| {
            let ty = self.codebase.type_of(self.file, node);
            ty.path().is_some_and(|path| path.ends_with("::JoinHandle"))
                || self.codebase.call_at(self.file, node).is_some_and(|site| site.name.contains("spawn"))
        };
        let words = match tree.kind(value) {
            Kind::Path => tree.variable(value),
            Kind::Call => tree.path_segments(value).last().copied(),
            _ => None,
        };
        is_handle(value) || words.is_some_and(|name| self.has_word("started", name))
    }

    /// Whether people, not the data, decide how much a variable or field holds.
    fn is_set_by_hand(&self, node: NodeId) -> bool {
        let tree = self.tree();
        let is_few = |name: &str| self.has_word("few", name) || self.has_word("started", name);
        tree.subtree(node).any(|at| match tree.kind(at) {
            Kind::Path => tree.variable(at).is_some_and(is_few),
            Kind::FieldAccess => tree.name(at).is_some_and(is_few),
            _ => false,
        })
    }

    fn has_word(&self, param: &str, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| self.params.lists(param, word))
    }

    /// Whether a written limit is one: `None` for one that cannot be read.
    pub(super) fn is_limit(&self, arg: NodeId) -> Option<bool> {
        /// More than any service runs at once on purpose.
        const HUGE: i128 = i32::MAX as i128;
        match self.codebase.value(self.file, arg)?.kind {
            ValueKind::Int(count) => Some(count < HUGE),
            ValueKind::None => Some(false),
            ValueKind::Some(inner) => match inner.kind {
                ValueKind::Int(count) => Some(count < HUGE),
                _ => None,
            },
            ValueKind::Float(_)
            | ValueKind::Str(_)
            | ValueKind::Bool(_)
            | ValueKind::Duration(_)
            | ValueKind::Path(_) => None,
        }
    }
}
