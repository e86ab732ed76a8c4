//! Directives of one statement to its bond: checks with typed parameters, or another disposition. What is broken makes
//! the statement an error and is told with its place; it never passes.

use crate::base::{Date, Span};
use crate::catalog::nearest;
use crate::finding::{Problem, Severity};
use crate::pattern;
use crate::rule::bind::directive::{Directive, Entry};
use crate::rule::bind::{number, scope};
use crate::rule::document::{Binding, Bond, BoundParam, Disposition};
use crate::rule::wire::quantity;
use crate::rule::wire::read::suggestion;
use crate::rule::wire::yaml::{Node, Value};
use crate::rule::{ParamKind, Rule, RuleSet};

/// Keys that are no parameters.
const KEYS: [&str; 15] = [
    "attest",
    "check",
    "doc",
    "duplicate-of",
    "exempt",
    "hash",
    "id",
    "manual",
    "not-applicable",
    "partial",
    "reason",
    "scope",
    "severity",
    "test",
    "until",
];

/// What bonds are made with.
pub(super) struct Maker<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) today: Date,
    pub(super) problems: &'a mut Vec<Problem>,
    /// Told too, but no reason to drop what was read.
    pub(super) expired: Vec<Problem>,
}

/// What of a statement its bond depends on.
pub(super) struct Subject<'a> {
    pub(super) numbers: &'a [pattern::Param],
    pub(super) hash: String,
}

impl<'a> Maker<'a> {
    /// The bond that `directives` give a statement; checks of its fences come first, under `fenced`.
    pub(super) fn bond(
        &mut self,
        subject: &Subject<'_>,
        directives: &[&Directive],
        fenced: Vec<Binding>,
    ) -> Bond {
        let n_before = self.problems.len();
        let mut bond = Bond { checks: fenced, ..Bond::default() };
        for directive in directives {
            self.enter(directive, subject, &mut bond);
        }
        if let Some(problem) = self.problems.get(n_before) {
            bond.disposition = Some(Disposition::Error(problem.message.clone()));
        }
        self.problems.append(&mut self.expired);
        if let (Some(Disposition::Manual(reason)), false) = (&bond.disposition, bond.checks.is_empty()) {
            // What machine and person judge together is judged in part by each.
            let rest = if reason.is_empty() { "the rest is judged by a person" } else { reason };
            bond.rest.get_or_insert(rest.to_owned());
            bond.disposition = None;
        }
        bond
    }

    /// Notes a mistake in `directive`.
    pub(super) fn wrong(
        &mut self,
        directive: &Directive,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(directive.problem(span, message, help));
    }

