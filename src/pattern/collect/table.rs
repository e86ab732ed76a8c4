//! Statements among the rows of tables, by what the columns are called. Knows no list.

use super::item::explain;
use super::{Above, Collector, Raw};
use crate::pattern::block::{Inline, Row, Table};
use crate::pattern::section::{self, Part};
use crate::pattern::{Dialect, Form, Mapped, Polarity, SectionKind, modality};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Main,
    /// The main cell of a table that lists rules.
    Rule,
    Do,
    Avoid,
    Because,
    Remedy,
    /// A number, an icon, a tick.
    Mark,
    Other,
}

fn column(header: &str) -> Column {
    let words = section::normal(header);
    match words.as_str() {
        "do" | "dos" | "do this" => Column::Do,
        "dont" | "donts" | "do not" | "avoid" | "not this" => Column::Avoid,
        "why" | "impact" | "reason" | "because" | "consequence" | "why it fails" | "rationale" | "effect"
        | "cause" | "why its bad" | "what happens" | "symptom" | "symptoms" => Column::Because,
        "solution" | "mitigation" | "fix" | "remedy" | "prevention" | "instead" | "alternative"
        | "better" | "how to avoid" | "better approach" | "correct approach" | "recovery" | "resolution"
        | "better pattern" => Column::Remedy,
        "" | "id" | "no" | "status" | "done" | "priority" | "severity" | "owner" | "category" | "tier" => {
            Column::Mark
        }
        "pitfall" | "problem" | "mistake" | "anti pattern" | "issue" | "failure" | "failure mode"
        | "smell" | "requirement" | "item" | "check" | "statement" => Column::Main,
        "rule" | "invariant" => Column::Rule,
        _ => Column::Other,
    }
}

impl Collector<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let above = std::mem::take(&mut self.above);
        let columns: Vec<Column> = table.header.iter().map(|cell| column(cell.as_str())).collect();
        let (do_at, avoid_at) = (at(&columns, Column::Do), at(&columns, Column::Avoid));
        for row in &table.rows {
            match (self.part(), do_at, avoid_at) {
                (Part::Closed, ..) => {}
                (_, Some(do_at), Some(avoid_at)) => {
                    self.asked_cell(row, do_at, Polarity::Should, &columns);
                    self.asked_cell(row, avoid_at, Polarity::Avoid, &columns);
                }
                (part, ..) => self.row(row, &columns, part, &above),
            }
        }
    }

    fn asked_cell(&mut self, row: &Row, at: usize, polarity: Polarity, columns: &[Column]) {
        let Some(words) = row.cells.get(at).filter(|words| !words.as_str().is_empty()) else { return };
        let span = words.text.whole();
        let section = SectionKind::Guidance;
        let draft =
            self.draft(Raw { section, form: Form::TableRow, words: words.clone(), span, extent: row.span });
        draft.polarity = modality::labelled(polarity, words.as_str());
        draft.because = text_of(row, columns, Column::Because);
    }

    fn row(&mut self, row: &Row, columns: &[Column], part: Part, above: &Above) {
        let boxes: Vec<&Inline> = row.cells.iter().filter(|cell| cell.as_str().starts_with('☐')).collect();
        for cell in &boxes {
            let words = cell.part('☐'.len_utf8(), cell.as_str().len()).trimmed();
            if !words.as_str().is_empty() {
                let span = words.text.whole();
                let section = SectionKind::Checklist;
                self.draft(Raw { section, form: Form::TableRow, words, span, extent: row.span });
            }
        }
        if !boxes.is_empty() {
            return;
        }
        let whole = asking(row, columns, part);
        let section = match part {
            // Tables of trade-offs stand among best practices too; only what asks for something is a statement.
            Part::Norm(SectionKind::Guidance) if !asks(columns) && !modality::is_normative(&whole) => return,
            Part::Norm(section) => section,
            Part::Modal(SectionKind::Other) | Part::Rules(_) if columns.contains(&Column::Rule) => {
                SectionKind::Invariant
            }
            Part::Modal(section) | Part::Rules(section) if modality::is_normative(&whole) => section,
            Part::Modal(_) | Part::Rules(_) | Part::Code | Part::Facts | Part::Closed => return,
        };
        let Some(words) = main(row, columns, section) else { return };
        // `never` in the third cell of a trigger is a mere value.
        let asks = if self.dialect == Dialect::Registry { modality::is_demand } else { modality::is_strict };
        if section == SectionKind::Other && !asks(words.as_str()) {
            return;
        }
        let group = self.group(above);
        let span = words.text.whole();
        let draft = self.draft(Raw { section, form: Form::TableRow, words, span, extent: row.span });
        draft.group = group;
        explain(draft);
        draft.because = text_of(row, columns, Column::Because).or(draft.because.take());
        draft.remedy = text_of(row, columns, Column::Remedy).or(draft.remedy.take());
    }
}

/// The words of a row that may ask for something: a failure's impact only tells, and neither does code.
fn asking(row: &Row, columns: &[Column], part: Part) -> String {
    let is_failure = part == Part::Modal(SectionKind::FailureMode);
    let cells = row.cells.iter().zip(columns.iter().chain(std::iter::repeat(&Column::Other)));
    let asking = cells.filter(|(_, column)| !is_failure || **column != Column::Because);
    let without_code = |cell: &Inline| {
        let mut words = cell.as_str().to_owned();
        cell.code.iter().rev().for_each(|range| words.replace_range(range.clone(), " "));
        words
    };
    asking.map(|(cell, _)| without_code(cell)).collect::<Vec<_>>().join(" ")
}

/// Whether some column says what to do.
fn asks(columns: &[Column]) -> bool {
    columns.iter().any(|column| {
        matches!(column, Column::Main | Column::Rule | Column::Do | Column::Avoid | Column::Remedy)
    })
}

fn at(columns: &[Column], wanted: Column) -> Option<usize> {
    columns.iter().position(|column| *column == wanted)
}

fn text_of(row: &Row, columns: &[Column], wanted: Column) -> Option<String> {
    let cell = row.cells.get(at(columns, wanted)?)?;
    (!cell.as_str().is_empty()).then(|| cell.as_str().to_owned())
}

/// The words of the statement: the main cell; where a row says what holds, with the cells that no column explains.
fn main(row: &Row, columns: &[Column], section: SectionKind) -> Option<Inline> {
    let has_words = |idx: &usize| {
        row.cells.get(*idx).is_some_and(|cell| cell.as_str().chars().any(char::is_alphanumeric))
    };
    let kind = |idx: usize| columns.get(idx).copied().unwrap_or(Column::Other);
    let named = at(columns, Column::Rule).or(at(columns, Column::Main)).filter(|idx| has_words(idx));
    let first = (0..row.cells.len()).filter(|idx| kind(*idx) != Column::Mark).find(|idx| has_words(idx));
    let main = named.or(first)?;
    let cell = row.cells.get(main)?;
    let is_fault =
        matches!(section, SectionKind::AntiPattern | SectionKind::Pitfall | SectionKind::FailureMode);
    if is_fault || named.is_some() {
        return Some(cell.clone());
    }
    let mut made = Mapped::default();
    made.push_part(&cell.text, 0..cell.as_str().len());
    for idx in (0..row.cells.len()).filter(|idx| *idx != main && kind(*idx) == Column::Other) {
        let Some(other) = row.cells.get(idx).filter(|other| !other.as_str().is_empty()) else { continue };
        made.push_made(": ", crate::base::Span::point(made.whole().end()));
        made.push_part(&other.text, 0..other.as_str().len());
    }
    Some(Inline { text: made, ..cell.clone() })
}
