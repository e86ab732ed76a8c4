//! Types by hint: what a parameter, field, annotation, constructor or return type says. Never guesses: an expression
//! without a hint is [`Ty::Unknown`]. `Option`, `Result` and futures are opened leniently, since hints of the catalogue
//! name what is left after `.await` and `?`.

mod element;
mod extension;
mod function;
mod lower;
mod method;
mod pattern;
#[cfg(test)]
mod tests;

pub(super) use extension::{Imports, Usable};

use crate::base::FileIdx;
use crate::facts::{Codebase, ItemIdx, ItemKind, Resolved, Ty};
use crate::syntax::{Field, Kind, NodeId, Tree};
use lower::Given;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

/// Nested questions before giving up. A chain of methods is one question, however long.
const MAX_DEPTH: u8 = 24;
/// Steps of one question: bounds that name each other, or aliases that double, would take ever more.
const MAX_STEPS: u16 = 2_000;

/// Types of expressions that were asked before. What it holds does not depend on who asked first.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<Types>);

/// Places in a list of types: most expressions have no type, and those of a chain often have the same.
#[derive(Debug, Default)]
struct Types {
    places: FxHashMap<NodeId, u32>,
    known: Vec<Ty>,
}

/// The place of [`Ty::Unknown`].
const UNKNOWN: u32 = u32::MAX;

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    fn find(&self, node: NodeId) -> Option<Ty> {
        let types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = *types.places.get(&node)?;
        Some(types.known.get(place as usize).cloned().unwrap_or(Ty::Unknown))
    }

    fn keep(&self, node: NodeId, ty: &Ty) {
        let mut types = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match ty {
            Ty::Unknown => UNKNOWN,
            // A chain is kept from its start on, so that an equal type was most likely the last.
            _ if types.known.last() == Some(ty) => types.known.len() as u32 - 1,
            Ty::Named { .. } | Ty::Tuple(_) | Ty::Slice(_) | Ty::Bounded(_) => {
                types.known.push(ty.clone());
                types.known.len() as u32 - 1
            }
        };
        types.places.insert(node, place);
    }
}

impl Codebase {
    /// The type of an expression, as far as hints give it.
    #[must_use]
    pub fn type_of(&self, file: FileIdx, expr: NodeId) -> Ty {
        Asker::new(self).type_of(file, expr)
    }

    /// The type that a type node stands for.
    #[must_use]
    pub fn ty(&self, file: FileIdx, type_node: NodeId) -> Ty {
        Asker::new(self).lower(file, type_node, &Given::default())
    }

    /// The type of a variable by its declaring [`Kind::PatIdent`].
    #[must_use]
    pub fn type_of_binding(&self, file: FileIdx, binding: &crate::facts::Binding) -> Ty {
        Asker::new(self).binding_type(file, binding)
    }

    /// What the elements of a collection, iterator, stream or receiver are; unknown for other types.
    #[must_use]
    pub fn element_of(&self, ty: &Ty) -> Ty {
        Asker::new(self).element(ty)
    }

    /// The type behind a guard, smart pointer or wrapper such as `web::Data<T>`.
    #[must_use]
    pub fn deref_of(&self, ty: &Ty) -> Option<Ty> {
        Asker::new(self).derefs(ty)
    }
}

/// One question with the questions that it leads to.
pub(super) struct Asker<'a> {
    pub(super) cb: &'a Codebase,
    depth: Cell<u8>,
    steps: Cell<u16>,
    /// Whether the depth limit cut an answer short, which then must not be kept.
    is_cut: Cell<bool>,
}

impl<'a> Asker<'a> {
    pub(super) const fn new(cb: &'a Codebase) -> Self {
        Self { cb, depth: Cell::new(0), steps: Cell::new(0), is_cut: Cell::new(false) }
    }

