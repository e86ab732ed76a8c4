//! Roles that an item shows itself: attributes, derives, implemented traits, types of parameters and fields, name.

use super::found::{Search, Why, role};
use crate::catalog::{Api, Grade, Matcher, RoleKind, RoleSet};
use crate::facts::{Codebase, FnInfo, ItemIdx, ItemKind, TypeInfo, attribute};
use crate::syntax::{Field, Kind, NodeId};

/// Searches the items of the file.
pub(super) fn search(search: &mut Search<'_>) {
    for at in search.codebase.items_of(search.file) {
        let idx = ItemIdx(at);
        let codebase = search.codebase;
        let item = codebase.item(idx);
        attributes(search, idx, item.node);
        match &item.kind {
            ItemKind::Fn(func) => function(search, idx, func),
            ItemKind::Type(info) => type_item(search, idx, info),
            ItemKind::Impl(_) => implementation(search, idx, item.node),
            ItemKind::Alias(ty) => field_type(search, idx, *ty),
            ItemKind::Trait => job_trait(search, idx),
            ItemKind::Const(..) | ItemKind::Macro => {}
        }
    }
}

/// Rows of attributes on an item.
fn attributes(search: &mut Search<'_>, idx: ItemIdx, node: NodeId) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let found: Vec<NodeId> = attribute::attributes(tree, node).collect();
    for attr in found {
        let path = codebase.resolve(search.file, attr).map(|to| to.path.clone());
        let mut rows = path.map_or(&[][..], |path| codebase.catalog.apis_of_attribute(&path));
        if rows.is_empty() {
            // Helper attributes, such as `#[activity]`, are nobody's path.
            rows = codebase.catalog.apis_of_attribute(attribute::name(tree, attr));
        }
        for row in rows {
            let api = codebase.catalog.api(*row);
            if search.is_meant(api) && fits_attribute(search, api, idx, attr) {
                annotated(search, api, idx, attr);
            }
        }
    }
}

/// Whether the attribute has the words, and stands below the attribute, that the row wants.
fn fits_attribute(search: &Search<'_>, api: &Api, idx: ItemIdx, attr: NodeId) -> bool {
    let Matcher::Attribute { args, inside, .. } = &api.matcher else { return false };
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let has_words = args.iter().all(|word| attribute::has_word(tree, attr, word));
    let is_inside = inside.as_deref().is_none_or(|wanted| {
        let mut around = codebase.items_around(search.file, codebase.item(idx).node).skip(1);
        around.any(|outer| {
            attribute::attributes(tree, codebase.item(outer).node)
                .any(|attr| codebase.resolve(search.file, attr).is_some_and(|to| &*to.path == wanted))
        })
    });
    has_words && is_inside
}

/// Gives out the roles of a row that an attribute matches.
fn annotated(search: &mut Search<'_>, api: &Api, idx: ItemIdx, attr: NodeId) {
    let codebase = search.codebase;
    let text = format!("attribute `{}`", codebase.tree(search.file).text(attr).lines().next().unwrap_or(""));
    let why = Why { is_for_tests: true, ..Why::new(api.grade, search.place(attr), &text) };
    let Matcher::Attribute { methods, .. } = &api.matcher else { return };
    if methods.is_empty() {
        search.item(idx, api.roles, &why);
        if let ItemKind::Fn(func) = &codebase.item(idx).kind {
            handler_params(search, api, func, &why);
        }
    } else {
        for method in methods_of(codebase, idx, methods) {
            search.item(method, api.roles, &why);
        }
    }
    if let Some(of_self) = self_type(codebase, idx) {
        search.item(of_self, api.self_roles, &why);
    }
}

/// The type that is annotated, or that the annotated impl is for.
fn self_type(codebase: &Codebase, idx: ItemIdx) -> Option<ItemIdx> {
    let item = codebase.item(idx);
    match &item.kind {
        ItemKind::Type(_) => Some(idx),
        ItemKind::Impl(_) | ItemKind::Fn(_) => codebase.enclosing_type(item.file, item.node),
        ItemKind::Alias(_) | ItemKind::Trait | ItemKind::Const(..) | ItemKind::Macro => None,
    }
}

