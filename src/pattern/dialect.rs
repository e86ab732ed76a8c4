//! Which of the known layouts a document follows, with the reasons. One file below for each layout.

mod guide;
mod numbered;
mod plain;
mod reference;
mod registry;
mod tiered;

use crate::pattern::SectionKind;
use crate::pattern::block::{Block, BlockKind, Document};
use crate::pattern::section::{Alias, Part, normal, part_of};

/// A layout of pattern documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `# Pattern NNN: …` with invariants, guidance, anti-patterns and an acceptance checklist.
    Numbered,
    /// Front matter with a tier, five levels, pitfalls and checklists.
    Tiered,
    /// A system design guide with numbered sections.
    Guide,
    /// An index of patterns with status and counts.
    Registry,
    /// Short headings over code that shows how it should look.
    Reference,
    /// Any other Markdown.
    Plain,
}

impl Dialect {
    /// All dialects; of two with equal points the first wins.
    pub const ALL: [Self; 6] =
        [Self::Numbered, Self::Tiered, Self::Guide, Self::Registry, Self::Reference, Self::Plain];

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Numbered => "numbered",
            Self::Tiered => "tiered",
            Self::Guide => "guide",
            Self::Registry => "registry",
            Self::Reference => "reference",
            Self::Plain => "plain",
        }
    }

    fn score(self, outline: &Outline) -> Vec<Reason> {
        match self {
            Self::Numbered => numbered::score(outline),
            Self::Tiered => tiered::score(outline),
            Self::Guide => guide::score(outline),
            Self::Registry => registry::score(outline),
            Self::Reference => reference::score(outline),
            Self::Plain => plain::score(outline),
        }
    }

    /// Section names that only this layout knows.
    pub(super) const fn sections(self) -> &'static [Alias] {
        match self {
            Self::Numbered => numbered::SECTIONS,
            Self::Tiered => tiered::SECTIONS,
            Self::Guide => guide::SECTIONS,
            Self::Registry => registry::SECTIONS,
            Self::Reference => reference::SECTIONS,
            Self::Plain => plain::SECTIONS,
        }
    }

    /// How items below no known heading are read.
    pub(super) const fn elsewhere(self) -> Part {
        match self {
            Self::Numbered => numbered::ELSEWHERE,
            Self::Tiered => tiered::ELSEWHERE,
            Self::Guide => guide::ELSEWHERE,
            Self::Registry => registry::ELSEWHERE,
            Self::Reference => reference::ELSEWHERE,
            Self::Plain => plain::ELSEWHERE,
        }
    }
}

/// Why a layout was chosen or could have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The layout that it speaks for.
    pub dialect: Dialect,
    /// How much it weighs.
    pub points: u32,
    /// What was seen; lower case, no full stop.
    pub text: String,
}

/// What layouts are told apart by.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Level and normal words of each heading, and its words as read.
    headings: Vec<(u8, String, String)>,
    /// Keys of the front matter.
    keys: Vec<String>,
    /// Names of bold fields that open bullets of the first section, normal words.
    fields: Vec<String>,
    /// Normal words of all table headers.
    tables: Vec<String>,
    /// Headings that are followed by a fence at once.
    n_fenced: usize,
    /// Bullets at the top level.
    n_items: usize,
}

impl Outline {
    pub(super) fn of(document: &Document) -> Self {
        let mut outline = Self::default();
        for heading in &document.headings {
            let words = heading.text.as_str();
            outline.headings.push((heading.level, normal(words), words.to_owned()));
        }
        if let Some(front_matter) = &document.front_matter {
            outline.keys = front_matter.entries.iter().map(|entry| entry.key.clone()).collect();
        }
        for pair in document.blocks.windows(2) {
            if let [Block { kind: BlockKind::Heading(_), .. }, Block { kind: BlockKind::Fence(fence), .. }] =
                pair
            {
                outline.n_fenced += usize::from(fence.language() != "mermaid");
            }
        }
        for block in &document.blocks {
            match &block.kind {
                BlockKind::List(list) => {
                    outline.n_items += list.items.len();
                    let leads =
                        list.items.iter().take(12).filter_map(|item| match &item.blocks.first()?.kind {
                            BlockKind::Paragraph(words) => {
                                words.as_str().split_once(':').map(|(lead, _)| normal(lead))
                            }
                            _ => None,
                        });
                    if outline.fields.len() < 40 {
                        outline.fields.extend(leads);
                    }
                }
                BlockKind::Table(table) => {
                    let cells: Vec<String> = table.header.iter().map(|cell| normal(cell.as_str())).collect();
                    outline.tables.push(cells.join("|"));
                }
                _ => {}
            }
        }
        outline
    }

    /// How many of `stems` some heading holds.
    fn n_with(&self, stems: &[&str]) -> u32 {
        let has = |stem: &&&str| self.headings.iter().any(|(_, words, _)| words.contains(**stem));
        stems.iter().filter(has).count() as u32
    }

    /// How many of `names` are fields of the first lists.
    fn n_fields(&self, names: &[&str]) -> u32 {
        let has = |name: &&&str| self.fields.iter().any(|field| field == **name);
        names.iter().filter(has).count() as u32
    }

    /// How many of `keys` the front matter has.
    fn n_keys(&self, keys: &[&str]) -> u32 {
        let has = |key: &&&str| self.keys.iter().any(|known| known == **key);
        keys.iter().filter(has).count() as u32
    }

    /// Whether some heading opens a section whose items are the document's norm in words.
    fn has_norm(&self) -> bool {
        self.headings.iter().filter(|(level, _, _)| *level > 1).any(|(_, _, words)| {
            match part_of(words, &[]) {
                Some(Part::Norm(kind)) => !matches!(kind, SectionKind::Exemplar | SectionKind::Default),
                Some(Part::Modal(_) | Part::Rules(_) | Part::Code | Part::Facts | Part::Closed) | None => {
                    false
                }
            }
        })
    }

    /// Words of the first heading of level 1.
    fn title(&self) -> &str {
        self.headings.iter().find(|(level, _, _)| *level == 1).map_or("", |(_, words, _)| words)
    }
}

/// A reason, unless it weighs nothing.
fn reason(dialect: Dialect, points: u32, text: impl Into<String>) -> Option<Reason> {
    (points > 0).then(|| Reason { dialect, points, text: text.into() })
}

/// The layout with most points, and all reasons, those for it first.
pub(super) fn choose(document: &Document) -> (Dialect, Vec<Reason>) {
    let outline = Outline::of(document);
    let mut reasons: Vec<Reason> = Vec::new();
    let (mut best, mut most) = (Dialect::Plain, 0);
    for dialect in Dialect::ALL {
        let own = dialect.score(&outline);
        let points: u32 = own.iter().map(|reason| reason.points).sum();
        if points > most {
            (best, most) = (dialect, points);
        }
        reasons.extend(own);
    }
    reasons.sort_by_key(|reason| (reason.dialect != best, std::cmp::Reverse(reason.points)));
    (best, reasons)
}
