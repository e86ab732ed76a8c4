//! The way of a value from the expression that makes it to the calls that use it. Knows nothing of rules but the names
//! of those calls.

use super::callers_of;
use crate::base::FileIdx;
use crate::facts::{Binding, Codebase, ItemIdx, ItemKind, Place, Target, Ty};
use crate::rule::{UseTest, matches_any_path};
use crate::syntax::{Field, Kind, NodeId};
use std::collections::BTreeSet;

/// Expressions that are followed for one value.
const MAX_PLACES: usize = 600;
/// Pointers and guards between a field's owner and its type.
const MAX_DEREFS: u8 = 3;
/// Methods that give back the same value.
const TRANSPARENT: [&str; 22] = [
    "clone",
    "cloned",
    "unwrap",
    "expect",
    "map_err",
    "ok",
    "ok_or",
    "ok_or_else",
    "context",
    "with_context",
    "wrap_err",
    "change_context",
    "as_ref",
    "as_mut",
    "as_deref",
    "borrow",
    "deref",
    "into",
    "to_owned",
    "inspect_err",
    "unwrap_or_else",
    "unwrap_or_default",
];
/// Methods whose closure gives what they give.
const RUN_CLOSURE: [&str; 8] =
    ["map", "and_then", "then", "or_else", "unwrap_or_else", "get_or_init", "get_or_try_init", "map_or_else"];
/// Macros that only show a value.
const SHOWN: [&str; 10] =
    ["trace", "debug", "info", "warn", "error", "println", "eprintln", "print", "format", "assert"];

/// Where a value has been seen to go.
pub(super) struct Trail<'c> {
    codebase: &'c Codebase,
    asked: &'c UseTest,
    pending: Vec<Place>,
    seen: BTreeSet<Place>,
    fields: BTreeSet<(ItemIdx, String)>,
    /// The calls that use it, in the order in which they were found.
    pub(super) uses: Vec<Place>,
    /// Why some of its uses may not be in sight.
    pub(super) lost: Option<String>,
}

impl<'c> Trail<'c> {
    /// Follows the value of the expression at `start`.
    pub(super) fn from(codebase: &'c Codebase, asked: &'c UseTest, start: Place) -> Self {
        let mut trail = Self {
            codebase,
            asked,
            pending: vec![start],
            seen: BTreeSet::new(),
            fields: BTreeSet::new(),
            uses: Vec::new(),
            lost: None,
        };
        while let Some(place) = trail.pending.pop() {
            if trail.seen.len() >= MAX_PLACES {
                trail.lose("the value goes to too many places");
            } else if trail.seen.insert(place) {
                trail.outward(place);
            }
        }
        trail
    }

    fn lose(&mut self, reason: impl Into<String>) {
        self.lost.get_or_insert(reason.into());
    }

