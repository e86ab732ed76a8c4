//! Rules, labels and reasons in prose, quotes and admonitions. Knows no list.

use super::item::{ask, asked, explain, ruled};
use super::{Above, Collector, Raw, Within, is_fault};
use crate::base::Span;
use crate::pattern::block::{Admonition, Block, BlockKind, Inline};
use crate::pattern::label::{self, Label};
use crate::pattern::section::{self, Part};
use crate::pattern::{Dialect, Form, Mapped, SectionKind, clause, modality};

/// Whether an admonition of this kind says what to look out for; others tell stories.
fn is_warning(kind: &str) -> bool {
    matches!(kind, "danger" | "warning" | "caution" | "failure" | "error" | "bug" | "important" | "attention")
}

/// The name of a fault, then what goes wrong.
fn named(name: &Inline, fault: &Inline) -> Inline {
    let mut text = Mapped::default();
    text.push_part(&name.text, 0..name.as_str().len());
    text.push_made(": ", Span::point(text.whole().end()));
    text.push_part(&fault.text, 0..fault.as_str().len());
    Inline { text, ..Inline::default() }
}

/// Whether mere remarks would be taken for faults or ticks here.
fn faults_or_ticks(part: Part) -> bool {
    matches!(part, Part::Norm(SectionKind::Checklist | SectionKind::Pitfall | SectionKind::AntiPattern))
}

