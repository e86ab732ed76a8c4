//! Why a place is, or is not, a subject of a rule, and which predicate decided. Gives data; `cli` prints it.

use crate::base::{FileIdx, Span};
use crate::engine::select::{Miss, Saw, Selected};
use crate::engine::view::FileView;
use crate::engine::{Engine, Truth, Verdict, message};
use crate::facts::Ty;
use crate::rule::{AnalysisUse, Rule, Selector, SelectorKind};
use crate::syntax::{Kind, NodeId};

/// Near misses that are told for one line.
const MAX_MISSES: usize = 6;

/// What a rule makes of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Why the rule does not look at the file or place at all, where it does not.
    pub closed: Option<String>,
    /// The subjects on the line, in order.
    pub subjects: Vec<ExplainedSubject>,
    /// What on the line comes near to a subject, the nearest first; empty where there is a subject.
    pub misses: Vec<NearMiss>,
    /// The subject of the file that is nearest to the line, by its 1-based line and code, where the line holds none.
    pub nearest: Option<(u32, String)>,
}

/// A subject on the line and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedSubject {
    /// Its bytes.
    pub span: Span,
    /// Its code, shortened.
    pub code: String,
    /// The part of the check's page that selected it.
    pub selected_by: Span,
    /// The verdict; `None` where `unless` takes it out.
    pub verdict: Option<Verdict>,
    /// The part of the check's page that decided; `None` where being a subject is the fault.
    pub decided_by: Option<Span>,
    /// What could not be seen.
    pub reason: Option<String>,
    /// What is known of it: name, value and, where it is elsewhere, `path:line`.
    pub facts: Vec<(String, String, Option<String>)>,
}

/// A piece of code that a selector looked at and did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Its bytes.
    pub span: Span,
    /// Its code, shortened.
    pub code: String,
    /// The selector, as bytes of the check's page.
    pub selector: Span,
    /// Why it is no subject; lower case, no full stop.
    pub reason: String,
}

impl Engine<'_> {
    /// What `rule` makes of the 1-based `line` of `file`.
    #[must_use]
    pub fn explain<'e>(&'e self, rule: &'e Rule, file: FileIdx, line: u32) -> Explanation {
        let view = FileView::new(self, file);
        let nodes = view.nodes_on(line);
        let mut explanation = Explanation { closed: view.why_closed(rule, &nodes), ..Explanation::default() };
        for selector in &rule.select {
            for selected in view.selected(selector, &nodes, &|at| at == line) {
                explanation.subjects.push(view.explained(rule, selector, &selected));
            }
        }
        explanation.subjects.sort_by_key(|subject| (subject.span, subject.selected_by));
        explanation.subjects.dedup_by_key(|subject| subject.span);
        if explanation.subjects.is_empty() {
            explanation.misses = view.near_misses(rule, &nodes);
            explanation.nearest = view.nearest(rule, line);
        }
        explanation
    }
}

impl<'e> FileView<'e> {
    fn line_of(&self, span: Span) -> u32 {
        self.tree.source().line_column(span.start()).line
    }

    /// The nodes that start on a line, and the method calls whose name does.
    fn nodes_on(&self, line: u32) -> Vec<NodeId> {
        let starts = |node: NodeId| {
            let span = match self.tree.kind(node) {
                Kind::MethodCall => super::place::method(self.tree, node),
                _ => super::place::primary(self.tree, node),
            };
            self.line_of(span) == line
        };
        self.tree.descendants(self.tree.root()).filter(|node| starts(*node)).collect()
    }

    fn why_closed(&self, rule: &Rule, nodes: &[NodeId]) -> Option<String> {
        if !self.engine.is_gate_open(self.file, &rule.requires_crate) {
            let names: Vec<String> = rule.requires_crate.iter().map(|name| format!("`{name}`")).collect();
            return Some(format!("the package does not depend on {}", names.join(" or ")));
        }
        let node = nodes.first().copied().unwrap_or(self.tree.root());
        let scope = self.codebase.scope_at(self.file, node);
        (!self.codebase.examines(scope))
            .then(|| format!("the place is {} code, which is not examined", scope_word(scope)))
    }

    /// What a selector takes of `nodes`, or an analysis of the file, on lines that are asked for.
    fn selected(
        &self,
        selector: &'e Selector,
        nodes: &[NodeId],
        is_asked: &dyn Fn(u32) -> bool,
    ) -> Vec<Selected> {
        let mut found = Vec::new();
        match &selector.kind {
            SelectorKind::Analysis(asked) => self.analysed(asked, is_asked, &mut found),
            _ => {
                for node in nodes {
                    // Misses are told apart from this, by `near_misses`.
                    let _ = self.select(selector, *node, &mut found);
                }
                found.retain(|selected| is_asked(self.line_of(self.span_of(&selected.subject))));
            }
        }
        found.retain(|selected| self.is_filtered_in(selector, &selected.subject));
        found
    }

    /// The subject whose line is nearest; the upper one of two.
    fn nearest(&self, rule: &'e Rule, line: u32) -> Option<(u32, String)> {
        let nodes: Vec<NodeId> = self.tree.descendants(self.tree.root()).collect();
        let all = rule.select.iter().flat_map(|selector| self.selected(selector, &nodes, &|_| true));
        let spans = all.map(|selected| self.span_of(&selected.subject));
        let nearest = spans.min_by_key(|span| (self.line_of(*span).abs_diff(line), *span))?;
        Some((self.line_of(nearest), message::shortened(self.tree.source().slice(nearest))))
    }