/// Functions right below an impl or trait: those named, or all for `*`.
fn methods_of(codebase: &Codebase, owner: ItemIdx, names: &[Box<str>]) -> Vec<ItemIdx> {
    let in_file = codebase.items_of(codebase.item(owner).file).map(ItemIdx);
    let is_wanted = |idx: &ItemIdx| {
        let item = codebase.item(*idx);
        matches!(item.kind, ItemKind::Fn(_))
            && codebase.parent_item(*idx) == Some(owner)
            && names.iter().any(|name| **name == *"*" || **name == *item.name)
    };
    in_file.filter(is_wanted).collect()
}

/// Roles of the types of a handler's parameters.
pub(super) fn handler_params(search: &mut Search<'_>, api: &Api, func: &FnInfo, why: &Why<'_>) {
    for (at, roles) in &api.handler_arg_roles {
        let tree = search.codebase.tree(search.file);
        let ty = func.params.get(usize::from(*at)).and_then(|param| tree.child(*param, Field::Type));
        if let Some(ty) = ty {
            let ty = search.codebase.ty(search.file, ty);
            search.types(&ty, *roles, why);
        }
    }
}

/// Rows of the types of a function's parameters; `main`.
fn function(search: &mut Search<'_>, idx: ItemIdx, func: &FnInfo) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let is_in_trait_impl = func.owner.is_some_and(|owner| codebase.trait_of(owner).is_some());
    for param in &func.params {
        let Some(node) = tree.child(*param, Field::Type) else { continue };
        let ty = codebase.ty(search.file, node);
        // `LambdaEvent<SqsEvent>` is as good as `SqsEvent`.
        let wraps = ty
            .path()
            .and_then(|path| codebase.catalog.type_row(path))
            .is_some_and(|row| row.derefs.is_some());
        for ty in [Some(&ty), wraps.then(|| ty.arg(0))].into_iter().flatten() {
            let Some(path) = ty.path() else { continue };
            for row in codebase.catalog.apis_of_param_type(path) {
                let api = codebase.catalog.api(*row);
                let is_placed = is_in_trait_impl || !api.only_in_trait_impl;
                if !search.is_meant(api) || !is_placed {
                    continue;
                }
                let text = format!("parameter of type `{}`", tree.text(node));
                let why = Why::new(api.grade, search.place(*param), &text);
                search.item(idx, api.roles, &why);
                for (at, roles) in &api.generic_roles {
                    search.types(ty.arg(usize::from(*at)), *roles, &why);
                }
            }
        }
    }
    let item = codebase.item(idx);
    if &*item.name == "main" && func.owner.is_none() {
        let why = Why::new(Grade::High, search.place(item.node), "the program's `main`");
        search.item(idx, role("startup"), &why);
    }
}

/// Rows of derives; types of fields; names.
fn type_item(search: &mut Search<'_>, idx: ItemIdx, info: &TypeInfo) {
    let codebase = search.codebase;
    let item = codebase.item(idx);
    for derive in &info.derives {
        for row in codebase.catalog.apis_of_derive(derive) {
            let api = codebase.catalog.api(*row);
            if search.is_meant(api) {
                let text = format!("derives `{derive}`");
                let why = Why::new(api.grade, search.place(item.node), &text);
                search.item(idx, api.roles.union(api.self_roles), &why);
            }
        }
    }
    let variants = info.variants.iter().flat_map(|variant| &variant.fields);
    let types: Vec<NodeId> = info.fields.iter().chain(variants).map(|field| field.ty).collect();
    for ty in types {
        field_type(search, idx, ty);
    }
    let is_config = ["Config", "Settings", "Configuration"].iter().any(|end| item.name.ends_with(end));
    if is_config {
        let text = format!("its name `{}`", item.name);
        search.item(idx, role("config"), &Why::new(Grade::Low, search.place(item.node), &text));
    }
}

/// What the type of a field, or an alias, says about its holder, and about its own arguments.
fn field_type(search: &mut Search<'_>, holder: ItemIdx, node: NodeId) {
    let codebase = search.codebase;
    let ty = codebase.ty(search.file, node);
    let Some(path) = ty.path() else { return };
    let (of_type, of_params) = (codebase.catalog.type_row(path), codebase.catalog.apis_of_param_type(path));
    if of_type.is_none() && of_params.is_empty() {
        return;
    }
    let text = format!("field of type `{}`", codebase.tree(search.file).text(node));
    if let Some(row) = of_type {
        let of_types: RoleSet = row
            .roles
            .iter()
            .filter(|role| role.row().is_some_and(|row| row.kind == RoleKind::Type))
            .collect();
        search.item(holder, of_types, &Why::new(Grade::High, search.place(node), &text));
    }
    for row in of_params {
        let api = codebase.catalog.api(*row);
        for (at, roles) in &api.generic_roles {
            let why = Why::new(api.grade, search.place(node), &text);
            search.types(ty.arg(usize::from(*at)), *roles, &why);
        }
    }
}