    fn outward(&mut self, place: Place) {
        let tree = self.codebase.tree(place.file);
        if tree.kind(place.node) == Kind::FieldInit {
            self.stored(place.file, place.node);
            return;
        }
        let mut at = place.node;
        while let Some(parent) = tree.parent(at) {
            match self.step(place.file, at, parent) {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// Where the walk goes on; none where it ends or goes another way.
    fn step(&mut self, file: FileIdx, at: NodeId, parent: NodeId) -> Option<NodeId> {
        let tree = self.codebase.tree(file);
        let field = tree.field(at);
        match tree.kind(parent) {
            Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Cast => return Some(parent),
            Kind::If | Kind::Arm if field != Field::Cond && field != Field::Guard => return Some(parent),
            Kind::Match if field == Field::Arm => return Some(parent),
            Kind::Match => self.matched(file, parent),
            Kind::LetStmt | Kind::LetCond => self.bound(file, tree.child(parent, Field::Pat)),
            Kind::MethodCall if field == Field::Receiver => return self.method(file, parent),
            Kind::Call if field == Field::Arg && is_wrapper(&tree.path_segments(parent)) => {
                return Some(parent);
            }
            Kind::Call | Kind::MethodCall if field == Field::Arg => self.given(file, parent, at),
            Kind::Block | Kind::UnsafeBlock | Kind::OtherBlock if field == Field::Tail => {
                let is_body = tree.parent(parent).is_some_and(|above| tree.kind(above) == Kind::Fn);
                if !is_body {
                    return Some(parent);
                }
                self.returned(file, parent);
            }
            Kind::Closure => return self.closure(file, parent),
            Kind::Return => self.returned(file, parent),
            Kind::Assign if field == Field::Right => self.assigned(file, tree.child(parent, Field::Left)),
            Kind::FieldInit => self.stored(file, parent),
            Kind::Static => self.kept_in_static(file, parent),
            Kind::ExprStmt | Kind::Assign => {}
            Kind::MacroCall if tree.path_segments(parent).last().is_some_and(|name| SHOWN.contains(name)) => {
            }
            _ => self.lose(format!("`{}` goes where the scanner cannot follow it", tree.text(at))),
        }
        None
    }

    fn method(&mut self, file: FileIdx, call: NodeId) -> Option<NodeId> {
        let name = self.codebase.tree(file).name(call).unwrap_or("");
        if self.asked.calls.has(name) {
            self.uses.push(Place { file, node: call });
            return None;
        }
        if self.asked.reads.has(name) {
            return None;
        }
        if TRANSPARENT.contains(&name) {
            return Some(call);
        }
        self.lose(format!("what `{name}` makes of the value is not known"));
        None
    }

    /// The value is an argument of a workspace function, or of a tuple struct.
    fn given(&mut self, file: FileIdx, call: NodeId, arg: NodeId) {
        let tree = self.codebase.tree(file);
        let at = tree.children_in(call, Field::Arg).position(|other| other == arg).unwrap_or(0);
        let callee = self.codebase.call_at(file, call).map(|site| &site.target);
        if let Some(used) = use_by(self.codebase, self.asked, Place { file, node: call }) {
            self.uses.push(used);
            return;
        }
        let resolved = || self.codebase.resolve(file, call).and_then(|to| to.item);
        let item = match callee {
            Some(Target::Local(item)) => Some(*item),
            Some(Target::External(path)) if &**path == "std::mem::drop" => return,
            Some(Target::External(_) | Target::Unknown) | None => resolved(),
        };
        match item.map(|item| (item, &self.codebase.item(item).kind)) {
            Some((item, ItemKind::Fn(info))) => {
                let is_whole_path = tree.kind(call) == Kind::Call && info.has_self;
                let of_fn = self.codebase.tree(self.codebase.item(item).file);
                let at = if is_whole_path { at.checked_sub(1) } else { Some(at) };
                let param = at.and_then(|at| info.params.get(at)).filter(|_| info.body.is_some());
                let pattern = param.and_then(|param| of_fn.child(*param, Field::Pat));
                match pattern {
                    Some(pattern) => self.bound(self.codebase.item(item).file, Some(pattern)),
                    None => self.lose("the value is given to a function without a body in sight"),
                }
            }
            Some((item, ItemKind::Type(info))) if !info.is_enum => self.kept_in_field(item, &at.to_string()),
            _ => self.lose(format!(
                "the value is given to `{}`, which is not in sight",
                tree.name(call).or_else(|| tree.path_segments(call).last().copied()).unwrap_or("")
            )),
        }
    }

    /// A pattern that takes the value: a variable, or one variable inside `Ok(..)` or `Some(..)`.
    fn bound(&mut self, file: FileIdx, pattern: Option<NodeId>) {
        let tree = self.codebase.tree(file);
        let Some(pattern) = pattern else { return };
        let idents: Vec<NodeId> = tree
            .subtree(pattern)
            .filter(|at| self.codebase.bindings(file).of(*at).is_some_and(|b| b.ident == *at))
            .collect();
        let inner = match tree.kind(pattern) {
            Kind::PatWild => return,
            Kind::PatIdent | Kind::PatTupleStruct | Kind::PatRef | Kind::PatType => idents.as_slice(),
            _ => &[],
        };
        match inner {
            [ident] => {
                let binding = self.codebase.bindings(file).of(*ident).copied();
                binding.into_iter().for_each(|binding| self.variable(file, &binding));
            }
            _ => self.lose(format!("the value is taken apart by `{}`", tree.text(pattern))),
        }
    }

    fn variable(&mut self, file: FileIdx, binding: &Binding) {
        let tree = self.codebase.tree(file);
        let is_target = |used: NodeId| {
            tree.field(used) == Field::Left
                && tree.parent(used).is_some_and(|parent| tree.kind(parent) == Kind::Assign)
        };
        let uses = self.codebase.uses_of(file, binding).filter(|used| !is_target(*used));
        self.pending.extend(uses.map(|node| Place { file, node }));
    }

    /// `match f() { Ok(x) => .., Err(..) => .. }`.
    fn matched(&mut self, file: FileIdx, node: NodeId) {
        let tree = self.codebase.tree(file);
        let patterns: Vec<NodeId> =
            tree.children_in(node, Field::Arm).filter_map(|arm| tree.child(arm, Field::Pat)).collect();
        for pattern in patterns {
            let is_other = tree.path_node(pattern).is_some()
                && tree.path_segments(pattern).last().is_some_and(|name| matches!(*name, "Err" | "None"));
            if !is_other {
                self.bound(file, Some(pattern));
            }
        }
    }

    /// A closure gives the value to the method that runs it.
    fn closure(&mut self, file: FileIdx, closure: NodeId) -> Option<NodeId> {
        let tree = self.codebase.tree(file);
        let call = tree.parent(closure).filter(|_| tree.field(closure) == Field::Arg);
        let runs = call.filter(|call| match tree.kind(*call) {
            Kind::MethodCall => tree.name(*call).is_some_and(|name| RUN_CLOSURE.contains(&name)),
            Kind::Call => {
                matches!(tree.path_segments(*call).as_slice(), [.., "LazyLock" | "Lazy" | "LazyCell", "new"])
            }
            _ => false,
        });
        if runs.is_none() {
            self.lose("the value is given back by a closure");
        }
        runs
    }

    /// The function around gives the value back.
    fn returned(&mut self, file: FileIdx, node: NodeId) {
        let tree = self.codebase.tree(file);
        let is_apart = tree
            .ancestors(node)
            .take_while(|at| tree.kind(*at) != Kind::Fn)
            .any(|at| matches!(tree.kind(at), Kind::Closure | Kind::AsyncBlock));
        let func = self.codebase.enclosing_fn(file, node).filter(|_| !is_apart);
        let Some(func) = func else {
            self.lose("the value is given back by a closure");
            return;
        };
        let ItemKind::Fn(info) = &self.codebase.item(func).kind else { return };
        let is_of_trait = info.owner.is_some_and(|owner| {
            self.codebase.item(owner).kind.as_impl().is_none_or(|imp| imp.of_trait.is_some())
        });
        if is_of_trait {
            self.lose("the value is given back by a method of a trait");
            return;
        }
        self.pending.extend(callers_of(self.codebase, func));
    }

    fn assigned(&mut self, file: FileIdx, left: Option<NodeId>) {
        let tree = self.codebase.tree(file);
        let Some(left) = left else { return };
        if let Some(binding) = self.codebase.binding(file, left) {
            self.variable(file, &binding);
            return;
        }
        let owner = tree
            .child(left, Field::Base)
            .filter(|_| tree.kind(left) == Kind::FieldAccess)
            .and_then(|base| self.codebase.type_of(file, base).item());
        match (owner, tree.name(left)) {
            (Some(owner), Some(name)) => self.kept_in_field(owner, name),
            _ => self.lose(format!("the value is kept in `{}`", tree.text(left))),
        }
    }

    fn stored(&mut self, file: FileIdx, init: NodeId) {
        let tree = self.codebase.tree(file);
        let literal = tree.parent(init).filter(|literal| tree.kind(*literal) == Kind::StructLit);
        let owner = literal.and_then(|literal| self.codebase.resolve(file, literal)).and_then(|to| to.item);
        let owner = owner.filter(|owner| matches!(self.codebase.item(*owner).kind, ItemKind::Type(_)));
        match (owner, tree.name(init)) {
            (Some(owner), Some(name)) => self.kept_in_field(owner, name),
            _ => self.lose("the value is kept in a type that is not in sight"),
        }
    }

    /// All accesses of a field of a workspace type.
    fn kept_in_field(&mut self, owner: ItemIdx, name: &str) {
        if !self.fields.insert((owner, name.to_owned())) {
            return;
        }
        let item = self.codebase.item(owner);
        let ItemKind::Type(info) = &item.kind else { return };
        let Some(field) = info.fields.iter().find(|field| &*field.name == name) else {
            self.lose(format!("the field `{name}` is not in sight"));
            return;
        };
        let is_private = self.codebase.tree(item.file).child(field.node, Field::Vis).is_none();
        let module = self.codebase.modules.get(item.module.0 as usize).map(|module| module.path.clone());
        for at in 0..self.codebase.files.len() as u32 {
            let file = FileIdx(at);
            let tree = self.codebase.tree(file);
            let may_see = !is_private || module.as_deref().is_some_and(|module| self.may_hold(file, module));
            if !may_see || !tree.source().text().contains(name) {
                continue;
            }
            for node in tree.subtree(tree.root()) {
                if !self.names_field(file, node, name) || !self.codebase.is_examined(file, node) {
                    continue;
                }
                let here = &self.codebase.module_at(file, node).path;
                if !is_private || module.as_deref().is_some_and(|module| is_at_or_below(here, module)) {
                    self.field_at(file, node, owner);
                }
            }
        }
    }

    /// Whether a part of the file may lie at or below a module: the file's own module does, or holds it.
    fn may_hold(&self, file: FileIdx, module: &str) -> bool {
        let own = self.codebase.modules.get(self.codebase.file(file).module.0 as usize);
        own.is_none_or(|own| is_at_or_below(&own.path, module) || is_at_or_below(module, &own.path))
    }

    fn names_field(&self, file: FileIdx, node: NodeId, name: &str) -> bool {
        let tree = self.codebase.tree(file);
        matches!(tree.kind(node), Kind::FieldAccess | Kind::FieldPat) && tree.name(node) == Some(name)
    }

    /// An access to a field of that name, or a pattern that takes it.
    fn field_at(&mut self, file: FileIdx, node: NodeId, owner: ItemIdx) {
        let tree = self.codebase.tree(file);
        if tree.kind(node) == Kind::FieldPat {
            let of = tree.parent(node).and_then(|pattern| self.codebase.resolve(file, pattern));
            if of.and_then(|to| to.item) == Some(owner) {
                self.bound(file, tree.child(node, Field::Pat));
            }
            return;
        }
        let Some(base) = tree.child(node, Field::Base) else { return };
        let mut ty = self.codebase.type_of(file, base);
        for _ in 0..MAX_DEREFS {
            if ty.item() == Some(owner) {
                let is_target = tree.field(node) == Field::Left
                    && tree.parent(node).is_some_and(|parent| tree.kind(parent) == Kind::Assign);
                if !is_target {
                    self.pending.push(Place { file, node });
                }
                return;
            }
            match self.codebase.deref_of(&ty) {
                Some(inner) => ty = inner,
                None => break,
            }
        }
        if matches!(ty, Ty::Unknown) {
            self.lose(format!("the type of `{}` is not known", tree.text(base)));
        }
    }

    fn kept_in_static(&mut self, file: FileIdx, node: NodeId) {
        let Some(item) = self.codebase.item_at(file, node) else { return };
        let name = self.codebase.item(item).name.clone();
        for at in 0..self.codebase.files.len() as u32 {
            let file = FileIdx(at);
            let tree = self.codebase.tree(file);
            if !tree.source().text().contains(&*name) {
                continue;
            }
            let paths = tree.subtree(tree.root()).filter(|at| {
                tree.kind(*at) == Kind::Path
                    && tree.parent(*at).is_none_or(|above| tree.kind(above) != Kind::UseLeaf)
                    && tree.path_segments(*at).last() == Some(&&*name)
            });
            let meant = paths.filter(|at| {
                self.codebase.resolve(file, *at).and_then(|to| to.item) == Some(item)
                    && self.codebase.is_examined(file, *at)
            });
            self.pending.extend(meant.map(|node| Place { file, node }));
        }
    }
}

/// A call, where one that is given the value is itself a use.
pub(super) fn use_by(codebase: &Codebase, asked: &UseTest, call: Place) -> Option<Place> {
    let path = match &codebase.call_at(call.file, call.node)?.target {
        Target::External(path) => path,
        Target::Local(item) => &codebase.item(*item).path,
        Target::Unknown => return None,
    };
    matches_any_path(&asked.given_to, path).then_some(call)
}

/// Whether a module's path is `above` or starts with it.
fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// `Ok(x)`, `Arc::new(x)`: the same value.
fn is_wrapper(segments: &[&str]) -> bool {
    matches!(
        segments,
        ["Ok" | "Some"] | [.., "Box" | "Arc" | "Rc" | "Data", "new"] | [.., "Arc" | "Rc", "clone"]
    )
}
