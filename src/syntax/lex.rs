//! Rust text to tokens, comments and matched brackets, in one pass over the bytes. Knows no grammar.

use crate::base::Span;
use crate::syntax::literal::{self, NumberPlace};

/// What a token is. Punctuation comes one character at a time; compounds are told by adjacency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    /// Past the last token.
    Eof,
    /// An identifier that is no keyword; also `r#x`, `$x` and `$$$x`.
    Ident,
    Key(Key),
    Lifetime,
    Str,
    Bytes,
    Char,
    Int,
    Float,
    Punct(u8),
    /// A literal or comment without end, or a character that Rust does not know.
    Bad,
}

/// The words that are never names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Key {
    As,
    Async,
    Await,
    Become,
    Break,
    Const,
    Continue,
    Crate,
    Dyn,
    Else,
    Enum,
    Extern,
    False,
    Fn,
    For,
    If,
    Impl,
    In,
    Let,
    Loop,
    Match,
    Mod,
    Move,
    Mut,
    Pub,
    Ref,
    Return,
    SelfType,
    SelfValue,
    Static,
    Struct,
    Super,
    Trait,
    True,
    Type,
    Unsafe,
    Use,
    Where,
    While,
    /// `_`
    Wild,
    Yield,
}

/// One token: 16 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) tok: Tok,
    pub(super) start: u32,
    pub(super) end: u32,
    /// For an opening bracket the index of its closing one (or of the token that ends it where that one is
    /// missing); else 0.
    pub(super) pair: u32,
}

/// What the pass over a text gave.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// The tokens without comments, ended by one [`Tok::Eof`].
    pub(super) tokens: Vec<Token>,
    /// All comments but doc comments.
    pub(super) comments: Vec<Span>,
    /// All doc comments.
    pub(super) docs: Vec<Span>,
}

/// Splits `text`; what cannot be read becomes [`Tok::Bad`].
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { bytes: text.as_bytes(), at: head_len(text), out: Lexed::default() };
    lexer.out.tokens.reserve(text.len() / 5 + 8);
    lexer.run();
    lexer.out.tokens.push(Token { tok: Tok::Eof, start: text.len() as u32, end: text.len() as u32, pair: 0 });
    pair_brackets(&mut lexer.out.tokens);
    lexer.out
}

/// Length of what may stand before the first token: BOM, `#!` line, front matter of a script.
fn head_len(text: &str) -> usize {
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[at..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        at += rest.find('\n').unwrap_or(rest.len());
    }
    let body = text[at..].trim_start();
    if body.starts_with("---")
        && let Some(end) = body.find("\n---")
    {
        let after = end + 1;
        let line = body[after..].find('\n').unwrap_or(body.len() - after);
        at = text.len() - body.len() + after + line;
    }
    at
}

/// Sets [`Token::pair`] of every opening bracket.
///
/// A closing bracket that does not fit the innermost open one ends all up to the one it fits; one that fits none
/// stands alone.
pub(super) fn pair_brackets(tokens: &mut [Token]) {
    let mut open: Vec<u32> = Vec::new();
    let mut n_open = [0_u32; 3];
    for idx in 0..tokens.len() {
        let Tok::Punct(byte) = tokens[idx].tok else { continue };
        if let Some(which) = b"([{".iter().position(|b| *b == byte) {
            n_open[which] += 1;
            open.push(idx as u32);
        } else if let Some(which) = b")]}".iter().position(|b| *b == byte) {
            while n_open[which] > 0
                && let Some(top) = open.pop()
            {
                tokens[top as usize].pair = idx as u32;
                let kind = bracket_index(tokens[top as usize].tok);
                n_open[kind] -= 1;
                if kind == which {
                    break;
                }
            }
        }
    }
    let last = tokens.len().saturating_sub(1) as u32;
    for top in open {
        tokens[top as usize].pair = last;
    }
}

