//! The owned tree of one file, nodes in preorder. Built by the lowering, read by everyone else.

use crate::base::{SourceText, Span};
use crate::syntax::{Field, Kind};
use std::collections::BTreeMap;

/// A node's place in its tree. Nodes count in preorder, so a parent's id is less than its children's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// One node: 20 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The part it plays in its parent.
    pub field: Field,
    flags: u16,
    start: u32,
    end: u32,
    parent: u32,
    /// One past the last node below this one.
    past: u32,
}

/// Facts about a node that need no child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Flag {
    /// `async fn`, `async |x|`.
    Async = 1,
    /// `mut` binding, reference or `static`.
    Mut = 2,
    /// `unsafe fn`, impl or trait.
    Unsafe = 4,
    /// `move` closure or block.
    Move = 8,
    /// A macro call whose arguments were not read.
    Opaque = 16,
    /// `ref` binding.
    ByRef = 32,
    /// Read from the body of a `macro_rules!` or from macro arguments by best effort.
    InMacro = 64,
    /// Test code whose body was left out on purpose.
    Elided = 128,
    /// An operator, path or use that starts with `::`.
    Leading = 256,
    /// A glob import.
    Glob = 512,
    /// An inner attribute, `#![..]`.
    Inner = 1024,
}

/// One file's syntax. Owned and `Send`; holds the source text it points into.
#[derive(Clone, Debug)]
pub struct Tree {
    source: SourceText,
    nodes: Vec<Node>,
    comments: Vec<Span>,
    use_paths: BTreeMap<u32, Box<str>>,
    n_opaque: u32,
}

impl Tree {
    /// The text the tree was read from.
    #[must_use]
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The root, of kind [`Kind::File`].
    #[must_use]
    pub const fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// Number of nodes, at least 1.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// All comments but doc comments, in order; each span holds its `//` or `/* */`.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Number of macro calls whose arguments were not read.
    #[must_use]
    pub const fn n_opaque(&self) -> u32 {
        self.n_opaque
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// What `id` is.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The part `id` plays in its parent.
    #[must_use]
    pub fn field(&self, id: NodeId) -> Field {
        self.node(id).field
    }

    /// Whether `flag` is set on `id`.
    #[must_use]
    pub fn has(&self, id: NodeId, flag: Flag) -> bool {
        self.node(id).flags & flag as u16 != 0
    }

    /// Whether `id` is a macro call whose arguments were not read.
    #[must_use]
    pub fn is_opaque(&self, id: NodeId) -> bool {
        self.has(id, Flag::Opaque)
    }

    /// The bytes of `id`, attributes included.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span::new(node.start, node.end)
    }

    /// The text of `id` as written.
    #[must_use]
    pub fn text(&self, id: NodeId) -> &str {
        self.source.slice(self.span(id))
    }

    /// The node that holds `id`; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id.0 != 0).then(|| NodeId(self.node(id).parent))
    }

    /// The nodes that hold `id`, innermost first, without `id`.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |node| self.parent(*node))
    }

    /// The direct parts of `id`, in source order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let past = self.node(id).past;
        let first = id.0 + 1;
        std::iter::successors((first < past).then_some(first), move |at| {
            let next = self.nodes[*at as usize].past;
            (next < past).then_some(next)
        })
        .map(NodeId)
    }

    /// The direct parts of `id` that play `field`.
    pub fn children_in(&self, id: NodeId, field: Field) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |child| self.field(*child) == field)
    }

    /// The first direct part of `id` that plays `field`.
    #[must_use]
    pub fn child(&self, id: NodeId, field: Field) -> Option<NodeId> {
        self.children_in(id, field).next()
    }

    /// `id` and everything below it, in preorder.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).past).map(NodeId)
    }

    /// Everything below `id`, in preorder.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).past).map(NodeId)
    }

    /// One past the last node below `id`, in preorder; it need not exist.
    #[must_use]
    pub fn past(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).past)
    }

    /// Whether `inner` is `outer` or lies below it.
    #[must_use]
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.node(outer).past
    }

    /// The name of an item, field, variant, parameter, method call or field access, without `r#`.
    #[must_use]
    pub fn name(&self, id: NodeId) -> Option<&str> {
        let name = self.child(id, Field::Name)?;
        Some(self.text(name).trim_start_matches("r#"))
    }

    /// The innermost node that covers all of `span`.
    #[must_use]
    pub fn covering(&self, span: Span) -> NodeId {
        let mut at = self.root();
        while let Some(inner) = self.children(at).find(|child| self.span(*child).contains(span)) {
            at = inner;
        }
        at
    }

    /// The whole path of a [`Kind::UseLeaf`], group prefixes included, as `a::b::c`; a glob ends before its `*`.
    #[must_use]
    pub fn use_path(&self, leaf: NodeId) -> &str {
        self.use_paths.get(&leaf.0).map_or("", |path| path)
    }

    /// The segments of a path node (of [`Kind::Path`], or of a [`Kind::TypePath`], [`Kind::PatPath`] and others that hold
    /// one as `Path`), without generics and `r#`. Empty where there is no path.
    #[must_use]
    pub fn path_segments(&self, id: NodeId) -> Vec<&str> {
        let Some(path) = self.path_node(id) else { return Vec::new() };
        let with_generics: Vec<&str> =
            self.children_in(path, Field::Segment).filter_map(|seg| self.name(seg)).collect();
        if !with_generics.is_empty() {
            return with_generics;
        }
        let text = match self.child(path, Field::Qself) {
            Some(qself) => self.source.slice(Span::new(self.span(qself).end(), self.span(path).end())),
            None => self.text(path),
        };
        text.split("::").map(plain_segment).filter(|part| !part.is_empty()).collect()
    }

    /// `id` itself where it is a path, else its part of field `Path`, else its callee's path.
    #[must_use]
    pub fn path_node(&self, id: NodeId) -> Option<NodeId> {
        match self.kind(id) {
            Kind::Path => Some(id),
            Kind::Call => self.child(id, Field::Callee).and_then(|callee| self.path_node(callee)),
            _ => self.child(id, Field::Path),
        }
    }

    /// Whether `id` is an expression's path of one segment, without generics, such as a variable: its name.
    #[must_use]
    pub fn variable(&self, id: NodeId) -> Option<&str> {
        if self.kind(id) != Kind::Path || self.node(id).past != id.0 + 1 {
            return None;
        }
        let text = self.text(id);
        (!text.contains("::")).then(|| text.trim_start_matches("r#"))
    }
}

