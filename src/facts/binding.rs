//! Which declaration a variable stands for: `let`, parameter, arm, condition, loop or `select!` arm, with scopes and
//! shadowing. Works on one tree alone; knows no types and no names of other modules.

use crate::syntax::Field;
use crate::syntax::{Flag, Kind, NodeId, Tree};
use rustc_hash::FxHashMap;

/// The place of a binding among those of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingIdx(pub u32);

/// One variable that a pattern declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its place among the bindings of its file.
    pub idx: BindingIdx,
    /// The [`Kind::PatIdent`] that names it.
    pub ident: NodeId,
    /// The whole pattern that holds `ident`.
    pub pattern: NodeId,
    /// What declares it: a [`Kind::LetStmt`], [`Kind::LetCond`], [`Kind::Param`], [`Kind::Arm`], [`Kind::ForLoop`] or
    /// [`Kind::SelectArm`].
    pub owner: NodeId,
    /// First node that may see it.
    pub from: NodeId,
    /// First node that no longer sees it.
    pub until: NodeId,
}

impl Binding {
    /// The expression that the whole pattern is matched with; none for parameters and for `let x;`.
    #[must_use]
    pub fn init(&self, tree: &Tree) -> Option<NodeId> {
        let holder = if tree.kind(self.owner) == Kind::Arm { tree.parent(self.owner)? } else { self.owner };
        tree.child(holder, Field::Init)
    }

    /// The written type of the whole pattern.
    #[must_use]
    pub fn type_node(&self, tree: &Tree) -> Option<NodeId> {
        tree.child(self.owner, Field::Type)
    }

    /// The patterns from the whole one down to the one that names the variable; one where the variable is the pattern.
    #[must_use]
    pub fn steps(&self, tree: &Tree) -> Vec<NodeId> {
        let above = tree.ancestors(self.ident).take_while(|node| *node >= self.pattern);
        let mut steps: Vec<NodeId> = std::iter::once(self.ident).chain(above).collect();
        steps.reverse();
        steps
    }

    /// Whether it is declared `mut`.
    #[must_use]
    pub fn is_mutable(&self, tree: &Tree) -> bool {
        tree.has(self.ident, Flag::Mut)
    }

    /// Whether it is a parameter of a function or closure.
    #[must_use]
    pub fn is_param(&self, tree: &Tree) -> bool {
        tree.kind(self.owner) == Kind::Param
    }
}

/// The bindings of one file and the nodes that use them.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    list: Vec<Binding>,
    /// Sorted by node.
    uses: Vec<(NodeId, BindingIdx)>,
}

impl Bindings {
    /// No bindings.
    #[must_use]
    pub const fn none() -> Self {
        Self { list: Vec::new(), uses: Vec::new() }
    }

    /// Reads all bindings of `tree`, in one pass over its nodes and one over its variables.
    #[must_use]
    pub fn new(tree: &Tree) -> Self {
        let mut list = declared(tree);
        list.shrink_to_fit();
        let mut uses = used(tree, &list);
        uses.shrink_to_fit();
        Self { list, uses }
    }

    /// All bindings, in source order.
    #[must_use]
    pub fn all(&self) -> &[Binding] {
        &self.list
    }

    /// The binding that a variable stands for. `node` is a [`Kind::Path`], a short [`Kind::FieldInit`], or a declaring
    /// [`Kind::PatIdent`]. None for consts, functions, `self` and unknown names.
    #[must_use]
    pub fn of(&self, node: NodeId) -> Option<&Binding> {
        if let Ok(at) = self.uses.binary_search_by_key(&node, |(use_node, _)| *use_node) {
            return self.uses.get(at).and_then(|(_, idx)| self.list.get(idx.0 as usize));
        }
        let at = self.list.binary_search_by_key(&node, |binding| binding.ident).ok()?;
        self.list.get(at)
    }

    /// All nodes that use a binding, in source order.
    pub(in crate::facts) fn variables(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.uses.iter().map(|(node, _)| *node)
    }

    /// The nodes that use `binding`, in source order, without its declaration.
    pub fn uses_of(&self, binding: &Binding) -> impl Iterator<Item = NodeId> + '_ {
        let idx = binding.idx;
        let until = binding.until;
        let first = self.uses.partition_point(|(node, _)| *node < binding.from);
        self.uses
            .iter()
            .skip(first)
            .take_while(move |(node, _)| *node < until)
            .filter(move |(_, of)| *of == idx)
            .map(|(node, _)| *node)
    }
}

