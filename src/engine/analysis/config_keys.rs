//! Configurations that are made of text keys, one `.set(key, value)` each: what a key is set to, in any statement or
//! helper that shapes the same configuration, and what the configuration is for. Judges no value.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{Chain, Codebase, ItemKind, Place, Target, Ty, ValueKind};
use crate::syntax::{Field, Kind, NodeId};

/// The analysis `config-keys`.
pub(super) struct ConfigKeys;

static SPEC: Spec = Spec {
    name: "config-keys",
    about: "configurations made by `set(key, value)`, at the call that sets the key, or where they are made if none does",
    params: &[
        ParamSpec {
            name: "starts",
            kind: ParamKind::Names,
            about: "paths of the functions that make a configuration; default: none",
            default: || ParamValue::Names(Vec::new()),
        },
        ParamSpec {
            name: "setter",
            kind: ParamKind::Names,
            about: "methods that take a key and a value; default: set",
            default: || ParamValue::Names(vec!["set".to_owned()]),
        },
        ParamSpec {
            name: "ends",
            kind: ParamKind::Names,
            about: "methods after which no more keys are set; default: create create_with_context",
            default: || ParamValue::Names(vec!["create".to_owned(), "create_with_context".to_owned()]),
        },
        ParamSpec {
            name: "key",
            kind: ParamKind::Text,
            about: "the key in question",
            default: || ParamValue::Text(String::new()),
        },
        ParamSpec {
            name: "pair",
            kind: ParamKind::Text,
            about: "another key whose value matters too",
            default: || ParamValue::Text(String::new()),
        },
        ParamSpec {
            name: "marks",
            kind: ParamKind::Names,
            about: "keys that show that the configuration is for the purpose in question",
            default: || ParamValue::Names(Vec::new()),
        },
        ParamSpec {
            name: "makes",
            kind: ParamKind::Names,
            about: "last segments of the types that are made from a configuration of that purpose",
            default: || ParamValue::Names(Vec::new()),
        },
    ],
    facts: &[
        FactSpec {
            name: "value",
            kind: FactKind::Text,
            about: "what the key is set to last, `absent` where nothing sets it; unknown where the value is computed or \
                    part of the configuration is out of sight",
        },
        FactSpec { name: "paired", kind: FactKind::Text, about: "the same for the other key" },
        FactSpec {
            name: "purpose",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a mark is set or a type of that purpose is made from it",
        },
    ],
};

impl Analysis for ConfigKeys {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let starts = params.names("starts").iter().flat_map(|path| codebase.calls_to(path));
        let mut found: Vec<Subject> = starts
            .filter(|start| start.file == file)
            .map(|start| Config::new(codebase, params, *start).subject(*start))
            .collect();
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

/// One configuration.
struct Config<'c> {
    codebase: &'c Codebase,
    params: &'c Params,
    chain: Chain,
    /// What the callers do with it, where its function gives it back.
    onward: Vec<Chain>,
}

impl<'c> Config<'c> {
    fn new(codebase: &'c Codebase, params: &'c Params, start: Place) -> Self {
        let chain = codebase.chain(start.file, start.node);
        let onward = given_back(codebase, start).unwrap_or_default();
        Self { codebase, params, chain, onward }
    }

    fn subject(&self, start: Place) -> Subject {
        let setter = self.setter(self.params.text("key"));
        // Findings stay in the file of the analysis: a key that a helper elsewhere sets is shown where it is made.
        let at = setter.filter(|setter| setter.file == start.file).unwrap_or(start);
        let tree = self.codebase.tree(at.file);
        Subject::new(at.file, at.node)
            .narrowed(place::method(tree, at.node))
            .with("value", self.value_of(self.params.text("key")))
            .with("paired", self.value_of(self.params.text("pair")))
            .with_symbol("purpose", if self.has_purpose(start) { "yes" } else { "no" })
    }

