//! Reads JSON in macro arguments: objects, arrays, and Rust expressions in place of values.

use crate::syntax::macro_body::Body;
use crate::syntax::macro_body::argument::{Argument, Key, Value};
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitStr, Token, token};

/// One value, or a list of fields or values.
pub(super) fn values(input: ParseStream<'_>) -> syn::Result<Body> {
    let mut found = Vec::new();
    while !input.is_empty() {
        found.push(if is_key(input) { field(input)? } else { Argument::Plain(value(input)?) });
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(Body::Arguments(found))
}

/// `{ "k": v, .. }`
pub(super) fn object(input: ParseStream<'_>) -> syn::Result<Value> {
    let content;
    let brace = syn::braced!(content in input);
    let mut fields = Vec::new();
    while !content.is_empty() {
        fields.push(field(&content)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(Value::Object(fields, brace))
}

fn array(input: ParseStream<'_>) -> syn::Result<Value> {
    let content;
    let bracket = syn::bracketed!(content in input);
    let mut values = Vec::new();
    while !content.is_empty() {
        values.push(value(&content)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(Value::Array(values, bracket))
}

fn value(input: ParseStream<'_>) -> syn::Result<Value> {
    let is_end = |input: ParseStream<'_>| input.is_empty() || input.peek(Token![,]);
    let ahead = input.fork();
    if input.peek(token::Brace)
        && let Ok(object) = object(&ahead)
        && is_end(&ahead)
    {
        input.parse::<proc_macro2::TokenTree>()?;
        return Ok(object);
    }
    let ahead = input.fork();
    if input.peek(token::Bracket)
        && let Ok(array) = array(&ahead)
        && is_end(&ahead)
    {
        input.parse::<proc_macro2::TokenTree>()?;
        return Ok(array);
    }
    Ok(Value::Expr(input.parse()?))
}

fn is_key(input: ParseStream<'_>) -> bool {
    (input.peek(LitStr) || input.peek(Ident))
        && (input.peek2(Token![:]) && !input.peek2(Token![::]) || input.peek2(Token![=>]))
}

fn field(input: ParseStream<'_>) -> syn::Result<Argument> {
    let key = if !is_key(input) {
        // `(expr): value`
        input.parse::<Expr>()?;
        None
    } else if input.peek(LitStr) {
        Some(Key::of_text(&input.parse()?))
    } else {
        Some(Key::of_word(&input.parse()?))
    };
    if input.parse::<Option<Token![=>]>>()?.is_none() {
        input.parse::<Token![:]>()?;
    }
    let value = value(input)?;
    Ok(key.map_or_else(
        || Argument::Plain(Value::Array(Vec::new(), token::Bracket::default())),
        |key| Argument::Named(key, value),
    ))
}
