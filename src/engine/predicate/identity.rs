//! The predicate `carries`: whether a type that travels carries an identity, itself or in a part.

use super::Answer;
use super::ty::{cases_of, last_segment, unknown_type};
use crate::engine::view::FileView;
use crate::engine::{Subject, Truth};
use crate::facts::{FieldInfo, Item, Ty};
use crate::rule::{CarriesTest, Pattern};

impl FileView<'_> {
    pub(super) fn carries(&self, test: &CarriesTest, subject: &Subject) -> Answer {
        let Some(shape) = self.shape_of(subject) else { return unknown_type() };
        if self.has_identity_method(test, shape.item) {
            return Answer::from(true);
        }
        Answer::all(
            shape.cases.iter().map(|fields| self.is_identity_among(test, shape.item, fields, test.depth)),
        )
    }

    fn has_identity_method(&self, test: &CarriesTest, item: &Item) -> bool {
        let names = if test.methods.is_empty() { Vec::new() } else { self.method_names(&item.path) };
        names.iter().any(|name| is_any_match(&test.methods, name))
    }

    fn is_identity_among(&self, test: &CarriesTest, owner: &Item, fields: &[FieldInfo], depth: u8) -> Answer {
        let travelling = fields.iter().filter(|field| field.wire_name.is_some());
        Answer::any(travelling.map(|field| {
            let mut answer = self.is_identity(test, owner, field, depth);
            if answer.truth == Truth::Yes && answer.found.is_empty() {
                answer.found.push(self.found_field(owner, field));
            }
            answer
        }))
    }

    fn is_identity(&self, test: &CarriesTest, owner: &Item, field: &FieldInfo, depth: u8) -> Answer {
        let names = [Some(&field.name), field.wire_name.as_ref()];
        let mut names = names.into_iter().flatten();
        let is_excepted = names.clone().any(|name| is_any_match(&test.except, name));
        if !is_excepted && names.any(|name| is_any_match(&test.names, name)) {
            return Answer::from(true);
        }
        let ty = self.codebase.ty(owner.file, field.ty);
        let part = ty.travelling();
        if !is_excepted && is_identity_type(test, &ty) {
            return Answer::from(true);
        }
        let Some(inner) = part.item().map(|item| self.codebase.item(item)) else {
            let may_hold = field.is_flattened || part.is_unknown();
            let reason = || format!("what `{}` holds is not in sight", field.name);
            return if may_hold && depth > 0 { Answer::unknown(reason()) } else { Answer::from(false) };
        };
        if !field.is_flattened && depth == 0 {
            return Answer::from(false);
        }
        if self.has_identity_method(test, inner) {
            return Answer::from(true);
        }
        let cases = cases_of(inner);
        // `flatten` puts the inner fields on the same level; a type that flattens itself cannot be serialised.
        let below = depth.saturating_sub(1);
        if cases.is_empty() {
            return Answer::from(false);
        }
        Answer::all(cases.iter().map(|fields| {
            if field.is_flattened && depth == 0 {
                self.is_flat_identity(test, inner, fields)
            } else {
                self.is_identity_among(test, inner, fields, below)
            }
        }))
    }

    /// The inner fields of a flattened part by name and type alone.
    fn is_flat_identity(&self, test: &CarriesTest, owner: &Item, fields: &[FieldInfo]) -> Answer {
        Answer::any(fields.iter().map(|field| {
            let is_named = is_any_match(&test.names, &field.name) && !is_any_match(&test.except, &field.name);
            let ty = self.codebase.ty(owner.file, field.ty);
            Answer::from(is_named || is_identity_type(test, &ty))
        }))
    }
}

fn is_identity_type(test: &CarriesTest, ty: &Ty) -> bool {
    let (Some(path), Some(name)) = (ty.path(), last_segment(ty)) else { return false };
    test.types.iter().any(|pattern| pattern.matches(path) || pattern.matches(name))
}

fn is_any_match(patterns: &[Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(name))
}
