//! What every path of a file stands for, worked out once. Variables and generic parameters are left out.

use crate::base::FileIdx;
use crate::facts::names::{Def, ScopeIdx, Space};
use crate::facts::node_map::NodeMap;
use crate::facts::resolve::Found;
use crate::facts::walk::Walked;
use crate::facts::{Bindings, Codebase, ItemIdx, Resolved};
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};
use rustc_hash::FxHashMap;
use std::iter::Peekable;

/// The paths of one file.
#[derive(Debug, Default)]
pub(in crate::facts) struct PathTable {
    pub(in crate::facts) paths: NodeMap,
    pub(in crate::facts) pool: Vec<Resolved>,
    pub(in crate::facts) imports: Vec<(NodeId, u32)>,
    pub(in crate::facts) aliases: FxHashMap<u32, ItemIdx>,
    pub(in crate::facts) n_unresolved: u32,
}

/// Resolves all paths of a file.
pub(in crate::facts) fn of_file(codebase: &Codebase, file: FileIdx, bindings: &Bindings) -> PathTable {
    let tree = codebase.tree(file);
    let names = &codebase.names.files[file.index()];
    let first = names.first_scope;
    let mut reader = Reader {
        codebase,
        file,
        tree,
        variables: bindings.variables().peekable(),
        memo: FxHashMap::default(),
        noted: Vec::new(),
        table: PathTable::default(),
    };
    let mut open: Vec<(NodeId, ScopeIdx)> = Vec::new();
    let mut next = 0;
    let scope_node = |next| (next < names.n_scopes).then(|| codebase.scope(ScopeIdx(first + next)).node);
    let mut opening = scope_node(next);
    for node in tree.subtree(tree.root()) {
        let kind = tree.kind(node);
        if !matches!(kind, Kind::Path | Kind::PatIdent) && opening != Some(node) {
            continue;
        }
        while open.last().is_some_and(|(holder, _)| !tree.is_within(node, *holder)) {
            open.pop();
        }
        if opening == Some(node) {
            open.push((node, ScopeIdx(first + next)));
            next += 1;
            opening = scope_node(next);
        }
        let Some((_, scope)) = open.last() else { continue };
        match kind {
            Kind::Path => reader.path(node, *scope),
            Kind::PatIdent => reader.pattern(node, *scope),
            _ => {}
        }
    }
    for (leaf, def) in &names.import_defs {
        reader.import(*leaf, def.as_ref());
    }
    let Reader { noted, mut table, .. } = reader;
    table.paths = NodeMap::new(noted);
    table.pool.shrink_to_fit();
    table
}

/// How a path is found: in which space, and whether it matters if it is not.
#[derive(Clone, Copy)]
struct Context {
    space: Space,
    is_counted: bool,
}

/// A place in the pool, and the alias behind it.
type Known = (u32, Option<ItemIdx>);

struct Reader<'a, V: Iterator<Item = NodeId>> {
    codebase: &'a Codebase,
    file: FileIdx,
    tree: &'a Tree,
    /// Nodes that are variables, from the path at hand on.
    variables: Peekable<V>,
    /// Outcomes by scope, what `Self` may depend on, space and text: place in the pool and alias.
    memo: FxHashMap<(ScopeIdx, Option<NodeId>, Space, &'a str), Option<Known>>,
    /// Nodes with their places in the pool.
    noted: Vec<(NodeId, u32)>,
    table: PathTable,
}

impl<'a, V: Iterator<Item = NodeId>> Reader<'a, V> {
    fn path(&mut self, node: NodeId, scope: ScopeIdx) {
        let Some(context) = context(self.tree, node) else { return };
        let tree = self.tree;
        let is_plain = tree.past(node).0 == node.0 + 1;
        let text = tree.text(node);
        let is_single = is_plain && !text.contains(':');
        if is_single && context.space == Space::Value && self.is_variable(node) {
            return;
        }
        let known_as = if is_plain { Some(text) } else { without_args(tree, node) };
        let Some(text) = known_as else {
            let found = self.fresh(node, scope, context.space);
            self.enter(node, context, found);
            return;
        };
        let holder = if text.starts_with("Self") { self.self_holder(node) } else { None };
        let key = (scope, holder, context.space, text);
        if let Some(known) = self.memo.get(&key).copied() {
            match known {
                Some((at, alias)) => self.note(node, at, alias),
                None => self.count(node, context),
            }
            return;
        }
        let first = text.split(':').next().unwrap_or("").trim();
        let is_generic = self.codebase.is_generic(self.file, node, first);
        let found = if is_generic { None } else { self.fresh(node, scope, context.space) };
        let alias = found.as_ref().and_then(|found| found.alias);
        let at = self.enter(node, context, found);
        let may_be_generic = self.codebase.names.files[self.file.index()].generics.contains(first);
        if !may_be_generic {
            self.memo.insert(key, at.map(|at| (at, alias)));
        }
    }

    /// The node whose place decides what a path with `Self` stands for: the type, trait or impl around it, or the type
    /// alias in it, whose own path must not lead back to it.
    fn self_holder(&self, path: NodeId) -> Option<NodeId> {
        self.tree.ancestors(path).find(|node| {
            matches!(
                self.tree.kind(*node),
                Kind::Impl | Kind::Trait | Kind::Struct | Kind::Enum | Kind::Union | Kind::TypeAlias
            )
        })
    }

