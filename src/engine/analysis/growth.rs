//! Collections that grow with what is received: in consume loops, in loops over the stream that a message is, in
//! functions that are called for each message. Tells what keeps them small. Judges none of it.

mod region;
mod relief;
#[cfg(test)]
mod tests;

use super::root::{Base, Root, root_of};
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Codebase, ItemKind, Place, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};
use region::{Region, Source};
use relief::Relief;

/// The analysis `growth`.
pub(super) struct Growth;

static SPEC: Spec = Spec {
    name: "growth",
    about: "collections that outlive a message and grow with what is received",
    params: &[
        ParamSpec {
            name: "keys",
            kind: ParamKind::Names,
            about: "words of keys that are few by nature, whatever is received; default: partition partitions topic topics",
            default: || {
                let words = ["partition", "partitions", "topic", "topics", "shard", "shards"];
                ParamValue::names(&words)
            },
        },
        ParamSpec {
            name: "pages",
            kind: ParamKind::Bool,
            about: "loops that fetch page after page instead of those that receive; default: false",
            default: || ParamValue::Bool(false),
        },
    ],
    facts: &[
        FactSpec {
            name: "source",
            kind: FactKind::Symbols(&["queue", "in-process", "message", "pages"]),
            about: "what is received: messages of a queue, values of a channel of this process, the items of the \
                    stream that a message is, or the pages of a list; its place is the loop's head; unknown where the receiver's type is",
        },
        FactSpec {
            name: "bounded",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether something keeps the collection small: it is emptied, measured, keyed by few values, or the \
                    source ends; unknown where other code may do that",
        },
        FactSpec {
            name: "collection",
            kind: FactKind::Text,
            about: "what grows; its place is the declaration, where that is in the same file",
        },
        FactSpec {
            name: "grown-at",
            kind: FactKind::Text,
            about: "the call that makes it grow, where a helper holds it",
        },
    ],
};

impl Analysis for Growth {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let view = View { codebase, file, tree: codebase.tree(file), params };
        let regions = view.regions();
        if regions.is_empty() {
            return Vec::new();
        }
        let mut seen: Vec<(NodeId, Root)> = Vec::new();
        let mut found = Vec::new();
        for site in codebase.calls(file) {
            let Some(region) = view.region_of(&regions, site.node) else { continue };
            for grown in view.growths(site) {
                let key = (region.node, grown.root.clone());
                let is_told = seen.contains(&key) || view.marks_the_way(site, region);
                if !view.is_outside(&grown.root, region) || is_told {
                    continue;
                }
                seen.push(key);
                found.push(view.told(site.node, region, &grown));
            }
        }
        found
    }
}

/// A collection that a call makes grow.
struct Grown {
    root: Root,
    /// The call that does it; another than the one in the region where a helper does.
    at: Place,
}

/// One file under examination.
#[derive(Clone, Copy)]
struct View<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
}

