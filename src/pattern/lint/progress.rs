//! The numbers of a registry: totals, counts by status and category, percentages, the bar.

use super::outline::{key, sections, words};
use super::rows::{is_done, of_form, status_key};
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::{BlockKind, Dialect, Form, Inline, Pattern, RegistryRow};

/// `3/7 … (43%)` with a bar before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ratio {
    done: usize,
    of: usize,
    percent: Option<usize>,
    /// Full cells and all cells of the bar.
    bar: Option<(usize, usize)>,
}

impl Ratio {
    fn read(text: &str) -> Option<Self> {
        let slash = text.match_indices('/').find_map(|(at, _)| {
            let done = last_number(text.get(..at)?)?;
            Some((done, first_number(text.get(at + 1..)?)?))
        })?;
        let percent = text.find('%').and_then(|at| last_number(text.get(..at)?));
        let count = |cell: char| text.chars().filter(|c| *c == cell).count();
        let (full, empty) = (count('█'), count('░'));
        let bar = (full + empty > 0).then_some((full, full + empty));
        Some(Self { done: slash.0, of: slash.1, percent, bar })
    }

    /// What is wrong with its own numbers.
    fn fault(self) -> Option<String> {
        let Self { done, of, percent, bar } = self;
        if of == 0 {
            return None;
        }
        let expected = rounded(done * 100, of);
        if percent.is_some_and(|percent| percent != expected) {
            return Some(format!("{done}/{of} is {expected} %, not {} %", percent.unwrap_or(0)));
        }
        let (full, cells) = bar?;
        let expected = rounded(done * cells, of);
        (full != expected).then(|| format!("the bar has {full} of {cells} full cells, {expected} are right"))
    }
}

fn rounded(part: usize, whole: usize) -> usize {
    (part * 2 + whole) / (whole * 2).max(1)
}

fn first_number(text: &str) -> Option<usize> {
    let text = text.trim_start();
    let len = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..len)?.parse().ok().filter(|number| *number < 1_000_000)
}

fn last_number(text: &str) -> Option<usize> {
    let text = text.trim_end();
    let start = text
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    text.get(start..)?.parse().ok().filter(|number| *number < 1_000_000)
}

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    if pattern.dialect != Dialect::Registry || of_form(&pattern.rows, Form::TableRow).next().is_none() {
        return;
    }
    overall(sheet);
    by_status(sheet);
    by_category(sheet);
    by_section(sheet);
}

fn is_done_row(row: &&RegistryRow) -> bool {
    row.status.as_deref().is_some_and(is_done)
}

fn n_rows(pattern: &Pattern) -> usize {
    of_form(&pattern.rows, Form::TableRow).count()
}

fn overall(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let said = words(&pattern.document.blocks);
    let is_overall = |inline: &&&Inline| {
        let text = inline.as_str().trim_start().to_lowercase();
        text.starts_with("overall") || text.starts_with("progress")
    };
    let Some(inline) = said.iter().find(is_overall) else { return };
    let Some(ratio) = Ratio::read(inline.as_str()) else { return };
    let (done, of) = (of_form(&pattern.rows, Form::TableRow).filter(is_done_row).count(), n_rows(pattern));
    compare(sheet, inline.text.whole(), ratio, (done, of));
}

fn compare(sheet: &mut Sheet<'_>, span: Span, ratio: Ratio, (done, of): (usize, usize)) {
    if (ratio.done, ratio.of) != (done, of) {
        let message = format!("{}/{} is said, the rows give {done}/{of}", ratio.done, ratio.of);
        sheet.add(LintId::CountDiffers, span, message);
    }
    if let Some(fault) = ratio.fault() {
        sheet.add(LintId::PercentageDiffers, span, fault);
    }
}

fn by_status(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let mut faults = Vec::new();
    for block in &pattern.document.blocks {
        let BlockKind::Table(table) = &block.kind else { continue };
        let header: Vec<String> = table.header.iter().map(|cell| status_key(cell.as_str())).collect();
        if header != ["status", "count"] {
            continue;
        }
        for row in &table.rows {
            let [label, count] = row.cells.as_slice() else { continue };
            let Some(said) = first_number(count.as_str()) else { continue };
            let label = status_key(label.as_str());
            let is_own =
                |row: &&RegistryRow| row.status.as_deref().map(status_key).as_deref() == Some(&label);
            let is = if label == "total" {
                n_rows(pattern)
            } else {
                of_form(&pattern.rows, Form::TableRow).filter(is_own).count()
            };
            if said != is {
                faults.push((row.span, format!("`{label}` is said to be {said}, the rows give {is}")));
            }
        }
    }
    for (span, message) in faults {
        sheet.add(LintId::CountDiffers, span, message);
    }
}

/// Items such as `[Core](#core) (9)`.
fn by_category(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let mut faults = Vec::new();
    for section in sections(&pattern.document).iter().filter(|section| section.words.contains("categories")) {
        for inline in words(section.own) {
            let Some((range, _)) = inline.links.first().filter(|(_, to)| to.starts_with('#')) else {
                continue;
            };
            let (name, rest) = inline.as_str().split_at(range.end.min(inline.as_str().len()));
            let Some(said) = rest.trim_start().strip_prefix('(').and_then(first_number) else { continue };
            let is_own = |row: &&RegistryRow| row.category.as_deref().map(key) == Some(key(name));
            let is = of_form(&pattern.rows, Form::TableRow).filter(is_own).count();
            if said != is {
                let message = format!("`{}` is said to have {said}, the rows give {is}", name.trim());
                faults.push((inline.text.whole(), message));
            }
        }
    }
    for (span, message) in faults {
        sheet.add(LintId::CountDiffers, span, message);
    }
}

/// `4/4 complete (100%)` above the list of a category.
fn by_section(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    for section in sections(&pattern.document) {
        let own: Vec<&RegistryRow> =
            of_form(&pattern.rows, Form::Bullet).filter(|row| row.heading == Some(section.heading)).collect();
        let ratio = section.own.iter().find_map(|block| match &block.kind {
            BlockKind::Paragraph(words) => {
                Ratio::read(words.as_str()).map(|ratio| (words.text.whole(), ratio))
            }
            _ => None,
        });
        let Some((span, ratio)) = ratio.filter(|_| !own.is_empty()) else { continue };
        let done =
            own.iter().filter(|row| row.icon.as_deref().is_some_and(|icon| icon.starts_with('✅'))).count();
        compare(sheet, span, ratio, (done, own.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    #[test]
    fn a_ratio_knows_its_percentage_and_bar() {
        for (text, fault) in [
            ("Overall: [█████████████████░░░] 52/61 (85% complete)", None),
            ("[██░░] 1/2 (50%)", None),
            ("1/3 (34%)", Some("1/3 is 33 %, not 34 %")),
            ("[███░] 1/2 (50%)", Some("the bar has 3 of 4 full cells, 2 are right")),
            ("0/0 (0%)", None),
        ] {
            let ratio = Ratio::read(text).expect("a ratio");
            assert_eq!(ratio.fault().as_deref(), fault, "{text}");
        }
        assert_eq!(Ratio::read("and/or 50 %"), None);
    }
}
