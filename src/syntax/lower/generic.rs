//! Lowers generic parameters and `where` clauses.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Kind};
use syn::{GenericParam, Generics, WhereClause, WherePredicate};

impl Lower<'_> {
    /// `<..>` as one node and the `where` clause, where there is one, as another.
    pub(in crate::syntax) fn generics(&mut self, generics: &Generics) -> Option<Span> {
        let mut span = None;
        if let (Some(lt), Some(gt)) = (generics.lt_token, generics.gt_token) {
            let mark = self.mark();
            for param in &generics.params {
                self.generic_param(param);
            }
            let brackets = self.token(lt.spans[0], 1).to(self.token(gt.spans[0], 1));
            span = Some(self.finish(mark, Kind::Generics, Field::Generics, brackets));
        }
        let clause = generics.where_clause.as_ref().map(|clause| self.where_clause(clause));
        clause.or(span)
    }

    pub(in crate::syntax) fn generic_param(&mut self, param: &GenericParam) -> Span {
        let mark = self.mark();
        let span = match param {
            GenericParam::Lifetime(param) => {
                let span = self.lifetime(&param.lifetime);
                self.leaf(Kind::Name, Field::Name, span)
            }
            GenericParam::Type(param) => {
                let mut span = self.name(&param.ident);
                span = self.bounds(&param.bounds).map_or(span, |bounds| span.to(bounds));
                match &param.default {
                    Some((_, default)) => span.to(self.ty(default, Field::Type)),
                    None => span,
                }
            }
            GenericParam::Const(param) => {
                let head = self.token(param.const_token.span, 5);
                self.name(&param.ident);
                let mut span = head.to(self.ty(&param.ty, Field::Type));
                if let Some((_, default)) = &param.default {
                    span = span.to(self.expr(default, Field::Init));
                }
                span
            }
        };
        self.finish(mark, Kind::GenericParam, Field::GenericParam, span)
    }

    pub(in crate::syntax) fn where_clause(&mut self, clause: &WhereClause) -> Span {
        let mark = self.mark();
        let mut span = self.token(clause.where_token.span, 5);
        for predicate in &clause.predicates {
            let part = match predicate {
                WherePredicate::Type(predicate) => {
                    let mark = self.mark();
                    let ty = self.ty(&predicate.bounded_ty, Field::Type);
                    let part = self.bounds(&predicate.bounds).map_or(ty, |bounds| ty.to(bounds));
                    self.finish(mark, Kind::WherePredicate, Field::Where, part)
                }
                other => self.any(other),
            };
            span = span.to(part);
        }
        self.finish(mark, Kind::Generics, Field::Generics, span)
    }

    pub(in crate::syntax) fn lifetime(&self, lifetime: &syn::Lifetime) -> Span {
        let start = self.start(lifetime.apostrophe);
        Span::new(start, self.piece.word_end(start + 1))
    }
}
