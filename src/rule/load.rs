//! Texts to a checked set of rules, and settings laid over it. Reads no disk.

use crate::base::{CheckId, SourceText, Span};
use crate::catalog;
use crate::finding::{Problem, Severity};
use crate::rule::wire::check::{self, Given, Origin};
use crate::rule::wire::read::{Vocabulary, suggestion};
use crate::rule::wire::{quantity, yaml};
use crate::rule::{Rule, RuleSet, builtin, page};

/// What configuration says of one check.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The check.
    pub id: CheckId,
    /// Where it is named.
    pub span: Span,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Whether it runs.
    pub is_enabled: Option<bool>,
    /// Whether a waiver may permit its findings.
    pub is_waivable: Option<bool>,
    /// Values of parameters, each with its place.
    pub params: Vec<(String, SettingValue, Span)>,
}

/// A value as configuration writes it; the check's declaration says what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A text, number or flag, as text: `30 s`, `5`, `true`.
    Text(String),
    /// A list of texts.
    Names(Vec<String>),
}

impl RuleSet {
    /// The checks that are compiled in; a test says that nothing is wrong with them.
    #[must_use]
    pub fn builtin(words: Vocabulary<'_>) -> (Self, Vec<Problem>) {
        Self::load(&builtin::pages(), words)
    }

    /// Reads checks from pages (`.md`, one check each) and YAML files (one check for each document): what could be
    /// read, with everything that is wrong.
    #[must_use]
    pub fn load(sources: &[SourceText], words: Vocabulary<'_>) -> (Self, Vec<Problem>) {
        let mut set = Self::default();
        let mut problems = Vec::new();
        for source in sources {
            let (rules, found) = file(source, words);
            problems.extend(found);
            for rule in rules {
                problems.extend(set.add(rule));
            }
        }
        set.rules.sort_by(|a, b| a.id.cmp(&b.id));
        (set, problems)
    }

    /// Adds the rules of `other`; one whose id is taken is left out, with a problem.
    pub fn extend(&mut self, other: Self) -> Vec<Problem> {
        let problems = other.rules.into_iter().filter_map(|rule| self.add(rule)).collect();
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        problems
    }

    fn add(&mut self, rule: Rule) -> Option<Problem> {
        let taken = self.rules.iter().find(|other| other.id == rule.id);
        let Some(taken) = taken else {
            self.rules.push(rule);
            return None;
        };
        let message = format!("check `{}` exists already, in `{}`", rule.id, taken.page.path());
        let problem = Problem::at(&rule.page, rule.body, message);
        Some(problem.help("give it another id, or set the other one's parameters in `patscan.toml`"))
    }

    /// Lays settings over the rules: severities, parameters, and which run. `config` is the file that they stand in.
    pub fn configure(
        &mut self,
        config: &SourceText,
        settings: &[Setting],
        words: Vocabulary<'_>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for setting in settings {
            let Some(at) = self.rules.iter().position(|rule| rule.id == setting.id) else {
                let known = self.rules.iter().map(|rule| rule.id.as_str());
                let near = catalog::nearest(setting.id.as_str(), known);
                let help =
                    near.map_or("see `patscan list`".to_owned(), |near| format!("did you mean `{near}`?"));
                let message = format!("there is no check `{}`", setting.id);
                problems.push(Problem::at(config, setting.span, message).help(help));
                continue;
            };
            if setting.is_enabled == Some(false) {
                self.rules.remove(at);
                continue;
            }
            let rule = &mut self.rules[at];
            if !setting.params.is_empty() {
                let (given, found) = given(rule, config, setting);
                problems.extend(found);
                let (changed, found) = rule.changed(words, &given);
                problems.extend(found);
                if let Some(changed) = changed {
                    *rule = changed;
                }
            }
            if let Some(severity) = setting.severity {
                rule.severity = severity;
                rule.is_severity_set = true;
            }
            if let Some(is_waivable) = setting.is_waivable {
                rule.is_waivable = is_waivable;
            }
        }
        problems
    }
}

