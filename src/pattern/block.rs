//! The blocks of a Markdown document, with places in the file. Knows no pattern and no section.

use crate::base::Span;
use crate::pattern::{FrontMatter, Mapped};
use std::ops::Range;

/// A document as a list of blocks; sections are not nested, headings stand between blocks.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The front matter, if it has one.
    pub front_matter: Option<FrontMatter>,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Its headings in document order, also those inside of HTML and admonitions.
    pub headings: Vec<Heading>,
    /// `<!-- … -->` comments anywhere, in document order: bytes of the whole, and what stands inside.
    pub comments: Vec<(Span, Mapped)>,
    /// How the text was doubly encoded, where it was.
    pub repaired: Option<&'static str>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its words.
    pub text: Inline,
    /// `{ #id }`, where it has one.
    pub anchor: Option<String>,
    /// Bytes of the whole heading.
    pub span: Span,
}

/// One block and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Bytes of the block.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// An index into [`Document::headings`].
    Heading(usize),
    /// Prose.
    Paragraph(Inline),
    /// A list.
    List(List),
    /// A table.
    Table(Table),
    /// Fenced code.
    Fence(Fence),
    /// Code by indentation that does not read as prose.
    Indented(Mapped),
    /// HTML that holds no Markdown; comments are in [`Document::comments`].
    Html(Mapped),
    /// `> …`.
    Quote(Vec<Block>),
    /// `!!! note "…"` and its kin.
    Admonition(Admonition),
    /// A horizontal rule.
    Rule,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Whether its items are numbered.
    pub is_ordered: bool,
    /// Its items.
    pub items: Vec<Item>,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Bytes from its marker to the end of what is nested in it.
    pub span: Span,
    /// `Some(true)` for `[x]`, `Some(false)` for `[ ]`.
    pub task: Option<bool>,
    /// What it holds; its own words are its first paragraph.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The cells of its first row.
    pub header: Vec<Inline>,
    /// Its other rows.
    pub rows: Vec<Row>,
    /// Whether the row of dashes was there.
    pub has_delimiter: bool,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Bytes of the row.
    pub span: Span,
    /// Its cells.
    pub cells: Vec<Inline>,
}

/// Fenced code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// What follows the opening marks.
    pub info: String,
    /// What stands inside, without the indentation of its list.
    pub text: Mapped,
}

impl Fence {
    /// The first word of the info string, lower case.
    #[must_use]
    pub fn language(&self) -> String {
        let words = self.info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ';'));
        words.into_iter().next().unwrap_or("").to_ascii_lowercase()
    }
}

/// A block of MkDocs: `!!! kind "title"` with indented content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admonition {
    /// The word after the marks, lower case.
    pub kind: String,
    /// The title in quotes.
    pub title: Option<Mapped>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// Words without markup, and what the markup said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inline {
    /// The words.
    pub text: Mapped,
    /// Ranges of the words that are bold.
    pub strong: Vec<Range<usize>>,
    /// Ranges of the words that are code.
    pub code: Vec<Range<usize>>,
    /// Ranges of the words that are links, and their targets.
    pub links: Vec<(Range<usize>, String)>,
    /// `{ #id }` at the end, where it has one.
    pub anchor: Option<String>,
}

impl Inline {
    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The words from byte `start` to byte `end`, with their markup.
    #[must_use]
    pub fn part(&self, start: usize, end: usize) -> Self {
        let end = end.min(self.as_str().len());
        let clip = |range: &Range<usize>| {
            let (from, to) = (range.start.max(start), range.end.min(end));
            (from < to).then(|| from - start..to - start)
        };
        let links = self.links.iter().filter_map(|(range, to)| Some((clip(range)?, to.clone())));
        Self {
            text: self.text.part(start..end),
            strong: self.strong.iter().filter_map(clip).collect(),
            code: self.code.iter().filter_map(clip).collect(),
            links: links.collect(),
            anchor: self.anchor.clone(),
        }
    }

    /// The words without white space at both ends, with their markup.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let text = self.as_str();
        let start = text.len() - text.trim_start().len();
        let len = text.trim().len();
        if len == text.len() { self.clone() } else { self.part(start, start + len) }
    }
}
