//! A failing subject as a finding: its place, texts, labels, weight. Numbers come later, when all files are there.

use crate::base::{FileIdx, Span};
use crate::engine::evaluate::Ruling;
use crate::engine::view::FileView;
use crate::engine::{Fact, Subject, Truth, fingerprint, message};
use crate::finding::{Finding, Fingerprint, Label, Precision, Severity, State};
use crate::rule::{Rule, Template};

/// Labels of one name; more would hide the finding.
const MAX_LABELS: usize = 4;

/// A finding whose fingerprint still lacks its ordinal.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) finding: Finding,
    /// Identity without ordinal, see [`fingerprint::key`].
    pub(super) key: u64,
}

impl<'e> FileView<'e> {
    pub(super) fn draft(&self, rule: &'e Rule, subject: &Subject, ruling: &Ruling<'e>) -> Draft {
        let found = ruling.judged.as_ref().map_or(&[][..], |judged| &judged.found);
        let texts = Texts { view: self, rule, subject, found };
        let (file, span) = texts.primary();
        let tree = self.codebase.tree(file);
        let item = self.codebase.item_path_at(file, tree.covering(span));
        let (severity, precision) = self.weight(rule, subject);
        let shape = fingerprint::shape(&rule.id, &item, tree, span);
        let finding = Finding {
            check: rule.id.clone(),
            severity,
            precision,
            message: texts.filled(&rule.message),
            because: texts.filled(&rule.because),
            help: texts.filled(&rule.help),
            path: tree.source().path().clone(),
            span,
            labels: texts.labels((file, span)),
            item,
            fingerprint: Fingerprint(0),
            shape,
            state: State::New,
            statement: None,
            fix: self.fix_of(&texts),
        };
        let key = fingerprint::key(&rule.id, &finding.item, tree, span);
        Draft { finding, key }
    }

    /// Severity and precision, by the first regrade that holds for sure; a heuristic is at most a warning.
    fn weight(&self, rule: &'e Rule, subject: &Subject) -> (Severity, Precision) {
        let regrade =
            rule.regrades.iter().find(|regrade| self.judge(&regrade.when, subject).truth == Truth::Yes);
        let precision = regrade.and_then(|regrade| regrade.precision).unwrap_or(rule.precision);
        if rule.is_severity_set {
            return (rule.severity, precision);
        }
        let severity = regrade.and_then(|regrade| regrade.severity).unwrap_or(rule.severity);
        match precision {
            Precision::Heuristic => (severity.min(Severity::Warning), precision),
            Precision::Exact | Precision::Role => (severity, precision),
        }
    }
}

/// The values that a rule's templates may name.
pub(super) struct Texts<'t, 'e> {
    pub(super) view: &'t FileView<'e>,
    pub(super) rule: &'e Rule,
    pub(super) subject: &'t Subject,
    found: &'t [Fact],
}

impl Texts<'_, '_> {
    pub(super) fn filled(&self, template: &Template) -> String {
        template.render(|name| self.value(name.trim_start_matches('$')))
    }

    fn facts<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Fact> + 's {
        self.subject.facts.iter().chain(self.found).filter(move |fact| fact.key == name)
    }

    fn capture(&self, name: &str) -> Option<Span> {
        let captures = self.subject.captures.iter();
        let (_, node) = captures.rev().find(|(known, _)| known == name.trim_start_matches('$'))?;
        Some(self.view.tree.span(*node))
    }

    /// The place of the rule's `place:`, else the subject's.
    fn primary(&self) -> (FileIdx, Span) {
        let named = self.rule.place.as_deref().and_then(|name| self.place_of(name));
        named.unwrap_or_else(|| (self.view.file, self.view.span_of(self.subject)))
    }

    /// The code of a fact or capture.
    pub(super) fn place_of(&self, name: &str) -> Option<(FileIdx, Span)> {
        let fact = self.facts(name).find_map(|fact| fact.place);
        fact.or_else(|| self.capture(name).map(|span| (self.view.file, span)))
    }

    fn labels(&self, primary: (FileIdx, Span)) -> Vec<Label> {
        let mut labels = Vec::new();
        for spec in &self.rule.labels {
            let facts = self.facts(&spec.name).filter_map(|fact| fact.place);
            let captured = self.capture(&spec.name).map(|span| (self.view.file, span));
            let own = (&*spec.name == "subject").then(|| (self.view.file, self.view.span_of(self.subject)));
            for (file, span) in facts.chain(captured).chain(own).take(MAX_LABELS) {
                let path = self.view.codebase.tree(file).source().path().clone();
                let label = Label { path, span, text: self.filled(&spec.text) };
                if (file, span) != primary && !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        labels
    }

    fn value(&self, name: &str) -> Option<String> {
        let view = self.view;
        let node = self.subject.place.node;
        let text = |span: Span| message::shortened(view.tree.source().slice(span));
        if let Some(fact) = self.facts(name).next() {
            return Some(message::fact_text(&fact.value));
        }
        if let Some(span) = self.capture(name) {
            return Some(text(span));
        }
        match name {
            "subject" => Some(text(view.span_of(self.subject))),
            "item" => Some(view.codebase.item_path_at(view.file, node)),
            "name" => view.name_of(node).map(|name| name.to_string()),
            "type" => {
                let ty = view.type_of_subject(self.subject);
                let name = ty.path().and_then(|path| path.rsplit("::").next());
                Some(name.map_or_else(|| text(view.span_of(self.subject)), str::to_owned))
            }
            "check" => Some(self.rule.id.to_string()),
            other => self.rule.param(other).map(|param| param.value.to_string()),
        }
    }
}