    fn tree(&self, file: FileIdx) -> &'a Tree {
        self.cb.tree(file)
    }

    /// Runs `ask` one level deeper; unknown at the limit.
    fn deeper(&self, ask: impl FnOnce() -> Ty) -> Ty {
        self.steps.set(self.steps.get().saturating_add(1));
        if self.depth.get() >= MAX_DEPTH || self.steps.get() > MAX_STEPS {
            self.is_cut.set(true);
            return Ty::Unknown;
        }
        self.depth.set(self.depth.get() + 1);
        let found = ask();
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// The type of an expression. Receivers are followed in a loop, since chains may be long.
    pub(super) fn type_of(&self, file: FileIdx, expr: NodeId) -> Ty {
        let tree = self.tree(file);
        let memo = self.cb.calls.memos.get(file.index());
        let mut spine = Vec::new();
        let mut at = expr;
        let mut ty = loop {
            if let Some(known) = memo.and_then(|memo| memo.find(at)) {
                break known;
            }
            spine.push(at);
            let Some(inner) = inner_of(tree, at) else { break Ty::Unknown };
            at = inner;
        };
        let was_cut = self.is_cut.replace(false);
        while let Some(node) = spine.pop() {
            ty = match inner_of(tree, node) {
                Some(_) => self.outward(file, node, &ty),
                None => self.deeper(|| self.base(file, node)),
            };
            if let Some(memo) = memo.filter(|_| !self.is_cut.get()) {
                memo.keep(node, &ty);
            }
        }
        self.is_cut.set(was_cut || self.is_cut.get());
        ty
    }

    /// The type of `node`, whose receiver, base or operand has type `inner`.
    fn outward(&self, file: FileIdx, node: NodeId, inner: &Ty) -> Ty {
        let tree = self.tree(file);
        match tree.kind(node) {
            Kind::Await => self.awaited(inner),
            Kind::Try => self.opened(inner),
            Kind::MethodCall => self.deeper(|| self.method_result(file, node, inner)),
            Kind::FieldAccess => {
                let name = tree.name(node).unwrap_or("");
                self.deeper(|| self.field(inner, name))
            }
            Kind::Index => match tree.child(node, Field::Arg).map(|arg| tree.kind(arg)) {
                Some(Kind::Range) => inner.clone(),
                _ => self.deeper(|| self.looked_up(inner)),
            },
            _ => inner.clone(),
        }
    }

    /// The type of an expression that has no receiver.
    fn base(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        let child = |field: Field| tree.child(node, field);
        let of = |field: Field| child(field).map_or(Ty::Unknown, |part| self.type_of(file, part));
        match tree.kind(node) {
            Kind::Path => self.path_value(file, node),
            Kind::Call => self.call_result(file, node),
            Kind::MacroCall => self.macro_result(file, node),
            Kind::StructLit => self.constructed(file, node),
            Kind::Cast => {
                child(Field::Type).map_or(Ty::Unknown, |ty| self.lower(file, ty, &Given::default()))
            }
            Kind::Block | Kind::UnsafeBlock | Kind::AsyncBlock | Kind::OtherBlock => of(Field::Tail),
            Kind::If => {
                let then = of(Field::Then);
                if is_vague(&then) { of(Field::Else) } else { then }
            }
            Kind::Match => {
                let arms = tree.children_in(node, Field::Arm);
                let bodies = arms.filter_map(|arm| tree.child(arm, Field::Body));
                bodies.map(|body| self.type_of(file, body)).find(|ty| !is_vague(ty)).unwrap_or(Ty::Unknown)
            }
            Kind::Tuple => Ty::Tuple(tree.children(node).map(|part| self.type_of(file, part)).collect()),
            Kind::Array | Kind::Repeat => Ty::Slice(Box::new(of(Field::Expr))),
            Kind::Binary => self.combined(file, node),
            Kind::LitStr => Ty::external("str", Vec::new()),
            Kind::LitInt => Ty::external("i32", Vec::new()),
            Kind::LitFloat => Ty::external("f64", Vec::new()),
            Kind::LitBool => Ty::external("bool", Vec::new()),
            Kind::LitChar => Ty::external("char", Vec::new()),
            Kind::LitBytes => Ty::Slice(Box::new(Ty::external("u8", Vec::new()))),
            Kind::Range => Ty::Slice(Box::new(of(Field::Left))),
            _ => Ty::Unknown,
        }
    }

    fn combined(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        match tree.operator(node) {
            Some("==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||") => Ty::external("bool", Vec::new()),
            _ => tree.child(node, Field::Left).map_or(Ty::Unknown, |left| self.type_of(file, left)),
        }
    }

    /// The value that a path names.
    fn path_value(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        if let Some(binding) = self.cb.bindings(file).of(node) {
            return self.binding_type(file, binding);
        }
        let variable = tree.variable(node);
        if matches!(variable, Some("self" | "Self")) {
            return self.self_type(file, node);
        }
        let Some(to) = self.cb.resolve(file, node) else { return Ty::Unknown };
        let Some(item) = to.item else { return self.external_value(&to.path) };
        match &self.cb.item(item).kind {
            ItemKind::Const(ty, init) => self.const_type(item, *ty, *init),
            ItemKind::Type(_) => self.named_type(to, Vec::new()),
            ItemKind::Fn(_) | ItemKind::Alias(_) | ItemKind::Trait | ItemKind::Impl(_) | ItemKind::Macro => {
                Ty::Unknown
            }
        }
    }

    fn const_type(&self, item: ItemIdx, ty: Option<NodeId>, init: Option<NodeId>) -> Ty {
        let file = self.cb.item(item).file;
        match (ty, init) {
            (Some(ty), _) => self.lower(file, ty, &Given::default()),
            (None, Some(init)) => self.type_of(file, init),
            (None, None) => Ty::Unknown,
        }
    }

    /// `Ordering::SeqCst`, `Method::POST`: the type whose variant or const it is.
    fn external_value(&self, path: &str) -> Ty {
        let Some((owner, name)) = path.rsplit_once("::") else { return Ty::Unknown };
        let is_capital = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
        let last = owner.rsplit("::").next().unwrap_or(owner);
        if is_capital(last) && is_capital(name) {
            return Ty::external(owner, Vec::new());
        }
        let is_const =
            name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if is_const && self.is_unheard(path) { Ty::made_by(path) } else { Ty::Unknown }
    }

    /// `P { .. }`.
    fn constructed(&self, file: FileIdx, node: NodeId) -> Ty {
        let tree = self.tree(file);
        let Some(path) = tree.child(node, Field::Path) else { return Ty::Unknown };
        if tree.variable(path) == Some("Self") {
            return self.self_type(file, node);
        }
        self.lower_path(file, path, &Given::default())
    }

    /// The type itself, for the path of a type, constructor or variant.
    fn named_type(&self, to: &Resolved, args: Vec<Ty>) -> Ty {
        let to = match to.item {
            Some(item) => Resolved { path: self.cb.item(item).path.clone(), item: Some(item) },
            None => to.clone(),
        };
        Ty::Named { to, args }
    }
}

