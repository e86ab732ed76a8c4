//! Reads one check as a whole: parameters first, then who, then what must hold, then what is said.

use crate::base::{CheckId, SourceText, Span};
use crate::finding::{Precision, Problem, Severity};
use crate::rule::wire::quantity;
use crate::rule::wire::read::{Fields, Reader, Vocabulary, parts, suggestion};
use crate::rule::wire::table::{self, PRECISIONS, SEVERITIES};
use crate::rule::wire::yaml::{Key, Node, Value};
use crate::rule::{
    LabelSpec, OnEmpty, Param, ParamKind, ParamValue, Part, Regrade, Rule, Selector, SelectorKind, Template,
};
use std::sync::Arc;

/// What a message may name beside parameters, facts and captures.
pub(crate) const HOLES: [(&str, &str); 5] = [
    ("subject", "the subject's code, shortened"),
    ("name", "the name of the subject: of the type, function, method or macro"),
    ("type", "the subject's type or its receiver's, by last segment"),
    ("item", "the path of the item that holds the subject"),
    ("chain", "the constructor of the builder chain"),
];

/// Values that others set for the parameters of a check.
pub(crate) type Given = Vec<(String, ParamValue)>;

/// Where a check comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    /// The file.
    pub(crate) source: &'a SourceText,
    /// The reasons, in Markdown.
    pub(crate) why: Span,
    /// Whether the file's name must be the id.
    pub(crate) is_page: bool,
}

/// Reads a check; nothing where anything is wrong with it.
pub(crate) fn read(
    origin: Origin<'_>,
    node: &Node,
    words: Vocabulary<'_>,
    given: &Given,
) -> (Option<Rule>, Vec<Problem>) {
    let mut reader = Reader::new(origin.source, words);
    let rule = reader.check(origin, node, given);
    let rule = rule.filter(|_| reader.problems.is_empty());
    (rule, reader.problems)
}

