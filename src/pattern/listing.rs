//! Makes a registry page from documents: progress, status, categories, table, graph. Reads no disk; `registry` reads
//! such a page back.

mod page;

pub use page::page;

use crate::pattern::block::{Block, BlockKind, Inline};
use crate::pattern::lint::{key, number};
use crate::pattern::modality::sentence_end;
use crate::pattern::{Dialect, Pattern, Relation, RelationKind, Status};
use std::collections::{BTreeMap, BTreeSet};

/// One pattern of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name; unique in the registry.
    pub name: String,
    /// Where its page is, from the registry's folder.
    pub link: String,
    /// Its category.
    pub category: String,
    /// Its status, where it states one.
    pub status: Option<Status>,
    /// Its tier.
    pub tier: Option<String>,
    /// What it is about, in one sentence.
    pub description: String,
    /// What a scan says of it; a column of its own where any pattern has it.
    pub code: Option<String>,
}

/// What a registry shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// By name.
    pub patterns: Vec<Listed>,
    /// Names of both ends and the kind of each edge, sorted, each once.
    pub edges: BTreeSet<(String, RelationKind, String)>,
}

/// Icons and words of statuses, in the order of the page.
const STATUSES: [(Option<Status>, &str, &str); 4] = [
    (Some(Status::Adopted), "✅", "adopted"),
    (Some(Status::Draft), "📋", "draft"),
    (Some(Status::Deprecated), "🗄", "deprecated"),
    (None, "❔", "unstated"),
];

impl Listed {
    /// Its icon and the word of its status.
    fn badge(&self) -> (&'static str, &'static str) {
        let found = STATUSES.iter().find(|(status, ..)| *status == self.status);
        found.map_or(("❔", "unstated"), |(_, icon, word)| (*icon, *word))
    }
}

/// Lists all documents but registries; `link` is where a document's page lies, `code` what a scan says of it.
#[must_use]
pub fn listing(
    documents: &[&Pattern],
    link: &dyn Fn(&Pattern) -> String,
    code: &dyn Fn(&Pattern) -> Option<String>,
) -> Listing {
    let own: Vec<&Pattern> =
        documents.iter().copied().filter(|pattern| pattern.dialect != Dialect::Registry).collect();
    let names = names(&own);
    let mut listing = Listing::default();
    for (pattern, name) in own.iter().zip(&names) {
        listing.patterns.push(Listed {
            name: name.clone(),
            link: link(pattern),
            category: category(pattern),
            status: pattern.status,
            tier: pattern.tier.clone().filter(|tier| !tier.contains('|')),
            description: description(pattern),
            code: code(pattern),
        });
        for relation in pattern.relations.iter().filter(|relation| relation.kind == RelationKind::Requires) {
            if let Some(target) = target(&own, &names, pattern, relation).filter(|target| *target != name) {
                listing.edges.insert((name.clone(), RelationKind::DependsOn, target.clone()));
            }
        }
    }
    listing.edges.extend(drawn(documents, &names));
    listing.patterns.sort_by(|a, b| (key(&a.name), &a.link).cmp(&(key(&b.name), &b.link)));
    listing
}

/// Titles; where two documents have one, the file's stem stands behind it, and where that is one too, the whole path.
fn names(own: &[&Pattern]) -> Vec<String> {
    let plain = |text: &str| one_line(text).trim_matches('`').to_owned();
    let mut names: Vec<String> = own.iter().map(|pattern| plain(&pattern.title)).collect();
    let more: [fn(&Pattern) -> &str; 2] =
        [|pattern| pattern.path.file_stem(), |pattern| pattern.path.as_str()];
    for more in more {
        let mut n_by_key: BTreeMap<String, usize> = BTreeMap::new();
        for name in &names {
            *n_by_key.entry(key(name)).or_default() += 1;
        }
        for (name, pattern) in names.iter_mut().zip(own) {
            if n_by_key.get(&key(name)).is_some_and(|n| *n > 1) {
                *name = format!("{} ({})", plain(&pattern.title), more(pattern));
            }
        }
    }
    names
}