impl View<'_> {
    fn told(&self, node: NodeId, region: &Region, grown: &Grown) -> Subject {
        let head = (self.file, place::primary(self.tree, region.node));
        let mut subject = Subject::new(self.file, node);
        let source = match &region.source {
            Source::Queue => FactValue::Symbol("queue"),
            Source::InProcess => FactValue::Symbol("in-process"),
            Source::Message => FactValue::Symbol("message"),
            Source::Pages => FactValue::Symbol("pages"),
            Source::Unknown(reason) => FactValue::Unknown(reason.clone()),
        };
        subject = subject.with_at("source", source, head);
        subject = self.with_collection(subject, &grown.root);
        if grown.at.node != node || grown.at.file != self.file {
            let tree = self.codebase.tree(grown.at.file);
            let text = FactValue::Text(tree.name(grown.at.node).unwrap_or("").to_owned());
            subject = subject.with_at("grown-at", text, (grown.at.file, place::method(tree, grown.at.node)));
        }
        match self.relief(node, region, grown) {
            Relief::Yes => subject.with_symbol("bounded", "yes"),
            Relief::No => subject.with_symbol("bounded", "no"),
            Relief::Unknown(reason) => subject.with("bounded", FactValue::Unknown(reason)),
        }
    }

    fn with_collection(&self, subject: Subject, root: &Root) -> Subject {
        let (base, declared) = match root.base {
            Base::Variable(idx) => {
                let binding = self.codebase.bindings(self.file).all().get(idx.0 as usize).copied();
                let name = binding.and_then(|binding| self.tree.name(binding.ident)).unwrap_or("");
                (name.to_owned(), binding.map(|binding| self.tree.span(binding.ident)))
            }
            Base::Own => ("self".to_owned(), None),
            Base::Static(item) => (self.codebase.item(item).name.to_string(), None),
        };
        let name = std::iter::once(base).chain(root.fields.iter().cloned()).collect::<Vec<_>>().join(".");
        match declared {
            Some(span) => subject.with_at("collection", FactValue::Text(name), (self.file, span)),
            None => subject.with("collection", FactValue::Text(name)),
        }
    }

    /// Whether a collection lives longer than one round, or one call, of the region.
    fn is_outside(&self, root: &Root, region: &Region) -> bool {
        match root.base {
            Base::Variable(idx) => {
                let binding = self.codebase.bindings(self.file).all().get(idx.0 as usize);
                let is_within = |node| self.tree.is_within(node, region.node);
                region.is_loop && binding.is_some_and(|binding| !is_within(binding.ident))
            }
            Base::Own => !root.fields.is_empty(),
            Base::Static(_) => true,
        }
    }

    /// Whether a loop over pages only notes where it has been: what is put in is what moves, and not of a page.
    fn marks_the_way(&self, site: &CallSite, region: &Region) -> bool {
        let is_one = matches!(&*site.name, "insert" | "push" | "push_back");
        let mut args = self.tree.children_in(site.node, Field::Arg);
        let (Some(only), None) = (args.next(), args.next()) else { return false };
        let binding = self.codebase.binding(self.file, only);
        let is_within = |node| self.tree.is_within(node, region.node);
        region.source == Source::Pages && is_one && binding.is_some_and(|found| !is_within(found.ident))
    }

    /// What a call makes grow: its receiver, or a field that the method called grows.
    fn growths(&self, site: &CallSite) -> Vec<Grown> {
        let here = Place { file: self.file, node: site.node };
        if let Some(root) = self.grown_by(here, site) {
            return vec![Grown { root, at: here }];
        }
        let Target::Local(item) = site.target else { return Vec::new() };
        let receiver = self.tree.child(site.node, Field::Receiver);
        let receiver = receiver.and_then(|receiver| root_of(self.codebase, self.file, receiver));
        let item = self.codebase.item(item);
        let (ItemKind::Fn(info), Some(receiver)) = (&item.kind, receiver) else { return Vec::new() };
        let Some(body) = info.body else { return Vec::new() };
        let mut found: Vec<Grown> = Vec::new();
        for inner in self.codebase.calls_within(item.file, body) {
            let at = Place { file: item.file, node: inner.node };
            let root =
                self.grown_by(at, inner).filter(|root| root.base == Base::Own && !root.fields.is_empty());
            let Some(root) = root.map(|root| root.below(&receiver)) else { continue };
            if found.iter().all(|grown| grown.root != root) {
                found.push(Grown { root, at });
            }
        }
        found
    }

    fn grown_by(&self, at: Place, site: &CallSite) -> Option<Root> {
        let is_growth = site.roles.meets(RoleSet::named(&["collection-growth"]))
            && !site.roles.meets(RoleSet::named(&["fan-out"]))
            && &*site.name != "entry";
        let tree = self.codebase.tree(at.file);
        let receiver = tree.child(at.node, Field::Receiver).filter(|_| is_growth)?;
        let root = root_of(self.codebase, at.file, receiver)?;
        (!self.is_told_by_other_call(at)).then_some(root)
    }

    /// Whether the call is the receiver of another that grows the same: `map.entry(k).or_default().push(x)`.
    fn is_told_by_other_call(&self, at: Place) -> bool {
        let tree = self.codebase.tree(at.file);
        let above = tree
            .parent(at.node)
            .filter(|above| tree.kind(*above) == Kind::MethodCall && tree.field(at.node) == Field::Receiver);
        let site = above.and_then(|above| self.codebase.call_at(at.file, above));
        site.is_some_and(|site| site.roles.meets(RoleSet::named(&["collection-growth"])))
    }
}
