//! The sections that the templates of numbered patterns and design guides ask for, and what stands in them.

use super::outline::{Section, fences, flat, sections, words};
use super::{LintId, Sheet};
use crate::pattern::{BlockKind, Dialect, Form, Polarity, SectionKind, Statement};
use std::collections::BTreeMap;

/// A section, as the template calls it, and the stems by which it is recognised.
type Wanted = (&'static str, &'static [&'static str]);

const NUMBERED: [Wanted; 12] = [
    ("Pattern header", &["pattern header"]),
    ("Executive summary", &["executive summary", "tl dr"]),
    ("Context and forces", &["context"]),
    ("Decision triggers", &["decision trigger", "when to use", "when this pattern"]),
    ("Solution", &["solution", "architecture", "recommended"]),
    ("Invariants", &["invariant", "core philosophy", "hard rule", "core principle"]),
    ("Implementation guidance", &["implementation", "guidance for", "llm guidance"]),
    ("Failure modes and mitigations", &["failure mode", "failure scenario"]),
    ("Observability and operations", &["observability", "operational", "monitoring"]),
    ("Anti-patterns to avoid", &["anti pattern", "antipattern"]),
    ("Acceptance checklist", &["checklist", "acceptance"]),
    ("References", &["reference", "further reading"]),
];
const GUIDE: [Wanted; 26] = [
    ("Metadata", &["metadata"]),
    ("TL;DR", &["tl dr", "executive summary"]),
    ("Problem & Context", &["problem"]),
    ("Decision Drivers", &["decision driver"]),
    ("Intuition & Baseline", &["intuition"]),
    ("The Pattern", &["the pattern", "core concept", "optimized approach"]),
    ("Architecture", &["architecture"]),
    ("Interfaces", &["interface", "api contract"]),
    ("Data Model & Storage", &["data model"]),
    ("Properties & Guarantees", &["properties", "guarantee"]),
    ("Tradeoffs", &["tradeoff", "trade off"]),
    ("Implementation Guide", &["implementation"]),
    ("Pitfalls & Edge Cases", &["pitfall"]),
    ("Resilience & Recovery", &["resilience", "recovery"]),
    ("Observability", &["observability", "monitoring"]),
    ("Capacity & Sizing", &["capacity", "sizing"]),
    ("Security & Compliance", &["security"]),
    ("Deployment, Versioning & Migration", &["deployment", "migration", "versioning"]),
    ("Testing & Verification", &["testing", "verification"]),
    ("Cost Model", &["cost"]),
    ("Runbooks", &["runbook"]),
    ("Variants, Alternatives & Related Patterns", &["variant", "alternative", "related pattern"]),
    ("Practice Scenarios", &["practice", "scenario"]),
    ("Real-world Examples", &["real world", "example"]),
    ("References", &["reference", "further reading"]),
    ("Completion Checklist", &["completion checklist"]),
];
/// Words of ticked items and the stems of the section that shows the work.
const PROOFS: [Wanted; 9] = [
    ("tradeoff", &["tradeoff", "trade off"]),
    ("capacity", &["capacity", "sizing"]),
    ("runbook", &["runbook"]),
    ("cost model", &["cost"]),
    ("observability", &["observability", "monitoring"]),
    ("security", &["security"]),
    ("interface", &["interface", "api"]),
    ("data model", &["data model"]),
    ("reference", &["reference"]),
];

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let all = sections(&pattern.document);
    match pattern.dialect {
        Dialect::Numbered => {
            missing(sheet, &all, LintId::SectionMissing, &NUMBERED);
            summary(sheet, &all);
            reasons(sheet);
            executable(sheet);
        }
        Dialect::Guide => {
            missing(sheet, &all, LintId::GuideSectionMissing, &GUIDE);
            completion(sheet, &all);
        }
        Dialect::Tiered | Dialect::Registry | Dialect::Reference | Dialect::Plain => {}
    }
    items(sheet);
    references(sheet, &all);
}

fn has(all: &[Section<'_>], stems: &[&str]) -> bool {
    all.iter().any(|section| stems.iter().any(|stem| section.words.contains(stem)))
}

fn missing(sheet: &mut Sheet<'_>, all: &[Section<'_>], id: LintId, wanted: &[Wanted]) {
    let missing: Vec<&str> =
        wanted.iter().filter(|(_, stems)| !has(all, stems)).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return;
    }
    let shown = missing.iter().take(6).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = if missing.len() > 6 { ", …" } else { "" };
    let message = format!("{} of {} sections are missing: {shown}{more}", missing.len(), wanted.len());
    sheet.add_whole(id, message);
}

/// Lines that are not blank between the heading and the next one.
fn summary(sheet: &mut Sheet<'_>, all: &[Section<'_>]) {
    let Some(section) = all.iter().find(|section| section.words.contains("executive summary")) else {
        return;
    };
    let (Some(first), Some(last)) = (section.all.first(), section.all.last()) else {
        sheet.add(LintId::SummaryLength, section.span, "the executive summary is empty");
        return;
    };
    let text = sheet.source().slice(first.span.to(last.span));
    let is_line = |line: &&str| !matches!(line.trim(), "" | "---" | "***");
    let n_lines = text.lines().filter(is_line).count();
    if !(5..=8).contains(&n_lines) {
        let word = if n_lines == 1 { "line" } else { "lines" };
        let message = format!("the executive summary has {n_lines} {word}, 5 to 8 are expected");
        sheet.add(LintId::SummaryLength, section.span, message);
    }
}

