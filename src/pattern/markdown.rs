//! Markdown text to blocks, through an event parser that keeps places. Knows no pattern and no section.

use crate::base::{SourceText, Span};
use crate::pattern::block::{Admonition, Block, BlockKind, Document, Fence, Heading, Inline, Item, List};
use crate::pattern::block::{Row, Table};
use crate::pattern::hazard::{Hazard, Hazards};
use crate::pattern::inline::Words;
use crate::pattern::region::{self, Cut, Region};
use crate::pattern::{Mapped, html, prose};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Lists and quotes nested deeper than this are read as flat text.
const MAX_DEPTH: usize = 80;
/// Admonitions, HTML and indented prose inside of each other deeper than this are left as they are.
const MAX_VIEWS: usize = 8;

/// What is made of one file.
pub(super) struct Reader<'s> {
    source: &'s SourceText,
    pub(super) document: Document,
    pub(super) hazards: Hazards,
    n_views: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s SourceText) -> Self {
        Self { source, document: Document::default(), hazards: Hazards::default(), n_views: 0 }
    }

    /// The blocks of the bytes of `view` from `start` on.
    pub(super) fn blocks(&mut self, view: &Mapped, start: usize) -> Vec<Block> {
        self.n_views += 1;
        let mut blocks = Vec::new();
        for region in region::cut(&view.as_str()[start..]) {
            match region {
                Region::Markdown(range) => {
                    let range = range.start + start..range.end + start;
                    let mut builder = Builder::new(self, view, range.start);
                    builder.run(&view.as_str()[range]);
                    blocks.append(&mut builder.finish());
                }
                Region::Admonition(cut) => blocks.push(self.admonition(view, &cut, start)),
            }
        }
        self.n_views -= 1;
        blocks
    }

    fn may_go_deeper(&self) -> bool {
        self.n_views < MAX_VIEWS
    }

    fn admonition(&mut self, view: &Mapped, cut: &Cut, base: usize) -> Block {
        let moved = |range: &Range<usize>| range.start + base..range.end + base;
        let (kind, title) = region::opener(view, moved(&cut.opener));
        let span = trimmed_span(view, moved(&cut.range));
        if cut.body.is_empty() {
            self.hazards.note(Hazard::EmptyAdmonition, span);
        } else if cut.indent < 4 {
            self.hazards.note(Hazard::ShallowAdmonition, span);
        }
        let body = region::dedent(view, moved(&cut.body), cut.indent);
        let blocks = if self.may_go_deeper() {
            self.blocks(&body, 0)
        } else {
            vec![Block { span: body.whole(), kind: BlockKind::Indented(body) }]
        };
        Block { span, kind: BlockKind::Admonition(Admonition { kind, title, blocks }) }
    }

    fn heading(&mut self, level: u8, text: Inline, span: Span) -> Block {
        let anchor = text.anchor.clone();
        self.document.headings.push(Heading { level, text, anchor, span });
        Block { span, kind: BlockKind::Heading(self.document.headings.len() - 1) }
    }

    fn html(&mut self, view: &Mapped) -> Vec<Block> {
        let comments = html::comments(view);
        let found = html::look(view, &comments);
        self.document.comments.extend(comments.into_iter().map(|(_, span, text)| (span, text)));
        let span = view.trimmed().whole();
        let mut blocks = Vec::new();
        for (level, words) in found.headings {
            let span = words.whole();
            blocks.push(self.heading(level, Inline { text: words, ..Inline::default() }, span));
        }
        let items: Vec<Item> = found.items.into_iter().map(item_of).collect();
        if !items.is_empty() {
            blocks.push(Block { span, kind: BlockKind::List(List { is_ordered: false, items }) });
        }
        match found.markdown.filter(|_| self.may_go_deeper()) {
            Some(markdown) => {
                self.hazards.note(Hazard::ListInHtml, markdown.trimmed().whole());
                blocks.append(&mut self.blocks(&markdown, 0));
            }
            None if blocks.is_empty() && found.has_more => {
                blocks.push(Block { span, kind: BlockKind::Html(view.clone()) });
            }
            None => {}
        }
        blocks
    }

    fn indented(&mut self, code: Mapped, span: Span) -> Vec<Block> {
        if self.may_go_deeper() && prose::is_prose(code.as_str()) {
            self.hazards.note(Hazard::IndentedProse, span);
            return self.blocks(&code, 0);
        }
        vec![Block { span, kind: BlockKind::Indented(code) }]
    }

    /// A paragraph of `| a | b |` lines as a table.
    fn bare_table(&mut self, view: &Mapped, range: Range<usize>) -> Option<BlockKind> {
        let text = view.as_str().get(range.clone()).filter(|text| text.trim_start().starts_with('|'))?;
        let is_row = |line: &str| {
            let line = line.trim();
            line.len() > 2
                && line.starts_with('|')
                && line.ends_with('|')
                && line[1..].matches('|').count() > 1
        };
        let is_table = text.trim().lines().count() > 1 && text.trim().lines().all(is_row);
        if !is_table || !self.may_go_deeper() {
            return None;
        }
        let mut at = range.start;
        let mut rows = Vec::new();
        for line in text.split_inclusive('\n') {
            let span = trimmed_span(view, at..at + line.len());
            let cells = prose::cells(line).into_iter().map(|cell| {
                let cell = view.part(at + cell.start..at + cell.end).trimmed();
                self.words(&cell)
            });
            rows.push(Row { span, cells: cells.collect() });
            at += line.len();
        }
        self.hazards.note(Hazard::TableWithoutDelimiter, trimmed_span(view, range));
        let header = if rows.is_empty() { Vec::new() } else { rows.remove(0).cells };
        Some(BlockKind::Table(Table { header, rows, has_delimiter: false }))
    }

    /// The words of a text that is one paragraph.
    fn words(&mut self, view: &Mapped) -> Inline {
        match self.blocks(view, 0).into_iter().next().map(|block| block.kind) {
            Some(BlockKind::Paragraph(words)) => words,
            _ => Inline { text: view.clone(), ..Inline::default() },
        }
    }
}

