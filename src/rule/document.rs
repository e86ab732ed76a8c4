//! A pattern with everything that its statements are tied to: what `compile` writes and `check` runs. Reads nothing.

use crate::base::{CheckId, Date, RelPath, Span};
use crate::finding::Severity;
use crate::pattern::{Dialect, PatternId, Polarity, SectionKind, StatementId, Status, TextHash};
use crate::rule::{ParamValue, Rule};

/// One pattern's rules.
#[derive(Clone, Debug)]
pub struct PatternRules {
    /// The pattern's id.
    pub id: PatternId,
    /// Its document.
    pub path: RelPath,
    /// Its title.
    pub title: String,
    /// Its layout.
    pub dialect: Dialect,
    /// Its status, where it says one.
    pub status: Option<Status>,
    /// Its tier, where it says one.
    pub tier: Option<String>,
    /// Patterns whose rules hold here too.
    pub requires: Vec<String>,
    /// Required patterns from which it is excused, with the reasons.
    pub exempt: Vec<(String, String)>,
    /// Where its rules apply, as words of a [`Scope`](crate::rule::Scope); none: everywhere.
    pub scope: Vec<String>,
    /// What code must have for it to apply at all, as `role:` and `crate:` words, any of them; none: it always does.
    pub needs: Vec<String>,
    /// What it names to use instead of it.
    pub alternatives: Vec<String>,
    /// Its statements in document order.
    pub statements: Vec<BoundStatement>,
    /// The checks that stand in its fences.
    pub own_checks: Vec<OwnCheck>,
}

/// What a document makes of the weights of its findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Deprecated, legacy or of the lowest tier: what shows that it is used is a warning, no less and no more.
    Warns,
    /// A draft: a warning at most.
    Advises,
    /// The checks' own weights stand.
    Enforces,
}

impl Weight {
    /// The weight of a finding that weighs `own` by itself.
    #[must_use]
    pub fn of(self, own: Severity) -> Severity {
        match self {
            Self::Warns => Severity::Warning,
            Self::Advises => own.min(Severity::Warning),
            Self::Enforces => own,
        }
    }
}

/// A whole check that stands in a document.
#[derive(Clone, Debug)]
pub struct OwnCheck {
    /// The check.
    pub rule: Rule,
    /// 1-based line of the document at which it starts.
    pub line: u32,
    /// Its YAML, without the indentation of its list.
    pub yaml: String,
}

/// A statement with what it is tied to.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundStatement {
    /// Its id.
    pub id: StatementId,
    /// The kind of its section.
    pub section: SectionKind,
    /// What it asks for.
    pub polarity: Polarity,
    /// Its words.
    pub text: String,
    /// Its first line, from 1.
    pub line: u32,
    /// Its bytes in the document.
    pub span: Span,
    /// The hash of its words.
    pub hash: TextHash,
    /// Numbers in its words.
    pub numbers: Vec<Number>,
    /// What its code shows, where the code is its norm.
    pub exemplar: Option<ExemplarBrief>,
    /// What it is tied to.
    pub bond: Bond,
    /// Its clauses.
    pub clauses: Vec<BoundClause>,
}

/// A clause with what it is tied to.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundClause {
    /// Its id.
    pub id: StatementId,
    /// Its words.
    pub text: String,
    /// Its first line, from 1.
    pub line: u32,
    /// Its bytes in the document.
    pub span: Span,
    /// The hash of its words.
    pub hash: TextHash,
    /// What it is tied to.
    pub bond: Bond,
}

/// A number of a statement's words.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The number.
    pub value: f64,
    /// What it counts; `None` for a bare number.
    pub unit: Option<String>,
    /// Number and unit as written.
    pub text: String,
}

/// What the code below a heading of a reference shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExemplarBrief {
    /// Its language.
    pub language: String,
    /// Names of fields, headers, columns, routes.
    pub fields: Vec<String>,
    /// Literal values.
    pub literals: Vec<String>,
}

/// What a statement or clause is tied to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bond {
    /// Checks that a person bound.
    pub checks: Vec<Binding>,
    /// Another disposition.
    pub disposition: Option<Disposition>,
    /// What remains where the checks cover a part only.
    pub rest: Option<String>,
    /// Where its checks apply, where that differs from the document.
    pub scope: Vec<String>,
    /// Why it must be read again: its words changed since it was bound.
    pub stale: Option<String>,
    /// Checks that its words propose.
    pub proposals: Vec<Proposal>,
}

