//! Lowers expressions: which method for which, and those that only join other expressions.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use syn::{BinOp, Expr, ExprBinary, ExprCast, ExprRange, ExprReference, ExprUnary, RangeLimits, UnOp};

impl Lower<'_> {
    /// The bytes returned hold parentheses around the expression, which leave no node.
    pub(in crate::syntax) fn expr(&mut self, expr: &Expr, field: Field) -> Span {
        match expr {
            Expr::Paren(paren) => {
                self.expr(&paren.expr, field);
                self.brackets(&paren.paren_token.span)
            }
            Expr::Group(group) => self.expr(&group.expr, field),
            Expr::Path(path) => self.path(path.qself.as_ref(), &path.path, field),
            Expr::Lit(literal) => self.literal(&literal.lit, field),
            Expr::Call(call) => self.call(call, field),
            Expr::MethodCall(call) => self.method_call(call, field),
            Expr::Field(access) => self.field_access(access, field),
            Expr::Index(index) => self.index(index, field),
            Expr::Macro(mac) => self.macro_call(&mac.mac, field),
            Expr::Struct(literal) => self.struct_literal(literal, field),
            Expr::Array(array) => {
                self.listed(array.elems.iter(), Kind::Array, field, &array.bracket_token.span)
            }
            Expr::Tuple(tuple) => {
                self.listed(tuple.elems.iter(), Kind::Tuple, field, &tuple.paren_token.span)
            }
            Expr::Repeat(repeat) => self.repeat(repeat, field),
            Expr::Binary(binary) => self.binary(binary, field),
            Expr::Unary(unary) => self.unary(unary, field),
            Expr::Reference(reference) => self.reference(reference, field),
            Expr::RawAddr(address) => {
                let head = self.token(address.and_token.spans[0], 1);
                self.prefixed(head, &address.expr, Kind::Ref, field)
            }
            Expr::Assign(assign) => self.pair(&assign.left, &assign.right, Kind::Assign, field),
            Expr::Range(range) => self.range(range, field),
            Expr::Cast(cast) => self.cast(cast, field),
            Expr::Try(question) => {
                let tail = |lower: &Self| lower.token(question.question_token.spans[0], 1);
                self.suffixed(&question.expr, tail, Kind::Try, field)
            }
            Expr::Await(wait) => {
                let tail = |lower: &Self| lower.token(wait.await_token.span, 5);
                self.suffixed(&wait.base, tail, Kind::Await, field)
            }
            Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::Async(_)
            | Expr::Const(_)
            | Expr::TryBlock(_)
            | Expr::If(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::ForLoop(_)
            | Expr::Match(_) => self.block_like(expr, field),
            Expr::Closure(closure) => self.closure(closure, field),
            Expr::Let(condition) => self.let_condition(condition, field),
            Expr::Return(exit) => {
                let head = self.token(exit.return_token.span, 6);
                self.exit(head, None, exit.expr.as_deref(), Kind::Return, field)
            }
            Expr::Break(exit) => {
                let head = self.token(exit.break_token.span, 5);
                self.exit(head, exit.label.as_ref(), exit.expr.as_deref(), Kind::Break, field)
            }
            Expr::Continue(exit) => {
                let head = self.token(exit.continue_token.span, 8);
                self.exit(head, exit.label.as_ref(), None, Kind::Continue, field)
            }
            Expr::Yield(exit) => {
                let head = self.token(exit.yield_token.span, 5);
                self.exit(head, None, exit.expr.as_deref(), Kind::OtherExpr, field)
            }
            other => {
                let span = self.any(other);
                self.leaf(Kind::OtherExpr, field, span)
            }
        }
    }

    fn pair(&mut self, left: &Expr, right: &Expr, kind: Kind, field: Field) -> Span {
        let mark = self.mark();
        let left = self.expr(left, Field::Left);
        let span = left.to(self.expr(right, Field::Right));
        self.finish(mark, kind, field, span)
    }

    fn binary(&mut self, binary: &ExprBinary, field: Field) -> Span {
        let (text, is_assigning) = operator(&binary.op);
        let kind = if is_assigning { Kind::AssignOp } else { Kind::Binary };
        let span = self.pair(&binary.left, &binary.right, kind, field);
        self.operate(text);
        span
    }

    fn unary(&mut self, unary: &ExprUnary, field: Field) -> Span {
        let (kind, span) = match &unary.op {
            UnOp::Deref(token) => (Kind::Deref, token.spans[0]),
            UnOp::Not(token) => (Kind::Not, token.spans[0]),
            UnOp::Neg(token) => (Kind::Neg, token.spans[0]),
            _ => {
                let span = self.any(unary);
                return self.leaf(Kind::OtherExpr, field, span);
            }
        };
        let head = self.token(span, 1);
        self.prefixed(head, &unary.expr, kind, field)
    }

    fn reference(&mut self, reference: &ExprReference, field: Field) -> Span {
        let head = self.token(reference.and_token.spans[0], 1);
        let span = self.prefixed(head, &reference.expr, Kind::Ref, field);
        self.flag_if(reference.mutability.as_ref(), Flag::Mut);
        span
    }

    fn prefixed(&mut self, head: Span, inner: &Expr, kind: Kind, field: Field) -> Span {
        let mark = self.mark();
        let span = head.to(self.expr(inner, Field::Expr));
        self.finish(mark, kind, field, span)
    }

    fn suffixed(&mut self, inner: &Expr, tail: impl Fn(&Self) -> Span, kind: Kind, field: Field) -> Span {
        let mark = self.mark();
        let inner = self.expr(inner, Field::Expr);
        let span = inner.to(tail(self));
        self.finish(mark, kind, field, span)
    }

    fn range(&mut self, range: &ExprRange, field: Field) -> Span {
        let mark = self.mark();
        let (text, dots) = match &range.limits {
            RangeLimits::HalfOpen(token) => ("..", token.spans[0]),
            RangeLimits::Closed(token) => ("..=", token.spans[0]),
        };
        let mut span = self.token(dots, text.len() as u32);
        if let Some(left) = &range.start {
            span = span.to(self.expr(left, Field::Left));
        }
        if let Some(right) = &range.end {
            span = span.to(self.expr(right, Field::Right));
        }
        let span = self.finish(mark, Kind::Range, field, span);
        self.operate(text);
        span
    }

    fn cast(&mut self, cast: &ExprCast, field: Field) -> Span {
        let mark = self.mark();
        let inner = self.expr(&cast.expr, Field::Expr);
        let span = inner.to(self.ty(&cast.ty, Field::Type));
        self.finish(mark, Kind::Cast, field, span)
    }

    fn exit(
        &mut self,
        head: Span,
        label: Option<&syn::Lifetime>,
        value: Option<&Expr>,
        kind: Kind,
        field: Field,
    ) -> Span {
        let mark = self.mark();
        let mut span = head;
        if let Some(label) = label {
            let label = self.lifetime(label);
            span = span.to(self.leaf(Kind::Label, Field::Label, label));
        }
        if let Some(value) = value {
            span = span.to(self.expr(value, Field::Expr));
        }
        self.finish(mark, kind, field, span)
    }
}

