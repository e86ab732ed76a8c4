//! Statements among the items of lists, with reasons, remedies and clauses nested below. Knows no table.

use super::{Above, Collector, Raw, Within, is_fault};
use crate::base::Span;
use crate::pattern::block::{Block, BlockKind, Inline, Item, List};
use crate::pattern::label::{self, Label, Labelled};
use crate::pattern::section::{self, Part};
use crate::pattern::{Dialect, Form, Mapped, Polarity, SectionKind, clause, head, modality};

/// One item's own words.
struct Own<'i> {
    item: &'i Item,
    words: Inline,
    span: Span,
    form: Form,
    labelled: Option<Labelled>,
}

fn own(item: &Item, is_ordered: bool) -> Option<Own<'_>> {
    let Block { span, kind: BlockKind::Paragraph(words) } = item.blocks.first()? else { return None };
    let (words, task) = match (item.task, words.as_str().chars().next()) {
        (None, Some('☐')) => (words.part('☐'.len_utf8(), words.as_str().len()).trimmed(), Some(false)),
        (None, Some('☑')) => (words.part('☑'.len_utf8(), words.as_str().len()).trimmed(), Some(true)),
        (task, _) => (words.clone(), task),
    };
    let form = match (task, is_ordered) {
        (Some(true), _) => Form::TickedTask,
        (Some(false), _) => Form::Task,
        (None, true) => Form::Ordered,
        (None, false) => Form::Bullet,
    };
    let labelled = label::read(&words);
    Some(Own { item, words, span: *span, form, labelled })
}

