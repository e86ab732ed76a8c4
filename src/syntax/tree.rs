//! The owned tree of one file, nodes in preorder. Built by the parser, read by everyone else.

use crate::base::{SourceText, Span};
use crate::syntax::operator::Op;
use crate::syntax::{Field, Kind, literal};

/// A node's place in its tree. Nodes count in preorder, so a parent's id is less than its children's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What is kept of a node beside its kind and field: 12 bytes, since trees are most of what a scan holds in memory.
#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    flags: u16,
    /// Bytes of its text.
    len: u16,
    /// Nodes, this one included; [`WIDE`] where it or one of its neighbours here is too large.
    size: u16,
    /// Nodes between it and its parent, plus one; 0 for the root.
    up: u16,
}

/// Stands in [`Node::size`] where [`Tree::wide`] has the numbers.
const WIDE: u16 = u16::MAX;

impl Node {
    const EMPTY: Self = Self { start: 0, flags: 0, len: 0, size: 1, up: 0 };

    /// A node with the numbers of `wide`, as far as they fit.
    fn of(wide: &Wide) -> Self {
        let fit = |number: u32| u16::try_from(number).ok().filter(|number| *number != WIDE);
        match (fit(wide.len), fit(wide.size), fit(wide.up)) {
            (Some(len), Some(size), Some(up)) => Self { len, size, up, ..Self::EMPTY },
            _ => Self { size: WIDE, ..Self::EMPTY },
        }
    }
}

/// The numbers of a node that are too large for [`Node`].
#[derive(Clone, Copy, Debug)]
struct Wide {
    node: u32,
    len: u32,
    size: u32,
    up: u32,
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
    /// Apart from the nodes, since searches pass over all of them and ask for nothing else.
    kinds: Vec<Kind>,
    fields: Vec<Field>,
    nodes: Vec<Node>,
    /// Sorted by node.
    wide: Vec<Wide>,
    comments: Vec<Span>,
    /// Sorted by node.
    use_paths: Vec<(u32, Box<str>)>,
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

    /// The numbers of a node that is marked as [`WIDE`].
    #[cold]
    fn wide(&self, id: NodeId) -> Wide {
        let at = self.wide.partition_point(|wide| wide.node < id.0);
        self.wide.get(at).copied().unwrap_or(Wide { node: id.0, len: 0, size: 1, up: id.0 })
    }

