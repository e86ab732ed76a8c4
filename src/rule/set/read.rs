//! Reads a rule set back: what it says, with everything that is wrong in it. A broken statement is an error, never lost.

use crate::base::{CheckId, Date, RelPath, SourceText, Span};
use crate::catalog::nearest;
use crate::finding::{Problem, Severity};
use crate::pattern::{Dialect, PatternId, Polarity, SectionKind, StatementId, Status, TextHash};
use crate::rule::document::{
    Binding, Bond, BoundClause, BoundParam, BoundStatement, Disposition, ExemplarBrief, Number, OwnCheck,
    PatternRules, Proposal,
};
use crate::rule::set::VERSION;
use crate::rule::wire::check::{self, Given, Origin};
use crate::rule::wire::quantity;
use crate::rule::wire::yaml::{self, Node, Value};
use crate::rule::{RuleSet, Scope, Vocabulary};

/// Whether a YAML file says of itself that it is a rule set.
#[must_use]
pub fn is_rule_set(source: &SourceText) -> bool {
    source.text().lines().take(50).any(|line| line.trim_start_matches('\u{feff}').starts_with("patscan:"))
        && source.text().lines().any(|line| line.starts_with("pattern:"))
}

/// Reads a rule set. `rules` types the parameters; the rule set's own checks are typed first.
#[must_use]
pub fn rule_set(
    source: &SourceText,
    rules: &RuleSet,
    words: Vocabulary<'_>,
    today: Date,
) -> (Option<PatternRules>, Vec<Problem>) {
    let (documents, problems) = yaml::read(source, Span::new(0, source.text().len() as u32));
    let mut reader = Reader { source, rules, own: RuleSet::default(), today, problems };
    let read = documents.first().and_then(|root| reader.pattern(root, words));
    (read, reader.problems)
}

struct Reader<'a> {
    source: &'a SourceText,
    rules: &'a RuleSet,
    own: RuleSet,
    today: Date,
    problems: Vec<Problem>,
}

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Map(map) => map.iter().find(|(other, _)| other.text == key).map(|(_, node)| node),
        Value::Null | Value::Plain(_) | Value::Quoted(_) | Value::List(_) => None,
    }
}

