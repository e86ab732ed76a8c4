//! The outer shape of a tiered pattern: lines, share of code, when not to use, tier banner, five levels.

use super::outline::{fences, flat, sections};
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::BlockKind;

const MAX_LINES: usize = 1000;
/// Lines of code at most, of a hundred lines.
const MAX_CODE: usize = 20;
/// The line by which a reader knows when not to use the pattern.
const WHEN_NOT_BY: u32 = 200;
/// Tiers with the admonitions of their banners.
const BANNERS: [(&str, &str); 3] = [("gold", "success"), ("silver", "info"), ("bronze", "warning")];

pub(super) fn check(sheet: &mut Sheet<'_>) {
    length(sheet);
    code(sheet);
    when_not(sheet);
    banner(sheet);
    levels(sheet);
}

fn n_lines(sheet: &Sheet<'_>) -> usize {
    sheet.source().text().lines().count()
}

fn length(sheet: &mut Sheet<'_>) {
    let n_lines = n_lines(sheet);
    if n_lines > MAX_LINES {
        let at = sheet.source().lines().start_of(MAX_LINES);
        sheet.add(
            LintId::TooLong,
            Span::point(at),
            format!("the document has {n_lines} lines, {MAX_LINES} at most"),
        );
    }
}

fn code(sheet: &mut Sheet<'_>) {
    let (source, n_lines) = (sheet.source(), n_lines(sheet));
    let mut n_code = 0;
    let mut longest: Option<(u32, Span)> = None;
    for (span, fence) in fences(&sheet.pattern().document.blocks) {
        if fence.language() == "mermaid" {
            continue;
        }
        let end = span.end().saturating_sub(1).max(span.start());
        let n = source.line_column(end).line - source.line_column(span.start()).line + 1;
        n_code += n as usize;
        if longest.is_none_or(|(most, _)| n > most) {
            longest = Some((n, Span::point(span.start())));
        }
    }
    if let Some((n, at)) = longest.filter(|_| n_code * 100 > n_lines * MAX_CODE) {
        let message = format!(
            "{n_code} of {n_lines} lines are code, {MAX_CODE} % at most; the longest block has {n} lines"
        );
        sheet.add(LintId::TooMuchCode, at, message);
    }
}

/// Whether the words of a heading say when not to use the pattern.
fn is_when_not(words: &str) -> bool {
    const STEMS: [&str; 8] = [
        "when not to",
        "dont use",
        "do not use",
        "not use when",
        "when to avoid",
        "avoid when",
        "not suitable",
        "when not ",
    ];
    STEMS.iter().any(|stem| words.contains(stem))
}

fn when_not(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let all = sections(document);
    let found: Vec<_> = all.iter().filter(|section| is_when_not(&section.words)).collect();
    let line_of = |span: Span| sheet.source().line_column(span.start()).line;
    let Some(first) = found.first() else {
        let at = document.headings.first().map_or(Span::point(0), |heading| heading.span);
        sheet.add(LintId::NoWhenNot, at, "no heading says when not to use the pattern");
        return;
    };
    let line = line_of(first.span);
    if line > WHEN_NOT_BY {
        let message = format!("when not to use the pattern is said in line {line}, {WHEN_NOT_BY} at most");
        sheet.add(LintId::NoWhenNot, first.span, message);
    }
    let has_table = |blocks| flat(blocks).iter().any(|block| matches!(block.kind, BlockKind::Table(_)));
    if !found.iter().any(|section| has_table(section.all)) {
        sheet.add(LintId::WhenNotWithoutTable, first.span, "this section has no table");
    }
}

fn banner(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let Some((tier, kind)) = BANNERS.iter().find(|(tier, _)| pattern.tier.as_deref() == Some(*tier)).copied()
    else {
        return;
    };
    let mut banners = Vec::new();
    for block in flat(&pattern.document.blocks) {
        let BlockKind::Admonition(admonition) = &block.kind else { continue };
        let title = admonition.title.as_ref().map_or("", |title| title.as_str()).to_lowercase();
        let named = BANNERS.iter().find(|(name, _)| {
            title.contains(&format!("{name} standard"))
                || title.contains(&format!("{name} tier"))
                || title.contains(&format!("{name} pattern"))
        });
        banners.extend(named.map(|(name, _)| (block.span, *name, admonition.kind.clone())));
    }
    match banners.as_slice() {
        [] => {
            let at = pattern.document.headings.first().map_or(Span::point(0), |heading| heading.span);
            sheet.add(LintId::TierBanner, at, format!("no banner says that this is a {tier} pattern"));
        }
        [(span, name, _)] if *name != tier => {
            let message = format!("the tier is {tier}, but the banner says {name}");
            sheet.add(LintId::TierBanner, Span::point(span.start()), message);
        }
        [(span, _, own)] if own != kind => {
            let message = format!("the banner of a {tier} pattern is `!!! {kind}`, this one is `!!! {own}`");
            sheet.add(LintId::TierBanner, Span::point(span.start()), message);
        }
        [_] => {}
        [_, (span, ..), ..] => {
            let message = format!("{} tier banners, one is expected", banners.len());
            sheet.add(LintId::TierBanner, Span::point(span.start()), message);
        }
    }
}

/// The number of `level N …`.
fn level_of(words: &str) -> Option<usize> {
    let rest = words.strip_prefix("level ")?;
    let digits = rest.split(' ').next()?;
    digits.parse().ok().filter(|level| (1..=5).contains(level))
}

fn levels(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let mut seen: [Option<Span>; 5] = [None; 5];
    let mut last = 0;
    let mut faults = Vec::new();
    for section in sections(document) {
        let Some(level) = level_of(&section.words) else { continue };
        let Some(slot) = seen.get_mut(level - 1) else { continue };
        if slot.is_some() {
            faults.push((section.span, format!("level {level} stands there again")));
        } else if level < last {
            faults.push((section.span, format!("level {level} stands below level {last}")));
        }
        slot.get_or_insert(section.span);
        last = last.max(level);
    }
    let missing: Vec<String> = seen
        .iter()
        .zip(1..)
        .filter(|(slot, _)| slot.is_none())
        .map(|(_, level): (_, usize)| level.to_string())
        .collect();
    if !missing.is_empty() {
        let at = document.headings.first().map_or(Span::point(0), |heading| heading.span);
        let word = if missing.len() == 1 { "level" } else { "levels" };
        faults.push((at, format!("no section for {word} {}", missing.join(", "))));
    }
    for (span, message) in faults {
        sheet.add(LintId::Levels, span, message);
    }
}