fn bracket_index(tok: Tok) -> usize {
    match tok {
        Tok::Punct(b'(') => 0,
        Tok::Punct(b'[') => 1,
        _ => 2,
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    out: Lexed,
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            match byte {
                b' ' | b'\n' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.byte(1) == b'/' => self.line_comment(),
                b'/' if self.byte(1) == b'*' => self.block_comment(),
                _ => self.token(byte),
            }
        }
    }

    fn push(&mut self, tok: Tok, end: usize) {
        let (start, end) = (self.at as u32, end.min(self.bytes.len()) as u32);
        self.out.tokens.push(Token { tok, start, end, pair: 0 });
        self.at = end as usize;
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let mut len = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        if len > 2 && rest[len - 1] == b'\r' {
            len -= 1;
        }
        let is_doc = rest.get(2) == Some(&b'!') || (rest.get(2) == Some(&b'/') && rest.get(3) != Some(&b'/'));
        self.at += len;
        let list = if is_doc { &mut self.out.docs } else { &mut self.out.comments };
        list.push(Span::new(start as u32, self.at as u32));
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let Some(len) = literal::block_comment_len(rest) else {
            self.push(Tok::Bad, self.bytes.len());
            return;
        };
        let is_doc = rest[2] == b'!' || (rest[2] == b'*' && len > 4 && rest[3] != b'*');
        self.at += len;
        let list = if is_doc { &mut self.out.docs } else { &mut self.out.comments };
        list.push(Span::new(start as u32, self.at as u32));
    }

    fn token(&mut self, byte: u8) {
        match byte {
            b'r' | b'b' | b'c' if self.prefixed_literal() => {}
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.literal(Tok::Str, literal::quoted_end(self.bytes, self.at, b'"')),
            b'\'' => self.quote(),
            b'$' => self.dollar(),
            0x80.. => self.unicode(),
            b'!'..=b'~' => self.push(Tok::Punct(byte), self.at + 1),
            _ => self.push(Tok::Bad, self.at + 1),
        }
    }

    fn literal(&mut self, tok: Tok, end: Option<usize>) {
        match end {
            // A suffix such as `"a"suffix` belongs to the literal.
            Some(end) => self.push(tok, literal::word_end(self.bytes, end)),
            None => self.push(Tok::Bad, self.bytes.len()),
        }
    }

    /// Reads `r"`, `r#"`, `r#x`, `b"`, `b'`, `br"`, `c"`, `cr"`; `false` where a plain word starts.
    fn prefixed_literal(&mut self) -> bool {
        let (first, second) = (self.byte(0), self.byte(1));
        let tok = if first == b'r' { Tok::Str } else { Tok::Bytes };
        let raw_at = usize::from(first != b'r') + 1;
        let is_raw = first == b'r' || second == b'r';
        if first != b'r' && second == b'"' {
            self.literal(tok, literal::quoted_end(self.bytes, self.at + 1, b'"'));
        } else if first == b'b' && second == b'\'' {
            self.literal(tok, literal::quoted_end(self.bytes, self.at + 1, b'\''));
        } else if is_raw && literal::opens_raw(self.bytes, self.at + raw_at) {
            self.literal(tok, literal::raw_end(self.bytes, self.at + raw_at));
        } else if first == b'r' && second == b'#' && literal::starts_word(self.byte(2)) {
            let end = literal::word_end(self.bytes, self.at + 2);
            self.push(Tok::Ident, end);
        } else {
            return false;
        }
        true
    }

    fn word(&mut self) {
        let end = literal::word_end(self.bytes, self.at);
        let word = &self.bytes[self.at..end];
        self.push(keyword(word).map_or(Tok::Ident, Tok::Key), end);
    }

    fn number(&mut self) {
        let n = self.out.tokens.len();
        let is_dot = |back: usize| {
            n.checked_sub(back).and_then(|idx| self.out.tokens.get(idx)).filter(|t| t.tok == Tok::Punct(b'.'))
        };
        // `t.0.1` reads fields, `a..0.1` a float.
        let is_field = is_dot(1).is_some_and(|dot| is_dot(2).is_none_or(|before| before.end != dot.start));
        let place = if is_field { NumberPlace::Field } else { NumberPlace::Operand };
        let (end, is_float) = literal::number_end(self.bytes, self.at, place);
        self.push(if is_float { Tok::Float } else { Tok::Int }, end);
    }

    /// A character or a lifetime.
    fn quote(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let first_len = rest.first().map_or(0, |b| literal::char_len(*b));
        if rest.first() == Some(&b'\\') || rest.get(first_len) == Some(&b'\'') {
            self.literal(Tok::Char, literal::quoted_end(self.bytes, self.at, b'\''));
        } else if literal::starts_word(self.byte(1)) {
            let is_raw = self.byte(1) == b'r' && self.byte(2) == b'#';
            let end = literal::word_end(self.bytes, self.at + if is_raw { 3 } else { 1 });
            self.push(Tok::Lifetime, end);
        } else {
            self.push(Tok::Bad, self.at + 1);
        }
    }

    /// `$x`, `$crate`, `$$$`, `$$$x` are identifiers; another `$` is punctuation.
    fn dollar(&mut self) {
        let is_many = self.bytes[self.at..].starts_with(b"$$$");
        let word_at = self.at + if is_many { 3 } else { 1 };
        let end = literal::word_end(self.bytes, word_at);
        let starts_word = self.bytes.get(word_at).is_some_and(|b| literal::starts_word(*b));
        if is_many || starts_word {
            self.push(Tok::Ident, if starts_word { end } else { word_at });
        } else {
            self.push(Tok::Punct(b'$'), self.at + 1);
        }
    }

    fn unicode(&mut self) {
        let len = literal::char_len(self.byte(0));
        let end = (self.at + len).min(self.bytes.len());
        let text = std::str::from_utf8(&self.bytes[self.at..end]).unwrap_or("");
        match text.chars().next() {
            Some(c) if c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}') => self.at = end,
            Some(c) if c.is_alphabetic() => self.word(),
            _ => self.push(Tok::Bad, end),
        }
    }
}

