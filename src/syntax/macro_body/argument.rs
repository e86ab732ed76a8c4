//! Reads macro arguments that are lists: expressions, named values, or anything with punctuation between.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::macro_body::{Body, json};
use crate::syntax::{Field, Kind};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, LitStr, Token, Type, token};

/// One argument.
pub(super) enum Argument {
    /// `k = v`, `k: v`, `"k": v`, or a key alone that is no expression.
    Named(Key, Value),
    Plain(Value),
}

/// The key of a named argument: its first and last token.
pub(super) struct Key {
    first: proc_macro2::Span,
    last: proc_macro2::Span,
    is_text: bool,
}

/// What an argument says.
pub(super) enum Value {
    Expr(Expr),
    Type(Box<Type>),
    /// `{ "k": v }` of JSON, or `{ k = v }` of log macros.
    Object(Vec<Argument>, token::Brace),
    Array(Vec<Value>, token::Bracket),
}

/// `a, k = v, "k": v, ?e, %e, k => v`, or `x; n`.
pub(super) fn arguments(input: ParseStream<'_>) -> syn::Result<Body> {
    if let Some(repeat) = repeat(input) {
        return Ok(Body::Repeat(Box::new(repeat)));
    }
    Ok(Body::Arguments(list(input)?))
}

/// `x; n`, and nothing behind it.
fn repeat(input: ParseStream<'_>) -> Option<(Expr, Expr)> {
    if input.peek(Lit) && !input.peek2(Token![;]) {
        return None;
    }
    let ahead = input.fork();
    let elem = ahead.parse().ok()?;
    if !ahead.peek(Token![;]) {
        return None;
    }
    ahead.parse::<Token![;]>().ok()?;
    let count = ahead.parse().ok()?;
    if !ahead.is_empty() {
        return None;
    }
    input.advance_to(&ahead);
    Some((elem, count))
}

fn list(input: ParseStream<'_>) -> syn::Result<Vec<Argument>> {
    let mut arguments = Vec::new();
    while !input.is_empty() {
        arguments.push(argument(input)?);
        if input.parse::<Option<Token![=>]>>()?.is_some() {
            arguments.push(argument(input)?);
        }
        if !input.is_empty() && input.parse::<Option<Token![;]>>()?.is_none() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(arguments)
}

fn argument(input: ParseStream<'_>) -> syn::Result<Argument> {
    if let Some(key) = named(input)? {
        return Ok(Argument::Named(key, named_value(input)?));
    }
    sigil(input)?;
    if input.peek(token::Brace) {
        let ahead = input.fork();
        if let Ok(object) = braced_list(&ahead).or_else(|_| json::object(&input.fork())) {
            input.parse::<TokenTree>()?;
            return Ok(Argument::Plain(object));
        }
    }
    Ok(Argument::Plain(Value::Expr(input.parse()?)))
}

/// `{ k = v, .. }` before the message of a log macro; not an empty block and no statements.
fn braced_list(input: ParseStream<'_>) -> syn::Result<Value> {
    let content;
    let brace = syn::braced!(content in input);
    let is_named = content.peek(Ident) && content.peek2(Token![=]) && !content.peek2(Token![==]);
    if !is_named {
        return Err(content.error("no named values"));
    }
    Ok(Value::Object(list(&content)?, brace))
}

/// The key of `k = v`, `a.b = v`, `k: v` or `"k" = v`, with the sign behind it; `None` where something else stands here.
fn named(input: ParseStream<'_>) -> syn::Result<Option<Key>> {
    let ahead = input.fork();
    let key = if ahead.peek(LitStr) {
        let text: LitStr = ahead.parse()?;
        Key { first: text.span(), last: text.span(), is_text: true }
    } else if ahead.peek(Ident::peek_any) {
        let first = ahead.call(Ident::parse_any)?.span();
        let mut last = first;
        while ahead.peek(Token![.]) && ahead.peek2(Ident::peek_any) {
            ahead.parse::<Token![.]>()?;
            last = ahead.call(Ident::parse_any)?.span();
        }
        Key { first, last, is_text: false }
    } else {
        return Ok(None);
    };
    let is_pair = ahead.peek(Token![=]) && !ahead.peek(Token![==]) && !ahead.peek(Token![=>]);
    let is_field = ahead.peek(Token![:]) && !ahead.peek(Token![::]);
    if !is_pair && !is_field {
        return Ok(None);
    }
    input.advance_to(&ahead);
    input.parse::<TokenTree>()?;
    Ok(Some(key))
}

fn named_value(input: ParseStream<'_>) -> syn::Result<Value> {
    sigil(input)?;
    let is_end = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]) || input.peek(Token![;]);
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse()
        && is_end(&ahead)
    {
        input.advance_to(&ahead);
        return Ok(Value::Expr(expr));
    }
    let ahead = input.fork();
    if let Ok(object) = json::object(&ahead) {
        input.parse::<TokenTree>()?;
        return Ok(object);
    }
    Ok(Value::Type(input.parse()?))
}

