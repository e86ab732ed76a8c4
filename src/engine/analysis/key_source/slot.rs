//! Finds where a value becomes an idempotency key: by the name of what takes it. Does not look at the value.

use crate::base::FileIdx;
use crate::engine::analysis::Params;
use crate::facts::{Codebase, ItemKind, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Methods that put a header.
const HEADER_METHODS: [&str; 8] =
    ["header", "insert", "append", "insert_header", "append_header", "set", "with_header", "set_header"];
/// Headers that are keys, in lower case.
const HEADERS: [&str; 3] = ["idempotency-key", "x-idempotency-key", "nats-msg-id"];

/// A place that takes a key.
pub(super) struct Slot {
    /// What is named.
    pub(super) node: NodeId,
    /// The value.
    pub(super) value: NodeId,
    /// The name.
    pub(super) name: String,
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    /// Names that were asked before: a file has few, many times each.
    known: RefCell<FxHashMap<&'c str, bool>>,
}

/// The slots of a file, in node order.
pub(super) fn slots(codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Slot> {
    let tree = codebase.tree(file);
    let finder = Finder { codebase, file, tree, params, known: RefCell::default() };
    let may_take = |node: &NodeId| {
        matches!(
            tree.kind(*node),
            Kind::FieldInit | Kind::Assign | Kind::LetStmt | Kind::MethodCall | Kind::Call
        )
    };
    tree.subtree(tree.root()).filter(may_take).flat_map(|node| finder.at(node)).collect()
}

impl<'c> Finder<'c> {
    fn is_key(&self, name: &'c str) -> bool {
        let known = self.known.borrow().get(name).copied();
        known.unwrap_or_else(|| {
            let is_key = self.names_key(name);
            self.known.borrow_mut().insert(name, is_key);
            is_key
        })
    }

    fn names_key(&self, name: &str) -> bool {
        self.codebase.catalog.names("idempotency-key").matches(name)
            && !self.params.lists("except", &name.to_ascii_lowercase())
            || matches!(
                name,
                "message_deduplication_id" | "set_message_deduplication_id" | "with_idempotency_key"
            )
    }

    fn at(&self, node: NodeId) -> Vec<Slot> {
        let tree = self.tree;
        let named = |name: Option<&'c str>, value: Option<NodeId>| {
            let name = name.filter(|name| self.is_key(name))?;
            Some(Slot { node, value: value?, name: name.to_owned() })
        };
        let found = match tree.kind(node) {
            Kind::FieldInit => named(tree.name(node), Some(tree.child(node, Field::Init).unwrap_or(node))),
            Kind::Assign => {
                let left = tree.child(node, Field::Left).filter(|left| tree.kind(*left) == Kind::FieldAccess);
                named(left.and_then(|left| tree.name(left)), tree.child(node, Field::Right))
            }
            Kind::LetStmt => {
                let pattern = tree.child(node, Field::Pat).filter(|at| tree.kind(*at) == Kind::PatIdent);
                named(pattern.and_then(|at| tree.name(at)), tree.child(node, Field::Init))
            }
            Kind::MethodCall => {
                let setter = named(tree.name(node), tree.children_in(node, Field::Arg).last());
                setter.or_else(|| self.header(node))
            }
            _ => None,
        };
        let mut slots: Vec<Slot> = found.into_iter().collect();
        if matches!(tree.kind(node), Kind::Call | Kind::MethodCall) && slots.is_empty() {
            slots = self.arguments(node);
        }
        slots
    }

    /// `.header("Idempotency-Key", key)`.
    fn header(&self, node: NodeId) -> Option<Slot> {
        let tree = self.tree;
        tree.name(node).filter(|name| HEADER_METHODS.contains(name))?;
        let args: Vec<NodeId> = tree.children_in(node, Field::Arg).collect();
        let (name, value) = match args.as_slice() {
            [name, value] => (*name, *value),
            [pair] if tree.kind(*pair) == Kind::Tuple => {
                let mut parts = tree.children_in(*pair, Field::Expr);
                (parts.next()?, parts.next()?)
            }
            _ => return None,
        };
        let literals = tree.subtree(name).find_map(|at| tree.str_value(at));
        let known = self.codebase.value(self.file, name).and_then(|value| match value.kind {
            crate::facts::ValueKind::Str(text) => Some(text.to_string()),
            _ => None,
        });
        let text = literals.or(known)?;
        HEADERS.contains(&text.to_ascii_lowercase().as_str()).then_some(Slot { node, value, name: text })
    }

    /// Arguments of the repository's functions whose parameters are keys.
    fn arguments(&self, node: NodeId) -> Vec<Slot> {
        let Some(site) = self.codebase.call_at(self.file, node) else { return Vec::new() };
        let Target::Local(idx) = site.target else { return Vec::new() };
        let item = self.codebase.item(idx);
        let ItemKind::Fn(func) = &item.kind else { return Vec::new() };
        let of_fn = self.codebase.tree(item.file);
        let shift = usize::from(func.has_self && self.tree.kind(node) == Kind::Call);
        let args = self.tree.children_in(node, Field::Arg).skip(shift);
        let named = func.params.iter().zip(args).filter_map(|(param, value)| {
            let pattern = of_fn.child(*param, Field::Pat)?;
            let name = of_fn.name(pattern).filter(|name| self.is_key(name))?;
            Some(Slot { node: value, value, name: name.to_owned() })
        });
        named.collect()
    }
}
