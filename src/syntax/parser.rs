//! The parser's state: tokens read so far, nodes made so far, depth, what went wrong. Knows no grammar.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::syntax::lex::{Key, Tok, Token, lex};
use crate::syntax::operator::Op;
use crate::syntax::tree::{Raw, Tree};
use crate::syntax::{Field, Flag, Kind, ParseOptions};

/// The levels of nesting that are read; what lies deeper is refused.
pub(super) const MAX_DEPTH: u32 = 256;

/// At most this many problems are told of one file; the rest is counted.
const MAX_PROBLEMS: usize = 20;

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

    // ---- tokens ------------------------------------------------------------------------------

    /// The token `ahead` places from here.
    pub(super) fn token(&self, ahead: usize) -> Token {
        const END: Token = Token { tok: Tok::Eof, start: 0, end: 0, pair: 0 };
        self.tokens.get(self.pos + ahead).or(self.tokens.last()).copied().unwrap_or(END)
    }

    pub(super) fn peek(&self) -> Tok {
        self.token(0).tok
    }

    pub(super) fn nth(&self, ahead: usize) -> Tok {
        self.token(ahead).tok
    }

    pub(super) fn at(&self, byte: u8) -> bool {
        self.peek() == Tok::Punct(byte)
    }

    pub(super) fn at_key(&self, key: Key) -> bool {
        self.peek() == Tok::Key(key)
    }

    /// Whether the punctuation `text` stands `ahead` places from here, without gaps.
    pub(super) fn nth_is(&self, ahead: usize, text: &[u8]) -> bool {
        text.iter().enumerate().all(|(idx, byte)| {
            let here = self.token(ahead + idx);
            here.tok == Tok::Punct(*byte) && (idx == 0 || self.token(ahead + idx - 1).end == here.start)
        })
    }

    /// Whether the punctuation `text` stands here, without gaps.
    pub(super) fn at_all(&self, text: &[u8]) -> bool {
        self.nth_is(0, text)
    }

    /// Whether the identifier `ahead` places from here reads `word`.
    pub(super) fn nth_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.token(ahead);
        token.tok == Tok::Ident && self.text_of(token) == word
    }

    pub(super) fn text_of(&self, token: Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The text of the token here.
    pub(super) fn here(&self) -> &'a str {
        self.text_of(self.token(0))
    }

    /// Index of the last token, which ends the text.
    pub(super) fn last_token(&self) -> usize {
        self.tokens.len().saturating_sub(1)
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// Index of the token that closes the bracket here.
    pub(super) fn pair(&self) -> usize {
        (self.token(0).pair as usize).max(self.pos)
    }

    /// Whether the bracket here has its own closing one.
    fn is_closed(&self) -> bool {
        let close = self.tokens.get(self.pair()).map_or(Tok::Eof, |token| token.tok);
        matches!(
            (self.peek(), close),
            (Tok::Punct(b'('), Tok::Punct(b')'))
                | (Tok::Punct(b'['), Tok::Punct(b']'))
                | (Tok::Punct(b'{'), Tok::Punct(b'}'))
        )
    }

    /// The token after the bracket pair that opens `ahead` places from here.
    pub(super) fn after_pair(&self, ahead: usize) -> Tok {
        let pair = self.token(ahead).pair as usize;
        self.tokens.get(pair + 1).map_or(Tok::Eof, |token| token.tok)
    }

    pub(super) fn bump(&mut self) {
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
    }

    pub(super) fn bump_n(&mut self, n: usize) {
        for _ in 0..n {
            self.bump();
        }
    }

    /// Goes to token `pos`, which must lie ahead.
    pub(super) fn skip_to(&mut self, pos: usize) {
        self.pos = pos.clamp(self.pos, self.tokens.len().saturating_sub(1));
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_here = self.at(byte);
        if is_here {
            self.bump();
        }
        is_here
    }

    pub(super) fn eat_key(&mut self, key: Key) -> bool {
        let is_here = self.at_key(key);
        if is_here {
            self.bump();
        }
        is_here
    }

    pub(super) fn expect(&mut self, byte: u8) -> Read {
        if self.eat(byte) { Ok(()) } else { self.fail() }
    }

    pub(super) fn expect_key(&mut self, key: Key) -> Read {
        if self.eat_key(key) { Ok(()) } else { self.fail() }
    }

    /// Fails at this token.
    pub(super) fn fail(&mut self) -> Read {
        self.furthest = self.furthest.max(self.pos);
        Err(Fail)
    }

    // ---- nodes -------------------------------------------------------------------------------

    /// A node begins here.
    pub(super) fn mark(&self) -> Mark {
        Mark { node: self.nodes.len(), start: self.token(0).start }
    }

    /// Whether no token was read since `mark`.
    pub(super) fn is_empty_since(&self, mark: Mark) -> bool {
        self.token(0).start <= mark.start
    }

    /// Whether exactly one node was made since `mark`.
    pub(super) fn is_single_since(&self, mark: Mark) -> bool {
        let n_since = self.nodes.len() - mark.node;
        self.nodes.last().is_some_and(|last| n_since > 0 && last.size as usize == n_since)
    }

    fn last_end(&self) -> u32 {
        self.pos.checked_sub(1).and_then(|idx| self.tokens.get(idx)).map_or(0, |token| token.end)
    }

    /// Makes the node that begins at `mark` and holds all nodes made since.
    pub(super) fn finish(&mut self, mark: Mark, kind: Kind, field: Field) {
        let size = (self.nodes.len() - mark.node) as u32 + 1;
        let end = self.last_end().max(mark.start);
        self.nodes.push(Raw { kind, field, flags: self.ambient, start: mark.start, end, size });
    }

    /// Takes the token here as a node without parts.
    pub(super) fn leaf(&mut self, kind: Kind, field: Field) {
        let mark = self.mark();
        self.bump();
        self.finish(mark, kind, field);
    }

    /// Makes a node without parts of `span`.
    pub(super) fn leaf_of(&mut self, span: Span, kind: Kind, field: Field) {
        let flags = self.ambient;
        self.nodes.push(Raw { kind, field, flags, start: span.start(), end: span.end(), size: 1 });
    }

    /// Lets the last node hold what was made between `mark` and it, such as its attributes.
    pub(super) fn adopt(&mut self, mark: Mark) {
        let n_since = self.nodes.len() - mark.node;
        if let Some(last) = self.nodes.last_mut().filter(|last| n_since > last.size as usize) {
            last.size = n_since as u32;
            last.start = mark.start;
        }
    }

    /// The last node plays `field`.
    pub(super) fn play(&mut self, field: Field) {
        if let Some(last) = self.nodes.last_mut() {
            last.field = field;
        }
    }

    /// Sets `flag` on the last node.
    pub(super) fn flag(&mut self, flag: Flag) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= flag as u16;
        }
    }

    /// Gives the last node its operator.
    pub(super) fn operate(&mut self, op: Op) {
        if let Some(last) = self.nodes.last_mut() {
            last.flags |= op.to_flags();
        }
    }

    /// The last node's kind, where one was made since `mark`.
    pub(super) fn last_kind(&self, mark: Mark) -> Option<Kind> {
        self.nodes.get(mark.node..).and_then(<[Raw]>::last).map(|raw| raw.kind)
    }

    /// The last node's text.
    pub(super) fn last_text(&self) -> &'a str {
        let span = self.nodes.last().map(|raw| raw.start as usize..raw.end as usize);
        span.and_then(|span| self.text.get(span)).unwrap_or("")
    }

    /// The last node imports `path`.
    pub(super) fn set_use_path(&mut self, path: &str) {
        let last = self.nodes.len().saturating_sub(1) as u32;
        self.use_paths.push((last, path.into()));
    }

    // ---- depth and trial ---------------------------------------------------------------------

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

    // ---- what cannot be read -----------------------------------------------------------------

    /// Reads one item or statement; if that fails, only it is lost, and stands as [`Kind::Unparsed`].
    pub(super) fn recovering(&mut self, field: Field, read: impl FnOnce(&mut Self) -> Read) -> Read {
        let point = self.checkpoint();
        let outer = std::mem::replace(&mut self.furthest, self.pos);
        let out = read(self);
        if out.is_err() && self.strict == 0 {
            self.rewind(point);
            self.refuse(field);
            self.furthest = outer;
            return Ok(());
        }
        self.furthest = self.furthest.max(outer);
        out
    }

    fn refuse(&mut self, field: Field) {
        let at = self.tokens.get(self.furthest).or(self.tokens.last()).copied();
        let message = self.reason(at);
        let mark = self.mark();
        self.skip_unreadable();
        let is_more = self.nodes.last().is_some_and(|last| {
            last.kind == Kind::Unparsed
                && last.field == field
                && self
                    .text
                    .get(last.end as usize..mark.start as usize)
                    .is_some_and(|gap| gap.trim().is_empty())
        });
        let end = self.last_end();
        if let Some(last) = self.nodes.last_mut().filter(|_| is_more) {
            last.end = end;
            return;
        }
        self.finish(mark, Kind::Unparsed, field);
        self.n_unparsed += 1;
        if self.problems.len() < MAX_PROBLEMS {
            let span = at.map_or(Span::point(mark.start), |token| Span::new(token.start, token.end));
            let problem = Problem::at(self.source, span, message);
            self.problems.push(problem.help("this piece of code was not examined, the rest of the file was"));
        }
    }

    fn reason(&mut self, at: Option<Token>) -> String {
        if std::mem::take(&mut self.is_too_deep) {
            return "nested too deeply".to_owned();
        }
        let Some(token) = at.filter(|token| token.tok != Tok::Eof) else {
            return "unexpected end of file".to_owned();
        };
        let text = self.text_of(token);
        match (token.tok, text.chars().next()) {
            (Tok::Bad, Some('"' | '\'' | 'r' | 'b' | 'c')) => "literal without end".to_owned(),
            (Tok::Bad, Some('/')) => "comment without end".to_owned(),
            (_, Some(c)) if c.is_control() => format!("unexpected character U+{:04X}", u32::from(c)),
            _ => format!("unexpected `{}`", text.chars().take(40).collect::<String>()),
        }
    }

    /// Goes behind the item or statement that starts here: behind its `;` or its `{..}`.
    fn skip_unreadable(&mut self) {
        if matches!(self.peek(), Tok::Punct(b'}' | b')' | b']')) {
            return self.bump();
        }
        loop {
            match self.peek() {
                Tok::Eof | Tok::Punct(b'}') => return,
                Tok::Punct(b';') => return self.bump(),
                Tok::Punct(b'{' | b'(' | b'[') if !self.is_closed() => self.bump(),
                Tok::Punct(b'{') => {
                    self.skip_to(self.pair());
                    self.bump();
                    if !matches!(
                        self.peek(),
                        Tok::Punct(b';' | b'.' | b'?' | b',' | b')' | b'=') | Tok::Key(Key::Else)
                    ) {
                        return;
                    }
                }
                Tok::Punct(b'(' | b'[') => {
                    self.skip_to(self.pair());
                    self.bump();
                }
                _ => self.bump(),
            }
        }
    }
}
