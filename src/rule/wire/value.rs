//! Reads tests on values, types and arguments, and code patterns.

use crate::catalog::{ArgName, RoleKind};
use crate::rule::wire::read::{Fields, Reader, listed, parts, suggestion};
use crate::rule::wire::table;
use crate::rule::wire::yaml::Node;
use crate::rule::{ArgAt, ArgTest, CodePattern, TypeTest, ValueKind, ValueTest};

impl Reader<'_> {
    /// What a value must be.
    pub(crate) fn value(&mut self, node: &Node) -> Option<ValueTest> {
        let fields = self.fields(node, &table::VALUE)?;
        if node.is_empty() {
            self.problem(node.span, "this tests nothing", "give at least one key");
        }
        let any =
            fields.node("any").map(|node| parts(node).iter().filter_map(|part| self.value(part)).collect());
        Some(ValueTest {
            literal: self.flag(&fields, "literal"),
            equals: self.scalars(&fields, "equals"),
            matches: self.pattern(&fields, "matches"),
            min: self.scalar(&fields, "min"),
            max: self.scalar(&fields, "max"),
            none: self.flag(&fields, "none"),
            unlimited: self.flag(&fields, "unlimited"),
            path: self.paths(&fields, "path"),
            kind: self.word_list(&fields, "kind", &ValueKind::ALL),
            calls: self.roles(&fields, "calls", &[RoleKind::Expression]),
            calls_path: self.paths(&fields, "calls_path"),
            code: self.code(&fields, "code"),
            ty: self.type_test(&fields, "type"),
            any: any.unwrap_or_default(),
            not: fields.node("not").and_then(|node| self.value(node)).map(Box::new),
        })
    }

    /// What a type must be: a mapping, or paths alone.
    pub(crate) fn type_test(&mut self, fields: &Fields<'_>, key: &str) -> Option<TypeTest> {
        fields.node(key).and_then(|node| self.type_test_of(node, key))
    }

    fn type_test_of(&mut self, node: &Node, key: &str) -> Option<TypeTest> {
        if let Some(path) = self.bare_paths(node, key) {
            return Some(TypeTest { path, ..TypeTest::default() });
        }
        let fields = self.fields(node, &table::TYPE_TEST)?;
        if node.is_empty() {
            self.problem(node.span, "this tests nothing", "give at least one key");
        }
        let any = fields
            .node("any")
            .map(|node| parts(node).iter().filter_map(|p| self.type_test_of(p, "any")).collect());
        Some(TypeTest {
            path: self.paths(&fields, "path"),
            roles: self.roles(&fields, "role", &[RoleKind::Type]),
            name: self.pattern(&fields, "name"),
            names: self.names(&fields, "names"),
            arg: self.type_test(&fields, "arg").map(Box::new),
            any: any.unwrap_or_default(),
            not: self.type_test(&fields, "not").map(Box::new),
        })
    }

    /// Which argument, and what it must be.
    pub(crate) fn arg(&mut self, node: &Node) -> Option<ArgTest> {
        let fields = self.fields(node, &table::ARG)?;
        let at = fields.node("at").map_or(Some(ArgAt::Any), |node| self.arg_at(node))?;
        let is = fields.node("is").and_then(|node| self.value(node))?;
        Some(ArgTest { at, is })
    }

    /// An index or a name of the catalogue.
    pub(crate) fn arg_at(&mut self, node: &Node) -> Option<ArgAt> {
        let names: Vec<&str> = ArgName::ALL.iter().map(|(_, name)| *name).collect();
        let Some(text) = node.text() else {
            let message = format!("`at` takes an index from 0 or a name, not {}", node.kind());
            self.problem(node.span, message, format!("names: {}", listed(names)));
            return None;
        };
        if let Ok(index) = text.parse() {
            return Some(ArgAt::Index(index));
        }
        let found = ArgName::named(text).map(ArgAt::Named);
        if found.is_none() {
            self.problem(
                node.span,
                format!("there is no argument called `{text}`"),
                suggestion(text, "names", &names),
            );
        }
        found
    }

    /// A code pattern.
    pub(crate) fn code(&mut self, fields: &Fields<'_>, key: &str) -> Option<CodePattern> {
        let text = self.text(fields, key)?;
        match CodePattern::new(&text, self.words.catalog) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                let span = fields.node(key).map_or(fields.span, |node| node.span);
                let help =
                    "write one expression, statement or item of Rust; `$x` is one node, `$$$` are many";
                self.problem(span, format!("this is no code pattern: {reason}"), help);
                None
            }
        }
    }
}
