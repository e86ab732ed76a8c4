//! What a pattern document says, as data: head, statements, parameters, relations. Reads and judges nothing.

use crate::base::{RelPath, Span};
use crate::pattern::{Dialect, Document, Exemplar, Param, Reason, RegistryRow};
use std::fmt;

/// The id of a pattern document, spelled as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(pub String);

impl fmt::Display for PatternId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a document's id was found; the first that exists is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdSource {
    /// `<!-- patscan: doc=ID -->` in the head.
    Marker,
    /// A `Pattern ID` field, or the number in the title of a numbered document.
    PatternId,
    /// A `Canonical Path` field.
    CanonicalPath,
    /// `id` in the front matter.
    FrontMatter,
    /// The file's path.
    Path,
}

/// The id of a statement inside its document: an anchor, or section kind and slug, such as `checklist/dlq-exists`.
/// A clause is its statement's id followed by `/a`, `/b` and so on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub String);

impl StatementId {
    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash of a statement's words: letter case, white space and markers do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextHash(pub u64);

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The kind of the section in which a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// What must always hold.
    Invariant,
    /// Do and avoid.
    Guidance,
    /// Smells that must not appear.
    AntiPattern,
    /// Mistakes that are easily made.
    Pitfall,
    /// What a reviewer ticks.
    Checklist,
    /// Starting values.
    Default,
    /// Code, data or names that show how it should look.
    Exemplar,
    /// What breaks, and what helps.
    FailureMode,
    /// Metrics, logs, alerts.
    Observability,
    /// Anything else that says must, never or always.
    Other,
}

impl SectionKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Invariant,
        Self::Guidance,
        Self::AntiPattern,
        Self::Pitfall,
        Self::Checklist,
        Self::Default,
        Self::Exemplar,
        Self::FailureMode,
        Self::Observability,
        Self::Other,
    ];

    /// The word used in ids and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invariant => "invariant",
            Self::Guidance => "guidance",
            Self::AntiPattern => "anti-pattern",
            Self::Pitfall => "pitfall",
            Self::Checklist => "checklist",
            Self::Default => "default",
            Self::Exemplar => "exemplar",
            Self::FailureMode => "failure-mode",
            Self::Observability => "observability",
            Self::Other => "other",
        }
    }
}

/// What a statement asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Polarity {
    /// It has to be so.
    Must,
    /// It must never be so.
    MustNot,
    /// It is expected.
    Should,
    /// It is the better way.
    Prefer,
    /// It is a fault.
    Avoid,
    /// It is the value to start from.
    Default,
}

impl Polarity {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::MustNot => "must-not",
            Self::Should => "should",
            Self::Prefer => "prefer",
            Self::Avoid => "avoid",
            Self::Default => "default",
        }
    }
}

/// How a statement is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `- [ ] …`, unticked.
    Task,
    /// `- [x] …`: a claim, no evidence.
    TickedTask,
    /// `- …`.
    Bullet,
    /// `1. …`.
    Ordered,
    /// A row of a table.
    TableRow,
    /// `**Rule:** …` or another sentence in prose.
    Paragraph,
    /// `> …`.
    Quote,
    /// `!!! danger "…"`.
    Admonition,
    /// An entry of a list in the front matter.
    FrontMatter,
    /// A heading whose norm is the code below it.
    Fence,
}

/// One normative item of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its identity; unique in the document.
    pub id: StatementId,
    /// The kind of its section.
    pub section: SectionKind,
    /// What it asks for.
    pub polarity: Polarity,
    /// How it is written.
    pub form: Form,
    /// Its words without markup, as read.
    pub text: String,
    /// Bytes of its own words, without what is nested below.
    pub span: Span,
    /// Bytes of the whole item with everything nested below.
    pub extent: Span,
    /// Line of its first word, from 1.
    pub line: u32,
    /// Hash of its words.
    pub hash: TextHash,
    /// The label above its list, such as `Pre-Implementation`.
    pub group: Option<String>,
    /// Why, where the document says so for it or its group.
    pub because: Option<String>,
    /// What to do instead, where the document says so.
    pub remedy: Option<String>,
    /// Its clauses, where it says more than one thing; they may be bound apart.
    pub clauses: Vec<Clause>,
    /// The numbers that it sets.
    pub params: Vec<Param>,
    /// Code and data that show how it should look.
    pub exemplars: Vec<Exemplar>,
    /// The heading above it: an index into [`Document::headings`].
    pub heading: Option<usize>,
}

