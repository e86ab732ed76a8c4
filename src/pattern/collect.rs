//! Walks the blocks of a document and drafts its statements by section, label and form. Gives no ids.

use crate::pattern::block::{Block, BlockKind, Document, Item, List};
use crate::pattern::draft::Draft;
use crate::pattern::section::{self, Part};
use crate::pattern::{Dialect, Form, Polarity, SectionKind};

pub(super) struct Collector<'d> {
    document: &'d Document,
    dialect: Dialect,
    sections: Vec<(u8, Part)>,
    heading: Option<usize>,
    drafts: Vec<Draft>,
}

pub(super) fn drafts(document: &Document, dialect: Dialect) -> Vec<Draft> {
    let mut collector =
        Collector { document, dialect, sections: Vec::new(), heading: None, drafts: Vec::new() };
    collector.blocks(&document.blocks);
    collector.drafts
}

impl Collector<'_> {
    fn part(&self) -> Part {
        self.sections.last().map_or(self.dialect.elsewhere(), |(_, part)| *part)
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match &block.kind {
                BlockKind::Heading(idx) => self.enter(*idx),
                BlockKind::List(list) => self.list(list),
                BlockKind::Quote(blocks) => self.blocks(blocks),
                BlockKind::Admonition(admonition) => self.blocks(&admonition.blocks),
                BlockKind::Paragraph(_)
                | BlockKind::Table(_)
                | BlockKind::Fence(_)
                | BlockKind::Indented(_)
                | BlockKind::Html(_)
                | BlockKind::Rule => {}
            }
        }
    }

    fn enter(&mut self, idx: usize) {
        self.heading = Some(idx);
        let Some(heading) = self.document.headings.get(idx) else { return };
        self.sections.retain(|(level, _)| *level < heading.level);
        let part = section::part_of(heading.text.as_str(), self.dialect.sections()).unwrap_or(self.part());
        self.sections.push((heading.level, part));
    }

    fn list(&mut self, list: &List) {
        for item in &list.items {
            let kind = match self.part() {
                Part::Norm(kind) => Some(kind),
                Part::Modal(_) | Part::Facts => item.task.map(|_| SectionKind::Checklist),
            };
            let drafted = kind.is_some_and(|kind| self.item(item, list, kind));
            let skip = usize::from(drafted);
            self.blocks(item.blocks.get(skip..).unwrap_or(&[]));
        }
    }

    fn item(&mut self, item: &Item, list: &List, section: SectionKind) -> bool {
        let Some(Block { span, kind: BlockKind::Paragraph(words) }) = item.blocks.first() else {
            return false;
        };
        let form = match (item.task, list.is_ordered) {
            (Some(true), _) => Form::TickedTask,
            (Some(false), _) => Form::Task,
            (None, true) => Form::Ordered,
            (None, false) => Form::Bullet,
        };
        self.drafts.push(Draft {
            section,
            polarity: Polarity::Must,
            form,
            words: words.clone(),
            span: *span,
            extent: item.span,
            group: None,
            because: None,
            remedy: None,
            clauses: Vec::new(),
            exemplars: Vec::new(),
            heading: self.heading,
        });
        true
    }
}
