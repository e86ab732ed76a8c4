//! Matches code patterns: `$x` is one node, `$$$` any number of neighbours, paths are compared by what they resolve to.
//! Finds no candidates; `select` hands them in.

use crate::base::FileIdx;
use crate::engine::fingerprint::normalised;
use crate::facts::Codebase;
use crate::rule::CodePattern;
use crate::syntax::{Field, Flag, Kind, Meta, NodeId, Tree};

/// Comparisons of one match, after which it counts as none: several `$$$` in one list can multiply.
const MAX_STEPS: u32 = 20_000;

/// What the pattern's metavariables stand for, in the order of their first use.
pub(super) type Captures = Vec<(String, NodeId)>;

/// What `node` of `file` binds the metavariables of `pattern` to; `None` where it has another shape.
#[must_use]
pub(super) fn captures_of(
    codebase: &Codebase,
    file: FileIdx,
    node: NodeId,
    pattern: &CodePattern,
) -> Option<Captures> {
    let tree = codebase.tree(file);
    let mut matcher = Matcher { codebase, file, tree, pattern, captures: Vec::new(), n_steps: 0 };
    let found = matcher.is_same(pattern.root, node);
    found.then(|| matcher.captures.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
}

struct Matcher<'a> {
    codebase: &'a Codebase,
    file: FileIdx,
    tree: &'a Tree,
    pattern: &'a CodePattern,
    captures: Vec<(&'a str, NodeId)>,
    n_steps: u32,
}

impl<'a> Matcher<'a> {
    fn is_same(&mut self, wanted: NodeId, node: NodeId) -> bool {
        self.n_steps += 1;
        if self.n_steps > MAX_STEPS {
            return false;
        }
        let pattern = &self.pattern.tree;
        if let Some(meta) = pattern.metavariable(wanted) {
            return match meta {
                Meta::One(name) => self.captures_same(name, node),
                Meta::Many(_) => true,
            };
        }
        let kind = pattern.kind(wanted);
        if kind != self.tree.kind(node) {
            return false;
        }
        match kind {
            Kind::Path => self.is_same_path(wanted, node),
            Kind::StructLit => self.is_same_literal(wanted, node),
            Kind::LitStr => pattern.str_value(wanted) == self.tree.str_value(node),
            Kind::LitInt => pattern.int_value(wanted) == self.tree.int_value(node),
            _ => self.has_same_parts(wanted, node),
        }
    }

    fn captures_same(&mut self, name: &'a str, node: NodeId) -> bool {
        if name == "_" {
            return true;
        }
        let Some((_, first)) = self.captures.iter().find(|(known, _)| *known == name).copied() else {
            self.captures.push((name, node));
            return true;
        };
        normalised(self.tree, self.tree.span(first)) == normalised(self.tree, self.tree.span(node))
    }

    fn is_same_path(&mut self, wanted: NodeId, node: NodeId) -> bool {
        if let Some(path) = self.pattern.paths.get(&wanted) {
            return self.codebase.resolve(self.file, node).is_some_and(|to| to.path == *path);
        }
        if self.pattern.tree.path_segments(wanted) != self.tree.path_segments(node) {
            return false;
        }
        let has_generics = self.pattern.tree.children(wanted).next().is_some();
        !has_generics || self.has_same_parts(wanted, node)
    }

    /// Fields in any order; a `..` in the pattern leaves the other fields open.
    fn is_same_literal(&mut self, wanted: NodeId, node: NodeId) -> bool {
        let (pattern, tree) = (&*self.pattern.tree, self.tree);
        let (Some(wanted_path), Some(path)) =
            (pattern.child(wanted, Field::Path), tree.child(node, Field::Path))
        else {
            return false;
        };
        if !self.is_same(wanted_path, path) {
            return false;
        }
        let is_open = pattern.child(wanted, Field::Rest).is_some()
            || pattern.children(wanted).any(|part| matches!(pattern.metavariable(part), Some(Meta::Many(_))));
        let wanted_fields: Vec<NodeId> = pattern.children_in(wanted, Field::FieldInit).collect();
        let n_wanted = wanted_fields.iter().filter(|field| pattern.metavariable(**field).is_none()).count();
        let n_written = tree.children_in(node, Field::FieldInit).count();
        if !is_open && (n_wanted != n_written || tree.child(node, Field::Rest).is_some()) {
            return false;
        }
        wanted_fields.into_iter().filter(|field| pattern.metavariable(*field).is_none()).all(|field| {
            let name = pattern.name(field);
            let found = tree.children_in(node, Field::FieldInit).find(|written| tree.name(*written) == name);
            found.is_some_and(|found| self.is_same_init(field, found))
        })
    }

    /// `f: e` with `f: e`, or the short form with itself.
    fn is_same_init(&mut self, wanted: NodeId, node: NodeId) -> bool {
        match (self.pattern.tree.child(wanted, Field::Init), self.tree.child(node, Field::Init)) {
            (Some(wanted), Some(init)) => self.is_same(wanted, init),
            (Some(wanted), None) => match self.pattern.tree.metavariable(wanted) {
                Some(Meta::One(name)) => self.captures_same(name, node),
                Some(Meta::Many(_)) => true,
                None => self.pattern.tree.variable(wanted) == self.tree.name(node),
            },
            (None, Some(init)) => self.pattern.tree.name(wanted) == self.tree.variable(init),
            (None, None) => true,
        }
    }

    fn has_same_parts(&mut self, wanted: NodeId, node: NodeId) -> bool {
        let pattern = &*self.pattern.tree;
        if pattern.operator(wanted) != self.tree.operator(node)
            || pattern.has(wanted, Flag::Mut) != self.tree.has(node, Flag::Mut)
        {
            return false;
        }
        let wanted_parts: Vec<NodeId> = pattern.children(wanted).collect();
        let asks = |field: Field| wanted_parts.iter().any(|part| pattern.field(*part) == field);
        let may_stay_out = |field: Field| match field {
            Field::Attr | Field::Vis | Field::GenericArg | Field::Label => !asks(field),
            _ => false,
        };
        let parts: Vec<NodeId> =
            self.tree.children(node).filter(|part| !may_stay_out(self.tree.field(*part))).collect();
        if wanted_parts.is_empty() && parts.is_empty() {
            return self.is_same_text(wanted, node);
        }
        self.is_same_list(&wanted_parts, &parts)
    }

    fn is_same_text(&self, wanted: NodeId, node: NodeId) -> bool {
        let pattern = &*self.pattern.tree;
        normalised(pattern, pattern.span(wanted)) == normalised(self.tree, self.tree.span(node))
    }

    fn is_same_list(&mut self, wanted: &[NodeId], parts: &[NodeId]) -> bool {
        let Some((first, rest)) = wanted.split_first() else { return parts.is_empty() };
        let field = self.pattern.tree.field(*first);
        if let Some(Meta::Many(_)) = self.many(*first) {
            let n_open = parts.iter().take_while(|part| plays_same(self.tree.field(**part), field)).count();
            return (0..=n_open).any(|n_taken| {
                let n_captures = self.captures.len();
                let found = self.is_same_list(rest, &parts[n_taken..]);
                if !found {
                    self.captures.truncate(n_captures);
                }
                found
            });
        }
        let Some((part, others)) = parts.split_first() else { return false };
        plays_same(self.tree.field(*part), field)
            && self.is_same(*first, *part)
            && self.is_same_list(rest, others)
    }

    /// The `$$$` that a part is; as a statement it stands inside an expression statement.
    fn many(&self, wanted: NodeId) -> Option<Meta<'a>> {
        let pattern = &self.pattern.tree;
        let inner = match pattern.kind(wanted) {
            Kind::ExprStmt => pattern.child(wanted, Field::Expr).unwrap_or(wanted),
            _ => wanted,
        };
        pattern.metavariable(inner).filter(|meta| matches!(meta, Meta::Many(_)))
    }
}

/// Whether two parts may stand for each other: a block's tail is a statement too.
fn plays_same(field: Field, wanted: Field) -> bool {
    let plain = |field: Field| if field == Field::Tail { Field::Stmt } else { field };
    plain(field) == plain(wanted)
}
