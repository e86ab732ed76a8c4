//! Judges pattern documents as documents: layout, head, pointers, counts, likeness. Reads no disk and binds nothing;
//! whether a linked file exists is asked of the caller.

mod agreement;
mod diagram;
mod evidence;
mod graph;
mod head;
mod layout;
mod likeness;
mod link;
mod outline;
mod placeholder;
mod progress;
mod relation;
mod rows;
mod rule;
mod section;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(super) use outline::key;
pub use relation::async_boundary;
pub(super) use relation::number;
pub use rule::LintRule;

use crate::base::{SourceText, Span};
use crate::finding::{Problem, Severity};
use crate::pattern::Pattern;

/// A rule for documents; its row in the table says everything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LintId {
    /// Text was encoded twice.
    DoublyEncoded,
    /// Front matter is no YAML.
    FrontMatterNoYaml,
    /// A key of the front matter stands there twice, perhaps once with `-` and once with `_`.
    FrontMatterKeyTwice,
    /// A value of the front matter is a list where a text belongs, or a text where a list belongs.
    FrontMatterType,
    /// The front matter lacks what its tier demands.
    TierFieldMissing,
    /// A value is none of those that the template knows.
    ValueOutsideEnum,
    /// The status is none that is known.
    UnknownStatus,
    /// The document has more than 1,000 lines.
    TooLong,
    /// More than 20 % of the lines are code.
    TooMuchCode,
    /// There are fewer than 3 Mermaid diagrams.
    TooFewDiagrams,
    /// A label of a diagram does not lex in Mermaid.
    BrokenDiagramLabel,
    /// No heading within the first 200 lines says when not to use the pattern.
    NoWhenNot,
    /// The section on when not to use the pattern has no table.
    WhenNotWithoutTable,
    /// There is not exactly one tier banner that matches the tier.
    TierBanner,
    /// The essential question is missing in the front matter or as a section.
    NoEssentialQuestion,
    /// The essential question reads otherwise in its section than in the front matter.
    EssentialQuestionDiffers,
    /// Levels 1 to 5 do not each stand there once and in order.
    Levels,
    /// A placeholder or an instruction of the template is left.
    Placeholder,
    /// Sections of the design guide are missing.
    GuideSectionMissing,
    /// The canonical path is not where the file lies.
    CanonicalPathDiffers,
    /// The document says nothing below its headings.
    EmptyDocument,
    /// There is no completion checklist.
    NoCompletionChecklist,
    /// An item is ticked, but the section that it speaks of is not there.
    TickWithoutSection,
    /// Two documents have one id.
    IdTaken,
    /// Title, pattern id and file name do not have one number.
    IdDiffersFromFile,
    /// The document points at itself.
    SelfReference,
    /// The document points at a pattern that is not among the documents.
    UnknownPattern,
    /// The document speaks of an async boundary, but does not require pattern 002.
    NoMessageContract,
    /// Sections of the numbered pattern are missing.
    SectionMissing,
    /// The executive summary has not 5 to 8 lines.
    SummaryLength,
    /// A group of do and avoid gives no reason.
    GroupWithoutBecause,
    /// Code of a numbered pattern is no pseudocode.
    ExecutableGuidance,
    /// An item of a checklist says more than one thing.
    CompoundItem,
    /// An item of a checklist is a question.
    ItemIsQuestion,
    /// The section of references is empty.
    EmptyReferences,
    /// A relative link leads nowhere.
    DeadLink,
    /// A number of the registry is not what its rows give.
    CountDiffers,
    /// A percentage or a bar of the registry is not what its counts give.
    PercentageDiffers,
    /// The icon of a row is missing or that of another status.
    IconDiffers,
    /// Two rows of the registry have one name.
    NameTaken,
    /// Two rows of the registry link one page.
    SlugTaken,
    /// A row links a page that is not there.
    DeadRowLink,
    /// A page beside the linked ones is not in the registry.
    UnlistedPage,
    /// A pattern stands in the table and in no category, or the other way round.
    RowInOneList,
    /// A node of the graph is no pattern of the registry.
    DanglingNode,
    /// An edge of the graph leads from a pattern to itself.
    SelfLoop,
    /// Patterns depend on each other in a circle.
    Cycle,
    /// Two edges of the graph join the same patterns.
    ParallelEdge,
    /// Patterns of the registry stand in no edge of the graph.
    IsolatedPattern,
    /// A completed pattern depends on a planned one.
    CompletedNeedsPlanned,
    /// Descriptions are cut off with an ellipsis.
    TruncatedDescription,
    /// The number of rules that the document declares is not what it holds.
    RuleCountDiffers,
    /// An invariant has no rationale, or names nothing that verifies it.
    InvariantWithoutEvidence,
    /// Markdown reads the text otherwise than it was meant.
    StructureHazard,
    /// Two documents show one shape with other fields.
    ShapeDiffers,
    /// Two documents give one limit with different numbers.
    NumberDiffers,
    /// Two documents say nearly the same.
    NearDuplicate,
    /// A statement stands word for word in another document too.
    RepeatedStatement,
    /// The index does not list a document beside it.
    IndexMissesDocument,
}