impl Collector<'_> {
    /// Reads a list below `above`.
    pub(super) fn list(&mut self, list: &List, above: &Above) {
        if above.is_clauses && list.items.iter().all(|item| item.task.is_none()) {
            let clauses: Vec<Mapped> = list.items.iter().filter_map(words_of).collect();
            if let Some(last) = self.drafts.last_mut() {
                last.extent = list.items.last().map_or(last.extent, |item| last.extent.to(item.span));
                last.clauses = clauses;
            }
            return;
        }
        match above.label {
            Some(Label::Because) => {
                let reasons: Vec<String> =
                    list.items.iter().filter_map(words_of).map(|words| words.as_str().to_owned()).collect();
                self.because(self.group_start, &reasons.join("; "));
                return;
            }
            Some(Label::Remedy) => {
                self.fault_alone();
                let remedy = list.items.first().and_then(words_of).map(|words| words.as_str().to_owned());
                if let Some(last) = self.drafts.last_mut().filter(|last| last.remedy.is_none()) {
                    last.remedy = remedy;
                }
                return;
            }
            Some(Label::Ask(_) | Label::Rule | Label::Fault) | None => {}
        }
        let start = self.drafts.len();
        let is_head = self.sections.iter().all(|(level, _)| *level == 1);
        for item in &list.items {
            match own(item, list.is_ordered) {
                Some(own) if self.dialect == Dialect::Registry && is_mere_link(&own.words) => {}
                Some(own) if is_head && own.item.task.is_none() && head::is_metadata(&own.words) => {}
                Some(own) => self.item(&own, above, start),
                None => self.blocks(&item.blocks),
            }
        }
    }

    fn item(&mut self, own: &Own<'_>, above: &Above, start: usize) {
        let label =
            own.labelled.as_ref().filter(|labelled| self.counts(labelled)).map(|labelled| labelled.label);
        let rest = own.labelled.as_ref().map_or("", |labelled| labelled.rest.as_str());
        match label {
            Some(Label::Because) => {
                let reason = if rest.is_empty() { nested_text(own.item) } else { rest.to_owned() };
                self.because(start.max(self.group_start.min(start)), &reason);
            }
            Some(Label::Fault) if is_fault(self.part()) && !rest.is_empty() && self.fault.is_some() => {
                if let (Part::Norm(section), Some(labelled)) = (self.part(), &own.labelled) {
                    self.fault(section, &labelled.rest);
                }
            }
            Some(Label::Remedy) if is_fault(self.part()) && !rest.is_empty() && own.item.task.is_none() => {
                self.fault_alone();
                if let Some(last) = self.drafts.last_mut().filter(|last| last.remedy.is_none()) {
                    last.remedy = Some(rest.to_owned());
                }
            }
            Some(label) if rest.is_empty() && label != Label::Rule && names_what_is_nested(own) => {
                let group = above.group.clone();
                self.nested_list(own.item, &Above { label: Some(label), group, is_clauses: false });
            }
            _ => match self.section_of(own, label, above) {
                Some(section) => self.statement(own, section, label, above),
                None => self.blocks(own.item.blocks.get(1..).unwrap_or(&[])),
            },
        }
    }

    /// A mark alone counts only where items are norms anyway; elsewhere ✅ means done, and `rules` is only a word.
    fn counts(&self, labelled: &Labelled) -> bool {
        let is_mere_name = labelled.label == Label::Rule && !labelled.has_colon;
        !labelled.is_mark_only && !is_mere_name
            || matches!(self.part(), Part::Norm(_) | Part::Rules(_))
            || (modality::is_imperative(labelled.rest.as_str())
                && labelled.rest.as_str().split(' ').count() > 2)
    }

    /// The kind of the statement that an item is, if it is one.
    fn section_of(&self, own: &Own<'_>, label: Option<Label>, above: &Above) -> Option<SectionKind> {
        let part = self.part();
        if shows_code(own) {
            return None;
        }
        let is_task = matches!(own.form, Form::Task | Form::TickedTask);
        let text = own.words.as_str();
        match label.or(above.label) {
            Some(Label::Ask(polarity)) => return Some(asked(part, polarity)),
            Some(Label::Rule) => return Some(ruled(part)),
            Some(Label::Fault) if !matches!(part, Part::Norm(_)) && !is_task => return None,
            Some(Label::Because | Label::Remedy | Label::Fault) | None => {}
        }
        match part {
            Part::Norm(SectionKind::Guidance) if is_default(&own.words) => Some(SectionKind::Default),
            // What to look for is asked, what to do is said.
            Part::Norm(SectionKind::Guidance) if asks(text) && !modality::is_normative(text) => None,
            Part::Norm(section) => Some(section),
            _ if is_task => Some(SectionKind::Checklist),
            Part::Rules(section) if modality::is_normative(text) || modality::is_imperative(text) => {
                Some(section)
            }
            Part::Modal(section)
                if modality::is_normative(&said(own, section)) && !is_condition(above, text) =>
            {
                Some(section)
            }
            Part::Modal(_) | Part::Rules(_) | Part::Code | Part::Facts | Part::Closed => None,
        }
    }

    fn statement(&mut self, own: &Own<'_>, section: SectionKind, label: Option<Label>, above: &Above) {
        let group = self.group(above);
        let form = if self.within == Within::Quote { Form::Quote } else { own.form };
        let text = own.words.as_str().to_owned();
        let words = own.words.clone();
        let draft = self.draft(Raw { section, form, words, span: own.span, extent: own.item.span });
        if let Some(Label::Ask(polarity)) = label.or(above.label) {
            let rest = own.labelled.as_ref().map_or(text.as_str(), |labelled| labelled.rest.as_str());
            draft.polarity = ask(section, polarity, rest);
        }
        draft.group = group;
        draft.clauses = clause::cut(&own.words);
        explain(draft);
        let idx = self.drafts.len() - 1;
        for block in own.item.blocks.get(1..).unwrap_or(&[]) {
            self.nested(block, idx);
        }
    }

    /// What is nested below draft `idx`: clauses, reasons, remedies; task items are statements of their own.
    fn nested(&mut self, block: &Block, idx: usize) {
        let list = match &block.kind {
            BlockKind::List(list) => list,
            BlockKind::Paragraph(words) => return self.note(idx, words),
            BlockKind::Admonition(_) | BlockKind::Quote(_) => {
                return self.blocks(std::slice::from_ref(block));
            }
            _ => return,
        };
        if list.items.iter().any(|item| item.task.is_some()) {
            return self.list(list, &Above::default());
        }
        let mut clauses = Vec::new();
        for item in &list.items {
            let Some(own) = own(item, list.is_ordered) else { continue };
            match own.labelled.as_ref().map(|labelled| labelled.label) {
                Some(Label::Because | Label::Remedy) => self.note(idx, &own.words),
                Some(Label::Ask(_) | Label::Rule | Label::Fault) | None if self.explains(idx) => {
                    self.note(idx, &own.words);
                }
                Some(Label::Ask(_) | Label::Rule | Label::Fault) | None => clauses.push(own.words.text),
            }
        }
        if let Some(draft) = self.drafts.get_mut(idx).filter(|_| !clauses.is_empty()) {
            if clauses.len() == 1 && !draft.words.as_str().ends_with(':') {
                add(&mut draft.because, clauses[0].as_str());
                return;
            }
            draft.clauses = clauses;
        }
    }

    /// Whether what is nested below the draft says why, rather than what else.
    fn explains(&self, idx: usize) -> bool {
        self.drafts.get(idx).is_some_and(|draft| {
            let is_fault = matches!(draft.section, SectionKind::AntiPattern | SectionKind::Pitfall);
            is_fault && !draft.words.as_str().ends_with(':')
        })
    }

    /// Adds a reason or a remedy to draft `idx`.
    fn note(&mut self, idx: usize, words: &Inline) {
        let labelled = label::read(words);
        let Some(draft) = self.drafts.get_mut(idx) else { return };
        let rest = labelled.as_ref().map_or(words.as_str(), |labelled| labelled.rest.as_str()).to_owned();
        match labelled.map(|labelled| labelled.label) {
            Some(Label::Remedy) => draft.remedy = Some(rest),
            Some(Label::Because) => add(&mut draft.because, &rest),
            Some(Label::Ask(_) | Label::Rule | Label::Fault) | None => {
                if matches!(draft.section, SectionKind::AntiPattern | SectionKind::Pitfall) {
                    add(&mut draft.because, words.as_str());
                }
            }
        }
    }

    fn nested_list(&mut self, item: &Item, above: &Above) {
        for block in item.blocks.get(1..).unwrap_or(&[]) {
            match &block.kind {
                BlockKind::List(list) => self.list(list, above),
                _ => self.blocks(std::slice::from_ref(block)),
            }
        }
    }
}