/// Nodes from and until which the bindings of `owner` are seen; `None` where they are seen nowhere.
fn scope(tree: &Tree, owner: NodeId, pattern: NodeId) -> Option<(NodeId, NodeId)> {
    let below = |node: NodeId, field: Field| tree.child(node, field).map(|part| (part, tree.past(part)));
    let parent = tree.parent(owner)?;
    match tree.kind(owner) {
        Kind::LetStmt => Some((tree.past(owner), tree.past(parent))),
        Kind::Param => below(parent, Field::Body),
        Kind::Arm => Some((tree.past(pattern), tree.past(owner))),
        Kind::ForLoop | Kind::SelectArm => below(owner, Field::Body),
        Kind::LetCond => {
            let mut inner = owner;
            let holder = tree.ancestors(owner).find(|node| {
                let is_holder = matches!(tree.kind(*node), Kind::If | Kind::While | Kind::Arm | Kind::Block);
                if !is_holder {
                    inner = *node;
                }
                is_holder
            })?;
            let until = match tree.kind(holder) {
                Kind::If => tree.past(tree.child(holder, Field::Then)?),
                Kind::While => tree.past(tree.child(holder, Field::Body)?),
                Kind::Arm => tree.past(holder),
                _ => tree.past(inner),
            };
            Some((tree.past(owner), until))
        }
        _ => None,
    }
}

fn declared(tree: &Tree) -> Vec<Binding> {
    let mut list: Vec<Binding> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for owner in tree.subtree(tree.root()) {
        if !matches!(
            tree.kind(owner),
            Kind::LetStmt | Kind::LetCond | Kind::Param | Kind::Arm | Kind::ForLoop | Kind::SelectArm
        ) {
            continue;
        }
        let Some(pattern) = tree.child(owner, Field::Pat) else { continue };
        let Some((from, until)) = scope(tree, owner, pattern) else { continue };
        names.clear();
        for ident in tree.subtree(pattern) {
            let Some(name) = declared_name(tree, ident) else { continue };
            // The alternatives of an or-pattern declare the same variables.
            if names.contains(&name) {
                continue;
            }
            names.push(name);
            list.push(Binding { idx: BindingIdx(0), ident, pattern, owner, from, until });
        }
    }
    list.sort_by_key(|binding| binding.ident);
    for (at, binding) in list.iter_mut().enumerate() {
        binding.idx = BindingIdx(at as u32);
    }
    list
}

/// The variable that `node` declares. `None` and `LIMIT` parse as the same kind, so a capital means a path.
fn declared_name(tree: &Tree, node: NodeId) -> Option<&str> {
    if tree.kind(node) != Kind::PatIdent {
        return None;
    }
    let name = tree.name(node)?;
    let is_variable = !name.starts_with(char::is_uppercase)
        || tree.child(node, Field::Pat).is_some()
        || tree.has(node, Flag::ByRef)
        || tree.has(node, Flag::Mut);
    is_variable.then_some(name)
}

/// The function, const or static around each node: locals do not reach into nested ones.
fn is_wall(kind: Kind) -> bool {
    matches!(kind, Kind::Fn | Kind::Const | Kind::Static)
}

fn used(tree: &Tree, list: &[Binding]) -> Vec<(NodeId, BindingIdx)> {
    let mut by_start: Vec<&Binding> = list.iter().collect();
    by_start.sort_by_key(|binding| (binding.from, binding.ident));
    let mut pending = by_start.into_iter().peekable();
    let mut seen: FxHashMap<&str, Vec<(&Binding, NodeId)>> = FxHashMap::default();
    let mut walls: Vec<NodeId> = Vec::new();
    let mut uses = Vec::new();
    for node in tree.subtree(tree.root()) {
        let kind = tree.kind(node);
        if !is_wall(kind) && !matches!(kind, Kind::Path | Kind::FieldInit) {
            continue;
        }
        while walls.last().is_some_and(|wall| tree.past(*wall) <= node) {
            walls.pop();
        }
        let wall = walls.last().copied().unwrap_or(tree.root());
        while let Some(binding) = pending.next_if(|binding| binding.from <= node) {
            // Where it is first seen, the same function is around as at its declaration.
            if let Some(name) = tree.name(binding.ident) {
                seen.entry(name).or_default().push((binding, wall));
            }
        }
        if is_wall(kind) {
            walls.push(node);
            continue;
        }
        let Some(name) = variable_name(tree, node) else { continue };
        let Some(stack) = seen.get_mut(name) else { continue };
        while stack.last().is_some_and(|(binding, _)| binding.until <= node) {
            stack.pop();
        }
        if let Some((binding, _)) = stack.last().filter(|(_, declared_in)| *declared_in == wall) {
            uses.push((node, binding.idx));
        }
    }
    uses
}

fn variable_name(tree: &Tree, node: NodeId) -> Option<&str> {
    match tree.kind(node) {
        Kind::Path if tree.parent(node).is_some_and(|parent| takes_value(tree, node, parent)) => {
            tree.variable(node)
        }
        Kind::FieldInit if tree.child(node, Field::Init).is_none() => tree.name(node),
        _ => None,
    }
}