/// One thing that a compound statement says.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The statement's id with `/a`, `/b` and so on.
    pub id: StatementId,
    /// Its words.
    pub text: String,
    /// Its bytes.
    pub span: Span,
    /// Line of its first word, from 1.
    pub line: u32,
    /// Hash of its words.
    pub hash: TextHash,
}

/// What a document claims about its own age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Draft, planned, proposed: advises.
    Draft,
    /// Adopted, stable, active, completed: enforces.
    Adopted,
    /// Deprecated or legacy: warns about use.
    Deprecated,
}

impl Status {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Adopted => "adopted",
            Self::Deprecated => "deprecated",
        }
    }
}

/// A word of the head, as read and with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name, lower case, words joined by `_`.
    pub name: String,
    /// Its value without markup.
    pub value: String,
    /// Bytes of the value.
    pub span: Span,
}

/// How one document relates to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// The other's rules hold here too.
    Requires,
    /// Worth reading.
    SeeAlso,
    /// `-->` in a registry's graph.
    Uses,
    /// `-.->` in a registry's graph.
    DependsOn,
    /// `..->` in a registry's graph.
    Implements,
    /// `-->>` in a registry's graph.
    Extends,
}

impl RelationKind {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requires => "requires",
            Self::SeeAlso => "see-also",
            Self::Uses => "uses",
            Self::DependsOn => "depends-on",
            Self::Implements => "implements",
            Self::Extends => "extends",
        }
    }
}

/// A pointer to another document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// What kind of pointer.
    pub kind: RelationKind,
    /// Where it starts, in a registry's graph; `None` for the document itself.
    pub from: Option<String>,
    /// Where it points: a pattern's number, a link's target, or a node of a graph.
    pub target: String,
    /// Its bytes.
    pub span: Span,
}

/// To what a comment or fence belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The whole document: it stands in its head.
    Document,
    /// A heading: an index into [`Document::headings`].
    Heading(usize),
    /// A statement: an index into [`Pattern::statements`].
    Statement(usize),
    /// A clause: indexes of the statement and of the clause in it.
    Clause(usize, usize),
}

/// `<!-- patscan: … -->`, not interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What stands between `patscan:` and `-->`, trimmed.
    pub text: String,
    /// Bytes of that text.
    pub span: Span,
    /// Bytes from `<!--` to `-->`.
    pub whole: Span,
    /// To what it belongs.
    pub owner: Owner,
}

/// A ```` ```patscan ```` fence, not interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFence {
    /// What stands inside, without the indentation of its list.
    pub text: String,
    /// Bytes of the inside.
    pub span: Span,
    /// To what it belongs.
    pub owner: Owner,
}

/// A code fence that a document shows as right or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its language, lower case, such as `rust`.
    pub language: String,
    /// Whether it shows the right way (`Should`) or the wrong one (`Avoid`).
    pub polarity: Polarity,
    /// What stands inside.
    pub text: String,
    /// Bytes of the inside.
    pub span: Span,
    /// To what it belongs.
    pub owner: Owner,
}

/// One pattern document, read.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Its id.
    pub id: PatternId,
    /// Where the id was found.
    pub id_source: IdSource,
    /// Its file.
    pub path: RelPath,
    /// Its title without `Pattern NNN:`; the file's stem where it has none.
    pub title: String,
    /// Its layout.
    pub dialect: Dialect,
    /// Why this layout, best reason first.
    pub reasons: Vec<Reason>,
    /// Its status, where it says a known one.
    pub status: Option<Status>,
    /// Its tier (`gold`, `silver`, `bronze`), lower case as written.
    pub tier: Option<String>,
    /// The fields of its head: header bullets, bold label lines, scalars of the front matter.
    pub fields: Vec<Field>,
    /// Words of its scope lines that name code: file globs, `crate:` and `role:`.
    pub scope: Vec<Field>,
    /// What its head names to use instead of it.
    pub alternatives: Vec<String>,
    /// Pointers to other documents.
    pub relations: Vec<Relation>,
    /// Its normative items in document order.
    pub statements: Vec<Statement>,
    /// The rows of a registry's tables.
    pub rows: Vec<RegistryRow>,
    /// `<!-- patscan: … -->` comments in document order.
    pub comments: Vec<Comment>,
    /// ```` ```patscan ```` fences in document order.
    pub fences: Vec<CheckFence>,
    /// Code fences marked as right or wrong.
    pub samples: Vec<Sample>,
    /// The blocks it was read from.
    pub document: Document,
}

impl Pattern {
    /// The statement with this id.
    #[must_use]
    pub fn statement(&self, id: &StatementId) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.id == *id)
    }

    /// The first head field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
