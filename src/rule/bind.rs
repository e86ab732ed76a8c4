//! Pattern documents to what their statements are tied to. Explicit bindings only; phrases propose and never bind.
//! Pure: the day, the known checks and the earlier rule set are given.

mod bond;
mod directive;
mod fence;
mod number;
mod phrase;
mod relation;
mod scope;
mod sidecar;
#[cfg(test)]
mod tests;

pub use phrase::Phrases;
pub use relation::is_same as is_same_pattern;

use crate::base::{Date, SourceText};
use crate::finding::Problem;
use crate::pattern::{self, Owner, Pattern, PatternId, SectionKind, Statement, StatementId, TextHash};
use crate::rule::bind::bond::{Maker, Subject};
use crate::rule::bind::directive::Directive;
use crate::rule::bind::fence::FenceCheck;
use crate::rule::bind::sidecar::Sidecar;
use crate::rule::document::{
    Binding, Bond, BoundClause, BoundStatement, Disposition, ExemplarBrief, OwnCheck, PatternRules, Proposal,
};
use crate::rule::{RuleSet, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// A document that was read and not yet bound: its own checks may be named by other documents.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    source: SourceText,
    sidecar_source: Option<SourceText>,
    pattern: Pattern,
    fences: Vec<FenceCheck>,
    sidecar: Sidecar,
    fence_problems: Vec<Problem>,
    problems: Vec<Problem>,
}

/// What documents are bound with.
#[derive(Clone, Copy, Debug)]
pub struct Binder<'a> {
    /// All known checks, those of all documents among them.
    pub rules: &'a RuleSet,
    /// Their phrases.
    pub phrases: &'a Phrases,
    /// Today: attestations expire.
    pub today: Date,
}

impl OpenDocument {
    /// Reads a document and its sidecar.
    #[must_use]
    pub fn read(source: &SourceText, sidecar: Option<&SourceText>, words: Vocabulary<'_>) -> Self {
        let (pattern, mut problems) = pattern::read(source);
        let mut fence_problems = Vec::new();
        let fences = fence::read(source, &pattern, words, &mut fence_problems);
        problems.extend(fence_problems.iter().cloned());
        let said = sidecar.map(|source| sidecar::read(source, &mut problems)).unwrap_or_default();
        Self {
            source: source.clone(),
            sidecar_source: sidecar.cloned(),
            pattern,
            fences,
            sidecar: said,
            fence_problems,
            problems,
        }
    }

    /// The pattern as read.
    #[must_use]
    pub const fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The document's text.
    #[must_use]
    pub const fn source(&self) -> &SourceText {
        &self.source
    }

    /// The whole checks of its fences.
    #[must_use]
    pub fn own_checks(&self) -> Vec<OwnCheck> {
        self.fences.iter().filter_map(|fence| fence.check.clone()).collect()
    }

    /// What is wrong with those checks.
    #[must_use]
    pub fn fence_problems(&self) -> Vec<Problem> {
        self.fence_problems.clone()
    }

    /// Ties each statement to its checks or another disposition; always gives all statements, with everything that is
    /// wrong with the document.
    #[must_use]
    pub fn bind(&self, binder: Binder<'_>) -> (PatternRules, Vec<Problem>) {
        let mut problems = self.problems.clone();
        let written = self.written(&mut problems);
        let exempt = relation::exemptions(&written.document, &mut problems);
        let requires = relation::requires(&self.pattern, &exempt);
        problems.extend(relation::missing_contract(&self.source, &self.pattern, &requires, &exempt));
        let scope = scope::of_document(&self.source, &self.pattern, &written.document, &mut problems);
        let statements = self.pattern.statements.iter().enumerate();
        let mut statements: Vec<BoundStatement> = statements
            .map(|(at, statement)| self.statement(binder, &written, (at, statement), &mut problems))
            .collect();
        self.refuse_strangers(&mut problems);
        check_duplicates(&self.source, &mut statements, &mut problems);
        problems.sort();
        problems.dedup();
        let pattern = &self.pattern;
        let rules = PatternRules {
            id: pattern.id.clone(),
            path: pattern.path.clone(),
            title: pattern.title.clone(),
            dialect: pattern.dialect,
            status: pattern.status,
            tier: pattern.tier.clone(),
            requires,
            exempt,
            scope,
            needs: scope::needs(&written.document, &mut problems),
            alternatives: pattern.alternatives.clone(),
            statements,
            own_checks: self.own_checks(),
        };
        (rules, problems)
    }