impl Collector<'_> {
    pub(super) fn paragraph(&mut self, words: &Inline, span: Span) {
        let pieces = label::cut(words);
        let is_one = pieces.len() == 1;
        for piece in pieces {
            let span = if is_one { span } else { piece.text.whole() };
            self.piece(&piece, span);
        }
    }

    fn form(&self) -> Form {
        match self.within {
            Within::Text => Form::Paragraph,
            Within::Quote => Form::Quote,
            Within::Notice => Form::Admonition,
        }
    }

    fn piece(&mut self, words: &Inline, span: Span) {
        let labelled = label::read(words).filter(|labelled| !labelled.is_mark_only);
        let outer = std::mem::take(&mut self.above);
        let Some(labelled) = labelled else {
            self.above = Above { label: outer.label.filter(|_| words.as_str().ends_with(':')), ..outer };
            self.prose(words, span);
            return;
        };
        let rest = labelled.rest.as_str().to_owned();
        if rest.is_empty() {
            let group =
                (labelled.label == Label::Rule).then(|| words.as_str().trim_end_matches(':').to_owned());
            self.above = Above { label: Some(labelled.label), group, is_clauses: false };
            return;
        }
        match labelled.label {
            Label::Because => {
                self.because(self.group_start, &rest);
                if let Some(last) = self.drafts.last_mut().filter(|last| last.form == Form::Quote) {
                    last.extent = last.extent.to(span);
                }
            }
            Label::Fault => match self.part() {
                Part::Norm(section) if is_fault(self.part()) => self.fault(section, &labelled.rest),
                _ => self.prose(words, span),
            },
            Label::Remedy => {
                self.fault_alone();
                if let Some(last) = self.drafts.last_mut() {
                    last.remedy = Some(rest);
                }
            }
            Label::Ask(polarity) => {
                let section = asked(self.part(), polarity);
                self.rule(words, span, section);
                if let Some(last) = self.drafts.last_mut() {
                    last.polarity = ask(section, polarity, &rest);
                }
            }
            Label::Rule if self.part() != Part::Closed => self.rule(words, span, ruled(self.part())),
            Label::Rule => {}
        }
    }

    /// What goes wrong below a heading that names the fault; without such a heading, as it is.
    pub(super) fn fault(&mut self, section: SectionKind, words: &Inline) {
        let heading = self.fault.take().and_then(|idx| self.document.headings.get(idx));
        let words = heading.map_or_else(|| words.clone(), |heading| named(&heading.text, words));
        let (form, span) = (self.form(), words.text.whole());
        self.draft(Raw { section, form, words, span, extent: span });
    }

    /// A fault of which only its heading is said, and then what to do instead.
    pub(super) fn fault_alone(&mut self) {
        let Part::Norm(section) = self.part() else { return };
        let Some(heading) = self.fault.take().and_then(|idx| self.document.headings.get(idx)) else { return };
        let (form, words, span) = (self.form(), heading.text.clone(), heading.text.text.whole());
        self.draft(Raw { section, form, words, span, extent: span });
    }

    /// A sentence in prose as a statement; a list below it that it announces holds its clauses.
    fn rule(&mut self, words: &Inline, span: Span, section: SectionKind) {
        let form = self.form();
        let group = self.group(&Above::default());
        self.above = Above { is_clauses: words.as_str().ends_with(':'), ..Above::default() };
        let draft = self.draft(Raw { section, form, words: words.clone(), span, extent: span });
        draft.group = group;
        draft.clauses = clause::cut(words);
    }

    /// Prose without a label: a rule where invariants stand, else perhaps the name of the list below.
    fn prose(&mut self, words: &Inline, span: Span) {
        let text = words.as_str();
        let is_bold =
            words.strong.first().is_some_and(|range| range.start == 0 && range.end + 1 >= text.len());
        let says_so = modality::is_normative(text) && !text.ends_with(':');
        match self.part() {
            Part::Norm(SectionKind::Invariant) | Part::Modal(SectionKind::Invariant)
                if (is_bold && text.len() > 40) || says_so =>
            {
                self.rule(words, span, SectionKind::Invariant);
            }
            Part::Modal(SectionKind::Other) | Part::Rules(_) if self.is_rule_in_prose(text) => {
                self.rule(words, span, SectionKind::Other);
            }
            Part::Norm(section) if self.within == Within::Quote && says_so => self.rule(words, span, section),
            _ => {
                if let Some(group) = label::group(words) {
                    self.above.group = Some(group);
                }
            }
        }
    }

    /// Whether a sentence without label is a rule: it says must or never where documents are made of rules, or anywhere in
    /// the capitals that requirements are written with.
    fn is_rule_in_prose(&self, text: &str) -> bool {
        let is_note = text.chars().take(30).collect::<String>().to_lowercase().contains("note:");
        let is_rule = match self.dialect {
            Dialect::Numbered | Dialect::Guide => {
                modality::is_rule_in_prose(text) || modality::has_key_word(text)
            }
            Dialect::Tiered | Dialect::Plain => {
                modality::has_key_word(text) || self.within == Within::Notice && modality::is_strict(text)
            }
            Dialect::Registry | Dialect::Reference => false,
        };
        is_rule && text.len() <= 400 && !is_note
    }

    pub(super) fn admonition(&mut self, span: Span, admonition: &Admonition) {
        let outer = std::mem::take(&mut self.above);
        let title = admonition.title.clone().map(|text| Inline { text, ..Inline::default() });
        let n_sections = self.sections.len();
        if let Some(title) = &title {
            let known = section::part_of(title.as_str(), self.dialect.sections());
            if let Some(part) = known.filter(|_| self.part() != Part::Closed) {
                self.sections.push((7, part));
            }
            self.above.label = label::meaning(title.as_str());
        }
        let is_titled_section = self.sections.len() > n_sections || self.above.label.is_some();
        let has_list = admonition.blocks.iter().any(|block| {
            matches!(block.kind, BlockKind::List(_) | BlockKind::Table(_) | BlockKind::Heading(_))
        });
        match self.part() {
            Part::Norm(section)
                if !has_list && is_warning(&admonition.kind) && section != SectionKind::Exemplar =>
            {
                let title = title.filter(|_| !is_titled_section);
                self.told(span, section, title, &admonition.blocks);
            }
            _ => {
                if !is_titled_section {
                    let is_aside = !is_warning(&admonition.kind) && faults_or_ticks(self.part());
                    if is_aside {
                        self.sections.push((7, Part::Facts));
                    }
                    self.above.group = title.map(|title| title.as_str().to_owned());
                }
                let within = if admonition.kind == "important" { Within::Notice } else { self.within };
                let outside = std::mem::replace(&mut self.within, within);
                self.blocks(&admonition.blocks);
                self.within = outside;
            }
        }
        self.sections.retain(|(level, _)| *level < 7);
        self.above = outer;
    }

    /// An admonition among norms: its title is the statement and its content the reason; without title, the content.
    fn told(&mut self, span: Span, section: SectionKind, title: Option<Inline>, blocks: &[Block]) {
        let mut prose = blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Paragraph(words) => Some((words.clone(), block.span)),
            _ => None,
        });
        let (words, own, because) = match title {
            Some(title) => {
                let own = title.text.whole();
                (title, own, prose.next().map(|(words, _)| words.as_str().to_owned()))
            }
            None => match prose.next() {
                Some((words, own)) => (words, own, None),
                None => return self.blocks(blocks),
            },
        };
        let form = Form::Admonition;
        let clauses = clause::cut(&words);
        let draft = self.draft(Raw { section, form, words, span: own, extent: span });
        draft.clauses = clauses;
        explain(draft);
        if because.is_some() {
            draft.because = because;
        }
    }
}
