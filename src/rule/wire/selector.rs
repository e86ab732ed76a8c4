//! Reads selectors: which kind, its keys, its filter. Runs none.

use crate::catalog::{LoopKind, RoleKind};
use crate::rule::wire::quantity;
use crate::rule::wire::read::{Fields, Reader, listed, parts, suggestion};
use crate::rule::wire::table;
use crate::rule::wire::yaml::{Node, Value};
use crate::rule::{
    AnalysisSpec, AnalysisUse, CallSelector, ChainSelector, FieldSetSelector, FnSelector, ImplSelector,
    LiteralSelector, LoopSelector, ParamValue, Params, PathPattern, Selector, SelectorKind, TypeSelector,
    TypeShape,
};

impl Reader<'_> {
    /// A selector, or a list of them.
    pub(crate) fn selectors(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Selector> {
        let Some(node) = fields.node(key) else { return Vec::new() };
        if parts(node).is_empty() {
            self.problem(node.span, format!("`{key}` is empty"), "give at least one selector");
        }
        parts(node).iter().filter_map(|part| self.selector(part)).collect()
    }

    /// One selector. Its `where` may ask the facts of its own analysis.
    pub(crate) fn selector(&mut self, node: &Node) -> Option<Selector> {
        let fields = self.fields(node, &table::SELECTOR)?;
        let mut kinds = fields.entries().iter().filter(|(key, _)| key.text != "where");
        let Some((key, value)) = kinds.next() else {
            let allowed = table::SELECTOR.keys.iter().map(|key| key.name).filter(|name| *name != "where");
            self.problem(node.span, "this selects nothing", format!("give one of {}", listed(allowed)));
            return None;
        };
        for (other, _) in kinds {
            let message = format!("a selector has one key, this has `{}` and `{}`", key.text, other.text);
            self.problem(other.span, message, "make it a list: a match of any of them is a subject");
        }
        let kind = self.selector_kind(&key.text, value, &fields)?;
        let outer = match &kind {
            SelectorKind::Analysis(analysis) => {
                let own = self.spec(&analysis.name).into_iter().collect();
                Some(std::mem::replace(&mut self.analyses, own))
            }
            _ => None,
        };
        let filter = fields.node("where").and_then(|node| self.predicate(node)).map(Box::new);
        if let Some(outer) = outer {
            self.analyses = outer;
        }
        Some(Selector { kind, filter, span: fields.span })
    }

    fn selector_kind(&mut self, key: &str, node: &Node, fields: &Fields<'_>) -> Option<SelectorKind> {
        Some(match key {
            "call" => SelectorKind::Call(self.call(node)?),
            "chain" => SelectorKind::Chain(self.chain(node)?),
            "macro" => SelectorKind::Macro(self.paths(fields, key)),
            "literal" => SelectorKind::Literal(self.literal(node)?),
            "field_set" => SelectorKind::FieldSet(self.field_set(node)?),
            "type" => SelectorKind::Type(self.type_selector(node)?),
            "fn" => SelectorKind::Fn(Box::new(self.fn_selector(node)?)),
            "loop" => SelectorKind::Loop(self.loop_selector(node)?),
            "import" => SelectorKind::Import(self.paths(fields, key)),
            "impl" => SelectorKind::Impl(self.impl_selector(node)?),
            "code" => SelectorKind::Code(self.code(fields, key)?),
            "analysis" => SelectorKind::Analysis(self.analysis(node)?),
            _ => return None,
        })
    }

    fn call(&mut self, node: &Node) -> Option<CallSelector> {
        if let Some(path) = self.bare_paths(node, "call") {
            return Some(CallSelector { path, ..CallSelector::default() });
        }
        let fields = self.fields(node, &table::CALL)?;
        if node.is_empty() {
            self.problem(node.span, "`call` selects every call", "give at least one key");
        }
        Some(CallSelector {
            path: self.paths(&fields, "path"),
            method: self.names(&fields, "method"),
            on: self.paths(&fields, "on"),
            roles: self.roles(&fields, "role", &[RoleKind::Expression]),
            n_args: self.count(&fields, "args"),
            in_macro: self.paths(&fields, "in_macro"),
        })
    }

    /// Paths, where `node` is no mapping.
    pub(crate) fn bare_paths(&mut self, node: &Node, name: &str) -> Option<Vec<PathPattern>> {
        if matches!(node.value, Value::Map(_)) {
            return None;
        }
        Some(self.paths_of(node, name))
    }

    fn chain(&mut self, node: &Node) -> Option<ChainSelector> {
        let fields = self.fields(node, &table::CHAIN)?;
        Some(ChainSelector {
            starts: self.paths(&fields, "starts"),
            ends: self.names(&fields, "ends"),
            via: self.names(&fields, "via"),
        })
    }

    fn literal(&mut self, node: &Node) -> Option<LiteralSelector> {
        let fields = self.fields(node, &table::LITERAL)?;
        Some(LiteralSelector { types: self.paths(&fields, "type"), field: self.names(&fields, "field") })
    }

    fn field_set(&mut self, node: &Node) -> Option<FieldSetSelector> {
        let fields = self.fields(node, &table::FIELD_SET)?;
        Some(FieldSetSelector { on: self.paths(&fields, "on"), field: self.names(&fields, "field") })
    }

    fn type_selector(&mut self, node: &Node) -> Option<TypeSelector> {
        let fields = self.fields(node, &table::TYPE)?;
        Some(TypeSelector {
            roles: self.roles(&fields, "role", &[RoleKind::Type]),
            shape: self.word(&fields, "kind", &TypeShape::ALL),
            derives: self.paths(&fields, "derives"),
            implements: self.paths(&fields, "implements"),
            attribute: self.paths(&fields, "attribute"),
            name: self.pattern(&fields, "name"),
            each_variant: self.flag(&fields, "each_variant").unwrap_or(false),
        })
    }

    /// The keys of a function.
    pub(crate) fn fn_selector(&mut self, node: &Node) -> Option<FnSelector> {
        let fields = self.fields(node, &table::FN)?;
        Some(FnSelector {
            roles: self.roles(&fields, "role", &[RoleKind::Function]),
            is_async: self.flag(&fields, "async"),
            name: self.pattern(&fields, "name"),
            attribute: self.paths(&fields, "attribute"),
            implements: self.paths(&fields, "implements"),
            param: self.type_test(&fields, "param"),
            returns: self.type_test(&fields, "returns"),
        })
    }

    fn loop_selector(&mut self, node: &Node) -> Option<LoopSelector> {
        let fields = self.fields(node, &table::LOOP)?;
        Some(LoopSelector {
            kinds: self.word_list(&fields, "kind", &LoopKind::ALL),
            in_process: self.flag(&fields, "in_process"),
        })
    }

    fn impl_selector(&mut self, node: &Node) -> Option<ImplSelector> {
        let fields = self.fields(node, &table::IMPL)?;
        Some(ImplSelector { of: self.paths(&fields, "of"), ty: self.type_test(&fields, "for") })
    }

    /// The analysis of that name.
    pub(crate) fn spec(&self, name: &str) -> Option<&'static AnalysisSpec> {
        self.words.analyses.iter().copied().find(|spec| spec.name == name)
    }

    /// `{ name: retry, attempts: 3 }`, or the name alone.
    fn analysis(&mut self, node: &Node) -> Option<AnalysisUse> {
        let name_node = match &node.value {
            Value::Map(map) => map.iter().find(|(key, _)| key.text == "name").map(|(_, value)| value),
            Value::Null | Value::Plain(_) | Value::Quoted(_) | Value::List(_) => Some(node),
        };
        let known: Vec<&str> = self.words.analyses.iter().map(|spec| spec.name).collect();
        let Some((name, span)) = name_node.and_then(|node| Some((node.text()?, node.span))) else {
            self.problem(
                node.span,
                "`name` is missing in `analysis`",
                format!("analyses: {}", listed(known)),
            );
            return None;
        };
        let Some(spec) = self.spec(name) else {
            self.problem(
                span,
                format!("there is no analysis `{name}`"),
                suggestion(name, "analyses", &known),
            );
            return None;
        };
        let given = self.analysis_params(node, spec);
        Some(AnalysisUse { name: spec.name.into(), params: Params::new(spec, given) })
    }

    fn analysis_params(&mut self, node: &Node, spec: &'static AnalysisSpec) -> Vec<(String, ParamValue)> {
        let Value::Map(map) = &node.value else { return Vec::new() };
        let mut given = Vec::new();
        for (key, value) in map.iter().filter(|(key, _)| key.text != "name") {
            let Some(param) = spec.params.iter().find(|param| param.name == key.text) else {
                let allowed: Vec<&str> =
                    std::iter::once("name").chain(spec.params.iter().map(|param| param.name)).collect();
                let message = format!("unknown key `{}` in analysis `{}`", key.text, spec.name);
                self.problem(key.span, message, suggestion(&key.text, "its keys", &allowed));
                continue;
            };
            let read = match self.param_of(value) {
                Some(value) => Ok(value),
                None if value.text().is_some_and(|text| text.starts_with('$')) => continue,
                None => quantity::value(param.kind, value),
            };
            let is_fit = |value: &ParamValue| {
                std::mem::discriminant(value) == std::mem::discriminant(&(param.default)())
            };
            match read {
                Ok(read) if is_fit(&read) => given.push((param.name.to_owned(), read)),
                Ok(_) => {
                    let message =
                        format!("`{}` takes a parameter of type {}", param.name, param.kind.as_str());
                    self.problem(value.span, message, param.about);
                }
                Err(wanted) => {
                    self.problem(value.span, format!("`{}` takes {wanted}", param.name), param.about);
                }
            }
        }
        given
    }
}
