//! Typed reading of mappings by their tables: every mistake becomes a problem at its place, reading goes on.

use crate::base::{SourceText, Span};
use crate::catalog::{self, Catalog, Role, RoleKind, RoleSet};
use crate::finding::Problem;
use crate::rule::wire::quantity;
use crate::rule::wire::table::{Need, Table};
use crate::rule::wire::yaml::{Key, Node, Value};
use crate::rule::{AnalysisSpec, Names, Param, ParamValue, PathPattern, Pattern, Scalar};
use globset::{GlobBuilder, GlobMatcher};
use std::sync::Arc;

/// The names that rules may use.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// Roles, APIs and aliases.
    pub catalog: &'a Catalog,
    /// The named analyses of the engine.
    pub analyses: &'a [&'static AnalysisSpec],
}

/// Reads one check; collects what is wrong.
pub(crate) struct Reader<'a> {
    pub(crate) source: &'a SourceText,
    pub(crate) words: Vocabulary<'a>,
    /// The check's parameters with the values in force.
    pub(crate) params: Vec<Param>,
    /// `define:`, not yet read.
    pub(crate) defines: Vec<(Key, Node)>,
    /// Names of `define:` that are being read, outermost first.
    pub(crate) using: Vec<String>,
    /// The analyses whose facts may be asked here.
    pub(crate) analyses: Vec<&'static AnalysisSpec>,
    /// What the code patterns of the selectors capture.
    pub(crate) captures: Vec<Arc<str>>,
    /// Number of predicates read, uses of `define:` counted each time.
    pub(crate) n_predicates: usize,
    pub(crate) problems: Vec<Problem>,
}

/// The known keys of one mapping.
pub(crate) struct Fields<'n> {
    pub(crate) span: Span,
    entries: Vec<(&'n Key, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub(crate) fn node(&self, name: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| *node)
    }

    /// Keys and values, in written order.
    pub(crate) fn entries(&self) -> &[(&'n Key, &'n Node)] {
        &self.entries
    }
}

/// A list's parts, or the value itself as its only part.
pub(crate) fn parts(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(list) => list,
        Value::Null => &[],
        Value::Plain(_) | Value::Quoted(_) | Value::Map(_) => std::slice::from_ref(node),
    }
}

/// Names in backticks, with commas.
pub(crate) fn listed<'c>(names: impl IntoIterator<Item = &'c str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// "did you mean `x`? " where something is near, and what is allowed.
pub(crate) fn suggestion(word: &str, what: &str, allowed: &[&str]) -> String {
    let near = catalog::nearest(word, allowed.iter().copied());
    let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    format!("{near}{what}: {}", listed(allowed.iter().copied()))
}

impl<'a> Reader<'a> {
    /// A reader of one check.
    pub(crate) fn new(source: &'a SourceText, words: Vocabulary<'a>) -> Self {
        Self {
            source,
            words,
            params: Vec::new(),
            defines: Vec::new(),
            using: Vec::new(),
            analyses: Vec::new(),
            captures: Vec::new(),
            n_predicates: 0,
            problems: Vec::new(),
        }
    }

