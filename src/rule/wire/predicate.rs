//! Reads predicates: mappings of tests, named ones put in place. Evaluates none.

use crate::base::Span;
use crate::catalog::{LoopKind, RoleKind};
use crate::rule::wire::read::{Fields, Reader, listed, parts, suggestion};
use crate::rule::wire::table::{self, REGIONS};
use crate::rule::wire::yaml::{Node, Value};
use crate::rule::{
    ArgAt, ArgTest, CarriesTest, ContextWord, Extent, FactKind, FactTest, FieldTest, Inside, Predicate,
    Quantifier, ReachTest, ResultWord, Scalar, ScopeWord, Test, UseTest, ValueTest,
};

/// Predicates of one check beyond this are refused, uses of `define:` counted each time.
const MAX_PREDICATES: usize = 2_000;

impl Reader<'_> {
    /// A predicate, where the key is there.
    pub(crate) fn predicate_at(&mut self, fields: &Fields<'_>, key: &str) -> Option<Predicate> {
        fields.node(key).and_then(|node| self.predicate(node))
    }

    /// A predicate: a mapping of one or several tests, all of which must hold.
    pub(crate) fn predicate(&mut self, node: &Node) -> Option<Predicate> {
        self.n_predicates += 1;
        if self.n_predicates > MAX_PREDICATES {
            if self.n_predicates == MAX_PREDICATES + 1 {
                let message = format!("the check holds more than {MAX_PREDICATES} predicates");
                self.problem(node.span, message, "use fewer, or a named analysis");
            }
            return None;
        }
        if let Value::List(_) = node.value {
            self.problem(
                node.span,
                "a predicate is a mapping, not a list",
                "put the list under `all:` or `any:`",
            );
            return None;
        }
        let fields = self.fields(node, &table::PREDICATE)?;
        let tests: Vec<Predicate> = fields
            .entries()
            .iter()
            .filter_map(|(key, value)| {
                let test = self.test(&key.text, value, &fields)?;
                Some(Predicate { test, span: key.span.to(value.span) })
            })
            .collect();
        let mut tests = tests.into_iter();
        match (tests.next(), tests.len()) {
            (None, _) => {
                if node.is_empty() {
                    self.problem(node.span, "this tests nothing", "give at least one predicate");
                }
                None
            }
            (Some(only), 0) => Some(only),
            (Some(first), _) => {
                let all = std::iter::once(first).chain(tests).collect();
                Some(Predicate { test: Test::All(all), span: fields.span })
            }
        }
    }

    fn predicates(&mut self, node: &Node, key: &str) -> Vec<Predicate> {
        if parts(node).is_empty() {
            self.problem(node.span, format!("`{key}` is empty"), "give at least one predicate");
        }
        parts(node).iter().filter_map(|part| self.predicate(part)).collect()
    }

    fn test(&mut self, key: &str, node: &Node, fields: &Fields<'_>) -> Option<Test> {
        Some(match key {
            "all" => Test::All(self.predicates(node, key)),
            "any" => Test::Any(self.predicates(node, key)),
            "not" => Test::Not(Box::new(self.predicate(node)?)),
            "sure" => Test::Sure(Box::new(self.predicate(node)?)),
            "use" => return self.use_of(node),
            "in" => Test::In(Box::new(self.inside(node)?)),
            "contains" => Test::Contains(Box::new(self.selector(node)?)),
            "follows" => Test::Follows(Box::new(self.selector(node)?)),
            "precedes" => Test::Precedes(Box::new(self.selector(node)?)),
            "crate_has" => Test::Exists(Box::new(self.selector(node)?), Extent::Crate),
            "workspace_has" => Test::Exists(Box::new(self.selector(node)?), Extent::Workspace),
            "code" => Test::Code(self.code(fields, key)?),
            "fact" => Test::Facts(self.facts(node)?),
            _ => return self.call_test(key, node, fields).or_else(|| self.type_predicate(key, node, fields)),
        })
    }

    /// Tests on calls and chains.
    fn call_test(&mut self, key: &str, node: &Node, fields: &Fields<'_>) -> Option<Test> {
        Some(match key {
            "chain_calls" => Test::ChainCalls(self.names(fields, key), Quantifier::Any),
            "chain_calls_all" => Test::ChainCalls(self.names(fields, key), Quantifier::All),
            "chain_call" => self.chain_call(node)?,
            "chain_less" => {
                let fields = self.fields(node, &table::CHAIN_LESS)?;
                Test::ChainLess(self.names(&fields, "of"), self.names(&fields, "than"))
            }
            "arg" => Test::Arg(Box::new(self.arg(node)?)),
            "value" => Test::Value(Box::new(self.value(node)?)),
            "result" => Test::Result(self.word_list(fields, key, &ResultWord::ALL)),
            "awaited" => {
                let fields = self.fields(node, &table::AWAITED)?;
                Test::Awaited(self.count(&fields, "min").unwrap_or(0), self.count(&fields, "max"))
            }
            "every_use" => {
                let fields = self.fields(node, &table::EVERY_USE)?;
                if fields.node("calls").is_none() && fields.node("given_to").is_none() {
                    self.problem(node.span, "`every_use` needs `calls` or `given_to`", "say what a use is");
                }
                Test::EveryUse(Box::new(UseTest {
                    calls: self.names(&fields, "calls"),
                    given_to: self.paths(&fields, "given_to"),
                    reads: self.names(&fields, "reads"),
                    then_calls: self.names(&fields, "then_calls"),
                    argument_of: self.paths(&fields, "argument_of"),
                }))
            }
            "reaches" => Test::Reaches(self.reaches(node)?),
            "type_arg" => {
                let fields = self.fields(node, &table::TYPE_ARG)?;
                Test::TypeArg(
                    self.count(&fields, "at").unwrap_or(0),
                    Box::new(self.type_test(&fields, "is")?),
                )
            }
            "receiver" => Test::Receiver(Box::new(self.type_test(fields, key)?)),
            _ => return None,
        })
    }

    /// Tests on types and items.
    fn type_predicate(&mut self, key: &str, node: &Node, fields: &Fields<'_>) -> Option<Test> {
        Some(match key {
            "has_field" => Test::HasField(Box::new(self.has_field(node)?)),
            "has_method" => Test::HasMethod(self.pattern(fields, key)?),
            "derives" => Test::Derives(self.paths(fields, key)),
            "implements" => Test::Implements(self.paths(fields, key)),
            "attribute" => Test::Attribute(self.paths(fields, key)),
            "name" => Test::Name(self.pattern(fields, key)?),
            "type_name" => Test::TypeName(self.pattern(fields, key)?),
            "carries" => Test::Carries(Box::new(self.carries(node)?)),
            _ => return None,
        })
    }

    /// A named predicate of `define:`, read in place.
    fn use_of(&mut self, node: &Node) -> Option<Test> {
        let Some(name) = node.text() else {
            self.problem(
                node.span,
                format!("`use` takes a name, not {}", node.kind()),
                "name an entry of `define:`",
            );
            return None;
        };
        if self.using.iter().any(|outer| outer == name) {
            let mut path = self.using.clone();
            path.push(name.to_owned());
            let message = format!("`{name}` refers to itself: {}", path.join(" -> "));
            self.problem(node.span, message, "break the circle");
            return None;
        }
        let Some(at) = self.defines.iter().position(|(key, _)| key.text == name) else {
            let known: Vec<String> = self.defines.iter().map(|(key, _)| key.text.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = suggestion(name, "defined", &known);
            self.problem(node.span, format!("there is no predicate `{name}` under `define`"), help);
            return None;
        };
        let defined = self.defines[at].1.clone();
        self.using.push(name.to_owned());
        let read = self.predicate(&defined);
        self.using.pop();
        read.map(|predicate| predicate.test)
    }

    fn chain_call(&mut self, node: &Node) -> Option<Test> {
        let fields = self.fields(node, &table::CHAIN_CALL)?;
        let names = self.names(&fields, "name");
        let at = fields.node("at").map_or(Some(ArgAt::Index(0)), |node| self.arg_at(node))?;
        let arg = fields.node("is").and_then(|node| self.value(node)).map(|is| Box::new(ArgTest { at, is }));
        Some(Test::ChainCall(names, arg))
    }

    fn inside(&mut self, node: &Node) -> Option<Inside> {
        let fields = self.fields(node, &table::INSIDE)?;
        if node.is_empty() {
            self.problem(node.span, "this tests nothing", "give at least one key");
        }
        Some(Inside {
            func: fields.node("fn").and_then(|node| self.fn_selector(node)),
            called_by: fields.node("called_by").and_then(|node| self.fn_selector(node)),
            named: self.pattern(&fields, "named"),
            loops: self.word_list(&fields, "loop", &LoopKind::ALL),
            in_process: self.flag(&fields, "in_process"),
            closure_of: self.roles(&fields, "closure_of", &[RoleKind::Expression, RoleKind::Function]),
            argument_of: self.paths(&fields, "argument_of"),
            region: self.word(&fields, "region", &REGIONS),
            context: self.word(&fields, "context", &ContextWord::ALL),
            scope: self.word_list(&fields, "scope", &ScopeWord::ALL),
            impl_of: self.paths(&fields, "impl_of"),
            code: self.code(&fields, "code"),
            file: self.glob(&fields, "file"),
            module: self.paths(&fields, "module"),
            module_role: self.roles(&fields, "module_role", &[RoleKind::Module]),
        })
    }

    fn reaches(&mut self, node: &Node) -> Option<ReachTest> {
        let fields = self.fields(node, &table::REACHES)?;
        if fields.node("role").is_none() && fields.node("path").is_none() {
            self.problem(node.span, "`reaches` needs `role` or `path`", "say what it comes to");
        }
        Some(ReachTest {
            roles: self.roles(&fields, "role", &[RoleKind::Expression]),
            paths: self.paths(&fields, "path"),
            depth: self.depth(&fields, 3),
        })
    }

    fn depth(&mut self, fields: &Fields<'_>, default: u8) -> u8 {
        let depth = self.count(fields, "depth");
        depth.map_or(default, |depth| u8::try_from(depth).unwrap_or(u8::MAX))
    }

    fn has_field(&mut self, node: &Node) -> Option<FieldTest> {
        let fields = self.fields(node, &table::HAS_FIELD)?;
        Some(FieldTest {
            names: self.patterns(&fields, "name"),
            ty: self.type_test(&fields, "type"),
            depth: self.depth(&fields, 0),
        })
    }

    fn carries(&mut self, node: &Node) -> Option<CarriesTest> {
        let fields = self.fields(node, &table::CARRIES)?;
        Some(CarriesTest {
            names: self.patterns(&fields, "names"),
            except: self.patterns(&fields, "except"),
            types: self.paths(&fields, "types"),
            methods: self.patterns(&fields, "methods"),
            depth: self.depth(&fields, 1),
        })
    }

    /// `fact: { key: value | [values] | { min: .. } }`.
    fn facts(&mut self, node: &Node) -> Option<Vec<FactTest>> {
        let Value::Map(map) = &node.value else {
            let message = format!("`fact` takes a mapping, not {}", node.kind());
            self.problem(node.span, message, "write `fact: { key: value }`");
            return None;
        };
        if map.is_empty() {
            self.problem(node.span, "this tests nothing", "name at least one fact");
        }
        if self.analyses.is_empty() {
            self.problem(node.span, "no analysis is selected here", "select one: `analysis: { name: .. }`");
            return None;
        }
        let known: Vec<&'static str> =
            self.analyses.iter().flat_map(|spec| spec.facts.iter().map(|fact| fact.name)).collect();
        let mut tests = Vec::new();
        for (key, value) in map {
            if !known.contains(&&*key.text) {
                let help = suggestion(&key.text, "facts", &known);
                self.problem(key.span, format!("no selected analysis tells `{}`", key.text), help);
                continue;
            }
            let is = match &value.value {
                Value::Map(_) => self.value(value)?,
                Value::Null | Value::Plain(_) | Value::Quoted(_) | Value::List(_) => {
                    let equals =
                        parts(value).iter().flat_map(|part| self.fact_values(&key.text, part)).collect();
                    ValueTest { equals, ..ValueTest::default() }
                }
            };
            tests.push(FactTest { key: key.text.as_str().into(), is });
        }
        Some(tests)
    }

    /// Values that a fact is compared with; a word that no selected analysis gives it is noted.
    fn fact_values(&mut self, key: &str, node: &Node) -> Vec<Scalar> {
        let values = self.scalars_of(node, key);
        let specs = self.analyses.iter().flat_map(|spec| spec.facts.iter()).filter(|fact| fact.name == key);
        let mut symbols = Vec::new();
        for spec in specs {
            match spec.kind {
                FactKind::Symbols(words) => symbols.extend(words.iter().copied()),
                FactKind::Count | FactKind::Duration | FactKind::Text => return values,
            }
        }
        for value in &values {
            if !matches!(value, Scalar::Text(text) if symbols.contains(&&**text)) {
                self.unknown_symbol(key, node.span, value, &symbols);
            }
        }
        values
    }

    fn unknown_symbol(&mut self, key: &str, span: Span, value: &Scalar, symbols: &[&str]) {
        match value {
            Scalar::Text(text) => {
                let message = format!("fact `{key}` is never `{text}`");
                self.problem(span, message, suggestion(text, "its values", symbols));
            }
            Scalar::Count(_) | Scalar::Duration(_) | Scalar::Bytes(_) | Scalar::Flag(_) => {
                let values = listed(symbols.iter().copied());
                self.problem(span, format!("fact `{key}` is a word"), format!("its values: {values}"));
            }
        }
    }
}
