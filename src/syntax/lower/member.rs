//! Lowers the members of impls, traits and `extern` blocks.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use syn::{
    ForeignItem, ForeignItemStatic, ImplItem, ImplItemConst, TraitItem, TraitItemConst, TraitItemType,
    Visibility,
};

impl Lower<'_> {
    pub(in crate::syntax) fn impl_item(&mut self, item: &ImplItem) {
        let mark = self.mark();
        match item {
            ImplItem::Fn(func) => {
                let head = self.lead(&func.attrs, &func.vis);
                self.function(mark, head, &func.sig, Some(&func.block), Field::Item);
                if self.is_left_out(&func.attrs) {
                    self.leave_out(mark);
                }
            }
            ImplItem::Const(constant) => self.impl_const(constant),
            ImplItem::Type(alias) => {
                let head = self.lead(&alias.attrs, &alias.vis);
                self.name(&alias.ident);
                self.generics(&alias.generics);
                self.ty(&alias.ty, Field::Type);
                let span = self.statement_span(head, alias.type_token.span, alias.semi_token.spans[0]);
                self.finish(mark, Kind::TypeAlias, Field::Item, span);
            }
            ImplItem::Macro(mac) => {
                let attrs = self.attrs(&mac.attrs);
                self.macro_call_from(mark, attrs, &mac.mac, Field::Item);
            }
            other => {
                let span = self.any(other);
                self.leaf(Kind::Unparsed, Field::Item, span);
            }
        }
    }

    fn impl_const(&mut self, constant: &ImplItemConst) {
        let mark = self.mark();
        let head = self.lead(&constant.attrs, &constant.vis);
        self.name(&constant.ident);
        self.ty(&constant.ty, Field::Type);
        self.expr(&constant.expr, Field::Init);
        let span = self.statement_span(head, constant.const_token.span, constant.semi_token.spans[0]);
        self.finish(mark, Kind::Const, Field::Item, span);
    }

    pub(in crate::syntax) fn trait_member(&mut self, item: &TraitItem) {
        let mark = self.mark();
        match item {
            TraitItem::Fn(func) => {
                let head = self.lead(&func.attrs, &Visibility::Inherited);
                let span = self.function(mark, head, &func.sig, func.default.as_ref(), Field::Item);
                self.extend_to(span, func.semi_token.map(|semi| semi.spans[0]));
            }
            TraitItem::Const(constant) => self.trait_const(constant),
            TraitItem::Type(alias) => self.trait_type(alias),
            TraitItem::Macro(mac) => {
                let attrs = self.attrs(&mac.attrs);
                self.macro_call_from(mark, attrs, &mac.mac, Field::Item);
            }
            other => {
                let span = self.any(other);
                self.leaf(Kind::Unparsed, Field::Item, span);
            }
        }
    }

    /// The last node, which covers `span`, goes on to the `;`.
    fn extend_to(&mut self, span: Span, semi: Option<proc_macro2::Span>) {
        let end = semi.map_or(span.end(), |semi| self.token(semi, 1).end());
        if let Some(last) = self.nodes.last_mut() {
            last.end = end;
        }
    }

    fn trait_const(&mut self, constant: &TraitItemConst) {
        let mark = self.mark();
        let head = self.lead(&constant.attrs, &Visibility::Inherited);
        self.name(&constant.ident);
        self.ty(&constant.ty, Field::Type);
        if let Some((_, default)) = &constant.default {
            self.expr(default, Field::Init);
        }
        let span = self.statement_span(head, constant.const_token.span, constant.semi_token.spans[0]);
        self.finish(mark, Kind::Const, Field::Item, span);
    }

    fn trait_type(&mut self, alias: &TraitItemType) {
        let mark = self.mark();
        let head = self.lead(&alias.attrs, &Visibility::Inherited);
        self.name(&alias.ident);
        self.generics(&alias.generics);
        self.bounds(&alias.bounds);
        if let Some((_, default)) = &alias.default {
            self.ty(default, Field::Type);
        }
        let span = self.statement_span(head, alias.type_token.span, alias.semi_token.spans[0]);
        self.finish(mark, Kind::TypeAlias, Field::Item, span);
    }

    pub(in crate::syntax) fn foreign_item(&mut self, item: &ForeignItem) {
        let mark = self.mark();
        match item {
            ForeignItem::Fn(func) => {
                let head = self.lead(&func.attrs, &func.vis);
                let span = self.function(mark, head, &func.sig, None, Field::Item);
                self.extend_to(span, Some(func.semi_token.spans[0]));
            }
            ForeignItem::Static(constant) => self.foreign_static(constant),
            other => {
                let span = self.any(other);
                self.leaf(Kind::Unparsed, Field::Item, span);
            }
        }
    }

    fn foreign_static(&mut self, constant: &ForeignItemStatic) {
        let mark = self.mark();
        let head = self.lead(&constant.attrs, &constant.vis);
        self.name(&constant.ident);
        self.ty(&constant.ty, Field::Type);
        let span = self.statement_span(head, constant.static_token.span, constant.semi_token.spans[0]);
        self.finish(mark, Kind::Static, Field::Item, span);
        if matches!(constant.mutability, syn::StaticMutability::Mut(_)) {
            self.flag(Flag::Mut);
        }
    }
}
