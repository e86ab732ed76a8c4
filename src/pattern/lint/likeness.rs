//! Documents that say nearly the same, and sentences that stand in several documents. Compares words, understands none.

use super::outline::{plain, words};
use super::{LintId, Sheet};
use crate::base::RelPath;
use crate::pattern::{Dialect, Form, TextHash};
use std::collections::{BTreeMap, BTreeSet};

/// Hashes that stand for one document.
const SKETCH: usize = 256;
/// Words that are hashed together.
const SHINGLE: usize = 5;
/// Equal hashes at least, of a hundred.
const ALIKE: usize = 50;
/// Words that a repeated sentence has at least.
const MIN_WORDS: usize = 4;

pub(super) fn check_set(sheets: &mut [Sheet<'_>]) {
    documents(sheets);
    statements(sheets);
}

/// The least hashes of all runs of words; empty for a short document.
fn sketch(sheet: &Sheet<'_>) -> BTreeSet<u64> {
    let blocks = &sheet.pattern().document.blocks;
    let text: Vec<String> = words(blocks).iter().map(|inline| plain(inline.as_str())).collect();
    let text = text.join(" ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let hashes: BTreeSet<u64> =
        words.windows(SHINGLE).map(|run| xxhash_rust::xxh3::xxh3_64(run.join(" ").as_bytes())).collect();
    if hashes.len() < SKETCH / 4 { BTreeSet::new() } else { hashes.into_iter().take(SKETCH).collect() }
}

/// Equal hashes among the least of both, of a hundred.
fn likeness(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> usize {
    let least: Vec<u64> = one.union(other).copied().take(SKETCH).collect();
    let n_equal = least.iter().filter(|hash| one.contains(hash) && other.contains(hash)).count();
    if least.is_empty() { 0 } else { n_equal * 100 / least.len() }
}

/// Whether one name is the other's with an addition, as `bulkhead` and `bulkhead-gold` are.
fn is_variant(one: &RelPath, other: &RelPath) -> bool {
    const ADDITIONS: [&str; 10] =
        ["gold", "silver", "bronze", "copy", "old", "new", "v2", "pattern", "deployment", "release"];
    let (short, long) = (one.file_stem().min(other.file_stem()), one.file_stem().max(other.file_stem()));
    let tail = long.strip_prefix(short).and_then(|tail| tail.strip_prefix(['-', '_']));
    tail.is_some_and(|tail| ADDITIONS.contains(&tail))
}

/// The title of a pattern as it is compared; other pages, such as indexes, may share theirs.
fn title(sheet: &Sheet<'_>) -> String {
    let pattern = sheet.pattern();
    let is_pattern = matches!(pattern.dialect, Dialect::Numbered | Dialect::Tiered | Dialect::Guide);
    if is_pattern { plain(&pattern.title) } else { String::new() }
}

fn documents(sheets: &mut [Sheet<'_>]) {
    let sketches: Vec<BTreeSet<u64>> = sheets.iter().map(sketch).collect();
    let heads: Vec<(RelPath, String)> =
        sheets.iter().map(|sheet| (sheet.pattern().path.clone(), title(sheet))).collect();
    for (idx, (sheet, own)) in sheets.iter_mut().zip(&sketches).enumerate() {
        let own_title = title(sheet);
        for ((path, other_title), other) in heads.iter().zip(&sketches).take(idx) {
            let alike = if own.is_empty() || other.is_empty() { 0 } else { likeness(own, other) };
            if alike >= ALIKE {
                let message = format!("{alike} % of the words also stand in `{path}`");
                sheet.add_whole(LintId::NearDuplicate, message);
            } else if !own_title.is_empty() && own_title == *other_title {
                sheet.add_whole(LintId::NearDuplicate, format!("`{path}` has the same title"));
            } else if is_variant(path, &sheet.pattern().path) {
                let message = format!("by its name the document is a variant of `{path}`");
                sheet.add_whole(LintId::NearDuplicate, message);
            }
        }
    }
}

fn statements(sheets: &mut [Sheet<'_>]) {
    let mut first: BTreeMap<TextHash, (usize, u32)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (idx, sheet) in sheets.iter().enumerate() {
        // A registry repeats what its documents say; that is its task.
        let own = sheet.pattern().statements.iter().filter(|_| sheet.pattern().dialect != Dialect::Registry);
        for statement in own {
            let is_long = statement.text.split_whitespace().count() >= MIN_WORDS;
            if !is_long || statement.form == Form::Fence {
                continue;
            }
            match first.get(&statement.hash) {
                Some((other, line)) if *other != idx => faults.push((idx, statement.span, *other, *line)),
                Some(_) => {}
                None => {
                    first.insert(statement.hash, (idx, statement.line));
                }
            }
        }
    }
    let paths: Vec<RelPath> = sheets.iter().map(|sheet| sheet.pattern().path.clone()).collect();
    for (idx, span, other, line) in faults {
        if let (Some(sheet), Some(path)) = (sheets.get_mut(idx), paths.get(other)) {
            sheet.add(
                LintId::RepeatedStatement,
                span,
                format!("the sentence stands in `{path}` line {line} too"),
            );
        }
    }
}