/// A segment's text without white space and `r#`; comments inside a path are too rare to care.
fn plain_segment(part: &str) -> &str {
    part.trim().trim_start_matches("r#").trim_matches(['<', '>', ' '])
}

/// Builds a tree in preorder: open a node, open and close its parts, close it.
#[derive(Debug)]
pub struct TreeBuilder {
    tree: Tree,
    open: Vec<u32>,
}

impl TreeBuilder {
    /// Starts the tree of `source` with an open root.
    #[must_use]
    pub fn new(source: &SourceText) -> Self {
        let tree = Tree {
            source: source.clone(),
            nodes: Vec::with_capacity(source.text().len() / 6),
            comments: Vec::new(),
            use_paths: BTreeMap::new(),
            n_opaque: 0,
        };
        let mut builder = Self { tree, open: Vec::new() };
        builder.open(Kind::File, Field::Root);
        builder
    }

    /// Opens a node below the innermost open one. Its span grows with its parts until it is closed.
    pub fn open(&mut self, kind: Kind, field: Field) -> NodeId {
        let id = self.tree.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(0);
        self.tree.nodes.push(Node { kind, field, flags: 0, start: u32::MAX, end: 0, parent, past: id + 1 });
        self.open.push(id);
        NodeId(id)
    }

    /// Makes the innermost open node cover `span`.
    pub fn cover(&mut self, span: Span) {
        if let Some(at) = self.open.last() {
            let node = &mut self.tree.nodes[*at as usize];
            node.start = node.start.min(span.start());
            node.end = node.end.max(span.end());
        }
    }

    /// Sets `flag` on `id`.
    pub fn set(&mut self, id: NodeId, flag: Flag) {
        let node = &mut self.tree.nodes[id.0 as usize];
        if flag == Flag::Opaque && node.flags & flag as u16 == 0 {
            self.tree.n_opaque += 1;
        }
        node.flags |= flag as u16;
    }

    /// Notes the whole path of a [`Kind::UseLeaf`].
    pub fn set_use_path(&mut self, leaf: NodeId, path: &str) {
        self.tree.use_paths.insert(leaf.0, path.into());
    }

    /// Adds a node without parts.
    pub fn leaf(&mut self, kind: Kind, field: Field, span: Span) -> NodeId {
        let id = self.open(kind, field);
        self.cover(span);
        self.close();
        id
    }

    /// Closes the innermost open node; its parent then covers it. The root stays open until [`TreeBuilder::finish`].
    pub fn close(&mut self) {
        let Some(at) = self.open.pop() else { return };
        let past = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[at as usize];
        node.past = past;
        if node.start > node.end {
            node.start = node.end;
        }
        let span = Span::new(node.start, node.end);
        if !span.is_empty() {
            self.cover(span);
        }
    }

    /// Closes all that is open and gives the tree; the root covers the whole text.
    #[must_use]
    pub fn finish(mut self, comments: Vec<Span>) -> Tree {
        while !self.open.is_empty() {
            self.close();
        }
        let end = self.tree.source.text().len() as u32;
        self.tree.nodes[0].start = 0;
        self.tree.nodes[0].end = end;
        self.tree.comments = comments;
        self.tree.nodes.shrink_to_fit();
        self.tree
    }
}