/// The operator without `=`, and whether it assigns.
const fn operator(op: &BinOp) -> (&'static str, bool) {
    match op {
        BinOp::Add(_) => ("+", false),
        BinOp::Sub(_) => ("-", false),
        BinOp::Mul(_) => ("*", false),
        BinOp::Div(_) => ("/", false),
        BinOp::Rem(_) => ("%", false),
        BinOp::And(_) => ("&&", false),
        BinOp::Or(_) => ("||", false),
        BinOp::BitXor(_) => ("^", false),
        BinOp::BitAnd(_) => ("&", false),
        BinOp::BitOr(_) => ("|", false),
        BinOp::Shl(_) => ("<<", false),
        BinOp::Shr(_) => (">>", false),
        BinOp::Eq(_) => ("==", false),
        BinOp::Lt(_) => ("<", false),
        BinOp::Le(_) => ("<=", false),
        BinOp::Ne(_) => ("!=", false),
        BinOp::Ge(_) => (">=", false),
        BinOp::Gt(_) => (">", false),
        BinOp::AddAssign(_) => ("+", true),
        BinOp::SubAssign(_) => ("-", true),
        BinOp::MulAssign(_) => ("*", true),
        BinOp::DivAssign(_) => ("/", true),
        BinOp::RemAssign(_) => ("%", true),
        BinOp::BitXorAssign(_) => ("^", true),
        BinOp::BitAndAssign(_) => ("&", true),
        BinOp::BitOrAssign(_) => ("|", true),
        BinOp::ShlAssign(_) => ("<<", true),
        BinOp::ShrAssign(_) => (">>", true),
        _ => ("", false),
    }
}
