//! Relative links: whether they lead anywhere, and whether an index lists what lies beside it. Reads no disk itself.

use super::outline::words;
use super::{LintId, Sheet};
use crate::base::{RelPath, Span};
use crate::pattern::{Dialect, Document};
use std::collections::{BTreeMap, BTreeSet};

/// An index links at least so many documents.
const MIN_LISTED: usize = 3;

/// Links of a document with their places, in written order; those of headings too.
fn links(document: &Document) -> Vec<(Span, &str)> {
    let headings = document.headings.iter().map(|heading| &heading.text);
    let mut links: Vec<(Span, &str)> = words(&document.blocks)
        .into_iter()
        .chain(headings)
        .flat_map(|inline| {
            inline.links.iter().map(|(range, to)| (inline.text.span(range.clone()), to.as_str()))
        })
        .collect();
    links.sort();
    links
}

/// The file that a link names; `None` where it leads out of the documents or inside of this one.
pub(super) fn file_of(target: &str) -> Option<&str> {
    let end = target.find(['#', '?']).unwrap_or(target.len());
    let file = target.get(..end)?.trim();
    let has_scheme = file.split('/').next().is_some_and(|head| head.contains(':'));
    let is_file =
        !file.is_empty() && !file.starts_with('/') && !has_scheme && !file.contains(['{', '<', '[', ' ']);
    is_file.then_some(file)
}

pub(super) fn check(sheet: &mut Sheet<'_>, exists: &dyn Fn(&str) -> bool) {
    if sheet.pattern().dialect == Dialect::Registry {
        return;
    }
    for (span, target) in links(&sheet.pattern().document) {
        let Some(file) = file_of(target) else { continue };
        if !exists(file) {
            sheet.add(LintId::DeadLink, span, format!("the link leads to `{file}`, which is not there"));
        }
    }
}

/// Whether a file's name is that of an index.
fn is_index(path: &RelPath) -> bool {
    matches!(
        path.file_stem().to_ascii_lowercase().as_str(),
        "index" | "readme" | "skill" | "summary" | "_index"
    )
}

/// Indexes that list some of the documents in their folder, but not all.
pub(super) fn check_set(sheets: &mut [Sheet<'_>]) {
    let mut by_folder: BTreeMap<RelPath, Vec<RelPath>> = BTreeMap::new();
    for sheet in sheets.iter() {
        let path = &sheet.pattern().path;
        if !is_index(path) {
            by_folder.entry(path.parent()).or_default().push(path.clone());
        }
    }
    for sheet in sheets.iter_mut().filter(|sheet| is_index(&sheet.pattern().path)) {
        let path = &sheet.pattern().path;
        let folder = path.parent();
        let Some(beside) = by_folder.get(&folder) else { continue };
        let linked: BTreeSet<RelPath> = links(&sheet.pattern().document)
            .into_iter()
            .filter_map(|(_, target)| file_of(target))
            .map(|file| folder.join(file.trim_end_matches('/')))
            .collect();
        let is_listed = |path: &&RelPath| {
            linked.contains(*path) || linked.contains(&path.parent().join(path.file_stem()))
        };
        let (listed, missing): (Vec<&RelPath>, Vec<&RelPath>) = beside.iter().partition(is_listed);
        if listed.len() < MIN_LISTED {
            continue;
        }
        for other in missing {
            sheet.add_whole(
                LintId::IndexMissesDocument,
                format!("the index does not list `{}`", other.file_name()),
            );
        }
    }
}