impl Reader<'_> {
    fn check(&mut self, origin: Origin<'_>, node: &Node, given: &Given) -> Option<Rule> {
        let fields = self.fields(node, &table::CHECK)?;
        self.params = self.declared(&fields, given);
        self.defines = self.defined(&fields);
        let id = self.id(&fields, origin);
        let severity = self.word(&fields, "severity", &SEVERITIES);
        let precision = self.word(&fields, "precision", &PRECISIONS);
        self.refuse_heavy_guess(&fields, severity, precision);
        let select = self.selectors(&fields, "select");
        self.open_scope(&select);
        self.try_defines();
        let (unless, require, forbid) = (
            self.predicate_at(&fields, "unless"),
            self.predicate_at(&fields, "require"),
            self.predicate_at(&fields, "forbid"),
        );
        let regrades = self.regrades(&fields);
        let place = self.place(&fields);
        let labels = self.labels(&fields);
        let fixes = self.fixes(&fields);
        let (message, because, help) = (
            self.message(&fields, "message"),
            self.message(&fields, "because"),
            self.message(&fields, "help"),
        );
        Some(Rule {
            id: id?,
            theme: origin.source.path().parent().file_name().into(),
            page: origin.source.clone(),
            why: origin.why,
            body: node.span,
            severity: severity?,
            is_severity_set: false,
            is_waivable: self.flag(&fields, "waivable").unwrap_or(true),
            precision: precision?,
            requires_crate: self.crates(&fields),
            scope: crate::rule::Scope::default(),
            params: std::mem::take(&mut self.params),
            select,
            unless,
            require,
            forbid,
            place,
            labels,
            regrades,
            on_empty: self.word(&fields, "on_empty", &OnEmpty::ALL).unwrap_or(OnEmpty::NotApplicable),
            message: message?,
            because: because?,
            help: help?,
            fixes,
            phrases: self.texts(&fields, "phrases"),
            samples: Vec::new(),
        })
    }

    fn id(&mut self, fields: &Fields<'_>, origin: Origin<'_>) -> Option<CheckId> {
        let node = fields.node("check")?;
        let text = self.text(fields, "check")?;
        let Some(id) = CheckId::new(&text) else {
            self.problem(
                node.span,
                format!("`{text}` is no id"),
                "lower-case words joined by `-`, naming the fault",
            );
            return None;
        };
        let stem = origin.source.path().file_stem();
        if origin.is_page && stem != text {
            let message = format!("check `{text}` stands in a file called `{stem}`");
            self.problem(node.span, message, "give both the same name");
        }
        Some(id)
    }

    fn refuse_heavy_guess(
        &mut self,
        fields: &Fields<'_>,
        severity: Option<Severity>,
        precision: Option<Precision>,
    ) {
        if let (Some(Severity::Error), Some(Precision::Heuristic), Some(node)) =
            (severity, precision, fields.node("severity"))
        {
            self.problem(node.span, "a heuristic check is a warning at most", "write `severity: warning`");
        }
    }

    fn crates(&mut self, fields: &Fields<'_>) -> Vec<Arc<str>> {
        self.texts(fields, "requires_crate").iter().map(|name| name.replace('-', "_").into()).collect()
    }

    fn declared(&mut self, fields: &Fields<'_>, given: &Given) -> Vec<Param> {
        let Some(Node { value: Value::Map(map), .. }) = fields.node("params") else {
            if let Some(node) = fields.node("params") {
                self.problem(
                    node.span,
                    format!("`params` takes a mapping, not {}", node.kind()),
                    String::new(),
                );
            }
            return Vec::new();
        };
        let mut params = Vec::new();
        for (key, node) in map {
            let Some(fields) = self.fields(node, &table::PARAM) else { continue };
            let kind = self.word(&fields, "type", &ParamKind::ALL);
            let about = self.text(&fields, "about");
            let (Some(kind), Some(default)) = (kind, fields.node("default")) else { continue };
            match quantity::value(kind, default) {
                Ok(value) => {
                    let set =
                        given.iter().find(|(name, _)| *name == key.text).map(|(_, value)| value.clone());
                    let name: Arc<str> = key.text.as_str().into();
                    let value = set.unwrap_or(value);
                    params.push(Param { name, kind, value, about: about.unwrap_or_default() });
                }
                Err(wanted) => {
                    let message = format!("`default` of `{}` is to be {wanted}", key.text);
                    self.problem(default.span, message, String::new());
                }
            }
        }
        params
    }

    fn defined(&mut self, fields: &Fields<'_>) -> Vec<(Key, Node)> {
        match fields.node("define") {
            Some(Node { value: Value::Map(map), .. }) => map.clone(),
            Some(node) => {
                self.problem(
                    node.span,
                    format!("`define` takes a mapping, not {}", node.kind()),
                    String::new(),
                );
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Reads each predicate of `define:` once, so that a mistake in one that nobody uses is noted too.
    fn try_defines(&mut self) {
        for (key, node) in self.defines.clone() {
            self.using.push(key.text);
            self.predicate(&node);
            self.using.pop();
        }
        // Each use reads the definition again; its mistakes are one.
        self.n_predicates = 0;
    }

    /// What the predicates and messages of the check may name: facts and captures of its selectors.
    fn open_scope(&mut self, select: &[Selector]) {
        for selector in select {
            match &selector.kind {
                SelectorKind::Analysis(analysis) => self.analyses.extend(self.spec(&analysis.name)),
                SelectorKind::Code(code) => self.captures.extend(code.captures.iter().cloned()),
                _ => {}
            }
        }
        self.captures.sort();
        self.captures.dedup();
    }

    fn regrades(&mut self, fields: &Fields<'_>) -> Vec<Regrade> {
        let Some(node) = fields.node("severity_if") else { return Vec::new() };
        let mut regrades = Vec::new();
        for part in parts(node) {
            let Some(fields) = self.fields(part, &table::REGRADE) else { continue };
            let severity = self.word(&fields, "severity", &SEVERITIES);
            let precision = self.word(&fields, "precision", &PRECISIONS);
            if fields.node("severity").is_none() && fields.node("precision").is_none() {
                self.problem(part.span, "this changes nothing", "give `severity` or `precision`");
            }
            if let Some(when) = self.predicate_at(&fields, "when") {
                regrades.push(Regrade { when, severity, precision });
            }
        }
        regrades
    }

    /// Names of facts and captures.
    pub(crate) fn places(&self) -> Vec<String> {
        let facts = self.analyses.iter().flat_map(|spec| spec.facts.iter()).map(|fact| fact.name.to_owned());
        facts.chain(self.captures.iter().map(ToString::to_string)).collect()
    }

    fn place(&mut self, fields: &Fields<'_>) -> Option<Arc<str>> {
        let node = fields.node("place")?;
        let name = self.text(fields, "place")?;
        self.known_place(&name, node.span).then(|| name.trim_start_matches('$').into())
    }

    pub(crate) fn known_place(&mut self, name: &str, span: Span) -> bool {
        let known = self.places();
        let is_known = known.iter().any(|other| other == name.trim_start_matches('$'));
        if !is_known {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = if known.is_empty() {
                "only subjects of analyses and code patterns have other places".to_owned()
            } else {
                suggestion(name, "facts and captures", &known)
            };
            self.problem(span, format!("there is no fact or capture `{name}`"), help);
        }
        is_known
    }

    fn labels(&mut self, fields: &Fields<'_>) -> Vec<LabelSpec> {
        let Some(node) = fields.node("labels") else { return Vec::new() };
        let Value::Map(map) = &node.value else {
            self.problem(
                node.span,
                format!("`labels` takes a mapping, not {}", node.kind()),
                "write `fact: text`",
            );
            return Vec::new();
        };
        let mut labels = Vec::new();
        for (key, value) in map {
            let is_known = self.known_place(&key.text, key.span);
            let text = self.template(value, &key.text);
            if let (true, Some(text)) = (is_known, text) {
                labels.push(LabelSpec { name: key.text.trim_start_matches('$').into(), text });
            }
        }
        labels
    }

    fn message(&mut self, fields: &Fields<'_>, key: &str) -> Option<Template> {
        fields.node(key).and_then(|node| self.template(node, key))
    }

    /// A text whose holes are all known; parameters are put in.
    pub(crate) fn template(&mut self, node: &Node, key: &str) -> Option<Template> {
        let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else {
            self.problem(node.span, format!("`{key}` takes a text, not {}", node.kind()), String::new());
            return None;
        };
        let mut template = Template::new(text.trim());
        let params: Vec<String> = self.params.iter().map(|param| param.name.to_string()).collect();
        let known: Vec<String> =
            HOLES.iter().map(|(name, _)| (*name).to_owned()).chain(params).chain(self.places()).collect();
        for part in &mut template.parts {
            let Part::Hole(name) = part else { continue };
            if let Some(param) = self.params.iter().find(|param| param.name == *name) {
                *part = Part::Text(param.value.to_string().into());
            } else if !known.iter().any(|other| **other == **name) {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = format!("`{key}` names `{{{name}}}`, which nothing fills");
                self.problem(node.span, message, suggestion(name, "known", &known));
            }
        }
        Some(template)
    }
}