fn parts(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

fn text(node: &Node, key: &str) -> Option<String> {
    get(node, key).and_then(Node::text).map(str::to_owned)
}

fn texts(node: Option<&Node>) -> Vec<String> {
    parts(node).iter().filter_map(|part| part.text().map(str::to_owned)).collect()
}

fn word<T: Copy>(
    all: impl IntoIterator<Item = T>,
    as_str: impl Fn(T) -> &'static str,
    word: &str,
) -> Option<T> {
    all.into_iter().find(|one| as_str(*one) == word)
}

impl Reader<'_> {
    fn wrong(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::at(self.source, span, message).help(help));
    }

    fn needed(&mut self, node: &Node, key: &str) -> Option<String> {
        let found = text(node, key);
        if found.is_none() {
            let message = format!("`{key}` is missing in a rule set");
            self.wrong(
                Span::point(node.span.start()),
                message,
                "write the file again with `patscan compile`",
            );
        }
        found
    }

    fn pattern(&mut self, root: &Node, words: Vocabulary<'_>) -> Option<PatternRules> {
        let version = self.needed(root, "patscan")?;
        if version != VERSION {
            let message = format!("version {version} of rule sets is not known");
            self.wrong(
                Span::point(root.span.start()),
                message,
                "this `patscan` reads version 1; compile again",
            );
            return None;
        }
        let id = PatternId(self.needed(root, "pattern")?);
        let path = RelPath::new(&self.needed(root, "document")?);
        let own_checks: Vec<OwnCheck> =
            parts(get(root, "checks")).iter().filter_map(|node| self.own_check(node, &path, words)).collect();
        self.own.rules = own_checks.iter().map(|own| own.rule.clone()).collect();
        self.own.rules.sort_by(|a, b| a.id.cmp(&b.id));
        let exempt = parts(get(root, "exempt")).iter();
        Some(PatternRules {
            id,
            path,
            title: text(root, "title").unwrap_or_default(),
            dialect: text(root, "dialect").and_then(|name| word(Dialect::ALL, Dialect::as_str, &name))?,
            status: text(root, "status").and_then(|name| {
                word([Status::Draft, Status::Adopted, Status::Deprecated], Status::as_str, &name)
            }),
            tier: text(root, "tier"),
            requires: texts(get(root, "requires")),
            scope: self.scope(root),
            needs: texts(get(root, "needs")),
            alternatives: texts(get(root, "alternatives")),
            exempt: exempt.filter_map(|node| Some((text(node, "pattern")?, text(node, "reason")?))).collect(),
            statements: parts(get(root, "statements"))
                .iter()
                .filter_map(|node| self.statement(node))
                .collect(),
            own_checks,
        })
    }

    fn scope(&mut self, node: &Node) -> Vec<String> {
        let Some(found) = get(node, "scope") else { return Vec::new() };
        let (scope, wrong) = Scope::read(&texts(Some(found)));
        for (message, help) in wrong {
            self.wrong(found.span, message, &help);
        }
        scope.words().to_vec()
    }

    fn own_check(&mut self, node: &Node, path: &RelPath, words: Vocabulary<'_>) -> Option<OwnCheck> {
        let yaml = self.needed(node, "source")?;
        let line = text(node, "line").and_then(|line| line.parse().ok()).unwrap_or(1_u32);
        // Laid out so that places are those in the document.
        let page = "\n".repeat((line as usize).saturating_sub(1).min(1 << 20)) + &yaml;
        let source = SourceText::new(path.clone(), page);
        let body = Span::new(line.saturating_sub(1).min(1 << 20), source.text().len() as u32);
        let (documents, problems) = yaml::read(&source, body);
        self.problems.extend(problems);
        let origin = Origin { source: &source, why: Span::point(0), is_page: false };
        let (rule, problems) = check::read(origin, documents.first()?, words, &Given::new());
        self.problems.extend(problems);
        let mut rule = rule?;
        rule.theme = "document".into();
        Some(OwnCheck { rule, line, yaml: yaml.trim_end().to_owned() })
    }

    fn statement(&mut self, node: &Node) -> Option<BoundStatement> {
        let polarities = [
            Polarity::Must,
            Polarity::MustNot,
            Polarity::Should,
            Polarity::Prefer,
            Polarity::Avoid,
            Polarity::Default,
        ];
        let (id, line, span, hash) = self.identity(node)?;
        let numbers = parts(get(node, "numbers")).iter().filter_map(|number| {
            let value = text(number, "value")?.parse().ok()?;
            Some(Number { value, unit: text(number, "unit"), text: text(number, "text").unwrap_or_default() })
        });
        let exemplar = get(node, "exemplar").map(|exemplar| ExemplarBrief {
            language: text(exemplar, "language").unwrap_or_default(),
            fields: texts(get(exemplar, "fields")),
            literals: texts(get(exemplar, "literals")),
        });
        let clauses = parts(get(node, "clauses")).iter().filter_map(|clause| {
            let (id, line, span, hash) = self.identity(clause)?;
            let text = text(clause, "text").unwrap_or_default();
            Some(BoundClause { id, text, line, span, hash, bond: self.bond(clause) })
        });
        let clauses = clauses.collect();
        Some(BoundStatement {
            section: text(node, "section")
                .and_then(|name| word(SectionKind::ALL, SectionKind::as_str, &name))
                .unwrap_or(SectionKind::Other),
            polarity: text(node, "polarity")
                .and_then(|name| word(polarities, Polarity::as_str, &name))
                .unwrap_or(Polarity::Must),
            id,
            text: text(node, "text").unwrap_or_default(),
            line,
            span,
            hash,
            numbers: numbers.collect(),
            exemplar,
            bond: self.bond(node),
            clauses,
        })
    }

    fn identity(&mut self, node: &Node) -> Option<(StatementId, u32, Span, TextHash)> {
        let id = StatementId(self.needed(node, "id")?);
        let line = text(node, "line").and_then(|line| line.parse().ok()).unwrap_or(1);
        let span: Vec<u32> = texts(get(node, "span")).iter().filter_map(|at| at.parse().ok()).collect();
        let span = Span::new(span.first().copied().unwrap_or(0), span.get(1).copied().unwrap_or(0));
        let hash = self.needed(node, "hash")?;
        let hash = u64::from_str_radix(&hash, 16).unwrap_or(0);
        Some((id, line, span, TextHash(hash)))
    }

    fn bond(&mut self, node: &Node) -> Bond {
        let n_before = self.problems.len();
        let checks = parts(get(node, "checks")).iter().filter_map(|check| {
            let params = self.params(check)?;
            let severity = text(check, "severity");
            let all = [Severity::Error, Severity::Warning, Severity::Note];
            let severity = severity.and_then(|name| word(all, Severity::as_str, &name));
            Some(Binding { check: CheckId::new(&text(check, "check")?)?, params, severity })
        });
        let checks: Vec<Binding> = checks.collect();
        let proposals = parts(get(node, "proposals")).iter().filter_map(|proposal| {
            let params = self.params(proposal)?;
            let phrase = text(proposal, "phrase").unwrap_or_default();
            Some(Proposal { check: CheckId::new(&text(proposal, "check")?)?, phrase, params })
        });
        let proposals = proposals.collect();
        let scope = self.scope(node);
        let broken = self.problems.get(n_before).map(|problem| Disposition::Error(problem.message.clone()));
        let disposition = self.disposition(node);
        Bond {
            checks,
            disposition: broken.or(disposition),
            rest: text(node, "partial"),
            scope,
            stale: text(node, "stale"),
            proposals,
        }
    }

    fn disposition(&mut self, node: &Node) -> Option<Disposition> {
        let reason = text(node, "reason").unwrap_or_default();
        match text(node, "disposition").as_deref() {
            Some("manual") => Some(Disposition::Manual(reason)),
            Some("test") => Some(Disposition::Test(reason)),
            Some("attest") => {
                let until = text(node, "until").and_then(|day| Date::parse(&day));
                match until.filter(|until| *until < self.today) {
                    Some(until) => {
                        let message = format!("the attestation expired on {until}");
                        self.wrong(
                            Span::point(node.span.start()),
                            message,
                            "look again and set a later day in the document",
                        );
                        Some(Disposition::Expired { text: reason, until })
                    }
                    None => Some(Disposition::Attest { text: reason, until }),
                }
            }
            Some("not-applicable") => Some(Disposition::NotApplicable(reason)),
            Some("exempt") => Some(Disposition::Exempt(reason)),
            Some("duplicate") => Some(Disposition::Duplicate(reason)),
            Some("error") => Some(Disposition::Error(reason)),
            Some("checks" | "proposed" | "unbound") => None,
            Some(_) | None => {
                self.wrong(
                    Span::point(node.span.start()),
                    "unknown disposition",
                    "compile the document again",
                );
                None
            }
        }
    }

    /// The parameters of a binding; `None` where its check is not known.
    fn params(&mut self, node: &Node) -> Option<Vec<BoundParam>> {
        let id = self.needed(node, "check")?;
        let Some(rule) = self.own.rule(&id).or_else(|| self.rules.rule(&id)).cloned() else {
            let near = nearest(&id, self.rules.rules.iter().map(|rule| rule.id.as_str()));
            let help = near.map_or_else(
                || "give its page with `--rules`, or compile the document again".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.wrong(node.span, format!("unknown check `{id}`"), &help);
            return None;
        };
        let Some(Value::Map(map)) = get(node, "params").map(|node| &node.value) else {
            return Some(Vec::new());
        };
        let mut params = Vec::new();
        for (key, value) in map {
            let Some(param) = rule.param(&key.text) else {
                let message = format!("check `{id}` has no parameter `{}`", key.text);
                self.wrong(key.span, message, "compile the document again");
                continue;
            };
            match quantity::value(param.kind, value) {
                Ok(value) => {
                    let taken_from = get(node, "taken_from").and_then(|from| text(from, &key.text));
                    params.push(BoundParam { name: key.text.clone(), value, taken_from });
                }
                Err(wanted) => self.wrong(value.span, format!("parameter `{}` takes {wanted}", key.text), ""),
            }
        }
        Some(params)
    }
}
