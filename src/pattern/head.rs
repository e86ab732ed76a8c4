//! The head of a document: id, title, status, tier, fields. Reads no statement and follows no pointer.

use crate::base::SourceText;
use crate::pattern::block::{Block, BlockKind, Document, Inline};
use crate::pattern::section::normal;
use crate::pattern::{Dialect, Field, IdSource, PatternId, Status};

/// Fields that say where a document applies.
const SCOPES: [&str; 4] = ["scope", "applies_to", "applicability", "applicable_to"];
/// Fields that name what replaces a document.
const ALTERNATIVES: [&str; 6] =
    ["modern_alternatives", "replaced_by", "superseded_by", "replacement", "alternatives", "use_instead"];

/// What the head says.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: PatternId,
    pub(super) id_source: IdSource,
    pub(super) title: String,
    pub(super) status: Option<Status>,
    pub(super) tier: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) scope: Vec<Field>,
    pub(super) alternatives: Vec<String>,
}

/// Reads the head; `marker` is the id that a comment in the head sets.
pub(super) fn read(source: &SourceText, document: &Document, dialect: Dialect, marker: Option<&str>) -> Head {
    let fields = fields(document);
    let value = |name: &str| {
        fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
            .filter(|value| is_set(value))
    };
    let heading =
        document.headings.iter().find(|heading| heading.level == 1).map(|heading| heading.text.as_str());
    let (number, title) = heading.map_or((None, source.path().file_stem()), numbered_title);
    let own_number = number.filter(|_| dialect == Dialect::Numbered);
    let scalar = |key: &str| {
        let front_matter = document.front_matter.as_ref()?;
        front_matter.scalar(key).map(super::Mapped::as_str).filter(|value| is_set(value))
    };
    let found = [
        (marker, IdSource::Marker),
        (value("pattern_id").or(own_number), IdSource::PatternId),
        (value("canonical_path"), IdSource::CanonicalPath),
        (scalar("id").or_else(|| scalar("pattern_id")), IdSource::FrontMatter),
    ];
    let first = found.into_iter().find_map(|(id, from)| id.map(|id| (id.to_owned(), from)));
    let (id, id_source) = first.unwrap_or_else(|| (source.path().as_str().to_owned(), IdSource::Path));
    let status = ["status", "pattern_status"].into_iter().find_map(&value).and_then(status);
    let tier = ["excellence_tier", "tier"].into_iter().find_map(value).map(str::to_lowercase);
    let title = if title.is_empty() { source.path().file_stem() } else { title }.to_owned();
    let (scope, alternatives) = (scope(document, &fields), listed(document, &fields, &ALTERNATIVES));
    let alternatives = alternatives.into_iter().map(|field| field.value).collect();
    Head { id: PatternId(id), id_source, title, status, tier, fields, scope, alternatives }
}

/// The entries of the first of these fields that is there: of a list in the front matter, or one scalar.
fn listed(document: &Document, fields: &[Field], names: &[&str]) -> Vec<Field> {
    let entries = document.front_matter.iter().flat_map(|front_matter| &front_matter.entries);
    let lists = entries.filter(|entry| entry.is_list).flat_map(|entry| {
        entry.values.iter().map(|value| Field {
            name: entry.key.clone(),
            value: value.as_str().to_owned(),
            span: value.whole(),
        })
    });
    let all: Vec<Field> = lists.chain(fields.iter().cloned()).filter(|field| is_set(&field.value)).collect();
    let first = names.iter().find(|name| all.iter().any(|field| field.name == **name));
    all.into_iter().filter(|field| first.is_some_and(|name| field.name == *name)).collect()
}

/// The words of scope lines that name code; what is said in prose limits nothing.
fn scope(document: &Document, fields: &[Field]) -> Vec<Field> {
    let lines = listed(document, fields, &SCOPES);
    let words = lines.iter().flat_map(|line| {
        let words =
            line.value.split([',', ';', ' ']).map(|word| word.trim_matches(['`', '"', '(', ')', '.']));
        words.map(|word| Field { value: word.to_owned(), ..line.clone() })
    });
    words.filter(|word| names_code(&word.value)).collect()
}

fn names_code(word: &str) -> bool {
    let is_path = word.contains('/') && (word.contains('*') || word.ends_with('/'));
    is_path || word.ends_with(".rs") || word.starts_with("crate:") || word.starts_with("role:")
}