fn item_of(words: Mapped) -> Item {
    let span = words.whole();
    let words = Inline { text: words, ..Inline::default() };
    Item { span, task: None, blocks: vec![Block { span, kind: BlockKind::Paragraph(words) }] }
}

/// Bytes on disk of `range` without the white space at its end.
fn trimmed_span(view: &Mapped, range: Range<usize>) -> Span {
    let len = view.as_str().get(range.clone()).map_or(0, |text| text.trim_end().len());
    view.span(range.start..range.start + len)
}

/// A container that is open.
struct Open {
    range: Range<usize>,
    blocks: Vec<Block>,
    what: What,
}

enum What {
    Root,
    Quote,
    /// A quote that opens with `[!NOTE]` or the like.
    Alert(BlockQuoteKind),
    List {
        is_ordered: bool,
        items: Vec<Item>,
    },
    Item {
        task: Option<bool>,
    },
}

/// The word of an admonition for an alert of GitHub.
const fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

/// Code or HTML that is open.
struct Raw {
    range: Range<usize>,
    info: Option<String>,
    text: Mapped,
}

#[derive(Default)]
struct OpenTable {
    header: Vec<Inline>,
    rows: Vec<Row>,
    cells: Vec<Inline>,
}

struct Builder<'r, 's, 'v> {
    reader: &'r mut Reader<'s>,
    view: &'v Mapped,
    base: usize,
    stack: Vec<Open>,
    n_flat: usize,
    words: Option<(Range<usize>, Words)>,
    raw: Option<Raw>,
    table: Option<OpenTable>,
}

impl<'r, 's, 'v> Builder<'r, 's, 'v> {
    fn new(reader: &'r mut Reader<'s>, view: &'v Mapped, base: usize) -> Self {
        let root = Open { range: base..base, blocks: Vec::new(), what: What::Root };
        Self { reader, view, base, stack: vec![root], n_flat: 0, words: None, raw: None, table: None }
    }

