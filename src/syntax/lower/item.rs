//! Lowers items: which method for which, modules, imports, macros.

use crate::base::Span;
use crate::syntax::lower::{Lower, Mark};
use crate::syntax::{Field, Flag, Kind};
use syn::{
    Attribute, Item, ItemExternCrate, ItemForeignMod, ItemMacro, ItemMod, ItemUse, UseTree, Visibility,
};

impl Lower<'_> {
    pub(in crate::syntax) fn item(&mut self, item: &Item, field: Field) {
        match item {
            Item::Use(import) => self.import(import, field),
            Item::Fn(func) => {
                let mark = self.mark();
                let head = self.lead(&func.attrs, &func.vis);
                self.function(mark, head, &func.sig, Some(&func.block), field);
                if self.is_left_out(&func.attrs) {
                    self.leave_out(mark);
                }
            }
            Item::Struct(structure) => self.structure(structure, field),
            Item::Enum(enumeration) => self.enumeration(enumeration, field),
            Item::Union(union) => self.union(union, field),
            Item::Impl(imp) => self.implementation(imp, field),
            Item::Trait(definition) => self.trait_item(definition, field),
            Item::TraitAlias(alias) => {
                let mark = self.mark();
                let head = self.lead(&alias.attrs, &alias.vis);
                self.name(&alias.ident);
                self.bounds(&alias.bounds);
                let span = self.statement_span(head, alias.trait_token.span, alias.semi_token.spans[0]);
                self.finish(mark, Kind::Trait, field, span);
            }
            Item::Type(alias) => self.type_alias(alias, field),
            Item::Const(constant) => self.constant(constant, field),
            Item::Static(constant) => self.static_item(constant, field),
            Item::Mod(module) => self.module(module, field),
            Item::ExternCrate(import) => self.extern_crate(import, field),
            Item::ForeignMod(foreign) => self.foreign_mod(foreign, field),
            Item::Macro(mac) => self.macro_item(mac, field),
            other => {
                let span = self.any(other);
                self.leaf(Kind::Unparsed, field, span);
            }
        }
    }

    /// Attributes and visibility.
    pub(in crate::syntax) fn lead(&mut self, attrs: &[Attribute], vis: &Visibility) -> Option<Span> {
        let attrs = self.attrs(attrs);
        let vis = self.visibility(vis);
        attrs.map_or(vis, |attrs| Some(vis.map_or(attrs, |vis| attrs.to(vis))))
    }

    /// From the lead or the keyword to the `;`.
    pub(in crate::syntax) fn statement_span(
        &self,
        head: Option<Span>,
        keyword: proc_macro2::Span,
        semi: proc_macro2::Span,
    ) -> Span {
        let keyword = Span::point(self.start(keyword));
        head.unwrap_or(keyword).to(self.token(semi, 1))
    }

    /// The last node is test code: only its attributes and its name stay.
    pub(in crate::syntax) fn leave_out(&mut self, mark: Mark) {
        let Some(whole) = self.nodes.pop() else { return };
        self.use_paths.retain(|(idx, _)| (*idx as usize) < mark.0);
        let n_parts = self.nodes.len().saturating_sub(mark.0);
        let mut kept = Vec::new();
        let mut at = self.nodes.len();
        while at > mark.0 {
            let size = self.nodes[at - 1].size as usize;
            let first = at.saturating_sub(size);
            if matches!(self.nodes[at - 1].field, Field::Attr | Field::Vis | Field::Name) {
                kept.push(self.nodes[first..at].to_vec());
            }
            at = first;
        }
        self.nodes.truncate(self.nodes.len() - n_parts);
        kept.into_iter().rev().for_each(|part| self.nodes.extend(part));
        let span = Span::new(whole.start, whole.end);
        self.finish(mark, whole.kind, whole.field, span);
        self.flag(Flag::Elided);
    }

    fn module(&mut self, module: &ItemMod, field: Field) {
        let mark = self.mark();
        let head = self.lead(&module.attrs, &module.vis);
        let keyword = self.token(module.mod_token.span, 3);
        let head = head.map_or(keyword, |head| head.to(keyword));
        let name = self.name(&module.ident);
        let Some((brace, items)) = &module.content else {
            let tail = module.semi.map_or(name, |semi| self.token(semi.spans[0], 1));
            self.finish(mark, Kind::ModDecl, field, head.to(tail));
            return;
        };
        let is_left_out = self.is_left_out(&module.attrs);
        if !is_left_out {
            items.iter().for_each(|item| self.item(item, Field::Item));
        }
        let span = head.to(self.closing(&brace.span));
        self.finish(mark, Kind::Module, field, span);
        if is_left_out {
            self.flag(Flag::Elided);
        }
    }

    fn import(&mut self, import: &ItemUse, field: Field) {
        let mark = self.mark();
        let head = self.lead(&import.attrs, &import.vis);
        let start = import.leading_colon.map(|colons| self.token(colons.spans[0], 2));
        self.use_tree(&import.tree, start, "");
        if import.leading_colon.is_some() {
            let leaves = self.nodes.iter_mut().skip(mark.0).filter(|node| node.kind == Kind::UseLeaf);
            leaves.for_each(|leaf| leaf.flags |= Flag::Leading as u16);
        }
        let span = self.statement_span(head, import.use_token.span, import.semi_token.spans[0]);
        self.finish(mark, Kind::Use, field, span);
        self.flag_if(import.leading_colon.as_ref(), Flag::Leading);
    }

    /// `start` is where the path begins that leads here, `prefix` its segments, each with `::` behind it.
    fn use_tree(&mut self, tree: &UseTree, start: Option<Span>, prefix: &str) {
        match tree {
            UseTree::Path(path) => {
                let word = self.word(&path.ident);
                let prefix = format!("{prefix}{}::", plain(&path.ident));
                self.use_tree(&path.tree, Some(start.map_or(word, |start| start.to(word))), &prefix);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.use_tree(tree, None, prefix));
            }
            UseTree::Name(name) => self.use_leaf(start, &name.ident, None, prefix),
            UseTree::Rename(rename) => self.use_leaf(start, &rename.ident, Some(&rename.rename), prefix),
            UseTree::Glob(glob) => {
                let mark = self.mark();
                let star = self.token(glob.star_token.spans[0], 1);
                if let Some(start) = start {
                    self.leaf(Kind::Path, Field::Path, start);
                }
                self.finish(mark, Kind::UseLeaf, Field::Item, start.map_or(star, |start| start.to(star)));
                self.set_use_path(prefix.trim_end_matches("::").to_owned());
                self.flag(Flag::Glob);
            }
        }
    }

    fn use_leaf(
        &mut self,
        start: Option<Span>,
        ident: &syn::Ident,
        rename: Option<&syn::Ident>,
        prefix: &str,
    ) {
        let mark = self.mark();
        let word = self.word(ident);
        let path = start.map_or(word, |start| start.to(word));
        let mut span = self.leaf(Kind::Path, Field::Path, path);
        if let Some(rename) = rename {
            span = span.to(self.name(rename));
        }
        self.finish(mark, Kind::UseLeaf, Field::Item, span);
        let is_self = ident == "self" && !prefix.is_empty();
        let path = if is_self {
            prefix.trim_end_matches("::").to_owned()
        } else {
            format!("{prefix}{}", plain(ident))
        };
        self.set_use_path(path);
    }

    fn extern_crate(&mut self, import: &ItemExternCrate, field: Field) {
        let mark = self.mark();
        let head = self.lead(&import.attrs, &import.vis);
        let word = self.word(&import.ident);
        self.leaf(Kind::Path, Field::Path, word);
        if let Some((_, rename)) = &import.rename {
            self.name(rename);
        }
        let span = self.statement_span(head, import.extern_token.span, import.semi_token.spans[0]);
        self.finish(mark, Kind::ExternCrate, field, span);
    }

    fn foreign_mod(&mut self, foreign: &ItemForeignMod, field: Field) {
        let mark = self.mark();
        let keyword = self.token(foreign.abi.extern_token.span, 6);
        let unsafety = foreign.unsafety.map(|token| self.token(token.span, 6));
        let head = self.attrs(&foreign.attrs).or(unsafety).unwrap_or(keyword);
        foreign.items.iter().for_each(|item| self.foreign_item(item));
        let span = head.to(self.closing(&foreign.brace_token.span));
        self.finish(mark, Kind::ForeignMod, field, span);
        self.flag_if(foreign.unsafety.as_ref(), Flag::Unsafe);
    }

    fn macro_item(&mut self, item: &ItemMacro, field: Field) {
        if let Some(name) = item.ident.as_ref().filter(|_| item.mac.path.is_ident("macro_rules")) {
            return self.macro_rules(item, name, field);
        }
        let mark = self.mark();
        let attrs = self.attrs(&item.attrs);
        let semi = item.semi_token.map(|semi| self.token(semi.spans[0], 1));
        self.macro_call_from(mark, attrs, &item.mac, field);
        if let (Some(semi), Some(last)) = (semi, self.nodes.last_mut()) {
            last.end = semi.end();
        }
    }
}

/// The word without `r#`.
fn plain(ident: &syn::Ident) -> String {
    use syn::ext::IdentExt;
    ident.unraw().to_string()
}
