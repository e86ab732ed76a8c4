//! Reads the arms of `select!` (tokio and futures).

use crate::syntax::lower::Lower;
use crate::syntax::macro_body::Body;
use crate::syntax::{Field, Kind};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, Ident, Pat, Token};

/// `p = e, if g => h`; without `head` it is `else => h` and the like.
pub(super) struct SelectArm {
    head: Option<(Pat, Expr)>,
    guard: Option<Expr>,
    body: Expr,
}

/// `[biased;] p = e [, if g] => h [,]`, `else => h`, `complete => h`, `default => h`.
pub(super) fn arms(input: ParseStream<'_>) -> syn::Result<Body> {
    if input.peek(Ident) && input.peek2(Token![;]) {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    let mut arms = Vec::new();
    while !input.is_empty() {
        arms.push(arm(input)?);
    }
    Ok(Body::Select(arms))
}

fn arm(input: ParseStream<'_>) -> syn::Result<SelectArm> {
    input.call(Attribute::parse_outer)?;
    let is_bare = input.peek2(Token![=>]) && (input.peek(Token![else]) || input.peek(Ident));
    let (mut head, mut guard) = (None, None);
    if is_bare {
        input.parse::<proc_macro2::TokenTree>()?;
    } else {
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        head = Some((pat, input.parse()?));
        if input.peek(Token![,]) && input.peek2(Token![if]) {
            input.parse::<Token![,]>()?;
            input.parse::<Token![if]>()?;
            guard = Some(input.parse()?);
        }
    }
    input.parse::<Token![=>]>()?;
    let body = Expr::parse_with_earlier_boundary_rule(input)?;
    let is_closed = input.parse::<Option<Token![,]>>()?.is_some() || input.is_empty() || ends_in_block(&body);
    if is_closed { Ok(SelectArm { head, guard, body }) } else { Err(input.error("expected `,`")) }
}

const fn ends_in_block(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Async(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::ForLoop(_)
    )
}

impl Lower<'_> {
    pub(super) fn select_arm(&mut self, arm: &SelectArm) {
        let mark = self.mark();
        let mut start = None;
        if let Some((pat, future)) = &arm.head {
            start = Some(self.pattern(pat, Field::Pat));
            self.expr(future, Field::Init);
        }
        if let Some(guard) = &arm.guard {
            self.expr(guard, Field::Guard);
        }
        let body = self.expr(&arm.body, Field::Body);
        self.finish(mark, Kind::SelectArm, Field::Arm, start.map_or(body, |start| start.to(body)));
    }
}