    fn run(&mut self, text: &str) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_GFM;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let range = range.start + self.base..range.end + self.base;
            match event {
                Event::Start(ref tag) if is_inline(tag) => self.inline(&event, range),
                Event::Start(tag) => self.start(tag, range),
                Event::End(ref tag) if is_inline_end(*tag) => self.inline(&event, range),
                Event::End(tag) => self.end(tag, range),
                Event::Rule => {
                    self.flush();
                    self.push(range, BlockKind::Rule);
                }
                Event::TaskListMarker(is_ticked) => {
                    if let Some(What::Item { task }) = self.stack.last_mut().map(|open| &mut open.what) {
                        *task = Some(is_ticked);
                    }
                }
                Event::Text(_) | Event::Html(_) if self.raw.is_some() => self.raw_text(&event, range),
                other => self.inline(&other, range),
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        while self.stack.len() > 1 {
            self.close();
        }
        self.stack.pop().map(|open| open.blocks).unwrap_or_default()
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        self.flush();
        match tag {
            Tag::List(start) => {
                self.open(range, What::List { is_ordered: start.is_some(), items: Vec::new() });
            }
            Tag::Item => self.open(range, What::Item { task: None }),
            Tag::BlockQuote(None) => self.open(range, What::Quote),
            Tag::BlockQuote(Some(kind)) => self.open(range, What::Alert(kind)),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.to_string()),
                    CodeBlockKind::Indented => None,
                };
                self.raw = Some(Raw { range, info, text: Mapped::default() });
            }
            Tag::HtmlBlock => self.raw = Some(Raw { range, info: None, text: Mapped::default() }),
            Tag::Table(_) => self.table = Some(OpenTable::default()),
            Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell => {
                self.words = Some((range, Words::default()));
            }
            _ => {}
        }
    }

    fn open(&mut self, range: Range<usize>, what: What) {
        if self.n_flat > 0 || self.stack.len() > MAX_DEPTH {
            if self.n_flat == 0 {
                let span = self.view.span(range.start..range.start);
                self.reader.hazards.note(Hazard::TooDeep, span);
            }
            self.n_flat += 1;
            return;
        }
        self.stack.push(Open { range, blocks: Vec::new(), what });
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(level) => self.heading(level, range),
            TagEnd::TableCell => {
                let words = self.words.take().and_then(|(_, words)| words.finish());
                if let Some(table) = &mut self.table {
                    table.cells.push(words.unwrap_or_default());
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.row(tag, range),
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let table = Table { header: table.header, rows: table.rows, has_delimiter: true };
                    self.push(range, BlockKind::Table(table));
                }
            }
            TagEnd::CodeBlock => self.code(),
            TagEnd::HtmlBlock => {
                if let Some(raw) = self.raw.take() {
                    let mut blocks = self.reader.html(&raw.text);
                    self.append(&mut blocks);
                }
            }
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.flush();
                if self.n_flat > 0 {
                    self.n_flat -= 1;
                } else {
                    self.close();
                }
            }
            TagEnd::Paragraph => self.flush(),
            _ => {}
        }
    }

    /// Closes the innermost container.
    fn close(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(open) = self.stack.pop() else { return };
        let span = trimmed_span(self.view, open.range.clone());
        match open.what {
            What::Root => {}
            What::Quote => self.push(open.range, BlockKind::Quote(open.blocks)),
            What::Alert(kind) => {
                let kind = alert(kind).to_owned();
                let admonition = Admonition { kind, title: None, blocks: open.blocks };
                self.push(open.range, BlockKind::Admonition(admonition));
            }
            What::List { is_ordered, items } => {
                self.push(open.range, BlockKind::List(List { is_ordered, items }));
            }
            What::Item { task } => {
                let item = Item { span, task, blocks: open.blocks };
                if let Some(What::List { items, .. }) = self.stack.last_mut().map(|open| &mut open.what) {
                    items.push(item);
                }
            }
        }
    }

    fn heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        let words = self.words.take().and_then(|(_, words)| words.finish()).unwrap_or_default();
        let span = trimmed_span(self.view, range);
        let block = self.reader.heading(level as u8, words, span);
        self.append(&mut vec![block]);
    }

    fn row(&mut self, tag: TagEnd, range: Range<usize>) {
        let span = trimmed_span(self.view, range);
        let Some(table) = &mut self.table else { return };
        let cells = std::mem::take(&mut table.cells);
        if tag == TagEnd::TableHead {
            table.header = cells;
        } else {
            table.rows.push(Row { span, cells });
        }
    }

    fn code(&mut self) {
        let Some(raw) = self.raw.take() else { return };
        match raw.info {
            Some(info) => self.push(raw.range, BlockKind::Fence(Fence { info, text: raw.text })),
            None => {
                let span = trimmed_span(self.view, raw.range);
                let mut blocks = self.reader.indented(raw.text, span);
                self.append(&mut blocks);
            }
        }
    }

    fn raw_text(&mut self, event: &Event<'_>, range: Range<usize>) {
        let (Event::Text(text) | Event::Html(text)) = event else { return };
        let Some(raw) = &mut self.raw else { return };
        if self.view.as_str().get(range.clone()) == Some(text.as_ref()) {
            raw.text.push_part(self.view, range);
        } else {
            raw.text.push_made(text, self.view.span(range));
        }
    }

    fn inline(&mut self, event: &Event<'_>, range: Range<usize>) {
        if let Event::InlineHtml(tag) = event
            && tag.starts_with("<!--")
        {
            let comments = html::comments(&self.view.part(range));
            let comments = comments.into_iter().map(|(_, span, text)| (span, text));
            self.reader.document.comments.extend(comments);
            return;
        }
        let (whole, words) = self.words.get_or_insert_with(|| (range.clone(), Words::default()));
        whole.end = whole.end.max(range.end);
        words.take(event, self.view, range);
    }

    /// Ends the paragraph that is open.
    fn flush(&mut self) {
        let Some((range, words)) = self.words.take() else { return };
        if let Some(table) = self.reader.bare_table(self.view, range.clone()) {
            self.push(range, table);
        } else if let Some(words) = words.finish() {
            self.push(range, BlockKind::Paragraph(words));
        }
    }

    fn push(&mut self, range: Range<usize>, kind: BlockKind) {
        let span = trimmed_span(self.view, range);
        self.append(&mut vec![Block { span, kind }]);
    }

    /// Adds blocks to the innermost container that can hold them.
    fn append(&mut self, blocks: &mut Vec<Block>) {
        let holder = self.stack.iter_mut().rev().find(|open| !matches!(open.what, What::List { .. }));
        if let Some(open) = holder {
            open.blocks.append(blocks);
        }
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn is_inline_end(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

impl Reader<'_> {
    /// The problems with the Markdown itself.
    pub(super) fn problems(&self) -> Vec<crate::finding::Problem> {
        self.hazards.problems(self.source)
    }
}
