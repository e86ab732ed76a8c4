//! Which variable, field or static an expression is a part of, or a guard of. Knows no collections and no loops.

use crate::base::FileIdx;
use crate::facts::{BindingIdx, Codebase, ItemIdx, ItemKind};
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};

/// Parts, guards and aliases that are looked through.
const MAX_STEPS: u32 = 64;

/// What stands at the start of a place expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// A local variable or parameter.
    Variable(BindingIdx),
    /// `self`.
    Own,
    /// A static or const.
    Static(ItemIdx),
}

/// A variable, or a field of it: `self.state.seen`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Root {
    pub(super) base: Base,
    /// Fields from the base on.
    pub(super) fields: Vec<String>,
}

impl Root {
    /// Whether one holds the other.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.base == other.base && self.fields.iter().zip(&other.fields).all(|(own, other)| own == other)
    }

    /// The part of `self` that a method of `receiver` sees as its own; `None` where the receiver does not hold it.
    pub(super) fn seen_from(&self, receiver: &Self) -> Option<Self> {
        let is_held = self.base == receiver.base && self.fields.starts_with(&receiver.fields);
        let fields = self.fields.get(receiver.fields.len()..).filter(|_| is_held)?;
        Some(Self { base: Base::Own, fields: fields.to_vec() })
    }

    /// What a method of `receiver` calls `self`, seen from outside.
    pub(super) fn below(&self, receiver: &Self) -> Self {
        let fields = receiver.fields.iter().chain(&self.fields).cloned().collect();
        Self { base: receiver.base, fields }
    }
}

/// The root of `expr`; `None` for values that are no part of a variable.
pub(super) fn root_of(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Option<Root> {
    let tree = codebase.tree(file);
    let mut fields = Vec::new();
    let mut at = expr;
    for _ in 0..MAX_STEPS {
        at = match tree.kind(at) {
            Kind::FieldAccess => {
                fields.push(tree.name(at)?.to_owned());
                tree.child(at, Field::Base)?
            }
            Kind::Index => tree.child(at, Field::Base)?,
            Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Cast => tree.child(at, Field::Expr)?,
            Kind::MethodCall if tree.name(at).is_some_and(is_guard) => tree.child(at, Field::Receiver)?,
            Kind::Path => match codebase.binding(file, at) {
                Some(binding) => match alias_of(tree, binding.init(tree)) {
                    Some(init) => init,
                    None => return Some(ended(Base::Variable(binding.idx), fields)),
                },
                None if tree.variable(at) == Some("self") => return Some(ended(Base::Own, fields)),
                None => return named(codebase, file, at).map(|item| ended(Base::Static(item), fields)),
            },
            _ => return None,
        };
    }
    None
}

fn ended(base: Base, mut fields: Vec<String>) -> Root {
    fields.reverse();
    Root { base, fields }
}

fn named(codebase: &Codebase, file: FileIdx, path: NodeId) -> Option<ItemIdx> {
    let item = codebase.resolve(file, path)?.item?;
    matches!(codebase.item(item).kind, ItemKind::Const(..)).then_some(item)
}

/// The initialiser of a variable that only stands for a part of something else: `&mut x`, `x.lock()`, `x.entry(k)`.
fn alias_of(tree: &Tree, init: Option<NodeId>) -> Option<NodeId> {
    let init = init?;
    let mut at = init;
    for _ in 0..MAX_STEPS {
        at = match tree.kind(at) {
            Kind::Ref if tree.has(at, Flag::Mut) => return Some(init),
            Kind::Await | Kind::Try => tree.child(at, Field::Expr)?,
            Kind::MethodCall => match tree.name(at)? {
                "unwrap" | "expect" | "unwrap_or_else" => tree.child(at, Field::Receiver)?,
                name if is_guard(name) => return Some(init),
                _ => return None,
            },
            _ => return None,
        };
    }
    None
}

/// Whether a method gives access to its receiver, or to a part of it.
fn is_guard(name: &str) -> bool {
    matches!(
        name,
        "lock"
            | "write"
            | "read"
            | "borrow"
            | "borrow_mut"
            | "as_mut"
            | "as_ref"
            | "as_deref_mut"
            | "deref_mut"
            | "by_ref"
            | "get_mut"
            | "get_or_insert_with"
            | "entry"
            | "and_modify"
            | "or_default"
            | "or_insert"
            | "or_insert_with"
            | "or_insert_with_key"
            | "last_mut"
            | "first_mut"
            | "front_mut"
            | "back_mut"
            | "iter_mut"
            | "values_mut"
            | "unwrap"
            | "expect"
            | "unwrap_or_else"
    )
}