    /// What `id` is.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.kinds[id.0 as usize]
    }

    /// The part `id` plays in its parent.
    #[must_use]
    pub fn field(&self, id: NodeId) -> Field {
        self.fields[id.0 as usize]
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
        let len = if node.size == WIDE { self.wide(id).len } else { u32::from(node.len) };
        Span::new(node.start, node.start + len)
    }

    /// The text of `id` as written.
    #[must_use]
    pub fn text(&self, id: NodeId) -> &str {
        self.source.slice(self.span(id))
    }

    /// The node that holds `id`; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id);
        let up = if node.size == WIDE { self.wide(id).up } else { u32::from(node.up) };
        (up != 0).then(|| NodeId(id.0.saturating_sub(up)))
    }

    /// Number of nodes of which `is` holds by their kind.
    pub fn count(&self, is: impl Fn(Kind) -> bool) -> usize {
        self.kinds.iter().filter(|kind| is(**kind)).count()
    }

    /// The nodes that hold `id`, innermost first, without `id`.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |node| self.parent(*node))
    }

    /// The direct parts of `id`, in source order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let past = self.past(id);
        let first = NodeId(id.0 + 1);
        std::iter::successors((first < past).then_some(first), move |at| {
            let next = self.past(*at);
            (next < past).then_some(next)
        })
    }

    /// The direct parts of `id` that play `field`.
    pub fn children_in(&self, id: NodeId, field: Field) -> impl Iterator<Item = NodeId> + '_ {
        // In what holds items they come last and are many, far apart in memory.
        let is_before_items = field != Field::Item
            && matches!(self.kind(id), Kind::File | Kind::Module | Kind::Impl | Kind::Trait);
        self.children(id)
            .take_while(move |child| !is_before_items || self.field(*child) != Field::Item)
            .filter(move |child| self.field(*child) == field)
    }

    /// The first direct part of `id` that plays `field`.
    #[must_use]
    pub fn child(&self, id: NodeId, field: Field) -> Option<NodeId> {
        let holds_items = matches!(self.kind(id), Kind::File | Kind::Module | Kind::Impl | Kind::Trait);
        let past = self.past(id);
        let mut at = NodeId(id.0 + 1);
        // The most asked question of all: a plain loop is twice as fast as the iterator.
        while at < past {
            let own = self.field(at);
            if own == field {
                return Some(at);
            }
            if holds_items && own == Field::Item {
                return None;
            }
            at = self.past(at);
        }
        None
    }

    /// `id` and everything below it, in preorder.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.past(id).0).map(NodeId)
    }

    /// Everything below `id`, in preorder.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0 + 1..self.past(id).0).map(NodeId)
    }

    /// One past the last node below `id`, in preorder; it need not exist.
    #[must_use]
    pub fn past(&self, id: NodeId) -> NodeId {
        let size = self.node(id).size;
        let size = if size == WIDE { self.wide(id).size } else { u32::from(size) };
        NodeId(id.0 + size)
    }

    fn is_leaf(&self, id: NodeId) -> bool {
        self.node(id).size == 1
    }

    /// Whether `inner` is `outer` or lies below it.
    #[must_use]
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        outer <= inner && inner < self.past(outer)
    }

    /// The name of an item, field, variant, parameter, method call or field access, without `r#`.
    #[must_use]
    pub fn name(&self, id: NodeId) -> Option<&str> {
        let name = self.child(id, Field::Name)?;
        Some(plain_word(self.text(name)))
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
        let at = self.use_paths.binary_search_by_key(&leaf.0, |(node, _)| *node).ok();
        at.and_then(|at| self.use_paths.get(at)).map_or("", |(_, path)| path)
    }

    /// The segments of a path node (of [`Kind::Path`], or of a [`Kind::TypePath`], [`Kind::PatPath`] and others that hold
    /// one as `Path`), without generics and `r#`. Empty where there is no path.
    #[must_use]
    pub fn path_segments(&self, id: NodeId) -> Vec<&str> {
        let Some(path) = self.path_node(id) else { return Vec::new() };
        let mut segments = Vec::with_capacity(4);
        if !self.is_leaf(path) {
            segments.extend(self.children_in(path, Field::Segment).filter_map(|seg| self.name(seg)));
        }
        if segments.is_empty() {
            let parts = self.text(path).split(':').map(plain_word);
            segments.extend(parts.filter(|part| !part.is_empty()));
        }
        segments
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
        if self.kind(id) != Kind::Path || !self.is_leaf(id) {
            return None;
        }
        let text = self.text(id);
        (!text.contains(':')).then(|| plain_word(text))
    }

    /// The operator of a [`Kind::Binary`], [`Kind::AssignOp`], [`Kind::Range`] or unary expression, such as `+` or `+=`.
    #[must_use]
    pub fn operator(&self, id: NodeId) -> Option<&'static str> {
        match self.kind(id) {
            Kind::Deref => Some("*"),
            Kind::Not => Some("!"),
            Kind::Neg => Some("-"),
            Kind::Ref => Some("&"),
            Kind::Assign => Some("="),
            Kind::AssignOp => Op::texts(self.node(id).flags).map(|texts| texts.1),
            _ => Op::texts(self.node(id).flags).map(|texts| texts.0),
        }
    }

    /// What the string literal `id` means: escapes, raw strings and line continuations are read.
    #[must_use]
    pub fn str_value(&self, id: NodeId) -> Option<String> {
        (self.kind(id) == Kind::LitStr).then(|| literal::cooked(self.text(id))).flatten()
    }

    /// The value of the integer literal `id`, whatever its radix, underscores and suffix.
    #[must_use]
    pub fn int_value(&self, id: NodeId) -> Option<u128> {
        (self.kind(id) == Kind::LitInt).then(|| literal::integer(self.text(id))).flatten()
    }

    /// The metavariable that `id` is, in a tree of [`super::parse_fragment`].
    #[must_use]
    pub fn metavariable(&self, id: NodeId) -> Option<Meta<'_>> {
        let text = self.text(id);
        let (name, is_many) = match text.strip_prefix(META_MANY) {
            Some(name) => (name, true),
            None => (text.strip_prefix(META_ONE)?, false),
        };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80) {
            return None;
        }
        Some(if is_many { Meta::Many(name) } else { Meta::One(name) })
    }
}

