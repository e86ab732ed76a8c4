//! Selects struct literals, their fields, assignments to fields, loops and imports.

use super::{Miss, Saw, Selected, Selection};
use crate::engine::view::FileView;
use crate::engine::{Truth, place};
use crate::rule::{FieldSetSelector, LiteralSelector, LoopSelector, PathPattern, matches_any_path};
use crate::syntax::{Field, Flag, Kind, NodeId};
use std::sync::Arc;

impl FileView<'_> {
    pub(super) fn select_literal(
        &self,
        asked: &LiteralSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        if self.tree.kind(node) != Kind::StructLit {
            return Err(Miss::new("literal", Saw::Other));
        }
        if !asked.types.is_empty() {
            let path = self.path_of(node).ok_or(Miss::new("type", Saw::Unresolved))?;
            if !matches_any_path(&asked.types, &path) {
                return Err(Miss::new("type", Saw::Name(path)));
            }
        }
        if asked.field.is_empty() {
            found.push(Selected::sure(self.subject(node)));
            return Ok(());
        }
        let n_before = found.len();
        for init in self.tree.children_in(node, Field::FieldInit) {
            if self.tree.name(init).is_some_and(|name| asked.field.has(name)) {
                let value = self.tree.child(init, Field::Init).unwrap_or(init);
                let subject = self.subject(value).narrowed(self.tree.span(init)).capturing("literal", node);
                found.push(Selected::sure(subject));
            }
        }
        if found.len() > n_before { Ok(()) } else { Err(Miss::new("field", Saw::Other)) }
    }

    pub(super) fn select_field_set(
        &self,
        asked: &FieldSetSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let parts = (self.tree.child(node, Field::Left), self.tree.child(node, Field::Right));
        let (Kind::Assign, (Some(left), Some(right))) = (self.tree.kind(node), parts) else {
            return Err(Miss::new("field_set", Saw::Other));
        };
        let (Kind::FieldAccess, Some(base)) = (self.tree.kind(left), self.tree.child(left, Field::Base))
        else {
            return Err(Miss::new("field_set", Saw::Other));
        };
        let name = self.tree.name(left).unwrap_or("");
        if !asked.field.is_empty() && !asked.field.has(name) {
            return Err(Miss::new("field", Saw::Name(name.into())));
        }
        let mut doubt = None;
        if !asked.on.is_empty() {
            let ty = self.codebase.type_of(self.file, base);
            match super::is_one_of(&ty, &asked.on) {
                Truth::Yes => {}
                Truth::No => return Err(Miss::new("on", Saw::Type(ty))),
                Truth::Unknown => {
                    doubt = Some(format!("the type of `{}` is not known", self.tree.text(base)));
                }
            }
        }
        let subject = self.subject(right).narrowed(self.tree.span(node));
        found.push(Selected { subject, doubt });
        Ok(())
    }

    pub(super) fn select_loop(
        &self,
        asked: &LoopSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let mut loops = self.codebase.loops(self.file).iter();
        let fact = loops.find(|fact| fact.node == node).ok_or(Miss::new("loop", Saw::Other))?;
        let is_kind = asked.kinds.contains(&fact.kind);
        if !asked.kinds.is_empty() && !is_kind {
            return Err(Miss::new("kind", Saw::Name(fact.kind.as_str().into())));
        }
        if asked.in_process.is_some_and(|asked| asked != fact.in_process) {
            return Err(Miss::new("in_process", Saw::Other));
        }
        let mut subject = self.subject(node).narrowed(place::loop_head(self.tree, node));
        for (name, part) in [("source", fact.source), ("operation", fact.operation)] {
            if let Some(part) = part {
                subject = subject.capturing(name, part);
            }
        }
        found.push(Selected::sure(subject));
        Ok(())
    }

    pub(super) fn select_import(
        &self,
        asked: &[PathPattern],
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        if self.tree.kind(node) != Kind::UseLeaf {
            return Err(Miss::new("import", Saw::Other));
        }
        let written = self.tree.use_path(node);
        let segments: Vec<&str> = written.split("::").filter(|part| !part.is_empty()).collect();
        let resolved = self.codebase.resolve_segments(self.file, node, &segments);
        let mut path: Arc<str> = resolved.map_or_else(|| written.into(), |to| to.path);
        if self.tree.has(node, Flag::Glob) {
            path = format!("{path}::*").into();
        }
        if !matches_any_path(asked, &path) {
            return Err(Miss::new("import", Saw::Name(path)));
        }
        found.push(Selected::sure(self.subject(node)));
        Ok(())
    }
}
