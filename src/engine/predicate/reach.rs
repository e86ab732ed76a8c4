//! Predicates on what lies below, before, after or behind a subject, or elsewhere in the code base.

use super::Answer;
use crate::base::Span;
use crate::engine::view::FileView;
use crate::engine::{Fact, FactValue, Subject, Truth, pattern, place};
use crate::facts::{CallSite, ItemIdx, ItemKind, Place, Target};
use crate::rule::{CodePattern, Extent, ReachTest, Selector, matches_any_path};
use crate::syntax::NodeId;
use std::collections::BTreeSet;

/// Functions that one `reaches` with paths looks into.
const MAX_FUNCTIONS: usize = 200;

impl<'e> FileView<'e> {
    pub(super) fn contains(&self, selector: &'e Selector, node: NodeId) -> Answer {
        let past = self.tree.past(node);
        self.first_of(selector, "contained", |at| node < at && at < past)
    }

    pub(super) fn follows(&self, selector: &'e Selector, node: NodeId) -> Answer {
        let Some(body) = self.fn_around(node) else { return Answer::from(false) };
        // What stands in the subject's own receiver or arguments runs before it as well.
        let past = self.tree.past(node);
        let is_before = |at: NodeId| {
            let is_around = self.tree.is_within(node, at);
            body < at && !is_around && (at < node || (node < at && at < past))
        };
        self.first_of(selector, "before", is_before)
    }

    pub(super) fn precedes(&self, selector: &'e Selector, node: NodeId) -> Answer {
        let Some(body) = self.fn_around(node) else { return Answer::from(false) };
        let (from, past) = (self.tree.past(node), self.tree.past(body));
        self.first_of(selector, "after", |at| from <= at && at < past)
    }

    fn fn_around(&self, node: NodeId) -> Option<NodeId> {
        self.codebase.enclosing_fn(self.file, node).map(|item| self.codebase.item(item).node)
    }

    fn first_of(
        &self,
        selector: &'e Selector,
        key: &'static str,
        is_meant: impl Fn(NodeId) -> bool,
    ) -> Answer {
        let subjects = self.subjects_of(selector);
        let first = subjects.iter().find(|subject| is_meant(subject.place.node));
        let mut answer = Answer::from(first.is_some());
        answer.found.extend(first.map(|subject| self.found(key, subject.place, subject.span)));
        answer
    }

    fn found(&self, key: &'static str, at: Place, span: Option<Span>) -> Fact {
        let tree = self.codebase.tree(at.file);
        let span = span.unwrap_or_else(|| place::method(tree, at.node));
        let text = crate::engine::message::shortened(tree.source().slice(span));
        Fact { key, value: FactValue::Text(text), place: Some((at.file, span)) }
    }

    pub(super) fn exists(&self, selector: &'e Selector, extent: Extent) -> Answer {
        let package = match extent {
            Extent::Crate => Some(self.package),
            Extent::Workspace => None,
        };
        let is_examined =
            |subject: &Subject| self.codebase.is_examined(subject.place.file, subject.place.node);
        let truth = self.engine.exists(selector, package, || {
            let mut files = self.engine.files(package);
            Truth::of(files.any(|file| {
                let view = FileView::new(self.engine, file);
                view.subjects_of(selector).iter().any(is_examined)
            }))
        });
        Answer::from(truth)
    }

    pub(super) fn holds_code(&self, code: &CodePattern, node: NodeId) -> bool {
        let kind = code.tree.kind(code.root);
        let mut nodes = self.tree.subtree(node).filter(|at| self.tree.kind(*at) == kind);
        nodes.any(|at| pattern::captures_of(self.codebase, self.file, at, code).is_some())
    }

    pub(super) fn reaches(&self, test: &ReachTest, node: NodeId) -> Answer {
        let item =
            self.item_of(node).filter(|item| matches!(self.codebase.item(*item).kind, ItemKind::Fn(_)));
        let answer = match item {
            Some(item) => self.fn_reaches(test, item),
            None => Answer::any(
                self.codebase.calls_within(self.file, node).iter().map(|site| self.call_reaches(test, site)),
            ),
        };
        if answer.truth == Truth::Yes || test.paths.is_empty() {
            return answer;
        }
        Answer::any([answer, self.path_reached(test, node)])
    }

    fn fn_reaches(&self, test: &ReachTest, item: ItemIdx) -> Answer {
        let reached = self.codebase.summary(item).all().iter();
        let mut meant = reached.filter(|reach| reach.depth <= test.depth && test.roles.contains(reach.role));
        meant.next().map_or(Answer::from(false), |reach| self.reached(reach.call, reach.end))
    }

    fn call_reaches(&self, test: &ReachTest, site: &CallSite) -> Answer {
        let here = Place { file: self.file, node: site.node };
        if site.roles.meets(test.roles) {
            return self.reached(here, here);
        }
        let Target::Local(item) = site.target else { return Answer::from(false) };
        let reached = self.codebase.summary(item).all().iter();
        let mut meant = reached.filter(|reach| reach.depth < test.depth && test.roles.contains(reach.role));
        meant.next().map_or(Answer::from(false), |reach| self.reached(here, reach.end))
    }

    fn reached(&self, call: Place, end: Place) -> Answer {
        let mut answer = Answer::from(true);
        answer.found.push(self.found("reached", call, None));
        answer.found.push(self.found("reached-at", end, None));
        answer
    }

    /// Breadth first through workspace functions, for paths, of which summaries know nothing.
    fn path_reached(&self, test: &ReachTest, node: NodeId) -> Answer {
        let mut seen: BTreeSet<ItemIdx> = BTreeSet::new();
        let mut level: Vec<(Place, Option<Place>)> = vec![(Place { file: self.file, node }, None)];
        for depth in 0..=test.depth {
            let mut next = Vec::new();
            for (body, first) in std::mem::take(&mut level) {
                for site in self.codebase.calls_within(body.file, body.node) {
                    let call = Place { file: body.file, node: site.node };
                    let path = self.called_path(site);
                    if path.is_some_and(|path| matches_any_path(&test.paths, &path)) {
                        return self.reached(first.unwrap_or(call), call);
                    }
                    if let Target::Local(item) = site.target
                        && depth < test.depth
                        && seen.len() < MAX_FUNCTIONS
                        && seen.insert(item)
                    {
                        let item = self.codebase.item(item);
                        next.push((Place { file: item.file, node: item.node }, first.or(Some(call))));
                    }
                }
            }
            level = next;
        }
        Answer::from(false)
    }
}