/// The name of the document that a pointer means.
fn target<'n>(
    own: &[&Pattern],
    names: &'n [String],
    from: &Pattern,
    relation: &Relation,
) -> Option<&'n String> {
    let wanted = relation.target.split('#').next().unwrap_or("");
    let path = from.path.parent().join(wanted);
    let is_meant = |pattern: &&&Pattern| {
        let by_number = number(wanted).is_some() && number(wanted) == number(&pattern.id.0);
        by_number || pattern.path == path || pattern.id.0 == wanted
    };
    let idx = own.iter().position(|pattern| is_meant(&pattern))?;
    names.get(idx)
}

/// The edges that registries among the documents draw between listed patterns.
fn drawn(documents: &[&Pattern], names: &[String]) -> Vec<(String, RelationKind, String)> {
    let by_key: BTreeMap<String, &String> = names.iter().map(|name| (key(name), name)).collect();
    let registries = documents.iter().filter(|pattern| pattern.dialect == Dialect::Registry);
    let edge = |relation: &Relation| {
        let from = by_key.get(&key(relation.from.as_deref()?))?;
        let to = by_key.get(&key(&relation.target))?;
        (from != to).then(|| ((*from).clone(), relation.kind, (*to).clone()))
    };
    registries.flat_map(|pattern| &pattern.relations).filter_map(edge).collect()
}

/// The category that the head states, else the folder.
fn category(pattern: &Pattern) -> String {
    let stated = pattern.field("category").map(|field| field.value.as_str());
    let stated = stated.filter(|value| !value.is_empty() && !value.contains('|'));
    let folder = pattern.path.parent();
    let word = stated.unwrap_or(folder.file_name());
    let words = word.split(['-', '_', ' ']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
    };
    let words: Vec<String> = words.filter_map(capital).collect();
    if words.is_empty() { "Patterns".to_owned() } else { one_line(&words.join(" ")) }
}

/// The first sentence of what the head or the first paragraph says.
fn description(pattern: &Pattern) -> String {
    let fields = ["description", "primary_goal", "tagline", "problem"];
    let stated = fields.iter().find_map(|name| pattern.field(name)).map(|field| field.value.as_str());
    let stated = stated.filter(|value| !value.starts_with('[') && !value.contains("TODO"));
    let is_prose = |words: &&Inline| !words.strong.iter().any(|range| range.start == 0);
    let first = pattern.document.blocks.iter().find_map(|Block { kind, .. }| match kind {
        BlockKind::Paragraph(words) => Some(words).filter(is_prose).map(Inline::as_str),
        _ => None,
    });
    let text = one_line(stated.or(problem(pattern)).or(first).unwrap_or(""));
    let end = sentence_end(&text).map_or(text.len(), |at| at + 1);
    let sentence = text.get(..end).unwrap_or("").trim_end_matches(['…', '.', ':', ' ']);
    let mut chars = sentence.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => "–".to_owned(),
    }
}

/// The item `Problem: …` of a guide's first lists.
fn problem(pattern: &Pattern) -> Option<&str> {
    let lists = pattern.document.blocks.iter().take(12).filter_map(|block| match &block.kind {
        BlockKind::List(list) => Some(list),
        _ => None,
    });
    let firsts = lists.flat_map(|list| &list.items).filter_map(|item| match &item.blocks.first()?.kind {
        BlockKind::Paragraph(words) => Some(words.as_str()),
        _ => None,
    });
    firsts.into_iter().find_map(|text| text.strip_prefix("Problem:")).map(str::trim)
}