    fn enter(&mut self, directive: &Directive, subject: &Subject<'_>, bond: &mut Bond) {
        let severity = self.severity(directive);
        let bound = self.checks(directive);
        let params: Vec<&Entry> =
            directive.entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())).collect();
        self.refuse_unknown(directive, &params, &bound);
        for rule in bound {
            let mut given: Vec<BoundParam> =
                params.iter().filter_map(|entry| self.param(directive, rule, entry)).collect();
            given.extend(number::taken(rule, subject.numbers, &given));
            given.sort_by(|a, b| a.name.cmp(&b.name));
            let binding = Binding { check: rule.id.clone(), params: given, severity };
            match bond.checks.iter_mut().find(|known| known.check == binding.check) {
                // A fence binds its check; a comment may say more of it.
                Some(known) => *known = binding,
                None => bond.checks.push(binding),
            }
        }
        let (scope, wrong) = scope::words(directive);
        self.problems.extend(wrong);
        bond.scope.extend(scope);
        if let Some(entry) = directive.entry("partial") {
            bond.rest = Some(entry.text().unwrap_or("a part is judged by a person").to_owned());
        }
        if let Some(hash) = directive.text("hash").filter(|hash| !subject.hash.starts_with(*hash)) {
            bond.stale =
                Some(format!("its words changed since it was bound (hash {hash}, now {})", subject.hash));
        }
        if let Some(disposition) = self.disposition(directive) {
            bond.disposition = Some(disposition);
        }
    }

    fn severity(&mut self, directive: &Directive) -> Option<Severity> {
        let entry = directive.entry("severity")?;
        let all = [Severity::Error, Severity::Warning, Severity::Note];
        let found = all.into_iter().find(|severity| entry.text() == Some(severity.as_str()));
        if found.is_none() {
            let help = suggestion(entry.text().unwrap_or(""), "allowed", &all.map(Severity::as_str));
            self.wrong(directive, entry.place(), "this is no severity", help);
        }
        found
    }

    fn checks(&mut self, directive: &Directive) -> Vec<&'a Rule> {
        let rules = self.rules;
        let mut found = Vec::new();
        for entry in directive.entries.iter().filter(|entry| entry.key == "check") {
            let ids = entry.value.as_ref().map(words).unwrap_or_default();
            if ids.is_empty() {
                self.wrong(directive, entry.place(), "`check` names no check", "write `check=` and an id");
            }
            for id in ids {
                match rules.rule(&id) {
                    Some(rule) => found.push(rule),
                    None => self.unknown_check(directive, entry, &id),
                }
            }
        }
        found
    }

    fn unknown_check(&mut self, directive: &Directive, entry: &Entry, id: &str) {
        let near = nearest(id, self.rules.rules.iter().map(|rule| rule.id.as_str()));
        let help = near.map_or_else(
            || "`patscan list` shows all checks".to_owned(),
            |near| format!("did you mean `{near}`? `patscan list` shows all"),
        );
        self.wrong(directive, entry.place(), format!("unknown check `{id}`"), help);
    }

    fn refuse_unknown(&mut self, directive: &Directive, params: &[&Entry], bound: &[&Rule]) {
        for entry in params {
            let key = entry.key.as_str();
            if bound.iter().any(|rule| rule.param(key).is_some()) {
                continue;
            }
            let mut known: Vec<&str> =
                bound.iter().flat_map(|rule| rule.params.iter().map(|param| &*param.name)).collect();
            let n_params = known.len();
            known.extend(KEYS);
            let message = match bound {
                [] => format!("unknown key `{key}`"),
                [only] => format!("check `{}` has no parameter `{key}`", only.id),
                [_, _, ..] => format!("none of these checks has a parameter `{key}`"),
            };
            let what = if n_params == 0 { "keys" } else { "parameters and keys" };
            self.wrong(directive, entry.span, message, suggestion(key, what, &known));
        }
    }

    fn param(&mut self, directive: &Directive, rule: &Rule, entry: &Entry) -> Option<BoundParam> {
        let param = rule.param(&entry.key)?;
        let node = match (&entry.value, param.kind) {
            (Some(node), ParamKind::Names) => Node { span: node.span, value: Value::List(list(node)) },
            (Some(node), _) => node.clone(),
            (None, _) => Node { span: entry.span, value: Value::Plain("true".to_owned()) },
        };
        match quantity::value(param.kind, &node) {
            Ok(value) => Some(BoundParam { name: entry.key.clone(), value, taken_from: None }),
            Err(wanted) => {
                let message = format!("parameter `{}` takes {wanted}", entry.key);
                self.wrong(directive, entry.place(), message, param.about.clone());
                None
            }
        }
    }

    fn disposition(&mut self, directive: &Directive) -> Option<Disposition> {
        let mut found = None;
        for entry in &directive.entries {
            let text = entry.text().unwrap_or("").to_owned();
            let needs = match entry.key.as_str() {
                "manual" => {
                    let reason = if text.is_empty() { directive.text("reason").unwrap_or("") } else { &text };
                    found = Some(Disposition::Manual(reason.to_owned()));
                    continue;
                }
                "test" => "the path of a test",
                "attest" => "who or what vouches for it",
                "not-applicable" | "exempt" => "a reason",
                "duplicate-of" => "the id of a statement",
                _ => continue,
            };
            let text = if text.is_empty() { directive.text("reason").unwrap_or("").to_owned() } else { text };
            if text.is_empty() {
                let message = format!("`{}` needs {needs}", entry.key);
                self.wrong(directive, entry.place(), message, format!("write `{}=\"…\"`", entry.key));
                continue;
            }
            found = match entry.key.as_str() {
                "test" => Some(Disposition::Test(text)),
                "attest" => self.attestation(directive, text),
                "not-applicable" => Some(Disposition::NotApplicable(text)),
                "exempt" => Some(Disposition::Exempt(text)),
                _ => Some(Disposition::Duplicate(text)),
            };
        }
        found
    }

    fn attestation(&mut self, directive: &Directive, text: String) -> Option<Disposition> {
        let Some(entry) = directive.entry("until") else {
            return Some(Disposition::Attest { text, until: None });
        };
        let Some(until) = entry.text().and_then(Date::parse) else {
            self.wrong(directive, entry.place(), "this is no date", "write `until=2027-01-31`");
            return None;
        };
        if until < self.today {
            let message = format!("the attestation expired on {until}");
            let help = "look again and set a later day, or bind a check";
            self.expired.push(directive.problem(entry.place(), message, help));
            return Some(Disposition::Expired { text, until });
        }
        Some(Disposition::Attest { text, until: Some(until) })
    }
}

/// Words joined by commas or blanks, or a list of them.
pub(super) fn words(node: &Node) -> Vec<String> {
    list(node).iter().filter_map(|part| part.text().map(str::to_owned)).collect()
}

fn list(node: &Node) -> Vec<Node> {
    match &node.value {
        Value::List(list) => list.clone(),
        Value::Plain(text) | Value::Quoted(text) => {
            let words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
            words.map(|word| Node { span: node.span, value: Value::Quoted(word.to_owned()) }).collect()
        }
        Value::Null | Value::Map(_) => Vec::new(),
    }
}