    fn analysed(&self, asked: &AnalysisUse, is_asked: &dyn Fn(u32) -> bool, found: &mut Vec<Selected>) {
        self.engine.analysed(asked, self.file, |subjects| {
            let is_here = |span: Span| is_asked(self.line_of(span));
            let here = subjects.iter().filter(|subject| {
                let places = subject.facts.iter().filter_map(|fact| fact.place);
                let mut spans = places.filter(|(file, _)| *file == self.file).map(|(_, span)| span);
                is_here(self.span_of(subject)) || spans.any(is_here)
            });
            found.extend(here.cloned().map(Selected::sure));
        });
    }

    fn explained(&self, rule: &'e Rule, selector: &Selector, selected: &Selected) -> ExplainedSubject {
        let subject = &selected.subject;
        let span = self.span_of(subject);
        let ruling = self.rule_on(rule, selected);
        let excused = || {
            let unless = rule.unless.as_ref().map(|unless| self.judge(unless, subject));
            unless.filter(|judged| judged.truth == Truth::Yes).map(|judged| judged.by.span)
        };
        let judged = ruling.as_ref().and_then(|ruling| ruling.judged.as_ref());
        let found = judged.map_or(&[][..], |judged| &judged.found);
        let facts = subject.facts.iter().chain(found).map(|fact| {
            let reason = match &fact.value {
                crate::engine::FactValue::Unknown(reason) => format!("unknown: {reason}"),
                value => message::fact_text(value),
            };
            (fact.key.to_owned(), reason, fact.place.map(|place| self.spot(place)))
        });
        ExplainedSubject {
            span,
            code: message::shortened(self.tree.source().slice(span)),
            selected_by: selector.span,
            verdict: ruling.as_ref().map(|ruling| ruling.verdict),
            decided_by: match &ruling {
                Some(_) => judged.map(|judged| judged.by.span),
                None => excused(),
            },
            reason: ruling.as_ref().and_then(|ruling| ruling.reason.clone()),
            facts: facts.collect(),
        }
    }

    fn spot(&self, (file, span): (FileIdx, Span)) -> String {
        let source = self.codebase.tree(file).source();
        format!("{}:{}", source.path(), source.line_column(span.start()).line)
    }

    fn near_misses(&self, rule: &'e Rule, nodes: &[NodeId]) -> Vec<NearMiss> {
        let mut misses: Vec<(usize, NearMiss)> = Vec::new();
        for selector in &rule.select {
            for node in nodes {
                let Some((rank, reason)) = self.miss(selector, *node) else { continue };
                let span = self.tree.span(*node);
                let code = message::shortened(self.tree.text(*node));
                misses.push((rank, NearMiss { span, code, selector: selector.span, reason }));
            }
        }
        misses.sort_by_key(|(rank, miss)| (*rank, miss.span));
        misses.dedup();
        misses.into_iter().map(|(_, miss)| miss).take(MAX_MISSES).collect()
    }

    /// Why a node is no subject, with a rank that is less the nearer it comes; `None` where it is of another kind.
    fn miss(&self, selector: &'e Selector, node: NodeId) -> Option<(usize, String)> {
        let mut found = Vec::new();
        match self.select(selector, node, &mut found) {
            Err(miss) if is_other_kind(&miss) => None,
            Err(miss) => Some((1, said(&miss))),
            Ok(()) => {
                let filter = selector.filter.as_deref()?;
                let judged = self.judge(filter, &found.first()?.subject);
                let reason = judged.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
                let word = if judged.truth == Truth::Unknown { "is unknown" } else { "does not hold" };
                Some((0, format!("its `where` {word}{reason}")))
            }
        }
    }
}

/// Whether the node is not even of the kind that the selector is about.
fn is_other_kind(miss: &Miss) -> bool {
    let kinds =
        ["call", "chain", "macro", "literal", "field_set", "type", "fn", "loop", "import", "impl", "code"];
    miss.saw == Saw::Other && (kinds.contains(&miss.part) || miss.part == "analysis")
}

fn said(miss: &Miss) -> String {
    let part = miss.part;
    match &miss.saw {
        Saw::Other => format!("`{part}` does not match"),
        Saw::Name(name) => format!("`{part}` does not match: it is `{name}`"),
        Saw::Type(Ty::Unknown) => format!("`{part}` does not match: the type is not known"),
        Saw::Type(ty) => format!("`{part}` does not match: its type is {}", type_text(ty)),
        Saw::Count(count) => format!("`{part}` does not match: there are {count}"),
        Saw::Unresolved => format!("`{part}` does not match: what it leads to is not known"),
    }
}

fn type_text(ty: &Ty) -> String {
    match ty {
        Ty::Named { to, .. } => format!("`{}`", to.path),
        Ty::Tuple(_) => "a tuple".to_owned(),
        Ty::Slice(_) => "a slice or array".to_owned(),
        Ty::Bounded(bounds) => {
            let names: Vec<&str> = bounds.iter().map(|(bound, _)| &**bound).collect();
            format!("bounded by `{}`", names.join(" + "))
        }
        Ty::Unknown => "not known".to_owned(),
    }
}

fn scope_word(scope: crate::facts::ScopeClass) -> &'static str {
    use crate::facts::ScopeClass;
    match scope {
        ScopeClass::Test => "test",
        ScopeClass::Bench => "benchmark",
        ScopeClass::Example => "example",
        ScopeClass::Build => "build",
        ScopeClass::Generated => "generated",
        ScopeClass::Vendored => "vendored",
        ScopeClass::Excluded => "excluded",
        ScopeClass::Cli => "command-line",
        ScopeClass::Library => "library",
        ScopeClass::Service => "service",
    }
}
