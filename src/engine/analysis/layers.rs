//! Names of modules and crates of other layers, and which way they lead. Judges none.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::engine::{FactValue, Subject};
use crate::facts::Codebase;
use crate::syntax::{Kind, NodeId, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The analysis `layers`.
pub(super) struct Layers;

static SPEC: Spec = Spec {
    name: "layers",
    about: "names of the workspace that belong to another layer than the code that uses them: at the first use in the \
            file, or at the import that nothing uses",
    params: &[ParamSpec {
        name: "layers",
        kind: ParamKind::Names,
        about: "modules or crates, outermost first; a name with `::` is a whole path; default: presentation \
                infrastructure application domain",
        default: || {
            let names = ["presentation", "infrastructure", "application", "domain"];
            ParamValue::names(&names)
        },
    }],
    facts: &[
        FactSpec {
            name: "direction",
            kind: FactKind::Symbols(&["inward", "outward"]),
            about: "whether a layer uses one that comes after it in the list, or before",
        },
        FactSpec { name: "own", kind: FactKind::Text, about: "the layer of the code" },
        FactSpec { name: "other", kind: FactKind::Text, about: "the layer of the name" },
    ],
};

impl Analysis for Layers {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let layers = params.names("layers");
        let tree = codebase.tree(file);
        let mut own_modules = codebase.modules.iter().filter(|module| module.file == file);
        if !own_modules.any(|module| layer_of(layers, &module.path).is_some()) {
            return Vec::new();
        }
        let mut first: BTreeMap<Arc<str>, (NodeId, usize, usize)> = BTreeMap::new();
        for node in tree.subtree(tree.root()) {
            let Some((path, is_use)) = named(codebase, file, tree, node) else { continue };
            let own = layer_of(layers, &codebase.module_at(file, node).path);
            let (Some(own), Some(other)) = (own, layer_of(layers, &path)) else { continue };
            if own == other {
                continue;
            }
            // A use says more than the import that stands above it.
            let is_better = |known: &(NodeId, usize, usize)| is_use && tree.kind(known.0) == Kind::UseLeaf;
            if first.get(&path).is_none_or(is_better) {
                first.insert(path, (node, own, other));
            }
        }
        let is_import = |node: NodeId| tree.kind(node) == Kind::UseLeaf;
        let uses: Vec<Arc<str>> =
            first.iter().filter(|(_, (node, ..))| !is_import(*node)).map(|(path, _)| path.clone()).collect();
        // `use a::b; b::c()` is shown at `b::c`.
        let is_used = |path: &str| {
            uses.iter().any(|used| used.strip_prefix(path).is_some_and(|rest| rest.starts_with("::")))
        };
        let mut found: Vec<Subject> = first
            .into_iter()
            .filter(|(path, (node, ..))| !is_import(*node) || !is_used(path))
            .map(|(_, told)| told)
            .map(|(node, own, other)| {
                let name = |at: usize| FactValue::Text(layers.get(at).cloned().unwrap_or_default());
                Subject::new(file, node)
                    .with_symbol("direction", if own < other { "inward" } else { "outward" })
                    .with("own", name(own))
                    .with("other", name(other))
            })
            .collect();
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

/// What a node names, and whether it is a use rather than an import.
fn named(codebase: &Codebase, file: FileIdx, tree: &Tree, node: NodeId) -> Option<(Arc<str>, bool)> {
    match tree.kind(node) {
        Kind::UseLeaf => {
            let written = tree.use_path(node).to_owned();
            let segments: Vec<&str> = written.split("::").filter(|part| !part.is_empty()).collect();
            Some((codebase.resolve_segments(file, node, &segments)?.path, false))
        }
        Kind::Path if tree.parent(node).is_some_and(|parent| tree.kind(parent) == Kind::UseLeaf) => None,
        Kind::Path => Some((codebase.resolve(file, node)?.path.clone(), true)),
        _ => None,
    }
}

/// The place in the list of the layer that holds `path`: the crate or the outermost module of that name.
fn layer_of(layers: &[String], path: &str) -> Option<usize> {
    let is_in = |layer: &String| match layer.contains("::") {
        true => path == layer || path.strip_prefix(layer.as_str()).is_some_and(|rest| rest.starts_with("::")),
        false => false,
    };
    let by_path = layers.iter().position(is_in);
    by_path.or_else(|| {
        let mut segments = path.split("::").take(2);
        segments.find_map(|segment| layers.iter().position(|layer| layer == segment))
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::testing::check;

    #[test]
    fn a_name_of_an_outer_layer_leads_outward() {
        check(
            "select: { analysis: { name: layers } }\nforbid: { fact: { direction: outward } }",
            "
pub mod infrastructure {
    pub struct Store;
    pub fn open(_: crate::domain::Order) -> Store { Store }
}
pub mod domain {
    use crate::infrastructure::Store;
    pub struct Order;
    pub fn place(_: &Store) {} //~ a-check
}
",
        );
    }
}
