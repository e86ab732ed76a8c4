//! Rules that are written with invariant, rationale and proof: whether each has all three, and whether they are as many
//! as the document declares.

use super::outline::{Section, flat, sections, words};
use super::{LintId, Sheet};
use crate::pattern::{BlockKind, Inline};

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let all = sections(document);
    let rules: Vec<&Section<'_>> = all.iter().filter(|section| has_lead(section, "verified by")).collect();
    // One invariant in a quote is a way to stress it; proof is expected where the document has proofs.
    if rules.is_empty() {
        return;
    }
    let invariants: Vec<&Section<'_>> = all.iter().filter(|section| has_lead(section, "invariant")).collect();
    for section in &invariants {
        for (lead, what) in [("rationale", "rationale"), ("verified by", "`Verified by`")] {
            if !has_lead(section, lead) {
                sheet.add(
                    LintId::InvariantWithoutEvidence,
                    section.span,
                    format!("the invariant has no {what}"),
                );
            }
        }
    }
    declared(sheet, rules.len(), invariants.len());
}

/// Whether something in the section is labelled `lead`: by its first words, or by bold ones.
fn has_lead(section: &Section<'_>, lead: &str) -> bool {
    words(section.own).iter().any(|inline| {
        let text = inline.as_str();
        let bold = inline.strong.iter().filter_map(|range| text.get(range.clone()));
        bold.chain([text]).any(|words| {
            let words = words.trim_start().to_lowercase();
            words.strip_prefix(lead).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    })
}

/// `73 rules … 22 have explicit invariants`.
fn declared(sheet: &mut Sheet<'_>, n_rules: usize, n_invariants: usize) {
    let document = &sheet.pattern().document;
    let said: Vec<&Inline> = flat(&document.blocks)
        .into_iter()
        .filter_map(|block| match &block.kind {
            BlockKind::Paragraph(inline) => Some(inline),
            _ => None,
        })
        .filter(|inline| inline.as_str().to_lowercase().contains("invariant"))
        .collect();
    let faults: Vec<_> = said
        .iter()
        .filter_map(|inline| {
            let text = inline.as_str().to_lowercase();
            let rules = number_before(&text, " rules")?;
            let tail = text.get(text.find(" rules")? + 6..)?;
            let invariants = tail.split(|c: char| !c.is_ascii_digit()).rfind(|word| !word.is_empty())?.parse().ok()?;
            let is_true = (rules, invariants) == (n_rules, n_invariants);
            let message = format!("{rules} rules and {invariants} invariants are declared, {n_rules} and {n_invariants} are there");
            (!is_true).then(|| (inline.text.whole(), message))
        })
        .collect();
    for (span, message) in faults {
        sheet.add(LintId::RuleCountDiffers, span, message);
    }
}

fn number_before(text: &str, word: &str) -> Option<usize> {
    let head = text.get(..text.find(word)?)?;
    head.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