    /// All comments and the sidecar's mappings, by what they belong to.
    fn written(&self, problems: &mut Vec<Problem>) -> Written {
        let mut written = Written { document: self.sidecar.document.clone(), ..Written::default() };
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        for comment in &self.pattern.comments {
            let directive = directive::read(&self.source, comment.span, problems);
            if let Some(entry) = directive.entry("id") {
                let n_before = ids.entry(entry.text().unwrap_or("").to_owned()).or_default();
                *n_before += 1;
                if *n_before > 1 {
                    let message = format!("the id `{}` is given twice", entry.text().unwrap_or(""));
                    problems.push(directive.problem(entry.place(), message, "ids are unique in a document"));
                    written.broken.push((comment.owner, "its id is given twice".to_owned()));
                }
            }
            match comment.owner {
                Owner::Document => written.document.push(directive),
                Owner::Heading(_)
                    if directive
                        .entries
                        .iter()
                        .any(|entry| matches!(entry.key.as_str(), "doc" | "exempt" | "needs" | "scope")) =>
                {
                    written.document.push(directive);
                }
                Owner::Heading(_) => problems.push(
                    Problem::at(&self.source, comment.span, "this comment belongs to no statement")
                        .help("put it at the end of a statement or on the next line"),
                ),
                owner @ (Owner::Statement(_) | Owner::Clause(..)) => {
                    written.by_owner.entry(owner).or_default().push(directive);
                }
            }
        }
        written
    }

    fn statement(
        &self,
        binder: Binder<'_>,
        written: &Written,
        (at, statement): (usize, &Statement),
        problems: &mut Vec<Problem>,
    ) -> BoundStatement {
        let mut maker = Maker { rules: binder.rules, today: binder.today, problems, expired: Vec::new() };
        let subject = Subject { numbers: &statement.params, hash: statement.hash.to_string() };
        let mut bond = self.bond(&mut maker, &subject, written, (Owner::Statement(at), &statement.id));
        let clauses = statement.clauses.iter().enumerate();
        let clauses: Vec<BoundClause> = clauses
            .map(|(idx, clause)| {
                let own = statement.params.iter().filter(|param| clause.span.contains(param.span));
                let numbers: Vec<pattern::Param> = own.cloned().collect();
                let subject = Subject { numbers: &numbers, hash: clause.hash.to_string() };
                BoundClause {
                    id: clause.id.clone(),
                    text: clause.text.clone(),
                    line: clause.line,
                    span: clause.span,
                    hash: clause.hash,
                    bond: self.bond(&mut maker, &subject, written, (Owner::Clause(at, idx), &clause.id)),
                }
            })
            .collect();
        if !bond.is_settled() && clauses.iter().all(|clause| !clause.bond.is_settled()) {
            let above = self.above(statement);
            bond.proposals = proposals(binder, statement, &above);
            bond.rest = uncovered(binder, statement, &above).filter(|_| !bond.proposals.is_empty());
        }
        BoundStatement {
            id: statement.id.clone(),
            section: statement.section,
            polarity: statement.polarity,
            text: statement.text.clone(),
            line: statement.line,
            span: statement.span,
            hash: statement.hash,
            numbers: number::numbers(&statement.params),
            exemplar: exemplar(statement),
            bond,
            clauses,
        }
    }

    /// The title of the document, the heading and the label above a statement, and the word for its section.
    fn above(&self, statement: &Statement) -> String {
        let heading = statement.heading.and_then(|idx| self.pattern.document.headings.get(idx));
        let heading = heading.map_or("", |heading| heading.text.as_str());
        let group = statement.group.as_deref().unwrap_or("");
        [self.pattern.title.as_str(), heading, group, statement.section.as_str()].join(" ")
    }

