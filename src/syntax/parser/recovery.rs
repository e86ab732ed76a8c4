//! Goes on behind what cannot be read, and tells of it.

use crate::base::Span;
use crate::finding::Problem;
use crate::syntax::lex::{Key, Tok, Token};
use crate::syntax::parser::{Parser, Read};
use crate::syntax::{Field, Kind};

/// At most this many problems are told of one file; the rest is counted.
const MAX_PROBLEMS: usize = 20;

impl Parser<'_> {
    /// Reads one item or statement; if that fails, only it is lost, and stands as [`Kind::Unparsed`].
    pub(in crate::syntax) fn recovering(
        &mut self,
        field: Field,
        read: impl FnOnce(&mut Self) -> Read,
    ) -> Read {
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