/// The rules of one file.
fn file(source: &SourceText, words: Vocabulary<'_>) -> (Vec<Rule>, Vec<Problem>) {
    let is_page = source.path().as_str().ends_with(".md");
    let whole = Span::new(0, source.text().len() as u32);
    let (part, why, mut problems) = if is_page {
        let (page, problems) = page::read(source);
        (page.yaml, page.why, problems)
    } else {
        (Some(whole), Span::point(0), Vec::new())
    };
    let Some(part) = part else { return (Vec::new(), problems) };
    let (documents, found) = yaml::read(source, part);
    let is_unreadable = !found.is_empty();
    problems.extend(found);
    if documents.is_empty() && !is_unreadable {
        problems.push(Problem::at(source, part, "this holds no check").help("begin with `check:` and an id"));
    }
    if let (true, Some(second)) = (is_page, documents.get(1)) {
        let help = "give the second a page of its own";
        problems.push(Problem::at(source, second.span, "a page holds one check").help(help));
    }
    let origin = Origin { source, why, is_page };
    let mut rules = Vec::new();
    for document in &documents {
        let (rule, found) = check::read(origin, document, words, &Given::new());
        problems.extend(found);
        // A file that is broken in another place is still no reason to run half of it.
        rules.extend(rule.filter(|_| !is_unreadable));
    }
    // A predicate of `define:` is read again at each use, its mistakes with it.
    problems.sort();
    problems.dedup();
    (rules, problems)
}

/// The typed values that a setting gives a rule.
fn given(rule: &Rule, config: &SourceText, setting: &Setting) -> (Given, Vec<Problem>) {
    let mut given = Given::new();
    let mut problems = Vec::new();
    for (name, value, span) in &setting.params {
        let Some(param) = rule.param(name) else {
            let known: Vec<&str> = rule.params.iter().map(|param| &*param.name).collect();
            let message = format!("check `{}` has no parameter `{name}`", rule.id);
            let help = if known.is_empty() {
                "it has none".to_owned()
            } else {
                suggestion(name, "parameters", &known)
            };
            problems.push(Problem::at(config, *span, message).help(help));
            continue;
        };
        let node = node_of(value, *span);
        match quantity::value(param.kind, &node) {
            Ok(value) => given.push((name.clone(), value)),
            Err(wanted) => {
                let message = format!("parameter `{name}` takes {wanted}");
                problems.push(Problem::at(config, *span, message).help(param.about.clone()));
            }
        }
    }
    (given, problems)
}

fn node_of(value: &SettingValue, span: Span) -> yaml::Node {
    let value = match value {
        SettingValue::Text(text) => yaml::Value::Plain(text.clone()),
        SettingValue::Names(names) => {
            let part = |name: &String| yaml::Node { span, value: yaml::Value::Quoted(name.clone()) };
            yaml::Value::List(names.iter().map(part).collect())
        }
    };
    yaml::Node { span, value }
}

/// The rule read once more, with other values for its parameters.
fn with_params(rule: &Rule, words: Vocabulary<'_>, given: &Given) -> (Option<Rule>, Vec<Problem>) {
    let (documents, mut problems) = yaml::read(&rule.page, rule.body);
    let Some(document) = documents.first() else { return (None, problems) };
    // The file's name was compared with the id when the rule was read first.
    let origin = Origin { source: &rule.page, why: rule.why, is_page: false };
    let (changed, found) = check::read(origin, document, words, given);
    problems.extend(found);
    let changed =
        changed.map(|changed| Rule { theme: rule.theme.clone(), samples: rule.samples.clone(), ..changed });
    (changed, problems)
}

impl Rule {
    /// The same rule with other values for some of its parameters; all else that is in force stays.
    #[must_use]
    pub(crate) fn with_values(&self, words: Vocabulary<'_>, values: &Given) -> Option<Self> {
        self.changed(words, values).0
    }

    /// As [`Rule::with_values`], with what is wrong with the values.
    fn changed(&self, words: Vocabulary<'_>, values: &Given) -> (Option<Self>, Vec<Problem>) {
        let own = self.params.iter().map(|param| (param.name.to_string(), param.value.clone()));
        let is_kept = |(name, _): &(String, _)| values.iter().all(|(other, _)| other != name);
        let given: Given = own.filter(is_kept).chain(values.iter().cloned()).collect();
        let (changed, problems) = with_params(self, words, &given);
        let changed = changed.map(|changed| Self {
            severity: self.severity,
            is_severity_set: self.is_severity_set,
            is_waivable: self.is_waivable,
            ..changed
        });
        (changed, problems)
    }
}

#[cfg(test)]
mod tests;