/// Most words are no keywords, and their first letter says so: no other is compared.
fn keyword(word: &[u8]) -> Option<Key> {
    let candidates: &[(&str, Key)] = match word.first()? {
        b'S' => &[("Self", Key::SelfType)],
        b'_' => &[("_", Key::Wild)],
        b'a' => &[("as", Key::As), ("async", Key::Async), ("await", Key::Await)],
        b'b' => &[("become", Key::Become), ("break", Key::Break)],
        b'c' => &[("const", Key::Const), ("continue", Key::Continue), ("crate", Key::Crate)],
        b'd' => &[("dyn", Key::Dyn)],
        b'e' => &[("else", Key::Else), ("enum", Key::Enum), ("extern", Key::Extern)],
        b'f' => &[("false", Key::False), ("fn", Key::Fn), ("for", Key::For)],
        b'i' => &[("if", Key::If), ("impl", Key::Impl), ("in", Key::In)],
        b'l' => &[("let", Key::Let), ("loop", Key::Loop)],
        b'm' => &[("match", Key::Match), ("mod", Key::Mod), ("move", Key::Move), ("mut", Key::Mut)],
        b'p' => &[("pub", Key::Pub)],
        b'r' => &[("ref", Key::Ref), ("return", Key::Return)],
        b's' => &[
            ("self", Key::SelfValue),
            ("static", Key::Static),
            ("struct", Key::Struct),
            ("super", Key::Super),
        ],
        b't' => &[("trait", Key::Trait), ("true", Key::True), ("type", Key::Type)],
        b'u' => &[("unsafe", Key::Unsafe), ("use", Key::Use)],
        b'w' => &[("where", Key::Where), ("while", Key::While)],
        b'y' => &[("yield", Key::Yield)],
        _ => return None,
    };
    candidates.iter().find(|(text, _)| text.as_bytes() == word).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::{Tok, lex};

    /// The tokens' texts, joined by a blank.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let tokens = lex(text).tokens;
        let texts: Vec<&str> = tokens
            .iter()
            .filter(|token| token.tok != Tok::Eof)
            .map(|token| &text[token.start as usize..token.end as usize])
            .collect();
        assert_eq!(texts.join(" "), expected, "{text}");
    }

    #[test]
    fn a_quote_begins_a_character_or_a_lifetime() {
        check("'a' 'b 'c'd", "'a' 'b 'c'd");
        check(r"'\'' b'\\' 'é' '🦀''_ 'r#x", r"'\'' b'\\' 'é' '🦀' '_ 'r#x");
        check("<'a,'b>", "< 'a , 'b >");
    }

    #[test]
    fn prefixes_belong_to_literals_and_raw_names() {
        check(
            r###"r"a" r#"b"c"# br##"d"## b"e" c"f" cr#"g"# r#fn r b c"###,
            r###"r"a" r#"b"c"# br##"d"## b"e" c"f" cr#"g"# r#fn r b c"###,
        );
        check("number bar crate", "number bar crate");
    }

    #[test]
    fn a_dot_after_a_number_may_be_a_field_a_range_or_a_call() {
        check(
            "t.0.1 1.0 1. 2..3 4.f() 1e5 1.5e-3f32 0xE+1 1_f64",
            "t . 0 . 1 1.0 1. 2 . . 3 4 . f ( ) 1e5 1.5e-3f32 0xE + 1 1_f64",
        );
        check("a..0.5", "a . . 0.5");
    }

    #[test]
    fn comments_are_kept_apart_and_doc_comments_dropped() {
        let lexed = lex("// a\n/// b\n/* c /* d */ */ //! e\n//// f\n/** g */ /*** h */ /**/ x");
        assert_eq!((lexed.comments.len(), lexed.tokens.len()), (5, 2));
    }

    #[test]
    fn metavariables_are_names() {
        check("$x $crate $$$ $$$xs $(a)*", "$x $crate $$$ $$$xs $ ( a ) *");
    }

    #[test]
    fn white_space_beyond_ascii_separates() {
        check("a\u{2028}b\u{85}c é漢 \u{feff}", "a b c é漢 \u{feff}");
    }

    #[test]
    fn a_bracket_without_end_ends_where_the_one_around_it_does() {
        let tokens = lex("{ ( } )").tokens;
        assert_eq!((tokens[0].pair, tokens[1].pair), (2, 2));
    }
}
