//! The text of a registry page. Counts what it writes, and takes nothing from anywhere else.

use super::{Listed, Listing, STATUSES};
use crate::pattern::{RelationKind, Status};
use std::collections::BTreeMap;

/// Cells of the bar.
const CELLS: usize = 20;

/// The page as Markdown; the same bytes for the same listing.
#[must_use]
pub fn page(listing: &Listing) -> String {
    let patterns = &listing.patterns;
    let mut categories: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    for pattern in patterns {
        categories.entry(&pattern.category).or_default().push(pattern);
    }
    let mut page = String::from(
        "# Pattern Registry\n\nWritten by `patscan registry` from the documents themselves; edit those, not this page.\n",
    );
    progress(&mut page, patterns);
    page.push_str("\n## Categories\n\n");
    for (name, own) in &categories {
        page.push_str(&format!("- [{name}](#{}) ({})\n", anchor(name), own.len()));
    }
    table(&mut page, patterns);
    page.push_str("\n## By category\n");
    for (name, own) in &categories {
        page.push_str(&format!("\n### {name}\n\n{}\n\n", ratio(own.iter().copied())));
        for pattern in own {
            let Listed { name, link, .. } = pattern;
            page.push_str(&format!("- [{} {name}]({link})\n", pattern.badge().0));
        }
    }
    graph(&mut page, listing);
    page
}

/// Patterns that are adopted, and all.
fn counts<'l>(patterns: impl Iterator<Item = &'l Listed>) -> (usize, usize) {
    patterns.fold((0, 0), |(done, all), pattern| {
        (done + usize::from(pattern.status == Some(Status::Adopted)), all + 1)
    })
}

fn rounded(part: usize, whole: usize) -> usize {
    (part * 2 + whole) / (whole * 2).max(1)
}

fn ratio<'l>(patterns: impl Iterator<Item = &'l Listed>) -> String {
    let (done, all) = counts(patterns);
    format!("{done}/{all} adopted ({}%)", rounded(done * 100, all))
}

fn progress(page: &mut String, patterns: &[Listed]) {
    let (done, all) = counts(patterns.iter());
    let full = rounded(done * CELLS, all);
    let bar = "█".repeat(full) + &"░".repeat(CELLS - full.min(CELLS));
    page.push_str(&format!("\n## Progress\n\n**Overall:** [{bar}] {}\n", ratio(patterns.iter())));
    page.push_str("\n| Status | Count |\n| --- | --- |\n");
    for (status, icon, word) in STATUSES {
        let count = patterns.iter().filter(|pattern| pattern.status == status).count();
        if count > 0 {
            page.push_str(&format!("| {icon} {word} | {count} |\n"));
        }
    }
    page.push_str(&format!("| **Total** | {all} |\n"));
}

fn table(page: &mut String, patterns: &[Listed]) {
    let has_code = patterns.iter().any(|pattern| pattern.code.is_some());
    let (head, rule) = if has_code { (" Code |", " --- |") } else { ("", "") };
    page.push_str(&format!(
        "\n## All Patterns\n\n| Pattern | Category | Status | Tier | Description |{head}\n| --- | --- | --- | --- | --- |{rule}\n"
    ));
    for pattern in patterns {
        let Listed { name, link, category, description, .. } = pattern;
        let (icon, status) = pattern.badge();
        let tier = pattern.tier.as_deref().unwrap_or("–");
        page.push_str(&format!(
            "| {icon} [{name}]({link}) | {category} | {status} | {tier} | {description} |"
        ));
        if has_code {
            page.push_str(&format!(" {} |", pattern.code.as_deref().unwrap_or("–")));
        }
        page.push('\n');
    }
}

/// The anchor that renderers give a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The node of a name: letters, digits and `_` alone.
fn node(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

const fn arrow(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Requires | RelationKind::DependsOn => "-.->",
        RelationKind::Uses | RelationKind::SeeAlso => "-->",
        RelationKind::Implements => "..->",
        RelationKind::Extends => "-->>",
    }
}

fn graph(page: &mut String, listing: &Listing) {
    if listing.patterns.is_empty() {
        return;
    }
    page.push_str("\n## Dependencies\n\n`-.->` depends on, `-->` uses, `..->` implements, `-->>` extends.\n\n```mermaid\ngraph TD\n");
    for Listed { name, .. } in &listing.patterns {
        page.push_str(&format!("    {}[\"{}\"]\n", node(name), name.replace('"', "'")));
    }
    for (from, kind, to) in &listing.edges {
        page.push_str(&format!("    {} {} {}\n", node(from), arrow(*kind), node(to)));
    }
    page.push_str("```\n");
}