/// Rows of the trait that an impl is for.
fn implementation(search: &mut Search<'_>, idx: ItemIdx, node: NodeId) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let Some(path) = codebase.trait_of(idx) else { return };
    for row in codebase.catalog.apis_of_trait(path) {
        let api = codebase.catalog.api(*row);
        let Matcher::Implements { methods, assoc_roles } = &api.matcher else { continue };
        if !search.is_meant(api) {
            continue;
        }
        let text = format!("implements `{path}`");
        let why = Why::new(api.grade, search.place(node), &text);
        for method in methods_of(codebase, idx, methods) {
            search.item(method, api.roles, &why);
        }
        if let Some(of_self) = self_type(codebase, idx) {
            search.item(of_self, api.self_roles, &why);
        }
        for (at, roles) in &api.generic_roles {
            if let Some(arg) = trait_argument(search, node, usize::from(*at)) {
                let ty = codebase.ty(search.file, arg);
                search.types(&ty, *roles, &why);
            }
        }
        for (name, roles) in assoc_roles {
            let is_alias = |at: &NodeId| tree.kind(*at) == Kind::TypeAlias && tree.name(*at) == Some(name);
            let alias = tree.children_in(node, Field::Item).find(is_alias);
            if let Some(ty) = alias.and_then(|alias| tree.child(alias, Field::Type)) {
                let ty = codebase.ty(search.file, ty);
                search.types(&ty, *roles, &why);
            }
        }
    }
}

/// Type argument `at` of the trait in `impl Trait<A, B> for T`.
fn trait_argument(search: &Search<'_>, imp: NodeId, at: usize) -> Option<NodeId> {
    let tree = search.codebase.tree(search.file);
    let path = tree.child(imp, Field::Trait)?;
    let segment = tree.children_in(path, Field::Segment).last()?;
    tree.children_in(segment, Field::GenericArg).nth(at)
}

/// Whether a function is async and says whether it worked: what runs a job, not what starts a service.
fn is_fallible_work(codebase: &Codebase, func: ItemIdx) -> bool {
    let item = codebase.item(func);
    let ItemKind::Fn(info) = &item.kind else { return false };
    let tree = codebase.tree(item.file);
    info.is_async && info.ret.is_some_and(|ret| tree.text(ret).contains("Result"))
}

/// A trait of the repository that is a background job: runs, and its implementors travel as data, or it is named so.
fn job_trait(search: &mut Search<'_>, idx: ItemIdx) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let item = codebase.item(idx);
    let bounds: Vec<&str> = tree.children_in(item.node, Field::Bound).map(|bound| tree.text(bound)).collect();
    let ends_in =
        |name: &str| bounds.iter().any(|bound| bound.split('<').next().unwrap_or("").trim().ends_with(name));
    let travels = ends_in("Serialize") && (ends_in("DeserializeOwned") || ends_in("Deserialize"));
    let names: Vec<Box<str>> = ["run", "perform", "execute"].map(Box::from).to_vec();
    let methods = methods_of(codebase, idx, &names);
    let is_named =
        item.name.ends_with("Job") && methods.iter().any(|method| is_fallible_work(codebase, *method));
    if methods.is_empty() || !travels && !is_named {
        return;
    }
    let grade = if travels { Grade::High } else { Grade::Medium };
    let text = format!("implements the job trait `{}`", item.path);
    for imp in codebase.impls_of(&item.path) {
        let imp_item = codebase.item(*imp);
        let place = crate::facts::Place { file: imp_item.file, node: imp_item.node };
        let why = Why::new(grade, place, &text);
        for method in methods_of(codebase, *imp, &names) {
            search.item(method, role("job-handler"), &why);
        }
        if let Some(of_self) = self_type(codebase, *imp).filter(|_| travels) {
            search.item(of_self, role("job-payload"), &why);
        }
    }
}