    /// All calls that set a key, with the key where it is known.
    fn setters(&self) -> impl Iterator<Item = (Place, Option<String>)> + '_ {
        let calls = self.chain.calls.iter().filter(|call| self.params.lists("setter", &call.name));
        calls.map(|call| {
            let key = self.codebase.tree(call.place.file).child(call.place.node, Field::Arg);
            (call.place, key.and_then(|key| self.text(call.place.file, key)))
        })
    }

    /// The last call that sets `key`.
    fn setter(&self, key: &str) -> Option<Place> {
        self.setters().filter(|(_, set)| set.as_deref() == Some(key)).last().map(|(place, _)| place)
    }

    fn value_of(&self, key: &str) -> FactValue {
        if let Some(place) = self.setter(key) {
            let tree = self.codebase.tree(place.file);
            let value = tree.children_in(place.node, Field::Arg).nth(1);
            return match value.and_then(|value| self.text(place.file, value)) {
                Some(text) => FactValue::Text(text),
                None => FactValue::Unknown(format!("the value of `{key}` is computed")),
            };
        }
        if self.setters().any(|(_, set)| set.is_none()) {
            return FactValue::Unknown(format!("a computed key may be `{key}`"));
        }
        let is_filled =
            |chain: &Chain| chain.calls.iter().any(|call| matches!(&*call.name, "extend" | "from_iter"));
        let is_used = |chain: &Chain| chain.calls.iter().any(|call| self.params.lists("ends", &call.name));
        let is_shaped =
            |chain: &Chain| chain.calls.iter().any(|call| self.params.lists("setter", &call.name));
        let mut onward = self.onward.iter();
        let is_seen = match self.onward.is_empty() {
            true => is_used(&self.chain) || self.chain.is_whole,
            false => onward.all(|chain| is_used(chain) && !is_filled(chain) && !is_shaped(chain)),
        };
        if is_filled(&self.chain) || !is_seen {
            return FactValue::Unknown(format!("`{key}` may be set where the configuration goes"));
        }
        FactValue::Text("absent".to_owned())
    }

    /// A text, number or flag as the library reads it.
    fn text(&self, file: FileIdx, expr: NodeId) -> Option<String> {
        match self.codebase.value(file, expr)?.kind {
            ValueKind::Str(text) => Some(text.to_string()),
            ValueKind::Bool(flag) => Some(flag.to_string()),
            ValueKind::Int(number) => Some(number.to_string()),
            ValueKind::Float(_)
            | ValueKind::Duration(_)
            | ValueKind::None
            | ValueKind::Some(_)
            | ValueKind::Path(_) => None,
        }
    }

    fn has_purpose(&self, start: Place) -> bool {
        let marks = self.params.names("marks");
        self.setters().any(|(_, set)| set.is_some_and(|set| marks.contains(&set)))
            || self.makes(start)
            || self.chain.calls.iter().any(|call| self.makes(call.place))
    }

    /// Whether what comes of the call at `place` is of one of the types of that purpose, by turbofish or by hint.
    fn makes(&self, place: Place) -> bool {
        let tree = self.codebase.tree(place.file);
        let is_meant = |ty: &Ty| {
            let last = ty.path().and_then(|path| path.rsplit("::").next());
            last.is_some_and(|last| self.params.lists("makes", last))
        };
        let written = tree.children_in(place.node, Field::GenericArg);
        if written.into_iter().any(|ty| is_meant(&self.codebase.ty(place.file, ty))) {
            return true;
        }
        let mut at = place.node;
        while let Some(parent) = tree.parent(at) {
            match tree.kind(parent) {
                Kind::Try | Kind::Await | Kind::MethodCall => at = parent,
                Kind::LetStmt => {
                    let ty = tree.child(parent, Field::Type);
                    return ty.is_some_and(|ty| is_meant(&self.codebase.ty(place.file, ty)));
                }
                _ => return false,
            }
        }
        false
    }
}

/// The chains that go on in the callers of the function that makes a configuration and gives it back; none where it
/// gives back something else.
fn given_back(codebase: &Codebase, start: Place) -> Option<Vec<Chain>> {
    let item = codebase.item(codebase.enclosing_fn(start.file, start.node)?);
    let ItemKind::Fn(info) = &item.kind else { return None };
    let Target::External(path) = &codebase.call_at(start.file, start.node)?.target else { return None };
    let (made, _) = path.rsplit_once("::")?;
    if codebase.ty(item.file, info.ret?).path() != Some(made) {
        return None;
    }
    let name = item.name.clone();
    let callers = codebase.calls_named(&name).iter().filter(|call| {
        let site = codebase.call_at(call.file, call.node);
        codebase.is_examined(call.file, call.node)
            && site.is_some_and(|site| {
                codebase.callees(site).iter().any(|to| codebase.item(*to).node == item.node)
            })
    });
    Some(callers.map(|call| codebase.chain(call.file, call.node)).collect())
}