    fn bond(
        &self,
        maker: &mut Maker<'_>,
        subject: &Subject<'_>,
        written: &Written,
        (owner, id): (Owner, &StatementId),
    ) -> Bond {
        let of_comment = written.by_owner.get(&owner).into_iter().flatten();
        let of_sidecar = self.sidecar.of(&id.0).iter();
        let directives: Vec<&Directive> = of_comment.chain(of_sidecar).collect();
        let own: Vec<&FenceCheck> =
            self.fences.iter().filter(|fence| self.owner_of(fence) == owner).collect();
        let fenced = own.iter().filter_map(|fence| fence.check.as_ref()).map(|own| Binding {
            check: own.rule.id.clone(),
            params: number::taken(&own.rule, subject.numbers, &[]),
            severity: None,
        });
        let mut bond = maker.bond(subject, &directives, fenced.collect());
        let broken_fence = own.iter().find(|fence| fence.check.is_none());
        let broken =
            written.broken.iter().find(|(other, _)| *other == owner).map(|(_, reason)| reason.clone());
        let taken = own.iter().filter_map(|fence| fence.check.as_ref()).find(|own| {
            let known = maker.rules.rule(own.rule.id.as_str());
            known.is_some_and(|known| known.page.path() != self.source.path())
        });
        let broken = broken
            .or_else(|| taken.map(|own| format!("there is another check `{}`", own.rule.id)))
            .or_else(|| broken_fence.map(|fence| format!("its check in line {} is broken", fence.line)));
        if let Some(reason) = broken {
            bond.disposition = Some(Disposition::Error(reason));
        }
        bond
    }

    /// A fence below a heading belongs to the heading's only statement, where there is one.
    fn owner_of(&self, fence: &FenceCheck) -> Owner {
        let Owner::Heading(heading) = fence.owner else { return fence.owner };
        let below = self.pattern.statements.iter().enumerate();
        let mut below = below.filter(|(_, statement)| statement.heading == Some(heading));
        match (below.next(), below.next()) {
            (Some((only, _)), None) => Owner::Statement(only),
            _ => fence.owner,
        }
    }

    /// Ids of the sidecar that no statement has.
    fn refuse_strangers(&self, problems: &mut Vec<Problem>) {
        let Some(source) = &self.sidecar_source else { return };
        let ids = || {
            let statements = self.pattern.statements.iter();
            statements.flat_map(|statement| {
                let clauses = statement.clauses.iter().map(|clause| (&clause.id, clause.hash));
                std::iter::once((&statement.id, statement.hash)).chain(clauses)
            })
        };
        let known: BTreeSet<&str> = ids().map(|(id, _)| id.as_str()).collect();
        for (key, said) in &self.sidecar.by_id {
            if known.contains(key.text.as_str()) {
                continue;
            }
            let hash = said.iter().find_map(|directive| directive.text("hash"));
            let moved = ids().find(|(_, other)| hash.is_some_and(|hash| other.to_string().starts_with(hash)));
            let near = moved.map(|(id, _)| format!("its words now stand under `{id}`")).or_else(|| {
                crate::catalog::nearest(&key.text, ids().map(|(id, _)| id.as_str()))
                    .map(|near| format!("did you mean `{near}`?"))
            });
            let help = near.unwrap_or_else(|| "`patscan compile` lists the ids".to_owned());
            let message = format!("no statement has the id `{}`", key.text);
            problems.push(Problem::at(source, key.span, message).help(help));
        }
    }
}

/// Comments by owner.
#[derive(Debug, Default)]
struct Written {
    document: Vec<Directive>,
    by_owner: BTreeMap<Owner, Vec<Directive>>,
    broken: Vec<(Owner, String)>,
}

/// What the words of a statement propose.
fn proposals(binder: Binder<'_>, statement: &Statement, above: &str) -> Vec<Proposal> {
    let place = (statement.polarity, statement.section);
    let mut found = binder.phrases.found_in(&statement.text, above, place);
    // `No DLQ in production` and the reason that follows it without a full stop would deny each other.
    let lead = statement.because.as_deref().and_then(|because| statement.text.strip_suffix(because));
    let of_lead = lead.map(|lead| binder.phrases.found_in(lead, above, place)).unwrap_or_default();
    found.extend(
        of_lead
            .into_iter()
            .filter(|(check, _)| found.iter().all(|(known, _)| known != check))
            .collect::<Vec<_>>(),
    );
    found.sort();
    let proposal = |(check, phrase): (crate::base::CheckId, String)| {
        let rule = binder.rules.rule(check.as_str())?;
        // What is logged and measured about a thing does not ask for the thing.
        let is_meant = statement.section != SectionKind::Observability || &*rule.theme == "observability";
        is_meant.then(|| Proposal { params: number::taken(rule, &statement.params, &[]), check, phrase })
    };
    found.into_iter().filter_map(proposal).collect()
}

