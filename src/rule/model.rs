//! A checked rule and the set of them. Reading lies in `wire`; nothing here can be wrong any more.

use crate::base::{CheckId, SourceText, Span};
use crate::finding::{Precision, Severity};
use crate::rule::{FixSpec, Param, Predicate, Scope, Section, SelectKey, Selector, Template};
use std::sync::Arc;

/// What a rule says where it has no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnEmpty {
    /// It does not apply.
    NotApplicable,
    /// It fails: something must exist.
    Fail,
}

impl OnEmpty {
    /// Every choice with its word in rules.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::NotApplicable, "not-applicable"), (Self::Fail, "fail")];
}

/// A second place of the findings.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSpec {
    /// The fact or capture whose place it is.
    pub name: Arc<str>,
    /// What it has to do with the finding.
    pub text: Template,
}

/// `severity_if`: another severity or precision where a predicate holds; the first that holds wins.
#[derive(Clone, Debug)]
pub struct Regrade {
    /// Where this holds for sure.
    pub when: Predicate,
    /// The severity there.
    pub severity: Option<Severity>,
    /// The precision there.
    pub precision: Option<Precision>,
}

/// A check with its parameters in force.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: CheckId,
    /// The theme, which is the folder of the check.
    pub theme: Arc<str>,
    /// The whole page or file that it was read from.
    pub page: SourceText,
    /// The reasons in the page, as Markdown; empty for a check without a page.
    pub why: Span,
    /// The check's YAML in the page.
    pub body: Span,
    /// Weight of its findings, configuration applied.
    pub severity: Severity,
    /// Whether configuration set the severity; then [`Rule::regrades`] change only the precision.
    pub is_severity_set: bool,
    /// Whether a waiver may permit its findings.
    pub is_waivable: bool,
    /// What its verdicts rest on.
    pub precision: Precision,
    /// Names in paths (`-` is `_`) of crates, one of which the subject's package must depend on; none: always applies.
    pub requires_crate: Vec<Arc<str>>,
    /// Where a document lets it apply; everywhere by itself.
    pub scope: Scope,
    /// Its parameters, with the values in force.
    pub params: Vec<Param>,
    /// Who: a match of any of these is a subject.
    pub select: Vec<Selector>,
    /// A match for which this holds is no subject at all.
    pub unless: Option<Predicate>,
    /// What must hold for each subject. With neither this nor `forbid`, every subject fails.
    pub require: Option<Predicate>,
    /// What must not hold for any subject.
    pub forbid: Option<Predicate>,
    /// The fact or capture whose place is the finding's; none: the subject's.
    pub place: Option<Arc<str>>,
    /// Second places.
    pub labels: Vec<LabelSpec>,
    /// Where severity or precision differ.
    pub regrades: Vec<Regrade>,
    /// What it says where it has no subject.
    pub on_empty: OnEmpty,
    /// The fact.
    pub message: Template,
    /// Why it matters.
    pub because: Template,
    /// The remedy.
    pub help: Template,
    /// How the code can be changed so that a finding is gone; the first that fits.
    pub fixes: Vec<FixSpec>,
    /// Words of documents that propose this check.
    pub phrases: Vec<String>,
    /// Examples that stand beside it in a document, as bytes of [`Rule::page`]; a page of its own has sections instead.
    pub samples: Vec<(Section, Span)>,
}

impl Rule {
    /// The keys under which its subjects are found, sorted, each once.
    #[must_use]
    pub fn keys(&self) -> Vec<SelectKey> {
        let mut keys: Vec<SelectKey> = self.select.iter().flat_map(Selector::keys).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// What it is about, in a sentence: the first of its page's reasons, else why it matters.
    #[must_use]
    pub fn summary(&self) -> String {
        let why = self.page.slice(self.why).trim();
        let paragraph =
            why.split("\n\n").next().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
        let sentence = paragraph.get(..end).unwrap_or("");
        if sentence.is_empty() { self.because.render(|_| None) } else { sentence.to_owned() }
    }

    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| &*param.name == name)
    }
}

/// Checked rules, sorted by id.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The rules that are enabled.
    pub rules: Vec<Rule>,
}

impl RuleSet {
    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        let at = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
        self.rules.get(at)
    }
}
