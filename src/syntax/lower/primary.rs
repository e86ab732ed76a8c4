//! Lowers calls, accesses and literals.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Kind};
use proc_macro2::extra::DelimSpan;
use syn::{Expr, ExprCall, ExprField, ExprIndex, ExprMethodCall, ExprRepeat, ExprStruct, Lit, Member};

impl Lower<'_> {
    pub(in crate::syntax) fn call(&mut self, call: &ExprCall, field: Field) -> Span {
        let mark = self.mark();
        let callee = self.expr(&call.func, Field::Callee);
        self.args(&call.args);
        let span = callee.to(self.closing(&call.paren_token.span));
        self.finish(mark, Kind::Call, field, span)
    }

    pub(in crate::syntax) fn method_call(&mut self, call: &ExprMethodCall, field: Field) -> Span {
        let mark = self.mark();
        let receiver = self.expr(&call.receiver, Field::Receiver);
        self.name(&call.method);
        if let Some(turbofish) = &call.turbofish {
            self.generic_args(turbofish);
        }
        self.args(&call.args);
        let span = receiver.to(self.closing(&call.paren_token.span));
        self.finish(mark, Kind::MethodCall, field, span)
    }

    fn args<'a>(&mut self, args: impl IntoIterator<Item = &'a Expr>) {
        for arg in args {
            self.expr(arg, Field::Arg);
        }
    }

    pub(in crate::syntax) fn field_access(&mut self, access: &ExprField, field: Field) -> Span {
        let mark = self.mark();
        let base = self.expr(&access.base, Field::Base);
        let span = base.to(self.member(&access.member));
        self.finish(mark, Kind::FieldAccess, field, span)
    }

    /// The name or number of a field, as a node.
    pub(in crate::syntax) fn member(&mut self, member: &Member) -> Span {
        let span = self.member_span(member);
        self.leaf(Kind::Name, Field::Name, span)
    }

    pub(in crate::syntax) fn member_span(&self, member: &Member) -> Span {
        match member {
            Member::Named(ident) => self.word(ident),
            Member::Unnamed(index) => {
                let n_digits = index.index.checked_ilog10().unwrap_or(0) + 1;
                self.token(index.span, n_digits)
            }
        }
    }

    pub(in crate::syntax) fn index(&mut self, index: &ExprIndex, field: Field) -> Span {
        let mark = self.mark();
        let base = self.expr(&index.expr, Field::Base);
        self.expr(&index.index, Field::Arg);
        let span = base.to(self.closing(&index.bracket_token.span));
        self.finish(mark, Kind::Index, field, span)
    }

    pub(in crate::syntax) fn listed<'a>(
        &mut self,
        elems: impl Iterator<Item = &'a Expr>,
        kind: Kind,
        field: Field,
        brackets: &DelimSpan,
    ) -> Span {
        let mark = self.mark();
        for elem in elems {
            self.expr(elem, Field::Expr);
        }
        let span = self.brackets(brackets);
        self.finish(mark, kind, field, span)
    }

    pub(in crate::syntax) fn repeat(&mut self, repeat: &ExprRepeat, field: Field) -> Span {
        let mark = self.mark();
        self.expr(&repeat.expr, Field::Expr);
        self.expr(&repeat.len, Field::Count);
        let span = self.brackets(&repeat.bracket_token.span);
        self.finish(mark, Kind::Repeat, field, span)
    }

    pub(in crate::syntax) fn struct_literal(&mut self, literal: &ExprStruct, field: Field) -> Span {
        let mark = self.mark();
        let path = self.path(literal.qself.as_ref(), &literal.path, Field::Path);
        for init in &literal.fields {
            let mark = self.mark();
            let name = self.member(&init.member);
            let span = match init.colon_token {
                Some(_) => name.to(self.expr(&init.expr, Field::Init)),
                None => name,
            };
            self.finish(mark, Kind::FieldInit, Field::FieldInit, span);
        }
        match (&literal.rest, &literal.dot2_token) {
            (Some(rest), _) => {
                self.expr(rest, Field::Rest);
            }
            (None, Some(dots)) => {
                let span = self.token(dots.spans[0], 2);
                self.leaf(Kind::PatRest, Field::Rest, span);
            }
            (None, None) => {}
        }
        let span = path.to(self.closing(&literal.brace_token.span));
        self.finish(mark, Kind::StructLit, field, span)
    }

    pub(in crate::syntax) fn literal(&mut self, literal: &Lit, field: Field) -> Span {
        let kind = match literal {
            Lit::Str(_) => Kind::LitStr,
            Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_) => Kind::LitBytes,
            Lit::Char(_) => Kind::LitChar,
            Lit::Int(_) => Kind::LitInt,
            Lit::Float(_) => Kind::LitFloat,
            Lit::Bool(_) => Kind::LitBool,
            _ => Kind::OtherExpr,
        };
        let span = self.whole(literal.span());
        self.leaf(kind, field, span)
    }
}