/// The clauses of its own words that propose nothing; `None` where that is none or all of them.
fn uncovered(binder: Binder<'_>, statement: &Statement, above: &str) -> Option<String> {
    let own: Vec<_> =
        statement.clauses.iter().filter(|clause| statement.span.contains(clause.span)).collect();
    let is_open = |clause: &&&pattern::Clause| {
        let place = (statement.polarity, statement.section);
        binder.phrases.found_in(&clause.text, above, place).is_empty()
    };
    let open: Vec<&str> =
        own.iter().filter(is_open).filter_map(|clause| clause.id.0.rsplit('/').next()).collect();
    let is_part = !open.is_empty() && open.len() < own.len();
    is_part.then(|| format!("not covered: clause {}", open.join(", ")))
}

fn exemplar(statement: &Statement) -> Option<ExemplarBrief> {
    let first = statement.exemplars.first()?;
    let parts = || statement.exemplars.iter().flat_map(|exemplar| &exemplar.parts);
    Some(ExemplarBrief {
        language: first.language.clone(),
        fields: parts().map(|part| part.name.clone()).collect(),
        literals: parts().filter_map(|part| part.value.clone()).collect(),
    })
}

/// `duplicate-of` names another statement of the document, or one of another document as `document#id`.
fn check_duplicates(source: &SourceText, statements: &mut [BoundStatement], problems: &mut Vec<Problem>) {
    let ids: Vec<StatementId> = statements.iter().map(|statement| statement.id.clone()).collect();
    for statement in statements {
        let Some(Disposition::Duplicate(of)) = &statement.bond.disposition else { continue };
        let is_known = of.contains('#') || ids.iter().any(|id| id.0 == *of && *id != statement.id);
        if !is_known {
            let message = format!("it repeats `{of}`, which is no other statement");
            let problem = Problem::at(source, statement.span, message.clone());
            problems.push(problem.help("name the id of the statement that is kept, or `document#id`"));
            statement.bond.disposition = Some(Disposition::Error(message));
        }
    }
}

/// Marks as stale what a person bound to other words: the same id had another hash in `earlier`.
pub fn mark_stale(rules: &mut PatternRules, earlier: &PatternRules) {
    let known: BTreeMap<&StatementId, &BoundStatement> =
        earlier.statements.iter().map(|known| (&known.id, known)).collect();
    for statement in &mut rules.statements {
        let Some(known) = known.get(&statement.id) else { continue };
        let is_settled =
            known.bond.is_settled() || known.clauses.iter().any(|clause| clause.bond.is_settled());
        if is_settled && known.hash != statement.hash && statement.bond.disposition.is_none() {
            let reason = "its words changed since the rule set was compiled; read it again, then compile";
            statement.bond.stale = Some(reason.to_owned());
        }
    }
}

/// What changed between two rule sets of one pattern, in words for people.
#[must_use]
pub fn changes(earlier: &PatternRules, rules: &PatternRules) -> Vec<String> {
    let before: BTreeSet<&StatementId> = earlier.statements.iter().map(|known| &known.id).collect();
    let now: BTreeMap<&StatementId, TextHash> =
        rules.statements.iter().map(|statement| (&statement.id, statement.hash)).collect();
    let fresh = rules.statements.iter().filter(|statement| !before.contains(&statement.id));
    let fresh: BTreeMap<TextHash, &StatementId> =
        fresh.map(|statement| (statement.hash, &statement.id)).collect();
    let told =
        earlier.statements.iter().filter_map(|known| match (now.get(&known.id), fresh.get(&known.hash)) {
            (Some(hash), _) if *hash != known.hash => Some(format!("changed: `{}`", known.id)),
            (Some(_), _) => None,
            (None, Some(twin)) => Some(format!("moved: `{}` is now `{twin}`", known.id)),
            (None, None) => Some(format!("gone: `{}`", known.id)),
        });
    told.collect()
}

/// Ids that several documents have: each document but the first is told of.
#[must_use]
pub fn shared_ids<'p>(patterns: impl Iterator<Item = &'p PatternRules>) -> Vec<Problem> {
    let mut first: BTreeMap<&PatternId, &PatternRules> = BTreeMap::new();
    let mut problems = Vec::new();
    for pattern in patterns {
        match first.get(&pattern.id) {
            None => {
                first.insert(&pattern.id, pattern);
            }
            Some(other) => {
                let message = format!("the id `{}` is also that of `{}`", pattern.id, other.path);
                let problem = Problem::in_file(&pattern.path, message);
                problems
                    .push(problem.help("give one of them another id, such as `<!-- patscan: doc=ID -->`"));
            }
        }
    }
    problems
}
