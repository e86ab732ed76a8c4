//! Notes what is wrong with a document's Markdown while it is read, and tells each kind once. Mends nothing.

use crate::base::{SourceText, Span};
use crate::finding::Problem;

/// What Markdown makes of a text, and its author did not mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hazard {
    /// Prose that an indentation turns into code.
    IndentedProse,
    /// Rows of a table without the row of dashes.
    TableWithoutDelimiter,
    /// An admonition whose content is indented by less than four blanks.
    ShallowAdmonition,
    /// An admonition without content.
    EmptyAdmonition,
    /// Markdown that HTML swallows.
    ListInHtml,
    /// Containers nested so deep that the deepest are read as flat.
    TooDeep,
}

impl Hazard {
    const ALL: [Self; 6] = [
        Self::IndentedProse,
        Self::TableWithoutDelimiter,
        Self::ShallowAdmonition,
        Self::EmptyAdmonition,
        Self::ListInHtml,
        Self::TooDeep,
    ];

    const fn message(self) -> (&'static str, &'static str) {
        match self {
            Self::IndentedProse => (
                "indented prose is code in Markdown; it was read as prose",
                "take the indentation away, or fence what is code",
            ),
            Self::TableWithoutDelimiter => (
                "rows of `|` without a row of dashes are no table in Markdown; they were read as one",
                "add `|---|---|` below the first row",
            ),
            Self::ShallowAdmonition => (
                "the content of the admonition is indented by less than four blanks",
                "indent it by four blanks, else it is shown outside",
            ),
            Self::EmptyAdmonition => {
                ("the admonition has no indented content", "indent its content by four blanks")
            }
            Self::ListInHtml => (
                "Markdown right below an HTML tag is HTML; it was read as Markdown",
                "leave a blank line below the tag",
            ),
            Self::TooDeep => (
                "lists or quotes are nested too deep; the deepest were read as flat text",
                "write at most 40 levels",
            ),
        }
    }
}

/// The hazards of one document.
#[derive(Debug, Default)]
pub(super) struct Hazards {
    found: Vec<(Hazard, Span)>,
}

impl Hazards {
    pub(super) fn note(&mut self, hazard: Hazard, span: Span) {
        self.found.push((hazard, span));
    }

    /// One problem for each kind, at its first place.
    pub(super) fn problems(&self, source: &SourceText) -> Vec<Problem> {
        let mut problems = Vec::new();
        for hazard in Hazard::ALL {
            let mut places = self.found.iter().filter(|(kind, _)| *kind == hazard);
            let Some((_, first)) = places.next() else { continue };
            let (message, help) = hazard.message();
            let more = match places.count() {
                0 => String::new(),
                n => format!(" (and in {n} more places)"),
            };
            problems.push(Problem::at(source, *first, format!("{message}{more}")).help(help));
        }
        problems
    }
}