/// The `?` or `%` of log macros.
fn sigil(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![#]) && !input.peek2(token::Bracket) && !input.peek2(Token![!]) {
        input.parse::<Token![#]>()?;
    }
    if input.peek(Token![?]) || input.peek(Token![%]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Each stretch between commas, semicolons and arrows by itself, as argument or type; `None` where one is neither.
pub(super) fn loose(tokens: &TokenStream) -> Option<Vec<Argument>> {
    let mut found = Vec::new();
    let mut part = TokenStream::new();
    let mut before = ' ';
    for token in tokens.clone() {
        let sign = if let TokenTree::Punct(sign) = &token { sign.as_char() } else { ' ' };
        let is_arrow = sign == '>' && matches!(before, '=' | '-');
        let is_end = matches!(sign, ',' | ';' | '|' | '@') || is_arrow;
        before = sign;
        if is_end {
            found.extend(loose_part(std::mem::take(&mut part), is_arrow)?);
        } else {
            part.extend([token]);
        }
    }
    found.extend(loose_part(part, false)?);
    Some(found)
}

fn loose_part(part: TokenStream, is_before_arrow: bool) -> Option<Option<Argument>> {
    let mut tokens: Vec<TokenTree> = part.into_iter().collect();
    if is_before_arrow {
        tokens.pop();
    }
    if tokens.is_empty() {
        return Some(None);
    }
    let stream: TokenStream = tokens.into_iter().collect();
    let read = argument
        .parse2(stream.clone())
        .or_else(|_| syn::parse2::<Type>(stream).map(|ty| Argument::Plain(Value::Type(Box::new(ty)))));
    read.ok().map(Some)
}

impl Key {
    pub(super) fn of_text(text: &LitStr) -> Self {
        Self { first: text.span(), last: text.span(), is_text: true }
    }

    pub(super) fn of_word(word: &Ident) -> Self {
        Self { first: word.span(), last: word.span(), is_text: false }
    }
}

impl Lower<'_> {
    pub(super) fn argument(&mut self, argument: &Argument, field: Field) {
        match argument {
            // A value that is all the brackets hold stands right below the call.
            Argument::Plain(Value::Object(fields, _)) if field == Field::Arg => {
                fields.iter().for_each(|part| self.argument(part, field));
            }
            Argument::Plain(value) => {
                self.value(value, field);
            }
            Argument::Named(key, value) => {
                let mark = self.mark();
                let name = self.key(key);
                let span = name.to(self.value(value, Field::Init));
                self.finish(mark, Kind::FieldInit, field, span);
            }
        }
    }

    /// The key as a name; of a plain string only what is inside the quotes.
    fn key(&mut self, key: &Key) -> Span {
        let whole = self.whole(key.first).to(self.whole(key.last));
        let quote = u32::from(key.is_text && whole.len() >= 2);
        let inside = Span::new(whole.start() + quote, whole.end() - quote);
        self.leaf(Kind::Name, Field::Name, inside);
        whole
    }

    fn value(&mut self, value: &Value, field: Field) -> Span {
        let mark = self.mark();
        match value {
            Value::Expr(expr) => self.expr(expr, field),
            Value::Type(ty) => self.ty(ty, field),
            Value::Object(fields, brace) => {
                fields.iter().for_each(|part| self.argument(part, Field::FieldInit));
                let span = self.brackets(&brace.span);
                self.finish(mark, Kind::StructLit, field, span)
            }
            Value::Array(values, bracket) => {
                for value in values {
                    self.value(value, Field::Expr);
                }
                let span = self.brackets(&bracket.span);
                self.finish(mark, Kind::Array, field, span)
            }
        }
    }
}
