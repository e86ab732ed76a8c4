//! From a check's fix as data to the edits for one finding. An edit that cannot be made where it stands gives none:
//! never half a fix, never a name that might mean something else there.

use crate::base::{FileIdx, Span};
use crate::engine::draft::Texts;
use crate::engine::view::FileView;
use crate::engine::{Subject, Truth};
use crate::facts::{Codebase, Place, Target};
use crate::finding::{Edit, Fix};
use crate::rule::{EditAction, EditSpec, FixSpec, Names, Past, PathPattern, Template, matches_any_path};
use crate::syntax::{Field, Kind, NodeId, Tree};

impl<'e> FileView<'e> {
    /// The first of the rule's fixes that fits the subject.
    pub(super) fn fix_of(&self, texts: &Texts<'_, 'e>) -> Option<Fix> {
        texts.rule.fixes.iter().find_map(|spec| self.fix_by(spec, texts))
    }

    fn fix_by(&self, spec: &'e FixSpec, texts: &Texts<'_, 'e>) -> Option<Fix> {
        let is_meant = |subject: &Subject| {
            spec.when.as_ref().is_none_or(|when| self.judge(when, subject).truth == Truth::Yes)
        };
        let package = self.codebase.packages.get(self.package.0 as usize)?;
        let is_known = |name: &str| package.dependencies.iter().any(|dep| !dep.is_dev && *dep.name == *name);
        if !is_meant(texts.subject) || !spec.crates.iter().all(|name| is_known(name)) {
            return None;
        }
        let edits: Option<Vec<Edit>> =
            spec.edits.iter().map(|edit| Draw::of(edit, texts)?.edit(edit)).collect();
        Fix::new(texts.filled(&spec.title), spec.applicability, edits?)
    }
}

/// One edit in the making, at its place.
struct Draw<'t, 'e> {
    texts: &'t Texts<'t, 'e>,
    codebase: &'e Codebase,
    file: FileIdx,
    tree: &'e Tree,
    /// The innermost node that covers `span`.
    node: NodeId,
    span: Span,
}

impl<'t, 'e> Draw<'t, 'e> {
    fn of(spec: &EditSpec, texts: &'t Texts<'t, 'e>) -> Option<Self> {
        let codebase = texts.view.codebase;
        let Place { file, node } = texts.subject.place;
        let tree = codebase.tree(file);
        let own = Draw { texts, codebase, file, tree, node, span: tree.span(node) };
        let here = match &spec.at {
            None => own,
            Some(name) => {
                let (file, span) = texts.place_of(name)?;
                let tree = codebase.tree(file);
                Draw { file, tree, node: tree.covering(span), span, ..own }
            }
        };
        let here = if spec.call_of.is_empty() { here } else { here.call_of(&spec.call_of)? };
        if spec.up_to.is_empty() { Some(here) } else { here.up_to(&spec.up_to) }
    }

    /// The only call of one of `paths` in here, else the nearest around.
    fn call_of(self, paths: &[PathPattern]) -> Option<Self> {
        let tree = self.tree;
        let is_meant = |node: &NodeId| match self.codebase.call_at(self.file, *node).map(|site| &site.target)
        {
            Some(Target::External(path)) => matches_any_path(paths, path),
            Some(Target::Local(_) | Target::Unknown) | None => false,
        };
        let mut inside = tree.subtree(self.node).filter(is_meant);
        let node = match (inside.next(), inside.next()) {
            (Some(only), None) => only,
            (Some(_), Some(_)) => return None,
            (None, _) => tree.ancestors(self.node).find(is_meant)?,
        };
        Some(Self { node, span: tree.span(node), ..self })
    }

    /// The call of one of `names` on the chain from here on, in the same expression.
    fn up_to(self, names: &Names) -> Option<Self> {
        let (tree, mut node) = (self.tree, self.node);
        let is_meant = |node: NodeId| {
            tree.kind(node) == Kind::MethodCall && tree.name(node).is_some_and(|name| names.has(name))
        };
        while !is_meant(node) {
            let outer = tree.parent(node).filter(|outer| is_of_chain(tree, *outer));
            node = outer.filter(|_| tree.field(node) != Field::Arg)?;
        }
        Some(Self { node, span: tree.span(node), ..self })
    }

    fn edit(&self, spec: &EditSpec) -> Option<Edit> {
        let (span, text) = match &spec.action {
            EditAction::Replace { code, arg: None } => (self.span, self.code(code)?),
            EditAction::Replace { code, arg: Some(at) } => {
                let call = Place { file: self.file, node: self.node };
                let arg = self.texts.view.arg_of(call, at)?;
                (self.tree.span(arg), self.code(code)?)
            }
            EditAction::InsertAfter { code, past } => (Span::point(self.past(past)?), self.code(code)?),
            EditAction::InsertCall(code) => {
                let before = self.tree.child(self.node, Field::Receiver);
                let receiver = if spec.up_to.is_empty() { self.node } else { before? };
                self.call_behind(receiver, &self.code(code)?)
            }
            EditAction::Call(callee) => self.other_callee(callee)?,
            EditAction::AddArg(code) => self.one_more_arg(&self.code(code)?)?,
            EditAction::RemoveCall => (self.without_call()?, String::new()),
        };
        Some(Edit { path: self.tree.source().path().clone(), span, text })
    }

