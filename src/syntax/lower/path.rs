//! Lowers paths with their generic arguments.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, ParenthesizedGenericArguments, Path, PathArguments,
    PathSegment, QSelf,
};

impl Lower<'_> {
    /// `a::b::<T>::c`; segments get nodes only where the text does not tell them.
    pub(in crate::syntax) fn path(&mut self, qself: Option<&QSelf>, path: &Path, field: Field) -> Span {
        let mark = self.mark();
        let head = match (qself, path.leading_colon) {
            (Some(qself), _) => {
                self.ty(&qself.ty, Field::Qself);
                Some(self.token(qself.lt_token.spans[0], 1))
            }
            (None, Some(colons)) => Some(self.token(colons.spans[0], 2)),
            (None, None) => None,
        };
        let has_parts = qself.is_some() || path.segments.iter().any(|segment| !segment.arguments.is_none());
        let plain = if has_parts { None } else { self.plain_path(head, path) };
        let span = plain.unwrap_or_else(|| self.segments(head, path));
        let span = self.finish(mark, Kind::Path, field, span);
        self.flag_if(path.leading_colon.as_ref(), Flag::Leading);
        span
    }

    /// The bytes of a path without generics, where its text alone tells its segments: no gap and no comment in it.
    fn plain_path(&self, head: Option<Span>, path: &Path) -> Option<Span> {
        let first = self.word(&path.segments.first()?.ident);
        let last = if path.segments.len() == 1 { first } else { self.word(&path.segments.last()?.ident) };
        let span = head.map_or(first, |head| head.to(first)).to(last);
        let is_one_piece =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'#') || byte >= 0x80;
        self.piece.slice(span).bytes().all(is_one_piece).then_some(span)
    }

    fn segments(&mut self, head: Option<Span>, path: &Path) -> Span {
        let mut span = head;
        for segment in &path.segments {
            let part = self.segment(segment);
            span = Some(span.map_or(part, |before: Span| before.to(part)));
        }
        span.unwrap_or(Span::point(0))
    }

    fn segment(&mut self, segment: &PathSegment) -> Span {
        let mark = self.mark();
        let mut span = self.name(&segment.ident);
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(args) => span = span.to(self.generic_args(args)),
            PathArguments::Parenthesized(args) => span = span.to(self.fn_args(args)),
        }
        self.finish(mark, Kind::Segment, Field::Segment, span)
    }

    /// `<A, 'a, 3, T = X>`; lifetimes leave no node.
    pub(in crate::syntax) fn generic_args(&mut self, args: &AngleBracketedGenericArguments) -> Span {
        for arg in &args.args {
            match arg {
                GenericArgument::Type(ty) => {
                    self.ty(ty, Field::GenericArg);
                }
                GenericArgument::Const(expr) => {
                    self.expr(expr, Field::GenericArg);
                }
                GenericArgument::AssocType(assoc) => {
                    let mark = self.mark();
                    let name = self.name(&assoc.ident);
                    let span = name.to(self.ty(&assoc.ty, Field::Type));
                    self.finish(mark, Kind::AssocArg, Field::GenericArg, span);
                }
                GenericArgument::AssocConst(assoc) => {
                    let mark = self.mark();
                    let name = self.name(&assoc.ident);
                    let span = name.to(self.expr(&assoc.value, Field::Init));
                    self.finish(mark, Kind::AssocArg, Field::GenericArg, span);
                }
                GenericArgument::Constraint(constraint) => {
                    let mark = self.mark();
                    let name = self.name(&constraint.ident);
                    let span = name.to(self.bounds(&constraint.bounds).unwrap_or(name));
                    self.finish(mark, Kind::AssocArg, Field::GenericArg, span);
                }
                _ => {}
            }
        }
        self.token(args.gt_token.spans[0], 1)
    }

    /// `(A, B) -> C` of the `Fn` traits.
    fn fn_args(&mut self, args: &ParenthesizedGenericArguments) -> Span {
        for arg in &args.inputs {
            self.ty(&arg.ty, Field::GenericArg);
        }
        let close = self.closing(&args.paren_token.span);
        self.return_type(&args.output).map_or(close, |ret| close.to(ret))
    }
}
