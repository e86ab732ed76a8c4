//! Lowers types and bounds.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{ReturnType, Token, Type, TypeFnPtr, TypeParamBound, TypePtr, TypeReference};

impl Lower<'_> {
    pub(in crate::syntax) fn ty(&mut self, ty: &Type, field: Field) -> Span {
        let mark = self.mark();
        match ty {
            Type::Path(path) => {
                let span = self.path(path.qself.as_ref(), &path.path, Field::Path);
                self.finish(mark, Kind::TypePath, field, span)
            }
            Type::Reference(reference) => self.reference_type(reference, field),
            Type::Ptr(pointer) => self.pointer_type(pointer, field),
            Type::Paren(inner) => {
                self.ty(&inner.elem, field);
                self.brackets(&inner.paren_token.span)
            }
            Type::Group(inner) => self.ty(&inner.elem, field),
            Type::Tuple(tuple) => {
                for elem in &tuple.elems {
                    self.ty(elem, Field::Type);
                }
                let span = self.brackets(&tuple.paren_token.span);
                self.finish(mark, Kind::TypeTuple, field, span)
            }
            Type::Slice(slice) => {
                self.ty(&slice.elem, Field::Type);
                let span = self.brackets(&slice.bracket_token.span);
                self.finish(mark, Kind::TypeSlice, field, span)
            }
            Type::Array(array) => {
                self.ty(&array.elem, Field::Type);
                self.expr(&array.len, Field::Init);
                let span = self.brackets(&array.bracket_token.span);
                self.finish(mark, Kind::TypeArray, field, span)
            }
            Type::FnPtr(pointer) => self.fn_pointer(pointer, field),
            Type::ImplTrait(imp) => {
                let head = self.bounds(&imp.bounds);
                let start = self.start(imp.span());
                let span = head.map_or(Span::new(start, start + 4), |bounds| Span::point(start).to(bounds));
                self.finish(mark, Kind::TypeImpl, field, span)
            }
            Type::TraitObject(object) => {
                let head = object.dyn_token.map(|token| self.token(token.span, 3));
                let bounds = self.bounds(&object.bounds).or(head).unwrap_or(Span::point(0));
                self.finish(mark, Kind::TypeDyn, field, head.map_or(bounds, |head| head.to(bounds)))
            }
            Type::Macro(mac) => self.macro_call(&mac.mac, field),
            other => {
                let span = self.any(other);
                self.finish(mark, Kind::TypeOther, field, span)
            }
        }
    }

    fn reference_type(&mut self, reference: &TypeReference, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(reference.and_token.spans[0], 1);
        let span = head.to(self.ty(&reference.elem, Field::Type));
        let span = self.finish(mark, Kind::TypeRef, field, span);
        self.flag_if(reference.mutability.as_ref(), Flag::Mut);
        span
    }

    fn pointer_type(&mut self, pointer: &TypePtr, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(pointer.star_token.spans[0], 1);
        let span = head.to(self.ty(&pointer.elem, Field::Type));
        self.finish(mark, Kind::TypePtr, field, span)
    }

    fn fn_pointer(&mut self, pointer: &TypeFnPtr, field: Field) -> Span {
        let mark = self.mark();
        for arg in &pointer.inputs {
            self.ty(&arg.ty, Field::Param);
        }
        let head = self.token(pointer.fn_token.span, 2);
        let close = self.closing(&pointer.paren_token.span);
        let tail = self.return_type(&pointer.output).unwrap_or(close);
        self.finish(mark, Kind::TypeFn, field, head.to(close).to(tail))
    }

    pub(in crate::syntax) fn return_type(&mut self, ret: &ReturnType) -> Option<Span> {
        match ret {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(self.ty(ty, Field::Ret)),
        }
    }

    /// `A + ?Sized + 'a`; `None` where there are none.
    pub(in crate::syntax) fn bounds(
        &mut self,
        bounds: &Punctuated<TypeParamBound, Token![+]>,
    ) -> Option<Span> {
        let mut span: Option<Span> = None;
        for bound in bounds {
            let part = match bound {
                TypeParamBound::Trait(bound) if bound.maybe.is_none() => {
                    let inner = self.path(None, &bound.path, Field::Bound);
                    bound.paren_token.map_or(inner, |paren| self.brackets(&paren.span))
                }
                other => {
                    let span = self.any(other);
                    self.leaf(Kind::TypeOther, Field::Bound, span)
                }
            };
            span = Some(span.map_or(part, |before| before.to(part)));
        }
        span
    }

    /// The bytes of anything; costs more than to take the first and last token, so only for what is rare.
    pub(in crate::syntax) fn any(&self, part: &impl ToTokens) -> Span {
        let mut tokens = part.to_token_stream().into_iter();
        let first = tokens.next();
        let last = tokens.last();
        let Some(first) = first else { return Span::point(self.start(proc_macro2::Span::call_site())) };
        let first_span = self.whole(first.span());
        last.map_or(first_span, |last| first_span.to(self.whole(last.span())))
    }
}