/// What stands for `$` and `$$$` in the text of a code pattern's tree.
pub(super) const META_ONE: &str = "__one_";
pub(super) const META_MANY: &str = "__many_";

/// What a metavariable of a code pattern stands for, with its name (empty for a bare `$$$`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meta<'a> {
    /// `$x`: one node.
    One(&'a str),
    /// `$$$` or `$$$xs`: any number of nodes.
    Many(&'a str),
}

/// A name without white space and `r#`.
fn plain_word(word: &str) -> &str {
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = word.as_bytes();
    if is_letter(bytes.first()) && is_letter(bytes.last()) && bytes.get(1) != Some(&b'#') {
        return word;
    }
    word.trim().trim_start_matches("r#")
}

/// A node as the parser makes it: in postorder, right behind its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) kind: Kind,
    pub(super) field: Field,
    pub(super) flags: u16,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Number of nodes, this one included.
    pub(super) size: u32,
}

impl Tree {
    /// A root with nothing below it, for a text that is no Rust, so that it has places like code has.
    #[must_use]
    pub fn without_code(source: &SourceText) -> Self {
        let end = source.text().len() as u32;
        let root = Raw { kind: Kind::File, field: Field::Root, flags: 0, start: 0, end, size: 1 };
        Self::from_postorder(source, &[root], Vec::new(), Vec::new())
    }

    /// The tree of `raws`, whose last is the root and holds all others. `use_paths` and names go by place in `raws`.
    pub(super) fn from_postorder(
        source: &SourceText,
        raws: &[Raw],
        use_paths: Vec<(u32, Box<str>)>,
        mut comments: Vec<Span>,
    ) -> Self {
        let mut kinds = vec![Kind::File; raws.len()];
        let mut fields = vec![Field::Root; raws.len()];
        let mut nodes = vec![Node::EMPTY; raws.len()];
        let mut wide = Vec::new();
        let mut n_opaque = 0;
        let mut preorder = vec![0_u32; if use_paths.is_empty() { 0 } else { raws.len() }];
        // Nodes that hold the one at hand: (first place of their own nodes in `raws`, preorder id).
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (idx, raw) in raws.iter().enumerate().rev() {
            while open.last().is_some_and(|(first, _)| idx < *first) {
                open.pop();
            }
            let first = (idx + 1).saturating_sub(raw.size as usize);
            // Before it come its ancestors and all that lies wholly to its left.
            let id = (first + open.len()) as u32;
            let Raw { kind, field, flags, start, end, size } = *raw;
            let whole = Wide {
                node: id,
                len: end - start,
                size,
                up: open.last().map_or(0, |(_, parent)| id - parent),
            };
            if let (Some(to_kind), Some(to_field), Some(node)) =
                (kinds.get_mut(id as usize), fields.get_mut(id as usize), nodes.get_mut(id as usize))
            {
                (*to_kind, *to_field) = (kind, field);
                *node = Node { start, flags, ..Node::of(&whole) };
                if node.size == WIDE {
                    wide.push(whole);
                }
            }
            if let Some(slot) = preorder.get_mut(idx) {
                *slot = id;
            }
            n_opaque += u32::from(flags & Flag::Opaque as u16 != 0);
            if size > 1 {
                open.push((first, id));
            }
        }
        wide.sort_unstable_by_key(|wide| wide.node);
        let mut use_paths: Vec<(u32, Box<str>)> = use_paths
            .into_iter()
            .filter_map(|(idx, path)| Some((*preorder.get(idx as usize)?, path)))
            .collect();
        use_paths.sort_unstable_by_key(|(node, _)| *node);
        comments.shrink_to_fit();
        Self { source: source.clone(), kinds, fields, nodes, wide, comments, use_paths, n_opaque }
    }
}

#[cfg(test)]
mod tests;