impl Ty {
    /// A type of another crate by its canonical path.
    #[must_use]
    pub fn external(path: &str, args: Vec<Self>) -> Self {
        Self::Named { to: Resolved { path: path.into(), item: None }, args }
    }

    /// What a function of that path makes whose type is in no file, such as the builder of a derive: a type of its own
    /// that ends in `()`.
    #[must_use]
    pub fn made_by(path: &str) -> Self {
        Self::external(&format!("{path}()"), Vec::new())
    }

    /// Whether the type is named after the function that makes it.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        self.path().is_some_and(|path| path.ends_with("()"))
    }
}

/// What an expression's type follows from: receiver, base or operand.
fn inner_of(tree: &Tree, node: NodeId) -> Option<NodeId> {
    match tree.kind(node) {
        Kind::MethodCall => tree.child(node, Field::Receiver),
        Kind::FieldAccess | Kind::Index => tree.child(node, Field::Base),
        Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Not | Kind::Neg => {
            tree.child(node, Field::Expr)
        }
        _ => None,
    }
}

/// Whether a branch of this type says nothing about the whole: it may never return.
fn is_vague(ty: &Ty) -> bool {
    match ty {
        Ty::Unknown => true,
        Ty::Tuple(parts) => parts.is_empty(),
        Ty::Named { args, .. } => !args.is_empty() && args.iter().all(Ty::is_unknown),
        Ty::Slice(_) | Ty::Bounded(_) => false,
    }
}