/// Do and avoid below one heading, where none of them has a reason.
fn reasons(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let mut groups: BTreeMap<Option<usize>, Vec<&Statement>> = BTreeMap::new();
    for statement in pattern.statements.iter().filter(|statement| statement.section == SectionKind::Guidance)
    {
        groups.entry(statement.heading).or_default().push(statement);
    }
    let mut spans = Vec::new();
    for group in groups.values() {
        let has_avoid = group.iter().any(|one| matches!(one.polarity, Polarity::Avoid | Polarity::MustNot));
        let has_do = group.iter().any(|one| !matches!(one.polarity, Polarity::Avoid | Polarity::MustNot));
        if has_avoid && has_do && group.iter().all(|one| one.because.is_none()) {
            spans.extend(group.iter().map(|one| one.span).min());
        }
    }
    for span in spans {
        sheet.add(LintId::GroupWithoutBecause, span, "this group of do and avoid gives no reason");
    }
}

/// Lines that only real code, settings and commands have.
fn is_executable(language: &str, line: &str) -> bool {
    let line = line.trim();
    let is_import = ["import ", "use ", "#include", "from ", "package ", "const "]
        .iter()
        .any(|lead| line.starts_with(lead))
        && match line.split(' ').next() {
            Some("use") => line.contains("::") && line.ends_with(';'),
            Some("from") => line.contains(" import "),
            Some("const") => line.contains("require("),
            Some("package") => language == "go" || language == "java",
            _ => language == "python" || line.contains(['"', '\'', '<']) || line.ends_with(';'),
        };
    let is_setting = matches!(language, "json" | "jsonc" | "toml" | "yaml" | "yml")
        && ["\"dependencies\"", "\"devDependencies\"", "\"scripts\"", "[dependencies]"]
            .iter()
            .any(|key| line.contains(key));
    let is_command = ["npm run ", "npx ", "docker run ", "cargo run "].iter().any(|lead| line.contains(lead));
    is_import || is_setting || is_command
}

fn executable(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let mut found = Vec::new();
    for (span, fence) in fences(&document.blocks) {
        let language = fence.language();
        if matches!(language.as_str(), "mermaid" | "patscan" | "text" | "txt" | "diff") {
            continue;
        }
        let text = fence.text.as_str();
        if let Some(line) = text.lines().find(|line| is_executable(&language, line)) {
            found.push((span, format!("`{}` is real code, not pseudocode", line.trim())));
        }
    }
    for (span, message) in found {
        sheet.add(LintId::ExecutableGuidance, span, message);
    }
}

fn completion(sheet: &mut Sheet<'_>, all: &[Section<'_>]) {
    let Some(checklist) = all.iter().find(|section| section.words.contains("completion checklist")) else {
        sheet.add_whole(LintId::NoCompletionChecklist, "there is no completion checklist");
        return;
    };
    let pattern = sheet.pattern();
    let own = pattern.statements.iter().filter(|statement| statement.heading == Some(checklist.heading));
    for item in own.filter(|statement| statement.form == Form::TickedTask) {
        let text = item.text.to_lowercase();
        let lacking = PROOFS.iter().find(|(word, stems)| text.contains(word) && !has(all, stems));
        if let Some((word, _)) = lacking {
            let message = format!("the item is ticked, but no section is about {word}");
            sheet.add(LintId::TickWithoutSection, item.span, message);
        }
    }
}

fn items(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    for item in pattern.statements.iter().filter(|statement| statement.section == SectionKind::Checklist) {
        let n_clauses = item.clauses.len();
        if item.text.trim_end().ends_with('?') {
            sheet.add(LintId::ItemIsQuestion, item.span, "a question is neither true nor false");
        } else if n_clauses > 1 {
            sheet.add(LintId::CompoundItem, item.span, format!("the item says {n_clauses} things"));
        }
    }
}

fn references(sheet: &mut Sheet<'_>, all: &[Section<'_>]) {
    for section in all.iter().filter(|section| section.words == "references") {
        let is_said = |block: &&crate::pattern::Block| {
            !matches!(block.kind, BlockKind::Rule | BlockKind::Heading(_) | BlockKind::Html(_))
        };
        let has_html_words = section.all.iter().any(|block| match &block.kind {
            BlockKind::Html(text) => text.as_str().contains("<li") || text.as_str().contains("<a "),
            _ => false,
        });
        let has_words = words(section.all).iter().any(|inline| !inline.as_str().trim().is_empty());
        if !has_words && !has_html_words && !flat(section.all).iter().any(is_said) {
            sheet.add(LintId::EmptyReferences, section.span, "no reference stands below this heading");
        }
    }
}
