//! Reads `macro_rules!`: each arm's transcriber as best as it can be, with `$x` as a name and `$(..)*` as its content.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::macro_body::{Body, argument, read, statement, types};
use crate::syntax::{Field, Flag, Kind};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Ident, ItemMacro, MacroDelimiter};

impl Lower<'_> {
    /// `macro_rules! m { (..) => {..}; .. }`
    pub(in crate::syntax) fn macro_rules(&mut self, item: &ItemMacro, name: &Ident, field: Field) {
        let mark = self.mark();
        let attrs = self.attrs(&item.attrs);
        let path = item.mac.path.segments.first().map(|segment| self.word(&segment.ident));
        let name = self.name(name);
        let mut is_read = true;
        for arm in arms(&item.mac.tokens) {
            let flat = flatten(arm.body, &arm.visibilities);
            if flat.is_empty() {
                continue;
            }
            let found = [statement::statements, statement::items, argument::arguments, types]
                .into_iter()
                .find_map(|reading| read(reading, &flat));
            let found = found.or_else(|| argument::loose(&flat).map(Body::Arguments));
            is_read &= found.is_some();
            if let Some(found) = found {
                self.flagged(Flag::InMacro, |lower| lower.transcriber(&found));
            }
        }
        let brackets = match &item.mac.delimiter {
            MacroDelimiter::Paren(paren) => &paren.span,
            MacroDelimiter::Brace(brace) => &brace.span,
            MacroDelimiter::Bracket(bracket) => &bracket.span,
        };
        let span = attrs.or(path).unwrap_or(name).to(self.closing(brackets));
        let semi = item.semi_token.map_or(span, |semi| self.token(semi.spans[0], 1));
        self.finish(mark, Kind::MacroRules, field, span.to(semi));
        if !is_read {
            self.flag(Flag::Opaque);
        }
    }

    /// The arm's content as a block, whatever it is.
    fn transcriber(&mut self, body: &Body) {
        if matches!(body, Body::Statements(_) | Body::Items(_)) {
            self.body(body);
            return;
        }
        let mark = self.mark();
        self.body(body);
        let span = self.nodes.get(mark.0..).and_then(|made| {
            let start = made.iter().map(|node| node.start).min()?;
            let end = made.iter().map(|node| node.end).max()?;
            Some(Span::new(start, end))
        });
        if let Some(span) = span {
            self.finish(mark, Kind::Block, Field::Body, span);
        }
    }
}

/// One arm: what it makes, and its variables that stand for a visibility, which may be nothing.
struct Template {
    body: TokenStream,
    visibilities: Vec<String>,
}

fn arms(tokens: &TokenStream) -> Vec<Template> {
    let mut found = Vec::new();
    let mut visibilities = Vec::new();
    let mut is_behind_arrow = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) if is_behind_arrow => {
                let visibilities = std::mem::take(&mut visibilities);
                found.push(Template { body: group.stream(), visibilities });
                is_behind_arrow = false;
            }
            TokenTree::Group(group) => visibilities_in(group.stream(), &mut visibilities),
            TokenTree::Punct(sign) if sign.as_char() == '>' => is_behind_arrow = true,
            TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
    found
}

/// Names of the `$x:vis` in a matcher.
fn visibilities_in(matcher: TokenStream, found: &mut Vec<String>) {
    let mut name = None;
    for token in matcher {
        match token {
            TokenTree::Ident(word) if word == "vis" => found.extend(name.take()),
            TokenTree::Ident(word) => name = Some(word.to_string()),
            TokenTree::Group(group) => visibilities_in(group.stream(), found),
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// The tokens with `$x` as `x`, each `$( .. ) sep *` replaced by what is inside, and without the variables in `dropped`.
fn flatten(tokens: TokenStream, dropped: &[String]) -> TokenStream {
    let mut flat = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    flat.extend(flatten(group.stream(), dropped));
                    skip_repetition(&mut tokens);
                }
                Some(TokenTree::Ident(word)) if dropped.iter().any(|name| word == name) => {}
                Some(other) => flat.push(other),
                None => {}
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), flatten(group.stream(), dropped));
                inner.set_span(group.span());
                flat.push(TokenTree::Group(inner));
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => flat.push(token),
        }
    }
    flat.into_iter().collect()
}

/// The `*`, `,*` or `=>*` behind a repetition.
fn skip_repetition(tokens: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) {
    for _ in 0..3 {
        let Some(TokenTree::Punct(sign)) = tokens.peek() else { return };
        let is_last = matches!(sign.as_char(), '*' | '+' | '?');
        tokens.next();
        if is_last {
            return;
        }
    }
}