/// Names of fields that say something of the document and not of code.
const METADATA: [&str; 32] = [
    "applicability",
    "applicable_to",
    "applies_to",
    "audience",
    "author",
    "authors",
    "canonical_path",
    "category",
    "covers",
    "date",
    "depends_on",
    "description",
    "domain",
    "id",
    "last_updated",
    "name",
    "owner",
    "owners",
    "pattern_id",
    "problem",
    "replaced_by",
    "requires",
    "reviewers",
    "scope",
    "see_also",
    "status",
    "superseded_by",
    "tags",
    "tier",
    "title",
    "type",
    "version",
];

/// Whether an item of the head is a field such as `**Status:** Adopted`.
pub(super) fn is_metadata(words: &Inline) -> bool {
    field(words).is_some_and(|field| METADATA.contains(&field.name.as_str()))
}

/// Whether a value is more than a template's list of choices.
fn is_set(value: &str) -> bool {
    !value.is_empty() && !value.contains('|') && !value.starts_with('[') && !value.starts_with('<')
}

/// `Pattern 002: Name` as number and name.
fn numbered_title(text: &str) -> (Option<&str>, &str) {
    let Some(rest) = text.strip_prefix("Pattern ").or_else(|| text.strip_prefix("PATTERN ")) else {
        return (None, text);
    };
    let len = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if len == 0 {
        return (None, text);
    }
    let name = rest[len..].trim_start_matches([':', ' ', '—', '–', '-', '.']);
    (Some(&rest[..len]), name)
}

fn status(value: &str) -> Option<Status> {
    let words = normal(value);
    let first = words.split(' ').next()?;
    match first {
        "draft" | "planned" | "proposed" | "experimental" | "preview" | "wip" => Some(Status::Draft),
        "adopted" | "stable" | "active" | "completed" | "recommended" | "accepted" | "approved"
        | "production" => Some(Status::Adopted),
        "use" if words.starts_with("use with") => Some(Status::Adopted),
        "deprecated" | "legacy" | "retired" | "superseded" | "obsolete" => Some(Status::Deprecated),
        _ => None,
    }
}

/// Scalars of the front matter, then the bold leads of what stands before the first section that is no header.
fn fields(document: &Document) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some(front_matter) = &document.front_matter {
        for entry in front_matter.entries.iter().filter(|entry| !entry.is_list) {
            let values = entry.values.iter();
            fields.extend(values.map(|value| Field {
                name: entry.key.clone(),
                value: value.as_str().to_owned(),
                span: value.whole(),
            }));
        }
    }
    for Block { kind, .. } in &document.blocks {
        match kind {
            BlockKind::Heading(idx) if !is_header(document, *idx) => break,
            BlockKind::List(list) => {
                let firsts = list.items.iter().filter_map(|item| item.blocks.first());
                fields.extend(firsts.filter_map(|block| match &block.kind {
                    BlockKind::Paragraph(words) => field(words),
                    _ => None,
                }));
            }
            BlockKind::Paragraph(words) => fields.extend(bold_fields(words)),
            _ => {}
        }
    }
    fields
}

fn is_header(document: &Document, idx: usize) -> bool {
    document.headings.get(idx).is_some_and(|heading| {
        let words = normal(heading.text.as_str());
        heading.level == 1
            || words.contains("header")
            || words.starts_with("metadata")
            || words.starts_with("related")
    })
}

/// `**Name:** value` as a field.
fn field(words: &Inline) -> Option<Field> {
    let text = words.as_str();
    let bold = words.strong.iter().find(|range| range.start == 0);
    let end = match bold {
        Some(range) if text[range.clone()].ends_with(':') || text[range.end..].starts_with(':') => range.end,
        Some(_) => return None,
        None => text.find(": ").filter(|end| *end <= 40)?,
    };
    let name = normal(text[..end].trim_end_matches(':')).replace(' ', "_");
    let rest = &text[end..];
    let start = end + (rest.len() - rest.trim_start_matches([':', ' ']).len());
    let value = words.text.part(start..text.len());
    let is_field = !name.is_empty() && !value.is_empty();
    is_field.then(|| Field { name, value: value.as_str().to_owned(), span: value.whole() })
}

/// Every `**Name:** value` of a paragraph, which may hold one on each line.
fn bold_fields(words: &Inline) -> Vec<Field> {
    let text = words.as_str();
    let is_name = |range: &&std::ops::Range<usize>| {
        text.get((*range).clone()).is_some_and(|bold| bold.ends_with(':'))
            || text[range.end..].starts_with(':')
    };
    let starts: Vec<usize> = words.strong.iter().filter(is_name).map(|range| range.start).take(64).collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .filter_map(|(start, end)| field(&words.part(start, end).trimmed()))
        .collect()
}