    /// Paths come in order, and so do the variables.
    fn is_variable(&mut self, path: NodeId) -> bool {
        while self.variables.next_if(|variable| *variable < path).is_some() {}
        self.variables.peek() == Some(&path)
    }

    /// A pattern such as `None` may name a variant or const.
    fn pattern(&mut self, node: NodeId, scope: ScopeIdx) {
        let Some(name) = self.tree.name(node).filter(|name| starts_upper(name)) else { return };
        if self.tree.child(node, Field::Pat).is_none()
            && let Some(found) = self.codebase.find(self.file, node, scope, (&[name], Space::Value))
        {
            let at = self.table.pool.len() as u32;
            self.table.pool.push(found.resolved);
            self.note(node, at, found.alias);
        }
    }

    /// Looks a path up in its space, then in the others that may stand in for it.
    fn fresh(&self, node: NodeId, scope: ScopeIdx, space: Space) -> Option<Found> {
        let tree = self.tree;
        if tree.child(node, Field::Qself).is_some() {
            return self.codebase.qualified(self.file, node, scope);
        }
        let segments = tree.path_segments(node);
        let find = |space| self.codebase.find(self.file, node, scope, (&segments, space));
        match space {
            Space::Type => find(Space::Type),
            Space::Value => find(Space::Value).or_else(|| {
                let may_be_type = segments.len() > 1 || segments.first().is_some_and(|it| starts_upper(it));
                may_be_type.then(|| find(Space::Type)).flatten()
            }),
            Space::Macro => find(Space::Macro).or_else(|| find(Space::Type)),
        }
    }

    fn enter(&mut self, node: NodeId, context: Context, found: Option<Found>) -> Option<u32> {
        let Some(found) = found else {
            self.count(node, context);
            return None;
        };
        if found.is_beyond {
            self.count(node, context);
        }
        let at = self.table.pool.len() as u32;
        self.table.pool.push(found.resolved);
        self.note(node, at, found.alias);
        Some(at)
    }

    fn note(&mut self, node: NodeId, at: u32, alias: Option<ItemIdx>) {
        self.noted.push((node, at));
        if let Some(alias) = alias {
            self.table.aliases.insert(node.0, alias);
        }
    }

    /// Counts a path that could not be told, unless that is no loss.
    fn count(&mut self, node: NodeId, context: Context) {
        let tree = self.tree;
        if !context.is_counted || tree.has(node, Flag::InMacro) {
            return;
        }
        let segments = tree.path_segments(node);
        let first = segments.first().copied().unwrap_or("");
        let is_known = first == "Self" || first == "self" || self.codebase.is_generic(self.file, node, first);
        if !is_known && !tree.text(node).contains('$') {
            self.table.n_unresolved += 1;
        }
    }

    /// An import stands for what the tables say.
    fn import(&mut self, leaf: NodeId, def: Option<&Def>) {
        let walked = def.map(|def| Walked { def: def.clone(), used: 0, alias: None });
        let Some(found) = walked.and_then(|walked| self.codebase.found(&walked, &[])) else {
            self.table.n_unresolved += 1;
            return;
        };
        let at = self.table.pool.len() as u32;
        self.table.pool.push(found.resolved);
        self.table.imports.push((leaf, at));
        self.note(leaf, at, found.alias);
        if let Some(path) = self.tree.child(leaf, Field::Path) {
            self.note(path, at, found.alias);
        }
    }
}

/// The text of a path whose last segment alone has arguments, up to them.
fn without_args(tree: &Tree, path: NodeId) -> Option<&str> {
    let mut last = None;
    for part in tree.children(path) {
        let is_bare = last.is_none_or(|earlier: NodeId| tree.past(earlier).0 == earlier.0 + 2);
        if tree.field(part) != Field::Segment || !is_bare {
            return None;
        }
        last = Some(part);
    }
    let name = tree.child(last?, Field::Name)?;
    let text = tree.text(path);
    text.get(..(tree.span(name).end() - tree.span(path).start()) as usize)
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// The space of a path by where it stands; `None` where it names nothing.
fn context(tree: &Tree, node: NodeId) -> Option<Context> {
    let parent = tree.parent(node)?;
    let field = tree.field(node);
    let counted = |space| Some(Context { space, is_counted: true });
    let uncounted = |space| Some(Context { space, is_counted: false });
    match (tree.kind(parent), field) {
        (Kind::UseLeaf | Kind::ExternCrate | Kind::Visibility, _) => None,
        (Kind::Attr | Kind::MetaPair | Kind::MetaList, _) => uncounted(Space::Macro),
        (Kind::MacroCall, Field::Path) => counted(Space::Macro),
        (Kind::TypePath | Kind::StructLit | Kind::PatStruct, Field::Path) => counted(Space::Type),
        (_, Field::Bound | Field::Trait | Field::Type) => counted(Space::Type),
        (Kind::Call, Field::Callee) => counted(Space::Value),
        _ if tree.past(node).0 == node.0 + 1 && !tree.text(node).contains(':') => uncounted(Space::Value),
        _ => counted(Space::Value),
    }
}
