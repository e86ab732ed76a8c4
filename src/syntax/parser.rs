//! The parser's state: tokens read so far, nodes made so far, depth, what went wrong. Knows no grammar.

mod node;
mod recovery;
mod token;

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::syntax::lex::{Token, lex};
use crate::syntax::tree::{Raw, Tree};
use crate::syntax::{Field, Flag, Kind, ParseOptions};

/// The levels of nesting that are read; what lies deeper is refused.
pub(super) const MAX_DEPTH: u32 = 256;

/// The text does not go on as the grammar wants; the place is kept in the parser.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fail;

/// Outcome of reading one piece of grammar, whose node is then the last one.
pub(super) type Read = Result<(), Fail>;

/// Where a node begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    node: usize,
    start: u32,
}

/// What stood between two brackets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    pub(super) n_parts: usize,
    pub(super) n_commas: usize,
}

impl Listed {
    /// `(a)`, which only groups.
    pub(super) const fn is_group(self) -> bool {
        self.n_parts == 1 && self.n_commas == 0
    }
}

/// A state to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checkpoint {
    pos: usize,
    n_nodes: usize,
    n_use_paths: usize,
    depth: u32,
}

/// Reads tokens and makes nodes in postorder: parts first, then the node that holds them.
pub(super) struct Parser<'a> {
    source: &'a SourceText,
    text: &'a str,
    tokens: Vec<Token>,
    pos: usize,
    nodes: Vec<Raw>,
    use_paths: Vec<(u32, Box<str>)>,
    comments: Vec<Span>,
    depth: u32,
    furthest: usize,
    is_too_deep: bool,
    /// Above 0, what cannot be read fails as a whole instead of losing one statement.
    pub(super) strict: u32,
    /// Tokens that may still be read by trial; keeps hostile nests of macros from taking for ever.
    fuel: usize,
    /// Flags that each new node gets.
    ambient: u16,
    pub(super) options: ParseOptions,
    problems: Vec<Problem>,
    n_unparsed: u32,
    root_flags: u16,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a SourceText, options: &ParseOptions) -> Self {
        let text = source.text();
        let lexed = lex(text);
        Self {
            source,
            text,
            pos: 0,
            nodes: Vec::with_capacity(lexed.tokens.len()),
            use_paths: Vec::new(),
            comments: lexed.comments,
            depth: 0,
            furthest: 0,
            is_too_deep: false,
            strict: 0,
            fuel: lexed.tokens.len() * 32 + 1000,
            tokens: lexed.tokens,
            ambient: 0,
            options: *options,
            problems: Vec::new(),
            n_unparsed: 0,
            root_flags: 0,
        }
    }

    /// The tree of all that was read, with what went wrong.
    pub(super) fn finish_file(mut self) -> (Tree, Vec<Problem>, u32) {
        let size = self.nodes.len() as u32 + 1;
        let end = self.text.len() as u32;
        self.nodes.push(Raw {
            kind: Kind::File,
            field: Field::Root,
            flags: self.root_flags,
            start: 0,
            end,
            size,
        });
        let tree = Tree::from_postorder(self.source, &self.nodes, self.use_paths, self.comments);
        (tree, self.problems, self.n_unparsed)
    }

    /// The whole file is test code, of which only the attributes are kept.
    pub(super) fn elide_file(&mut self) {
        self.root_flags |= Flag::Elided as u16;
    }

    /// One level deeper; [`Parser::leave`] must follow.
    pub(super) fn enter(&mut self) -> Read {
        if self.depth >= MAX_DEPTH {
            self.is_too_deep = true;
            return self.fail();
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        let (n_nodes, n_use_paths) = (self.nodes.len(), self.use_paths.len());
        Checkpoint { pos: self.pos, n_nodes, n_use_paths, depth: self.depth }
    }

    pub(super) fn rewind(&mut self, to: Checkpoint) {
        self.pos = to.pos;
        self.nodes.truncate(to.n_nodes);
        self.use_paths.truncate(to.n_use_paths);
        self.depth = to.depth;
    }

    /// Forgets the nodes made since `since`; the tokens stay read.
    pub(super) fn drop_nodes(&mut self, since: Checkpoint) {
        self.nodes.truncate(since.n_nodes);
        self.use_paths.truncate(since.n_use_paths);
    }

    /// Reads by trial: on failure nothing has happened. `false` also where the fuel is spent.
    pub(super) fn attempt(&mut self, read: impl FnOnce(&mut Self) -> Read) -> bool {
        if self.fuel == 0 {
            return false;
        }
        let point = self.checkpoint();
        let is_too_deep = self.is_too_deep;
        let furthest = std::mem::replace(&mut self.furthest, self.pos);
        self.strict += 1;
        let is_read = read(self).is_ok();
        self.strict -= 1;
        let reached = self.furthest.max(self.pos);
        self.fuel = self.fuel.saturating_sub(reached - point.pos + 1);
        self.furthest = furthest;
        if !is_read {
            self.rewind(point);
            self.is_too_deep = is_too_deep;
        }
        is_read
    }

    /// Reads with `flags` on each new node.
    pub(super) fn flagged<T>(&mut self, flag: Flag, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ambient;
        self.ambient |= flag as u16;
        let out = read(self);
        self.ambient = before;
        out
    }

    /// Reads `tokens` in place of the file's, then goes on where it stood.
    pub(super) fn instead(&mut self, tokens: Vec<Token>, read: impl FnOnce(&mut Self) -> Read) -> Read {
        let (own, pos) = (std::mem::replace(&mut self.tokens, tokens), self.pos);
        self.pos = 0;
        let furthest = std::mem::replace(&mut self.furthest, 0);
        let out = read(self);
        (self.tokens, self.pos, self.furthest) = (own, pos, furthest);
        out
    }

    /// The tokens from `start` to `end`.
    pub(super) fn tokens_in(&self, range: std::ops::Range<usize>) -> &[Token] {
        self.tokens.get(range).unwrap_or(&[])
    }
}