impl LintId {
    /// Number of rules.
    const COUNT: usize = Self::IndexMissesDocument as usize + 1;
}

/// A document as it was read.
#[derive(Clone, Copy, Debug)]
pub struct ReadDocument<'a> {
    /// Its text.
    pub source: &'a SourceText,
    /// What it says.
    pub pattern: &'a Pattern,
    /// What was wrong while it was read.
    pub problems: &'a [Problem],
}

/// Something that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// Place, fact and remedy.
    pub problem: Problem,
    /// The rule.
    pub id: LintId,
    /// Its weight in this document's layout.
    pub severity: Severity,
}

/// Says whether the file that document number so and so links as so and so exists.
pub type Exists<'a> = dyn Fn(usize, &str) -> bool + 'a;

/// Judges each document alone and all of them together; sorted by place.
#[must_use]
pub fn lint(documents: &[ReadDocument<'_>], exists: &Exists<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    for (idx, document) in documents.iter().enumerate() {
        let mut sheet = Sheet { document: *document, found: Vec::new() };
        let has_file = |target: &str| exists(idx, target);
        one(&mut sheet, &has_file);
        found.append(&mut sheet.found);
    }
    let mut sheets: Vec<Sheet<'_>> =
        documents.iter().map(|document| Sheet { document: *document, found: Vec::new() }).collect();
    together(&mut sheets);
    found.extend(sheets.into_iter().flat_map(|sheet| sheet.found));
    found.sort();
    found.dedup();
    found
}

fn one(sheet: &mut Sheet<'_>, exists: &dyn Fn(&str) -> bool) {
    text::check(sheet);
    head::check(sheet);
    layout::check(sheet);
    diagram::check(sheet);
    placeholder::check(sheet);
    section::check(sheet);
    relation::check(sheet);
    link::check(sheet, exists);
    progress::check(sheet);
    rows::check(sheet, exists);
    graph::check(sheet);
    evidence::check(sheet);
}

fn together(sheets: &mut [Sheet<'_>]) {
    relation::check_set(sheets);
    rows::check_set(sheets);
    agreement::check_set(sheets);
    likeness::check_set(sheets);
    link::check_set(sheets);
}

/// One document and what was found in it.
#[derive(Debug)]
struct Sheet<'a> {
    document: ReadDocument<'a>,
    found: Vec<Lint>,
}

impl<'a> Sheet<'a> {
    const fn pattern(&self) -> &'a Pattern {
        self.document.pattern
    }

    const fn source(&self) -> &'a SourceText {
        self.document.source
    }

    /// Notes a fault at `span`, unless the rule does not concern this layout.
    fn add(&mut self, id: LintId, span: Span, message: impl Into<String>) {
        self.push(id, Problem::at(self.source(), span, message));
    }

    /// Notes a fault of the whole document.
    fn add_whole(&mut self, id: LintId, message: impl Into<String>) {
        self.push(id, Problem::in_file(self.source().path(), message));
    }

    /// Notes one fault for all `spans`, at the first of them.
    fn add_first(&mut self, id: LintId, spans: &[Span], message: &str) {
        let Some(first) = spans.first() else { return };
        let more = match spans.len() - 1 {
            0 => String::new(),
            1 => " (and in one more place)".to_owned(),
            n => format!(" (and in {n} more places)"),
        };
        self.add(id, *first, format!("{message}{more}"));
    }

    fn push(&mut self, id: LintId, problem: Problem) {
        let rule = id.rule();
        let Some(severity) = rule.severity(self.pattern().dialect) else { return };
        let problem = if problem.help.is_empty() { problem.help(rule.remedy) } else { problem };
        self.found.push(Lint { problem, id, severity });
    }
}