fn add(to: &mut Option<String>, text: &str) {
    match to {
        Some(known) => {
            known.push_str("; ");
            known.push_str(text);
        }
        None => *to = Some(text.to_owned()),
    }
}

fn words_of(item: &Item) -> Option<Mapped> {
    own(item, false).map(|own| own.words.text)
}

fn nested_text(item: &Item) -> String {
    let lists = item.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::List(list) => Some(list),
        _ => None,
    });
    let texts: Vec<String> = lists
        .flat_map(|list| &list.items)
        .filter_map(words_of)
        .map(|words| words.as_str().to_owned())
        .collect();
    texts.join("; ")
}

/// The words that decide whether an item is normative: a failure mode's mitigations count too.
fn said(own: &Own<'_>, section: SectionKind) -> String {
    let text = own.words.as_str().to_owned();
    if section == SectionKind::FailureMode { format!("{text}. {}", nested_text(own.item)) } else { text }
}

/// Whether an item holds a link and at most an icon before it: it lists a page.
fn is_mere_link(words: &Inline) -> bool {
    let text = words.as_str();
    words.links.first().is_some_and(|(range, _)| {
        let around = [text.get(..range.start), text.get(range.end..)];
        around.into_iter().flatten().all(|part| !part.contains(char::is_alphabetic))
    })
}