/// Whether a path in this position is an expression.
fn takes_value(tree: &Tree, node: NodeId, parent: NodeId) -> bool {
    tree.field(node) != Field::Path || tree.kind(parent) == Kind::Path
}

#[cfg(test)]
mod tests {
    use super::Bindings;
    use crate::base::{RelPath, SourceText};
    use crate::syntax::{Kind, ParseOptions, parse};

    /// Each `name/*1*/` is a use of the variable declared as `name/*d1*/`; `name/*-*/` is no variable.
    #[track_caller]
    fn check(text: &str) {
        let tree = parse(&SourceText::new(RelPath::new("a.rs"), text), &ParseOptions::default()).tree;
        let bindings = Bindings::new(&tree);
        let mark = |end: u32| text.get(end as usize..)?.strip_prefix("/*")?.split("*/").next();
        let mut n_marks = 0;
        for node in tree.subtree(tree.root()) {
            let is_use =
                matches!(tree.kind(node), Kind::Path | Kind::FieldInit) && tree.children(node).count() < 2;
            let Some(expected) = mark(tree.span(node).end()).filter(|_| is_use) else { continue };
            let found = bindings.of(node).map(|binding| {
                assert!(bindings.uses_of(binding).any(|used| used == node), "{}", tree.text(node));
                let name = tree.children(binding.ident).next().unwrap();
                mark(tree.span(name).end()).unwrap().trim_start_matches('d').to_owned()
            });
            assert_eq!(
                found.as_deref().unwrap_or("-"),
                expected,
                "{} at {:?}",
                tree.text(node),
                tree.span(node)
            );
            n_marks += 1;
        }
        assert_eq!(n_marks, text.matches("/*").count() - text.matches("/*d").count());
    }

    #[test]
    fn a_let_is_seen_after_its_end_and_until_its_block_ends() {
        check(
            "fn f() { x/*-*/; let x/*d1*/ = x/*-*/; { let x/*d2*/ = x/*1*/; x/*2*/; } x/*1*/; let x/*d3*/ = x/*1*/ + 1; x/*3*/ }",
        );
    }

    #[test]
    fn parameters_of_functions_and_closures_shadow() {
        check(
            "fn f(a/*d1*/: u8, (b/*d2*/, _): (u8, u8)) { g(|a/*d3*/, c/*d4*/: u8| a/*3*/ + b/*2*/ + c/*4*/); a/*1*/; c/*-*/ }",
        );
    }

    #[test]
    fn locals_do_not_reach_into_nested_functions() {
        check(
            "fn f() { let x/*d1*/ = 1; fn g(y/*d2*/: u8) { x/*-*/; y/*2*/; } const C: u8 = x/*-*/; x/*1*/ }",
        );
    }

    #[test]
    fn arms_and_conditions_bind_for_their_own_branch() {
        check("fn f(v/*d0*/: O) { match v/*0*/ { Some(x/*d1*/) if x/*1*/ > 0 => x/*1*/, None => x/*-*/, } }");
        check(
            "fn f(v/*d0*/: O) { if let Some(x/*d1*/) = x/*-*/ && let Ok(y/*d2*/) = x/*1*/ { x/*1*/; y/*2*/ } else { x/*-*/ } x/*-*/ }",
        );
        check("fn f() { while let Some(m/*d1*/) = m/*-*/.next() { m/*1*/; } m/*-*/ }");
        check("fn f() { let Some(x/*d1*/) = g() else { return x/*-*/ }; x/*1*/ }");
    }

    #[test]
    fn loops_and_select_arms_bind_for_their_body() {
        check("fn f(v/*d0*/: V) { for (at/*d1*/, x/*d2*/) in x/*-*/.iter() { at/*1*/; x/*2*/; } x/*-*/ }");
        check(
            "async fn f() { tokio::select! { Some(m/*d1*/) = rx.recv() => { m/*1*/ } m/*d2*/ = m/*-*/ => g(m/*2*/), } }",
        );
    }

    #[test]
    fn alternatives_of_a_pattern_are_one_variable() {
        check("fn f(e/*d0*/: E) { match e/*0*/ { E::A(x/*d1*/) | E::B(x) => x/*1*/ } }");
    }

    #[test]
    fn capitals_are_paths_and_short_fields_are_uses() {
        check(
            "fn f(e/*d0*/: E) { let id/*d1*/ = 1; match e/*0*/ { LIMIT => LIMIT/*-*/, x/*d2*/ @ None => S { id/*1*/, x/*2*/ } } }",
        );
    }

    #[test]
    fn macro_arguments_and_async_blocks_see_variables() {
        check(
            "fn f(x/*d1*/: u8) { spawn(async move { info!(x/*1*/, \"a\"); let x/*d2*/ = 2; vec![x/*2*/] }); x/*1*/ }",
        );
    }
}
