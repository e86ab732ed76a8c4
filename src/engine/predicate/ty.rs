//! Predicates on types, their fields, methods and traits.

use super::Answer;
use crate::engine::select::is_one_of;
use crate::engine::view::FileView;
use crate::engine::{Fact, FactValue, Subject, Truth};
use crate::facts::{FieldInfo, Item, ItemIdx, ItemKind, Resolved, Ty};
use crate::rule::{FieldTest, PathPattern, Pattern, TypeTest, matches_any_path};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::Arc;

/// The type or enum variant that a subject is, with what it holds.
pub(super) struct Shape<'c> {
    pub(super) item: &'c Item,
    /// One list of fields for each variant with data; the fields themselves for a struct or a variant.
    pub(super) cases: Vec<&'c [FieldInfo]>,
}

impl FileView<'_> {
    /// Whether `ty` is such a type.
    pub(in crate::engine) fn is_type(&self, test: &TypeTest, ty: &Ty) -> Truth {
        let last = last_segment(ty);
        let has_name = |holds: &dyn Fn(&str) -> bool| match (ty, last) {
            (Ty::Unknown, _) => Truth::Unknown,
            (_, Some(name)) => Truth::of(holds(name)),
            (_, None) => Truth::No,
        };
        let mut truth = Truth::Yes;
        if !test.path.is_empty() {
            truth = truth.and(is_one_of(ty, &test.path));
        }
        if !test.roles.is_empty() {
            truth = truth.and(self.type_plays(test, ty));
        }
        if let Some(pattern) = &test.name {
            truth = truth.and(has_name(&|name| pattern.is_match(name)));
        }
        if !test.names.is_empty() {
            truth = truth.and(has_name(&|name| test.names.has(name)));
        }
        if let Some(arg) = &test.arg {
            truth = truth.and(self.is_type(arg, ty.arg(0)));
        }
        if !test.any.is_empty() {
            truth = truth.and(test.any.iter().fold(Truth::No, |any, test| any.or(self.is_type(test, ty))));
        }
        if let Some(not) = &test.not {
            truth = truth.and(self.is_type(not, ty).negated());
        }
        truth
    }

    fn type_plays(&self, test: &TypeTest, ty: &Ty) -> Truth {
        if ty.is_unknown() {
            return Truth::Unknown;
        }
        let by_item =
            ty.item().is_some_and(|item| test.roles.iter().any(|role| self.codebase.plays(item, role)));
        let row = ty.path().and_then(|path| self.codebase.catalog.type_row(path));
        Truth::of(by_item || row.is_some_and(|row| row.roles.meets(test.roles)))
    }

    /// The type of a subject: the type that it defines, or that of its expression.
    pub(in crate::engine) fn type_of_subject(&self, subject: &Subject) -> Ty {
        let node = subject.place.node;
        let defined = |idx: ItemIdx| {
            let path = self.codebase.item(idx).path.clone();
            Ty::Named { to: Resolved { path, item: Some(idx) }, args: Vec::new() }
        };
        match self.tree.kind(node) {
            Kind::Struct | Kind::Enum | Kind::Union => self.item_of(node).map_or(Ty::Unknown, defined),
            Kind::Variant => self.codebase.item_at(self.file, node).map_or(Ty::Unknown, defined),
            Kind::TypePath | Kind::TypeRef | Kind::TypeTuple | Kind::TypeSlice | Kind::TypeArray => {
                self.codebase.ty(self.file, node)
            }
            _ => self.codebase.type_of(self.file, node),
        }
    }

    /// What a subject holds, where it is, or has, a type of the workspace.
    pub(super) fn shape_of(&self, subject: &Subject) -> Option<Shape<'_>> {
        let item = self.codebase.item(self.type_of_subject(subject).item()?);
        let info = item.kind.as_type()?;
        let is_variant = self.tree.kind(subject.place.node) == Kind::Variant;
        let variant = info.variants.iter().find(|variant| is_variant && variant.node == subject.place.node);
        let cases = match variant {
            Some(variant) => vec![variant.fields.as_slice()],
            None => cases_of(item),
        };
        Some(Shape { item, cases })
    }

    pub(super) fn has_field(&self, test: &FieldTest, subject: &Subject) -> Answer {
        let Some(shape) = self.shape_of(subject) else { return unknown_type() };
        Answer::any(
            shape.cases.iter().map(|fields| self.is_field_among(test, shape.item, fields, test.depth)),
        )
    }

    fn is_field_among(&self, test: &FieldTest, owner: &Item, fields: &[FieldInfo], depth: u8) -> Answer {
        Answer::any(fields.iter().map(|field| {
            let ty = self.codebase.ty(owner.file, field.ty);
            let names = [Some(&field.name), field.wire_name.as_ref()];
            let is_named = test.names.is_empty()
                || names
                    .into_iter()
                    .flatten()
                    .any(|name| test.names.iter().any(|names| names.is_match(name)));
            let is_typed = test.ty.as_ref().map_or(Truth::Yes, |asked| self.is_type(asked, &ty));
            let mut here = Answer::from(Truth::of(is_named).and(is_typed));
            here.found.push(self.found_field(owner, field));
            let inner = ty.travelling().item().map(|item| self.codebase.item(item));
            let below = inner.filter(|_| depth > 0).map(|inner| {
                let cases = cases_of(inner);
                Answer::any(cases.iter().map(|fields| self.is_field_among(test, inner, fields, depth - 1)))
            });
            Answer::any(std::iter::once(here).chain(below))
        }))
    }

    pub(super) fn found_field(&self, owner: &Item, field: &FieldInfo) -> Fact {
        let span = self.codebase.tree(owner.file).span(field.node);
        Fact { key: "field", value: FactValue::Text(field.name.to_string()), place: Some((owner.file, span)) }
    }

    pub(super) fn has_method(&self, name: &Pattern, subject: &Subject) -> Answer {
        let Some(path) = self.type_of_subject(subject).path().map(Arc::<str>::from) else {
            return unknown_type();
        };
        Answer::from(self.method_names(&path).iter().any(|method| name.is_match(method)))
    }

    /// Names of the functions in the impls of a type.
    pub(super) fn method_names(&self, type_path: &str) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for imp in self.codebase.impls_for(type_path) {
            let items = self.codebase.items_of(self.codebase.item(*imp).file).map(ItemIdx);
            let own = items.filter(|item| self.codebase.parent_item(*item) == Some(*imp));
            names.extend(
                own.map(|item| self.codebase.item(item))
                    .filter(|item| item.kind.as_fn().is_some())
                    .map(|item| item.name.clone()),
            );
        }
        names
    }

    pub(super) fn derives(&self, paths: &[PathPattern], subject: &Subject) -> Answer {
        let Some(item) = self.type_of_subject(subject).item() else { return unknown_type() };
        let ItemKind::Type(info) = &self.codebase.item(item).kind else { return unknown_type() };
        Answer::from(info.derives.iter().any(|path| matches_any_path(paths, path)))
    }

    pub(super) fn implements_one(&self, paths: &[PathPattern], subject: &Subject) -> Answer {
        let Some(item) = self.type_of_subject(subject).item() else { return unknown_type() };
        Answer::from(self.implements(self.codebase.item(item), paths))
    }

    /// The name of an item, variant, field, called function or method.
    pub(in crate::engine) fn name_of(&self, node: NodeId) -> Option<Arc<str>> {
        let site = self.codebase.call_at(self.file, node).map(|site| site.name.clone());
        site.or_else(|| self.tree.name(node).map(Arc::from))
            .or_else(|| self.tree.variable(node).map(Arc::from))
    }

    pub(super) fn has_type_arg(&self, at: u32, test: &TypeTest, subject: &Subject) -> Answer {
        let node = subject.place.node;
        let written = self.tree.children_in(node, Field::GenericArg).nth(at as usize);
        let ty = match written {
            Some(written) => self.codebase.ty(self.file, written),
            None => {
                let ty = self.type_of_subject(subject);
                // A pair of channel halves has the argument in each half.
                let holder = if matches!(ty, Ty::Tuple(_)) { ty.arg(0) } else { &ty };
                holder.arg(at as usize).clone()
            }
        };
        answer(self.is_type(test, &ty))
    }

    pub(super) fn has_receiver(&self, test: &TypeTest, node: NodeId) -> Answer {
        let receiver = self.tree.child(node, Field::Receiver);
        receiver.map_or(Answer::from(false), |receiver| {
            answer(self.is_type(test, &self.codebase.type_of(self.file, receiver)))
        })
    }

    pub(super) fn has_type_name(&self, pattern: &Pattern, subject: &Subject) -> Answer {
        let ty = self.type_of_subject(subject);
        last_segment(&ty).map_or_else(unknown_type, |name| Answer::from(pattern.is_match(name)))
    }
}

fn answer(truth: Truth) -> Answer {
    if truth == Truth::Unknown { unknown_type() } else { Answer::from(truth) }
}

pub(super) fn unknown_type() -> Answer {
    Answer::unknown("the type is not known or not defined in the workspace")
}

/// The fields of a struct, or those of each variant with data.
pub(super) fn cases_of(item: &Item) -> Vec<&[FieldInfo]> {
    let ItemKind::Type(info) = &item.kind else { return Vec::new() };
    if info.is_enum {
        let cases = info.variants.iter().map(|variant| variant.fields.as_slice());
        return cases.filter(|fields| !fields.is_empty()).collect();
    }
    vec![info.fields.as_slice()]
}

/// The last segment of a type's path; the first trait's for a bounded one.
pub(super) fn last_segment(ty: &Ty) -> Option<&str> {
    let path = match ty {
        Ty::Named { to, .. } => &to.path,
        Ty::Bounded(bounds) => &bounds.first()?.0,
        Ty::Tuple(parts) if parts.is_empty() => return Some("()"),
        Ty::Tuple(_) | Ty::Slice(_) | Ty::Unknown => return None,
    };
    path.rsplit("::").next()
}