/// Whether a label without words of its own stands over something; alone, it is all that the item says.
fn names_what_is_nested(own: &Own<'_>) -> bool {
    own.item.task.is_none() && own.item.blocks.len() > 1
}

/// Whether the item only announces the code that is nested below it.
fn shows_code(own: &Own<'_>) -> bool {
    let nested = own.item.blocks.get(1..).unwrap_or(&[]);
    let is_code = |block: &Block| matches!(block.kind, BlockKind::Fence(_));
    own.words.as_str().ends_with(':') && !nested.is_empty() && nested.iter().all(is_code)
}

/// Whether the first sentence is a question.
fn asks(text: &str) -> bool {
    text.find(['?', '.', '!']).is_some_and(|end| text[end..].starts_with('?'))
}

/// Whether the list says when the pattern fits, where `must` speaks of the reader's need.
fn is_condition(above: &Above, text: &str) -> bool {
    if section::normal(text).contains("use this pattern") {
        return true;
    }
    let name = above.group.as_deref().map(section::normal).unwrap_or_default();
    ["use when", "when to", "avoid when", "use this", "choose", "use it"]
        .iter()
        .any(|lead| name.starts_with(lead))
}

/// Whether the item's bold lead names defaults.
fn is_default(words: &Inline) -> bool {
    let lead = words.strong.iter().find(|range| range.start == 0);
    let lead = lead.and_then(|range| words.as_str().get(range.clone()));
    lead.is_some_and(|lead| section::normal(lead).contains("default"))
}

/// The section kind of an item below do or avoid.
pub(super) fn asked(part: Part, polarity: Polarity) -> SectionKind {
    match part {
        Part::Norm(SectionKind::AntiPattern | SectionKind::Pitfall) if polarity != Polarity::Avoid => {
            SectionKind::Guidance
        }
        Part::Norm(section) => section,
        Part::Modal(_) | Part::Rules(_) | Part::Code | Part::Facts | Part::Closed => SectionKind::Guidance,
    }
}

/// The section kind of an item below a label that names a rule.
pub(super) fn ruled(part: Part) -> SectionKind {
    match part {
        Part::Norm(section) | Part::Rules(section) => section,
        Part::Modal(_) | Part::Code | Part::Facts | Part::Closed => SectionKind::Invariant,
    }
}

/// The polarity of words that a label asks for.
pub(super) fn ask(section: SectionKind, polarity: Polarity, rest: &str) -> Polarity {
    match section {
        SectionKind::Checklist | SectionKind::Invariant if polarity == Polarity::Should => {
            modality::polarity(section, rest)
        }
        _ => modality::labelled(polarity, rest),
    }
}

/// Takes reason and remedy out of the words of a fault: `**Lead**: why → what instead`.
pub(super) fn explain(draft: &mut crate::pattern::draft::Draft) {
    if !matches!(draft.section, SectionKind::AntiPattern | SectionKind::Pitfall | SectionKind::FailureMode) {
        return;
    }
    let lead_end = draft.words.strong.iter().find(|range| range.start == 0).map(|range| range.end);
    let text = draft.words.as_str();
    let after = lead_end.map(|end| text[end..].trim_start_matches([':', ' ', '—', '–', '-']));
    let after_arrow = label::arrow(&draft.words.text);
    match (after_arrow, after) {
        (Some((_, remedy)), lead) => {
            draft.remedy = Some(remedy.as_str().to_owned());
            let why = lead.and_then(|rest| rest.split(['→']).next()).map(str::trim);
            draft.because = why.filter(|why| !why.is_empty() && !why.contains("->")).map(str::to_owned);
        }
        (None, Some(rest)) if !rest.is_empty() => draft.because = Some(rest.to_owned()),
        (None, _) => draft.remedy = clause::remedy(&draft.words),
    }
}