impl Bond {
    /// Whether a person tied it to anything.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !self.checks.is_empty() || self.disposition.is_some()
    }

    /// The word for what it is tied to, whatever day it is.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match &self.disposition {
            Some(Disposition::Expired { .. }) => "attest",
            Some(disposition) => disposition.as_str(),
            None if !self.checks.is_empty() => "checks",
            None if !self.proposals.is_empty() => "proposed",
            None => "unbound",
        }
    }
}

/// A check with the values that a statement gives its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The check.
    pub check: CheckId,
    /// Values that differ from the check's own, sorted by name.
    pub params: Vec<BoundParam>,
    /// The weight of its findings, where the document sets one.
    pub severity: Option<Severity>,
}

/// A value that a statement gives a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundParam {
    /// The parameter.
    pub name: String,
    /// The value.
    pub value: ParamValue,
    /// The words that it was taken from; `None` where a person wrote it as a parameter.
    pub taken_from: Option<String>,
}

/// What a statement is tied to where it is no check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// A person judges; why, where it is said.
    Manual(String),
    /// A test shows it.
    Test(String),
    /// Somebody vouches for it, until a day.
    Attest {
        /// Who or what vouches.
        text: String,
        /// The last day on which that counts.
        until: Option<Date>,
    },
    /// Somebody vouched for it until a day that is past: an error, but the rule set does not change with the days.
    Expired {
        /// Who or what vouched.
        text: String,
        /// The last day on which that counted.
        until: Date,
    },
    /// It does not apply, for this reason.
    NotApplicable(String),
    /// It is excused, for this reason.
    Exempt(String),
    /// It repeats this statement.
    Duplicate(String),
    /// Its binding is broken, in this way.
    Error(String),
}

impl Disposition {
    /// The word used in reports and rule sets.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Manual(_) => "manual",
            Self::Test(_) => "test",
            Self::Attest { .. } => "attest",
            Self::NotApplicable(_) => "not-applicable",
            Self::Exempt(_) => "exempt",
            Self::Duplicate(_) => "duplicate",
            Self::Expired { .. } | Self::Error(_) => "error",
        }
    }
}

/// A check that a statement's words propose.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The check.
    pub check: CheckId,
    /// The phrase of the check that the words hold.
    pub phrase: String,
    /// Values of parameters that its words give.
    pub params: Vec<BoundParam>,
}

impl PatternRules {
    /// What its status and tier make of the weights of its findings.
    #[must_use]
    pub fn weight(&self) -> Weight {
        match (self.status, self.tier.as_deref()) {
            (Some(Status::Deprecated), _) | (_, Some("bronze")) => Weight::Warns,
            (Some(Status::Draft), _) => Weight::Advises,
            (Some(Status::Adopted) | None, _) => Weight::Enforces,
        }
    }

    /// The words that limit a bond of it: the bond's own, else those of the document.
    #[must_use]
    pub fn scope_of<'r>(&'r self, bond: &'r Bond) -> &'r [String] {
        if bond.scope.is_empty() { &self.scope } else { &bond.scope }
    }

    /// Where it only warns about its use: that it does, and what it names to use instead.
    #[must_use]
    pub fn instead(&self) -> Option<String> {
        if self.weight() != Weight::Warns {
            return None;
        }
        let age = match self.status {
            Some(Status::Deprecated) => "deprecated",
            Some(Status::Draft | Status::Adopted) | None => "of the lowest tier",
        };
        let others = self.alternatives.join(", ");
        let remedy = if others.is_empty() { String::new() } else { format!("; use instead: {others}") };
        Some(format!("the pattern `{}` is {age}{remedy}", self.title))
    }

    /// Every bond with the statement's place in [`PatternRules::statements`].
    pub fn bonds(&self) -> impl Iterator<Item = (usize, &Bond)> {
        self.statements.iter().enumerate().flat_map(|(at, statement)| {
            let clauses = statement.clauses.iter().map(move |clause| (at, &clause.bond));
            std::iter::once((at, &statement.bond)).chain(clauses)
        })
    }
}

impl BoundStatement {
    /// Ids of all checks bound to it or its clauses, each once, in order.
    #[must_use]
    pub fn bound_checks(&self) -> Vec<&CheckId> {
        let bonds = std::iter::once(&self.bond).chain(self.clauses.iter().map(|clause| &clause.bond));
        let mut found: Vec<&CheckId> = Vec::new();
        for binding in bonds.flat_map(|bond| &bond.checks) {
            if !found.contains(&&binding.check) {
                found.push(&binding.check);
            }
        }
        found
    }
}
