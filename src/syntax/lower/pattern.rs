//! Lowers patterns.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use syn::{FieldPat, Pat, PatIdent, PatReference, PatStruct, PatTupleStruct};

impl Lower<'_> {
    pub(in crate::syntax) fn pattern(&mut self, pat: &Pat, field: Field) -> Span {
        let mark = self.mark();
        match pat {
            Pat::Ident(ident) => self.binding(ident, field),
            Pat::Wild(wild) => {
                let span = self.token(wild.underscore_token.spans[0], 1);
                self.leaf(Kind::PatWild, field, span)
            }
            Pat::Rest(rest) => {
                let span = self.any(rest);
                self.leaf(Kind::PatRest, field, span)
            }
            Pat::Paren(inner) => {
                self.pattern(&inner.pat, field);
                self.brackets(&inner.paren_token.span)
            }
            Pat::TupleStruct(tuple) => self.tuple_struct_pattern(tuple, field),
            Pat::Struct(structure) => self.struct_pattern(structure, field),
            Pat::Tuple(tuple) => {
                self.patterns(&tuple.elems);
                let span = self.brackets(&tuple.paren_token.span);
                self.finish(mark, Kind::PatTuple, field, span)
            }
            Pat::Slice(slice) => {
                self.patterns(&slice.elems);
                let span = self.brackets(&slice.bracket_token.span);
                self.finish(mark, Kind::PatSlice, field, span)
            }
            Pat::Or(or) => {
                let span = self.patterns(&or.cases).unwrap_or(Span::point(0));
                self.finish(mark, Kind::PatOr, field, span)
            }
            Pat::Reference(reference) => self.reference_pattern(reference, field),
            Pat::Path(path) => {
                let span = self.path(path.qself.as_ref(), &path.path, Field::Path);
                self.finish(mark, Kind::PatPath, field, span)
            }
            Pat::Type(typed) => {
                let pat = self.pattern(&typed.pat, Field::Pat);
                let span = pat.to(self.ty(&typed.ty, Field::Type));
                self.finish(mark, Kind::PatType, field, span)
            }
            Pat::Lit(literal) => {
                let span = self.literal(&literal.lit, Field::Expr);
                self.finish(mark, Kind::PatOther, field, span)
            }
            Pat::Macro(mac) => {
                let span = self.macro_call(&mac.mac, Field::Expr);
                self.finish(mark, Kind::PatOther, field, span)
            }
            Pat::Range(range) => {
                let bounds = [&range.start, &range.end].into_iter().flatten();
                for bound in bounds {
                    self.expr(bound, Field::Expr);
                }
                let span = self.any(range);
                self.finish(mark, Kind::PatOther, field, span)
            }
            other => {
                let span = self.any(other);
                self.finish(mark, Kind::PatOther, field, span)
            }
        }
    }

    fn patterns<'a>(&mut self, pats: impl IntoIterator<Item = &'a Pat>) -> Option<Span> {
        let mut span: Option<Span> = None;
        for pat in pats {
            let part = self.pattern(pat, Field::Pat);
            span = Some(span.map_or(part, |before| before.to(part)));
        }
        span
    }

    fn binding(&mut self, ident: &PatIdent, field: Field) -> Span {
        let mark = self.mark();
        let by_ref = ident.by_ref.map(|token| self.token(token.span, 3));
        let mutable = ident.mutability.map(|token| self.token(token.span, 3));
        let name = self.name(&ident.ident);
        let head = by_ref.or(mutable).map_or(name, |head| head.to(name));
        let span = match &ident.subpat {
            Some((_, pat)) => head.to(self.pattern(pat, Field::Pat)),
            None => head,
        };
        let span = self.finish(mark, Kind::PatIdent, field, span);
        self.flag_if(ident.by_ref.as_ref(), Flag::ByRef);
        self.flag_if(ident.mutability.as_ref(), Flag::Mut);
        span
    }

    fn tuple_struct_pattern(&mut self, tuple: &PatTupleStruct, field: Field) -> Span {
        let mark = self.mark();
        let path = self.path(tuple.qself.as_ref(), &tuple.path, Field::Path);
        self.patterns(&tuple.elems);
        let span = path.to(self.closing(&tuple.paren_token.span));
        self.finish(mark, Kind::PatTupleStruct, field, span)
    }

    fn struct_pattern(&mut self, structure: &PatStruct, field: Field) -> Span {
        let mark = self.mark();
        let path = self.path(structure.qself.as_ref(), &structure.path, Field::Path);
        for part in &structure.fields {
            self.field_pattern(part);
        }
        if let Some(rest) = &structure.rest {
            let span = self.any(rest);
            self.leaf(Kind::PatRest, Field::Rest, span);
        }
        let span = path.to(self.closing(&structure.brace_token.span));
        self.finish(mark, Kind::PatStruct, field, span)
    }

    fn field_pattern(&mut self, part: &FieldPat) -> Span {
        let mark = self.mark();
        let span = if part.colon_token.is_some() {
            let name = self.member(&part.member);
            name.to(self.pattern(&part.pat, Field::Pat))
        } else {
            let name = self.member_span(&part.member);
            self.leaf(Kind::Name, Field::Name, name);
            self.pattern(&part.pat, Field::Pat)
        };
        self.finish(mark, Kind::FieldPat, Field::FieldPat, span)
    }

    fn reference_pattern(&mut self, reference: &PatReference, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(reference.and_token.spans[0], 1);
        let span = head.to(self.pattern(&reference.pat, Field::Pat));
        let span = self.finish(mark, Kind::PatRef, field, span);
        self.flag_if(reference.mutability.as_ref(), Flag::Mut);
        span
    }
}
