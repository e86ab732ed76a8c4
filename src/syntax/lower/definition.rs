//! Lowers types, traits, impls, consts and functions.

use crate::base::Span;
use crate::syntax::lower::{Lower, Mark};
use crate::syntax::{Field, Flag, Kind};
use syn::{
    Block, Fields, FnArg, ItemConst, ItemEnum, ItemImpl, ItemStatic, ItemStruct, ItemTrait, ItemType,
    ItemUnion, Receiver, ReceiverKind, Safety, Signature, StaticMutability, Variant,
};

impl Lower<'_> {
    /// From its modifiers to its body or the end of its signature.
    pub(in crate::syntax) fn function(
        &mut self,
        mark: Mark,
        lead: Option<Span>,
        sig: &Signature,
        body: Option<&Block>,
        field: Field,
    ) -> Span {
        let head = lead.unwrap_or_else(|| self.signature_start(sig));
        self.name(&sig.ident);
        let mut span = head;
        if let (Some(lt), Some(gt)) = (sig.generics.lt_token, sig.generics.gt_token) {
            let mark = self.mark();
            sig.generics.params.iter().for_each(|param| {
                self.generic_param(param);
            });
            let brackets = self.token(lt.spans[0], 1).to(self.token(gt.spans[0], 1));
            self.finish(mark, Kind::Generics, Field::Generics, brackets);
        }
        sig.inputs.iter().for_each(|input| self.parameter(input));
        span = span.to(self.closing(&sig.paren_token.span));
        span = self.return_type(&sig.output).map_or(span, |ret| span.to(ret));
        if let Some(clause) = &sig.generics.where_clause {
            span = span.to(self.where_clause(clause));
        }
        if let Some(body) = body {
            span = span.to(self.block(body, Field::Body));
        }
        let span = self.finish(mark, Kind::Fn, field, span);
        self.flag_if(sig.asyncness.as_ref(), Flag::Async);
        if matches!(sig.safety, Safety::Unsafe(_)) {
            self.flag(Flag::Unsafe);
        }
        span
    }

    fn signature_start(&self, sig: &Signature) -> Span {
        let unsafety = match &sig.safety {
            Safety::Unsafe(token) => Some(token.span),
            Safety::Safe(token) => Some(token.span),
            Safety::Default => None,
        };
        let first = [
            sig.constness.map(|token| token.span),
            sig.asyncness.map(|token| token.span),
            unsafety,
            sig.abi.as_ref().map(|abi| abi.extern_token.span),
        ];
        let span = first.into_iter().flatten().next().unwrap_or(sig.fn_token.span);
        self.token(span, 2)
    }

    fn parameter(&mut self, input: &FnArg) {
        let mark = self.mark();
        match input {
            FnArg::Receiver(receiver) => self.receiver(receiver),
            FnArg::Typed(typed) => {
                let attrs = self.attrs(&typed.attrs);
                // Before 2018 a trait's parameter could be a type alone; `syn` makes up a `_:` in its place.
                let is_made_up = matches!(&*typed.pat, syn::Pat::Wild(wild)
                    if self.start(wild.underscore_token.spans[0]) == self.start(typed.colon_token.spans[0]));
                let pat = (!is_made_up).then(|| self.pattern(&typed.pat, Field::Pat));
                let ty = self.ty(&typed.ty, Field::Type);
                let span = pat.map_or(ty, |pat| pat.to(ty));
                self.finish(mark, Kind::Param, Field::Param, attrs.map_or(span, |attrs| attrs.to(span)));
            }
        }
    }

    fn receiver(&mut self, receiver: &Receiver) {
        let mark = self.mark();
        let mut span = self.token(receiver.self_token.span, 4);
        let mut is_mut = receiver.mutability.is_some();
        let mut is_ref = false;
        match &receiver.kind {
            ReceiverKind::Reference(and, _, mutability) => {
                is_ref = true;
                is_mut |= mutability.is_some();
                span = self.token(and.spans[0], 1).to(span);
            }
            ReceiverKind::Typed(_, ty) => span = span.to(self.ty(ty, Field::Type)),
            _ => {}
        }
        self.finish(mark, Kind::SelfParam, Field::Param, span);
        if is_mut {
            self.flag(Flag::Mut);
        }
        if is_ref {
            self.flag(Flag::ByRef);
        }
    }

    pub(in crate::syntax) fn structure(&mut self, structure: &ItemStruct, field: Field) {
        let mark = self.mark();
        let head = self.lead(&structure.attrs, &structure.vis);
        let keyword = self.token(structure.struct_token.span, 6);
        self.name(&structure.ident);
        self.generics(&structure.generics);
        let fields = self.fields(&structure.fields);
        let semi = structure.semi_token.map(|semi| self.token(semi.spans[0], 1));
        let tail = semi.or(fields).unwrap_or(keyword);
        self.finish(mark, Kind::Struct, field, head.unwrap_or(keyword).to(tail));
    }

    /// The fields of a struct or variant, with their brackets.
    fn fields(&mut self, fields: &Fields) -> Option<Span> {
        let (list, brackets) = match fields {
            Fields::Named(named) => (&named.named, &named.brace_token.span),
            Fields::Unnamed(unnamed) => (&unnamed.unnamed, &unnamed.paren_token.span),
            Fields::Unit => return None,
        };
        list.iter().for_each(|part| self.field_definition(part));
        Some(self.closing(brackets))
    }

    fn field_definition(&mut self, part: &syn::Field) {
        let mark = self.mark();
        let head = self.lead(&part.attrs, &part.vis);
        let name = part.ident.as_ref().map(|ident| self.name(ident));
        let ty = self.ty(&part.ty, Field::Type);
        let start = head.or(name).unwrap_or(ty);
        self.finish(mark, Kind::FieldDef, Field::FieldDef, start.to(ty));
    }

    pub(in crate::syntax) fn enumeration(&mut self, enumeration: &ItemEnum, field: Field) {
        let mark = self.mark();
        let head = self.lead(&enumeration.attrs, &enumeration.vis);
        let keyword = self.token(enumeration.enum_token.span, 4);
        self.name(&enumeration.ident);
        self.generics(&enumeration.generics);
        enumeration.variants.iter().for_each(|variant| self.variant(variant));
        let span = head.unwrap_or(keyword).to(self.closing(&enumeration.brace_token.span));
        self.finish(mark, Kind::Enum, field, span);
    }

    fn variant(&mut self, variant: &Variant) {
        let mark = self.mark();
        let attrs = self.attrs(&variant.attrs);
        let name = self.name(&variant.ident);
        let mut span = attrs.map_or(name, |attrs| attrs.to(name));
        span = self.fields(&variant.fields).map_or(span, |fields| span.to(fields));
        if let Some((_, value)) = &variant.discriminant {
            span = span.to(self.expr(value, Field::Init));
        }
        self.finish(mark, Kind::Variant, Field::Variant, span);
    }

    pub(in crate::syntax) fn union(&mut self, union: &ItemUnion, field: Field) {
        let mark = self.mark();
        let head = self.lead(&union.attrs, &union.vis);
        let keyword = self.token(union.union_token.span, 5);
        self.name(&union.ident);
        self.generics(&union.generics);
        union.fields.named.iter().for_each(|part| self.field_definition(part));
        let span = head.unwrap_or(keyword).to(self.closing(&union.fields.brace_token.span));
        self.finish(mark, Kind::Union, field, span);
    }

    pub(in crate::syntax) fn implementation(&mut self, imp: &ItemImpl, field: Field) {
        let mark = self.mark();
        let attrs = self.attrs(&imp.attrs);
        let unsafety = imp.unsafety.map(|token| self.token(token.span, 6));
        let head = attrs.or(unsafety).unwrap_or_else(|| self.token(imp.impl_token.span, 4));
        self.generics(&imp.generics);
        if let Some((path, _)) = &imp.trait_ {
            self.path(None, path, Field::Trait);
        }
        self.ty(&imp.self_ty, Field::Type);
        let is_left_out = self.is_left_out(&imp.attrs);
        if !is_left_out {
            imp.items.iter().for_each(|item| self.impl_item(item));
        }
        let span = head.to(self.closing(&imp.brace_token.span));
        self.finish(mark, Kind::Impl, field, span);
        self.flag_if(imp.unsafety.as_ref(), Flag::Unsafe);
        if is_left_out {
            self.flag(Flag::Elided);
        }
    }

    pub(in crate::syntax) fn trait_item(&mut self, definition: &ItemTrait, field: Field) {
        let mark = self.mark();
        let head = self.lead(&definition.attrs, &definition.vis);
        let unsafety = definition.unsafety.map(|token| self.token(token.span, 6));
        let keyword = self.token(definition.trait_token.span, 5);
        self.name(&definition.ident);
        self.generics(&definition.generics);
        self.bounds(&definition.supertraits);
        definition.items.iter().for_each(|item| self.trait_member(item));
        let start = head.or(unsafety).unwrap_or(keyword);
        let span = start.to(self.closing(&definition.brace_token.span));
        self.finish(mark, Kind::Trait, field, span);
        self.flag_if(definition.unsafety.as_ref(), Flag::Unsafe);
    }

    pub(in crate::syntax) fn type_alias(&mut self, alias: &ItemType, field: Field) {
        let mark = self.mark();
        let head = self.lead(&alias.attrs, &alias.vis);
        self.name(&alias.ident);
        self.generics(&alias.generics);
        self.ty(&alias.ty, Field::Type);
        let span = self.statement_span(head, alias.type_token.span, alias.semi_token.spans[0]);
        self.finish(mark, Kind::TypeAlias, field, span);
    }

    pub(in crate::syntax) fn constant(&mut self, constant: &ItemConst, field: Field) {
        let mark = self.mark();
        let head = self.lead(&constant.attrs, &constant.vis);
        self.name(&constant.ident);
        self.ty(&constant.ty, Field::Type);
        self.expr(&constant.expr, Field::Init);
        let span = self.statement_span(head, constant.const_token.span, constant.semi_token.spans[0]);
        self.finish(mark, Kind::Const, field, span);
    }

    pub(in crate::syntax) fn static_item(&mut self, constant: &ItemStatic, field: Field) {
        let mark = self.mark();
        let head = self.lead(&constant.attrs, &constant.vis);
        self.name(&constant.ident);
        self.ty(&constant.ty, Field::Type);
        self.expr(&constant.expr, Field::Init);
        let span = self.statement_span(head, constant.static_token.span, constant.semi_token.spans[0]);
        self.finish(mark, Kind::Static, field, span);
        if matches!(constant.mutability, StaticMutability::Mut(_)) {
            self.flag(Flag::Mut);
        }
    }
}