    /// Notes a mistake.
    pub(crate) fn problem(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::at(self.source, span, message).help(help));
    }

    fn wrong_type(&mut self, key: &str, node: &Node, what: &str) {
        self.problem(node.span, format!("`{key}` takes {what}, not {}", node.kind()), String::new());
    }

    /// The entries of a mapping; unknown and missing keys are noted.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, table: &'static Table) -> Option<Fields<'n>> {
        let Value::Map(map) = &node.value else {
            let keys = listed(table.keys.iter().map(|key| key.name));
            let message = format!("`{}` takes a mapping, not {}", table.name, node.kind());
            self.problem(node.span, message, format!("its keys: {keys}"));
            return None;
        };
        let mut entries = Vec::new();
        for (key, value) in map {
            if table.key(&key.text).is_some() {
                entries.push((key, value));
            } else {
                let allowed: Vec<&str> = table.keys.iter().map(|key| key.name).collect();
                let message = format!("unknown key `{}` in `{}`", key.text, table.name);
                self.problem(key.span, message, suggestion(&key.text, "its keys", &allowed));
            }
        }
        let fields = Fields { span: node.span, entries };
        for spec in table.keys {
            if spec.need == Need::Must && fields.node(spec.name).is_none() {
                let first = map.first().map_or(node.span, |(key, _)| key.span);
                let message = format!("`{}` is missing in `{}`", spec.name, table.name);
                self.problem(first, message, format!("add `{}:`, {}", spec.name, spec.about));
            }
        }
        Some(fields)
    }

    /// A text.
    pub(crate) fn text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.node(key)?;
        let text = node.text().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(key, node, "a text");
        }
        text
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<String> {
        let Some(node) = fields.node(key) else { return Vec::new() };
        let mut texts = Vec::new();
        for part in parts(node) {
            match part.text() {
                Some(text) => texts.push(text.to_owned()),
                None => self.wrong_type(key, part, "texts"),
            }
        }
        texts
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, fields: &Fields<'_>, key: &str) -> Option<bool> {
        let node = fields.node(key)?;
        match (node.plain(), self.param_of(node)) {
            (Some("true"), _) | (_, Some(ParamValue::Bool(true))) => Some(true),
            (Some("false"), _) | (_, Some(ParamValue::Bool(false))) => Some(false),
            _ => {
                self.wrong_value(key, node, "`true` or `false`");
                None
            }
        }
    }

    fn wrong_value(&mut self, key: &str, node: &Node, what: &str) {
        match node.text() {
            Some(text) => {
                let text: String = text.chars().take(40).collect();
                self.problem(node.span, format!("`{key}` takes {what}, not `{text}`"), String::new());
            }
            None => self.wrong_type(key, node, what),
        }
    }

    /// A whole number from 0 on.
    pub(crate) fn count(&mut self, fields: &Fields<'_>, key: &str) -> Option<u32> {
        let node = fields.node(key)?;
        let found = match self.param_of(node) {
            Some(ParamValue::Count(count)) => u32::try_from(count).ok(),
            Some(_) => None,
            None => node.plain().and_then(|text| text.parse().ok()),
        };
        if found.is_none() && !is_unknown_param(self, node) {
            self.wrong_value(key, node, "a whole number from 0 on");
        }
        found
    }

    /// One of the words of a choice.
    pub(crate) fn word<T: Copy>(&mut self, fields: &Fields<'_>, key: &str, all: &[(T, &str)]) -> Option<T> {
        fields.node(key).and_then(|node| self.word_of(node, key, all))
    }

    /// Words of a choice.
    pub(crate) fn word_list<T: Copy>(&mut self, fields: &Fields<'_>, key: &str, all: &[(T, &str)]) -> Vec<T> {
        let Some(node) = fields.node(key) else { return Vec::new() };
        parts(node).iter().filter_map(|part| self.word_of(part, key, all)).collect()
    }

    fn word_of<T: Copy>(&mut self, node: &Node, key: &str, all: &[(T, &str)]) -> Option<T> {
        let allowed: Vec<&str> = all.iter().map(|(_, word)| *word).collect();
        let Some(text) = node.text() else {
            self.problem(node.span, format!("`{key}` takes a word, not {}", node.kind()), listed(allowed));
            return None;
        };
        let found = all.iter().find(|(_, word)| *word == text).map(|(value, _)| *value);
        if found.is_none() {
            let text: String = text.chars().take(40).collect();
            let help = suggestion(&text, "its words", &allowed);
            self.problem(node.span, format!("`{key}` knows no `{text}`"), help);
        }
        found
    }

    /// Names, parameters put in.
    pub(crate) fn names(&mut self, fields: &Fields<'_>, key: &str) -> Names {
        let texts = self.name_texts(fields, key);
        texts.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn name_texts(&mut self, fields: &Fields<'_>, key: &str) -> Vec<(String, Span)> {
        fields.node(key).map(|node| self.name_texts_of(node, key)).unwrap_or_default()
    }

    /// Names with their places, parameters put in.
    fn name_texts_of(&mut self, node: &Node, key: &str) -> Vec<(String, Span)> {
        let mut found = Vec::new();
        for part in parts(node) {
            match (self.param_of(part), part.text()) {
                (Some(ParamValue::Names(names)), _) => {
                    found.extend(names.into_iter().map(|name| (name, part.span)));
                }
                (Some(ParamValue::Text(name)), _) => found.push((name, part.span)),
                (Some(_), _) => self.wrong_value(key, part, "names"),
                (None, Some(text)) if !text.starts_with('$') => found.push((text.to_owned(), part.span)),
                (None, Some(_)) => {}
                (None, None) => self.wrong_type(key, part, "names"),
            }
        }
        if found.is_empty() && parts(node).is_empty() {
            self.problem(node.span, format!("`{key}` is empty"), "give at least one, or remove the key");
        }
        found
    }

    /// Paths, made canonical.
    pub(crate) fn paths(&mut self, fields: &Fields<'_>, key: &str) -> Vec<PathPattern> {
        fields.node(key).map(|node| self.paths_of(node, key)).unwrap_or_default()
    }

    /// Paths of a value, made canonical.
    pub(crate) fn paths_of(&mut self, node: &Node, key: &str) -> Vec<PathPattern> {
        let texts = self.name_texts_of(node, key);
        texts.into_iter().filter_map(|(text, span)| self.path(&text, span)).collect()
    }

    fn path(&mut self, text: &str, span: Span) -> Option<PathPattern> {
        let is_word = |word: &str| {
            !word.is_empty()
                && !word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '*')
        };
        let text = text.strip_suffix('!').unwrap_or(text);
        if text.split("::").all(is_word) {
            let canonical = self.words.catalog.canonical(text);
            return Some(PathPattern::new(&canonical));
        }
        let help =
            "write it as `krate::module::Type::method`, without generics; `*` is one segment, `**` any";
        self.problem(span, format!("`{text}` is no path"), help);
        None
    }

    /// Roles that code of one of `kinds` can play.
    pub(crate) fn roles(&mut self, fields: &Fields<'_>, key: &str, kinds: &[RoleKind]) -> RoleSet {
        let texts = self.name_texts(fields, key);
        let mut roles = RoleSet::EMPTY;
        for (text, span) in texts {
            let is_fit = |role: &Role| role.row().is_some_and(|row| kinds.contains(&row.kind));
            match Role::named(&text) {
                Some(role) if is_fit(&role) => roles.insert(role),
                Some(role) => {
                    let kind = role.row().map_or("", |row| row.kind.as_str());
                    let wanted: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
                    let message = format!(
                        "role `{text}` is of kind {kind}, `{key}` takes {} here",
                        wanted.join(" or ")
                    );
                    self.problem(span, message, String::new());
                }
                None => {
                    let rows = self.words.catalog.roles().iter().filter(|row| kinds.contains(&row.kind));
                    let allowed: Vec<&str> = rows.map(|row| &*row.name).collect();
                    self.problem(
                        span,
                        format!("there is no role `{text}`"),
                        suggestion(&text, "roles", &allowed),
                    );
                }
            }
        }
        roles
    }

    /// A regular expression.
    pub(crate) fn pattern(&mut self, fields: &Fields<'_>, key: &str) -> Option<Pattern> {
        let node = fields.node(key)?;
        let text = match (self.param_of(node), node.text()) {
            (Some(ParamValue::Text(text)), _) => text,
            (_, Some(text)) => text.to_owned(),
            (_, None) => {
                self.wrong_type(key, node, "a regular expression");
                return None;
            }
        };
        self.pattern_of(&text, node.span)
    }

    /// Regular expressions.
    pub(crate) fn patterns(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Pattern> {
        let texts = self.name_texts(fields, key);
        texts.into_iter().filter_map(|(text, span)| self.pattern_of(&text, span)).collect()
    }

    fn pattern_of(&mut self, text: &str, span: Span) -> Option<Pattern> {
        match Pattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                self.problem(span, format!("this is no regular expression: {reason}"), String::new());
                None
            }
        }
    }

    /// A file glob.
    pub(crate) fn glob(&mut self, fields: &Fields<'_>, key: &str) -> Option<GlobMatcher> {
        let node = fields.node(key)?;
        let text = self.text(fields, key)?;
        match GlobBuilder::new(&text).literal_separator(true).build() {
            Ok(glob) => Some(glob.compile_matcher()),
            Err(error) => {
                let help = "`*` is any part of a name, `**` any number of folders";
                self.problem(node.span, format!("this is no file glob: {}", error.kind()), help);
                None
            }
        }
    }

    /// A value to compare with.
    pub(crate) fn scalar(&mut self, fields: &Fields<'_>, key: &str) -> Option<Scalar> {
        fields.node(key).and_then(|node| self.scalars_of(node, key).into_iter().next())
    }

    /// Values to compare with.
    pub(crate) fn scalars(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Scalar> {
        let Some(node) = fields.node(key) else { return Vec::new() };
        parts(node).iter().flat_map(|part| self.scalars_of(part, key)).collect()
    }

    /// One value, or several where it is a parameter that holds names.
    pub(crate) fn scalars_of(&mut self, node: &Node, key: &str) -> Vec<Scalar> {
        match self.param_of(node) {
            Some(ParamValue::Count(count)) => return vec![Scalar::Count(count)],
            Some(ParamValue::Duration(time)) => return vec![Scalar::Duration(time)],
            Some(ParamValue::Bytes(bytes)) => return vec![Scalar::Bytes(bytes)],
            Some(ParamValue::Text(text)) => return vec![Scalar::Text(text.into())],
            Some(ParamValue::Bool(flag)) => return vec![Scalar::Flag(flag)],
            Some(ParamValue::Names(names)) => {
                return names.into_iter().map(|name| Scalar::Text(name.into())).collect();
            }
            None if is_unknown_param(self, node) => return Vec::new(),
            None => {}
        }
        match &node.value {
            Value::Plain(text) => vec![quantity::scalar(text)],
            Value::Quoted(text) => vec![Scalar::Text(text.as_str().into())],
            Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong_type(key, node, "a number, size, time, text or flag");
                Vec::new()
            }
        }
    }

    /// The value of the parameter that `node` names as `$name`; an unknown one is noted.
    pub(crate) fn param_of(&mut self, node: &Node) -> Option<ParamValue> {
        let name = param_name(node)?;
        if let Some(param) = self.params.iter().find(|param| &*param.name == name) {
            return Some(param.value.clone());
        }
        let known: Vec<String> = self.params.iter().map(|param| param.name.to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let help = if known.is_empty() {
            format!("declare it: `params: {{ {name}: {{ type: .., default: .., about: .. }} }}`")
        } else {
            suggestion(name, "declared", &known)
        };
        let problem =
            Problem::at(self.source, node.span, format!("parameter `{name}` is not declared")).help(help);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        None
    }
}

/// The name in `$name`.
fn param_name(node: &Node) -> Option<&str> {
    let name = node.text()?.strip_prefix('$')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(is_part)).then_some(name)
}

fn is_unknown_param(reader: &Reader<'_>, node: &Node) -> bool {
    param_name(node).is_some_and(|name| !reader.params.iter().any(|param| &*param.name == name))
}