/// `text` on one line, without what would end a cell or open a tag or a link.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = |c: char| match c {
        '|' => '/',
        '<' | '[' => '(',
        '>' | ']' => ')',
        '*' | '\\' => ' ',
        other => other,
    };
    words.join(" ").chars().map(plain).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Listed, Listing, listing, page};
    use crate::base::{RelPath, SourceText};
    use crate::pattern::{Dialect, Form, Pattern, ReadDocument, RelationKind, lint, read};

    fn pattern(path: &str, text: &str) -> Pattern {
        read(&SourceText::new(RelPath::new(path), text)).0
    }

    fn listed(documents: &[(&str, &str)]) -> Listing {
        let patterns: Vec<Pattern> = documents.iter().map(|(path, text)| pattern(path, text)).collect();
        let patterns: Vec<&Pattern> = patterns.iter().collect();
        listing(&patterns, &|pattern| pattern.path.as_str().to_owned(), &|_| None)
    }

    const RELAY: &str = "# Pattern 012: Relay\n\n## Pattern header\n- **Pattern ID:** 012\n- **Status:** Adopted\n- **Scope:** x\n- **Primary goal:** Publish | nothing [twice]. Never.\n- **Requires:** Pattern 002\n";
    const CONTRACT: &str = "# Pattern 002: Contract *v2*\n\n## Pattern header\n- **Pattern ID:** 002\n- **Status:** Adopted\n- **Scope:** x\n";

    /// Expects that the page of `documents` reads back to the same rows and edges, without a lint.
    #[track_caller]
    fn check(documents: &[(&str, &str)]) {
        let listing = listed(documents);
        let text = page(&listing);
        let source = SourceText::new(RelPath::new("registry.md"), text.clone());
        let (registry, problems) = read(&source);
        assert_eq!(registry.dialect, Dialect::Registry, "{text}");
        let rows = registry.rows.iter().filter(|row| row.form == Form::TableRow);
        let read_back: Vec<[Option<&str>; 5]> = rows
            .map(|row| {
                let link = row.link.as_deref();
                [
                    Some(row.name.as_str()),
                    link,
                    row.category.as_deref(),
                    row.status.as_deref(),
                    row.description.as_deref(),
                ]
            })
            .collect();
        let written: Vec<[Option<&str>; 5]> = listing
            .patterns
            .iter()
            .map(|one| {
                let Listed { name, link, category, description, .. } = one;
                [Some(name.as_str()), Some(link), Some(category), Some(one.badge().1), Some(description)]
            })
            .collect();
        assert_eq!(read_back, written, "{text}");
        assert_eq!(registry.relations.iter().filter(|edge| edge.from.is_some()).count(), listing.edges.len());
        let document = ReadDocument { source: &source, pattern: &registry, problems: &problems };
        let lints = lint(&[document], &|_, _| true);
        assert_eq!(lints, [], "{text}");
    }

    #[test]
    fn a_page_reads_back_to_the_same_rows_without_a_lint() {
        check(&[("p/012.md", RELAY), ("p/002.md", CONTRACT)]);
        check(&[("a.md", "# `Odd` <name> | x\n\nText...\n"), ("b.md", "# Two\n\n- [ ] x\n")]);
    }

    #[test]
    fn equal_titles_get_their_files_name_and_then_their_path() {
        let listing = listed(&[("x/a.md", "# T\n"), ("y/a.md", "# T\n"), ("y/b.md", "# t\n")]);
        let names: Vec<&str> = listing.patterns.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["t (b)", "T (x/a.md)", "T (y/a.md)"]);
        check(&[("x/a.md", "# T\n\nx\n"), ("y/a.md", "# T\n\ny\n")]);
    }

    #[test]
    fn requirements_are_edges_and_registries_are_no_patterns() {
        let listing = listed(&[
            ("p/012.md", RELAY),
            ("p/002.md", CONTRACT),
            (
                "r.md",
                "# Pattern Registry\n\n## All Patterns\n\n| Pattern | Status |\n|---|---|\n| Relay | done |\n\n```mermaid\ngraph TD\n  Contract_v2 --> Relay\n  Contract_v2 --> Nowhere\n```\n",
            ),
        ]);
        let edges: Vec<(&str, RelationKind, &str)> =
            listing.edges.iter().map(|(from, kind, to)| (from.as_str(), *kind, to.as_str())).collect();
        assert_eq!(
            edges,
            [("Contract v2", RelationKind::Uses, "Relay"), ("Relay", RelationKind::DependsOn, "Contract v2")]
        );
        assert_eq!(listing.patterns.len(), 2);
        assert_eq!(listing.patterns[1].description, "Publish / nothing (twice).");
    }

    #[test]
    fn the_order_of_documents_does_not_matter() {
        let one = page(&listed(&[("p/012.md", RELAY), ("p/002.md", CONTRACT)]));
        assert_eq!(one, page(&listed(&[("p/002.md", CONTRACT), ("p/012.md", RELAY)])));
    }
}
