//! Recognises sections by alias and stem, whatever their level, number or suffix. Reads no statement.

use crate::pattern::SectionKind;

/// How the items below a heading are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Every item is a statement.
    Norm(SectionKind),
    /// Items that say must, never, always or the like are statements.
    Modal(SectionKind),
    /// Items that say must, or open with an instruction, are statements.
    Rules(SectionKind),
    /// Code shows how it should look; items are facts.
    Code,
    /// Items are facts.
    Facts,
    /// Items are facts, whatever the headings below say.
    Closed,
}

/// A stem and what a section with it is; a stem that starts with `^` must open the heading, one with `$` end it.
pub(super) type Alias = (&'static str, Part);

const NORM_INVARIANT: Part = Part::Norm(SectionKind::Invariant);
const NORM_GUIDANCE: Part = Part::Norm(SectionKind::Guidance);
const OTHER: Part = Part::Modal(SectionKind::Other);

/// What every dialect knows; the first stem that is found decides.
const ALIASES: &[Alias] = &[
    ("checklist", Part::Norm(SectionKind::Checklist)),
    ("definition of done", Part::Norm(SectionKind::Checklist)),
    ("acceptance criteria", Part::Norm(SectionKind::Checklist)),
    ("anti pattern", Part::Norm(SectionKind::AntiPattern)),
    ("antipattern", Part::Norm(SectionKind::AntiPattern)),
    ("smells", Part::Norm(SectionKind::AntiPattern)),
    ("pitfall", Part::Norm(SectionKind::Pitfall)),
    ("common mistakes", Part::Norm(SectionKind::Pitfall)),
    ("avoid these mistakes", Part::Norm(SectionKind::Pitfall)),
    ("gotchas", Part::Norm(SectionKind::Pitfall)),
    ("^references", Part::Facts),
    ("^sources", Part::Facts),
    ("^resources", Part::Facts),
    ("^links", Part::Facts),
    ("bibliography", Part::Facts),
    ("cross references", Part::Facts),
    ("further reading", Part::Facts),
    ("^related", Part::Facts),
    ("^see also", Part::Facts),
    ("table of contents", Part::Facts),
    ("executive summary", Part::Facts),
    ("^tl dr", Part::Facts),
    ("^context", Part::Facts),
    ("pattern header", Part::Facts),
    ("^metadata", Part::Facts),
    ("what i changed", Part::Facts),
    ("case stud", Part::Facts),
    ("template usage", Part::Closed),
    ("template instructions", Part::Closed),
    ("invariant", NORM_INVARIANT),
    ("must always hold", NORM_INVARIANT),
    ("hard rule", NORM_INVARIANT),
    ("non negotiable", NORM_INVARIANT),
    ("architectural principle", Part::Modal(SectionKind::Invariant)),
    ("core principle", Part::Modal(SectionKind::Invariant)),
    ("guiding principle", Part::Modal(SectionKind::Invariant)),
    ("decision", OTHER),
    ("trigger", OTHER),
    ("failure mode", Part::Modal(SectionKind::FailureMode)),
    ("failure scenario", Part::Modal(SectionKind::FailureMode)),
    ("resilience and recovery", Part::Modal(SectionKind::FailureMode)),
    ("observability", Part::Modal(SectionKind::Observability)),
    ("monitoring", Part::Modal(SectionKind::Observability)),
    ("operational guidance", Part::Modal(SectionKind::Observability)),
    ("^metrics", Part::Modal(SectionKind::Observability)),
    ("key metrics", Part::Modal(SectionKind::Observability)),
    ("alerts", Part::Modal(SectionKind::Observability)),
    ("when to use", OTHER),
    ("when not to use", OTHER),
    ("use when", OTHER),
    ("configuration default", Part::Norm(SectionKind::Default)),
    ("default value", Part::Norm(SectionKind::Default)),
    ("default setting", Part::Norm(SectionKind::Default)),
    ("sensible default", Part::Norm(SectionKind::Default)),
    ("defaults$", Part::Norm(SectionKind::Default)),
    ("implementation guidance", NORM_GUIDANCE),
    ("guidance$", NORM_GUIDANCE),
    ("best practice", NORM_GUIDANCE),
    ("dos and don", NORM_GUIDANCE),
    ("do and don", NORM_GUIDANCE),
    ("do avoid", NORM_GUIDANCE),
    ("key rules", NORM_GUIDANCE),
    ("guidelines$", NORM_GUIDANCE),
    ("^rules$", NORM_INVARIANT),
    ("^rule ", NORM_INVARIANT),
    ("^requirements", Part::Rules(SectionKind::Invariant)),
    (" rules$", Part::Rules(SectionKind::Invariant)),
    (" rules for ", Part::Rules(SectionKind::Invariant)),
    ("^exemplar", Part::Norm(SectionKind::Exemplar)),
    ("quick reference", Part::Code),
    ("reference shapes", Part::Code),
];

/// What a heading opens, if it is a section that is known; `own` are the dialect's aliases, asked first.
pub(super) fn part_of(heading: &str, own: &[Alias]) -> Option<Part> {
    let words = normal(heading);
    own.iter().chain(ALIASES).find(|(stem, _)| has_stem(&words, stem)).map(|(_, part)| *part)
}

fn has_stem(words: &str, stem: &str) -> bool {
    let (stem, is_start) = stem.strip_prefix('^').map_or((stem, false), |stem| (stem, true));
    let (stem, is_end) = stem.strip_suffix('$').map_or((stem, false), |stem| (stem, true));
    match (is_start, is_end) {
        (true, true) => words == stem,
        (true, false) => words.starts_with(stem),
        (false, true) => words.ends_with(stem),
        (false, false) => words.contains(stem),
    }
}

/// Words in lower case, without number, marks, emoji, and without what a bracket adds.
pub(super) fn normal(heading: &str) -> String {
    let mut words = String::with_capacity(heading.len());
    let mut depth = 0_usize;
    for c in heading.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '&' => words.push_str(" and "),
            '\'' | '’' => {}
            _ if depth > 0 => {}
            c if c.is_alphanumeric() => words.extend(c.to_lowercase()),
            _ => words.push(' '),
        }
    }
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let kept: Vec<&str> = words.split_whitespace().skip_while(is_number).collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Part, normal, part_of};
    use crate::pattern::SectionKind;

    #[test]
    fn numbers_marks_and_suffixes_do_not_count() {
        for (text, expected) in [
            ("12) Common Pitfalls & Edge Cases", "common pitfalls and edge cases"),
            ("6.1 Flow Diagram", "flow diagram"),
            ("⚠️ Anti-patterns (explicit \"don't do this\")", "anti patterns"),
            ("Rule 1 — Stream", "rule 1 stream"),
            ("❌ DON'T Use When", "dont use when"),
        ] {
            assert_eq!(normal(text), expected);
        }
    }

    #[test]
    fn sections_are_known_by_stem() {
        for (text, expected) in [
            ("Acceptance checklist (what \"done\" looks like)", Some(Part::Norm(SectionKind::Checklist))),
            ("Core philosophy", None),
            ("Invariants (must always hold)", Some(Part::Norm(SectionKind::Invariant))),
            ("Pitfalls Checklist", Some(Part::Norm(SectionKind::Checklist))),
            ("4) Failure Modes & Mitigations", Some(Part::Modal(SectionKind::FailureMode))),
            ("References", Some(Part::Facts)),
            ("Sources & Links", Some(Part::Facts)),
            ("Data sources", None),
        ] {
            assert_eq!(part_of(text, &[]), expected, "{text}");
        }
    }
}