    /// New code with its holes filled; `None` where one of them has no code here.
    fn code(&self, code: &Template) -> Option<String> {
        let mut is_whole = true;
        let text = code.render(|name| {
            let found = match name {
                "subject" => {
                    Some((self.texts.subject.place.file, self.texts.view.span_of(self.texts.subject)))
                }
                other => self.texts.place_of(other),
            };
            is_whole &= found.is_some();
            found.map(|(file, span)| self.codebase.tree(file).source().slice(span).to_owned())
        });
        is_whole.then_some(text)
    }

    /// Where the expression ends, with what must follow it.
    fn past(&self, past: &[Past]) -> Option<u32> {
        let mut at = self.node;
        for word in past {
            let kind = match word {
                Past::Await => Kind::Await,
                Past::Question => Kind::Try,
            };
            at = self.tree.parent(at).filter(|parent| self.tree.kind(*parent) == kind)?;
        }
        Some(self.tree.span(at).end())
    }

    /// A call behind `receiver`, set as the call that follows it is.
    fn call_behind(&self, receiver: NodeId, code: &str) -> (Span, String) {
        let tree = self.tree;
        let start = tree.span(receiver).end();
        let next = tree.parent(receiver).filter(|call| tree.kind(*call) == Kind::MethodCall);
        let name = next.filter(|_| tree.field(receiver) == Field::Receiver);
        let name = name.and_then(|call| tree.child(call, Field::Name)).map(|name| tree.span(name).start());
        let lead = name.map_or("", |name| tree.source().slice(Span::new(start, name.max(start))));
        // What follows may be a comment, then a blank, then the dot.
        let Some(dot) = lead.rfind('.') else { return (Span::point(start), code.to_owned()) };
        let lead = &lead[..dot];
        let blank = &lead[lead.trim_end().len()..];
        (Span::point(start + dot as u32), format!("{code}{blank}"))
    }

    /// The bytes of what is called, and what stands there to call `callee`.
    fn other_callee(&self, callee: &str) -> Option<(Span, String)> {
        if self.tree.kind(self.node) == Kind::MethodCall {
            let name = self.tree.child(self.node, Field::Name)?;
            return (!callee.contains("::")).then(|| (self.tree.span(name), callee.to_owned()));
        }
        let path = self.tree.path_node(self.node)?;
        let written = self.tree.path_segments(path);
        let last = callee.rsplit("::").next()?;
        let end = self.last_name(path)?;
        let is_callee = |segments: &[&str]| {
            let found = self.codebase.resolve_segments(self.file, self.node, segments);
            found.is_some_and(|found| *found.path == *callee)
        };
        let mut beside = written.clone();
        *beside.last_mut()? = last;
        if written.len() > 1 && is_callee(&beside) {
            return Some((end, last.to_owned()));
        }
        let whole = Span::new(self.tree.span(path).start(), end.end());
        let has_generics = self.tree.source().slice(whole).contains('<');
        let full = self.in_full(callee)?;
        let is_meant = !has_generics && is_callee(&full.split("::").collect::<Vec<_>>());
        is_meant.then_some((whole, full))
    }

    /// The name of a path's last segment, without generic arguments.
    fn last_name(&self, path: NodeId) -> Option<Span> {
        match self.tree.children_in(path, Field::Segment).last() {
            Some(segment) => {
                let name = self.tree.child(segment, Field::Name).unwrap_or(segment);
                Some(self.tree.span(name))
            }
            None => {
                let (span, text) = (self.tree.span(path), self.tree.text(path));
                let at = text.rfind("::").map_or(0, |at| at + 2);
                let lead = text.get(at..)?.len() - text.get(at..)?.trim_start().len();
                Some(Span::new(span.start() + (at + lead) as u32, span.end()))
            }
        }
    }

    /// A canonical path as this package writes it, whatever its manifest calls the crate.
    fn in_full(&self, path: &str) -> Option<String> {
        let (head, rest) = path.split_once("::")?;
        if matches!(head, "std" | "core" | "alloc") {
            return Some(path.to_owned());
        }
        let package = self.codebase.packages.get(self.codebase.file(self.file).package.0 as usize)?;
        let found = package.dependencies.iter().find(|dep| !dep.is_dev && *dep.crate_name == *head)?;
        Some(format!("{}::{rest}", found.name))
    }

    fn one_more_arg(&self, code: &str) -> Option<(Span, String)> {
        let (tree, node) = (self.tree, self.node);
        if !matches!(tree.kind(node), Kind::Call | Kind::MethodCall) {
            return None;
        }
        match tree.children_in(node, Field::Arg).last() {
            Some(last) => Some((Span::point(tree.span(last).end()), format!(", {code}"))),
            None => Some((Span::point(tree.span(node).end() - 1), code.to_owned())),
        }
    }

    /// The bytes of a method call behind its receiver.
    fn without_call(&self) -> Option<Span> {
        let receiver = self.tree.child(self.node, Field::Receiver)?;
        let is_call = self.tree.kind(self.node) == Kind::MethodCall;
        is_call.then(|| Span::new(self.tree.span(receiver).end(), self.tree.span(self.node).end()))
    }
}

/// Whether a receiver may stand in `node`: the calls of a chain, and what is transparent between them.
fn is_of_chain(tree: &Tree, node: NodeId) -> bool {
    matches!(tree.kind(node), Kind::MethodCall | Kind::Try | Kind::Await)
}
