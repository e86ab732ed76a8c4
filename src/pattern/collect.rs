//! Walks the blocks of a document and drafts its statements by section, label and form. Gives no ids.

mod front;
mod item;
mod paragraph;
mod table;

use crate::base::Span;
use crate::pattern::block::{Block, BlockKind, Document, Fence, Inline};
use crate::pattern::draft::Draft;
use crate::pattern::label::Label;
use crate::pattern::section::{self, Part};
use crate::pattern::{Dialect, Form, Mapped, SectionKind, exemplar, modality};

/// What a paragraph says of the list below it.
#[derive(Clone, Debug, Default)]
struct Above {
    label: Option<Label>,
    group: Option<String>,
    /// The list below holds the clauses of the last draft.
    is_clauses: bool,
}

/// What surrounds the item that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    Text,
    Quote,
    /// What is marked as important.
    Notice,
}

pub(super) struct Collector<'d> {
    document: &'d Document,
    dialect: Dialect,
    sections: Vec<(u8, Part)>,
    heading: Option<usize>,
    /// The heading that names a fault, until what goes wrong is said below it.
    fault: Option<usize>,
    above: Above,
    /// The first draft of the group that the next reason speaks for.
    group_start: usize,
    /// Drafts before this one have had their reason; looking at them again would take quadratic time.
    reasoned_to: usize,
    within: Within,
    drafts: Vec<Draft>,
}

/// The drafts of a document, in its order.
pub(super) fn drafts(document: &Document, dialect: Dialect) -> Vec<Draft> {
    let mut collector = Collector {
        document,
        dialect,
        sections: Vec::new(),
        heading: None,
        fault: None,
        above: Above::default(),
        group_start: 0,
        reasoned_to: 0,
        within: Within::Text,
        drafts: Vec::new(),
    };
    collector.front_matter();
    collector.blocks(&document.blocks);
    collector.drafts.sort_by_key(|draft| draft.span);
    collector.drafts
}

/// The parts of a draft that every form has.
struct Raw {
    section: SectionKind,
    form: Form,
    words: Inline,
    span: Span,
    extent: Span,
}

impl Collector<'_> {
    fn part(&self) -> Part {
        self.sections.last().map_or(self.dialect.elsewhere(), |(_, part)| *part)
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                BlockKind::Heading(idx) => self.enter(*idx),
                BlockKind::List(list) => {
                    let above = std::mem::take(&mut self.above);
                    self.list(list, &above);
                }
                BlockKind::Quote(inside) => {
                    let outer = std::mem::replace(&mut self.within, Within::Quote);
                    self.blocks(inside);
                    self.within = outer;
                }
                BlockKind::Admonition(admonition) => self.admonition(block.span, admonition),
                BlockKind::Paragraph(words) => self.paragraph(words, block.span),
                BlockKind::Table(table) => self.table(table),
                BlockKind::Fence(fence) => self.fence(fence, block.span),
                BlockKind::Indented(_) | BlockKind::Html(_) | BlockKind::Rule => {}
            }
        }
    }

    fn enter(&mut self, idx: usize) {
        let Some(heading) = self.document.headings.get(idx) else { return };
        self.heading = Some(idx);
        self.group_start = self.drafts.len();
        self.sections.retain(|(level, _)| *level < heading.level);
        let words = heading.text.as_str();
        let known = section::part_of(words, self.dialect.sections()).filter(|_| heading.level > 1);
        let part = match self.part() {
            Part::Closed => Part::Closed,
            inherited => known.unwrap_or(inherited),
        };
        let is_named = is_fault(self.part()) && self.part() == part && !self.sections.is_empty();
        self.fault = is_named.then_some(idx);
        self.sections.push((heading.level, part));
        let label = crate::pattern::label::meaning(words).filter(|label| *label != Label::Rule);
        self.above = Above { label, group: None, is_clauses: false };
    }

    /// The name of the group: what stands above the list, else the heading below the one that opened the section.
    fn group(&self, above: &Above) -> Option<String> {
        let heading = || {
            let heading = self.document.headings.get(self.heading?)?;
            let is_own = section::part_of(heading.text.as_str(), self.dialect.sections()).is_none();
            let has_outer = self.sections.len() > 2;
            (is_own && has_outer).then(|| heading.text.as_str().to_owned())
        };
        above.group.clone().or_else(heading).map(|group| shortened(&group).to_owned())
    }

    fn draft(&mut self, raw: Raw) -> &mut Draft {
        let draft = Draft {
            polarity: modality::polarity(raw.section, raw.words.as_str()),
            section: raw.section,
            form: raw.form,
            words: raw.words,
            span: raw.span,
            extent: raw.extent,
            group: None,
            because: None,
            remedy: None,
            clauses: Vec::new(),
            exemplars: Vec::new(),
            heading: self.heading,
        };
        self.drafts.push(draft);
        let last = self.drafts.len() - 1;
        &mut self.drafts[last]
    }

    /// Gives the reason to every draft from `start` on that has none.
    fn because(&mut self, start: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = shortened(text);
        let start = start.max(self.reasoned_to);
        self.reasoned_to = self.drafts.len();
        for draft in self.drafts.iter_mut().skip(start).filter(|draft| draft.because.is_none()) {
            draft.because = Some(text.to_owned());
        }
    }

    fn fence(&mut self, fence: &Fence, span: Span) {
        let is_shown = matches!(self.part(), Part::Norm(SectionKind::Exemplar) | Part::Code);
        if !is_shown || matches!(fence.language().as_str(), "mermaid" | "patscan") || fence.text.is_empty() {
            return;
        }
        let exemplar = exemplar::read(fence);
        let heading = self.heading;
        if let Some(last) = self.drafts.last_mut()
            && last.form == Form::Fence
            && last.heading == heading
        {
            last.extent = last.extent.to(span);
            last.exemplars.push(exemplar);
            return;
        }
        let (words, own) = match heading.and_then(|idx| self.document.headings.get(idx)) {
            Some(heading) => (heading.text.clone(), heading.span),
            None => (Inline { text: first_line(&fence.text), ..Inline::default() }, span),
        };
        let raw =
            Raw { section: SectionKind::Exemplar, form: Form::Fence, words, span: own, extent: own.to(span) };
        self.draft(raw).exemplars.push(exemplar);
    }
}

/// Whether faults are listed here.
fn is_fault(part: Part) -> bool {
    matches!(part, Part::Norm(SectionKind::Pitfall | SectionKind::AntiPattern))
}

/// The first 1,000 bytes or so: what many statements share must not be copied without bound.
fn shortened(text: &str) -> &str {
    let end = (0..=1_000.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

fn first_line(text: &Mapped) -> Mapped {
    let end = text.as_str().find('\n').unwrap_or(text.as_str().len());
    text.part(0..end).trimmed()
}
