//! Reads macro bodies that are statements or items, with the `static ref`s and `if #[cfg]`s that some macros add.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::macro_body::Body;
use crate::syntax::{Field, Kind};
use syn::parse::ParseStream;
use syn::{Attribute, Block, Expr, Ident, Item, Token, Type, Visibility, token};

/// What stands in the body of an item macro.
pub(super) enum LazyItem {
    Item(Box<Item>),
    /// `static ref A: T = e;`, also without `ref` or without `;`.
    Static {
        ident: Ident,
        ty: Box<Type>,
        value: Box<Expr>,
    },
    /// A branch of `cfg_if!`.
    Group(Vec<LazyItem>),
}

pub(super) fn statements(input: ParseStream<'_>) -> syn::Result<Body> {
    Ok(Body::Statements(input.call(Block::parse_within)?))
}

/// Items and `static ref`s, as `lazy_static!`, `thread_local!` and `bitflags!` take them, or branches of `cfg_if!`.
pub(super) fn items(input: ParseStream<'_>) -> syn::Result<Body> {
    Ok(Body::Items(item_list(input)?))
}

fn item_list(input: ParseStream<'_>) -> syn::Result<Vec<LazyItem>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        if input.parse::<Option<Token![;]>>()?.is_some() {
            continue;
        }
        if input.peek(Token![if]) || input.peek(Token![else]) {
            input.parse::<proc_macro2::TokenTree>()?;
            input.call(Attribute::parse_outer)?;
        } else if input.peek(token::Brace) {
            let content;
            syn::braced!(content in input);
            found.push(LazyItem::Group(item_list(&content)?));
        } else {
            found.push(item(input)?);
        }
    }
    Ok(found)
}

fn item(input: ParseStream<'_>) -> syn::Result<LazyItem> {
    let ahead = input.fork();
    ahead.call(Attribute::parse_outer)?;
    ahead.parse::<Visibility>()?;
    if !ahead.peek(Token![static]) {
        return Ok(LazyItem::Item(Box::new(input.parse()?)));
    }
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    input.parse::<Token![static]>()?;
    input.parse::<Option<Token![ref]>>()?;
    let ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = Box::new(input.parse()?);
    input.parse::<Token![=]>()?;
    let value = Box::new(input.parse()?);
    input.parse::<Option<Token![;]>>()?;
    Ok(LazyItem::Static { ident, ty, value })
}

impl Lower<'_> {
    pub(super) fn lazy_item(&mut self, item: &LazyItem) {
        match item {
            LazyItem::Item(item) => self.item(item, Field::Stmt),
            LazyItem::Static { ident, ty, value } => {
                let mark = self.mark();
                let name = self.name(ident);
                self.ty(ty, Field::Type);
                let span: Span = name.to(self.expr(value, Field::Init));
                self.finish(mark, Kind::Static, Field::Stmt, span);
            }
            LazyItem::Group(items) => items.iter().for_each(|item| self.lazy_item(item)),
        }
    }
}
