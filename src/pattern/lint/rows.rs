//! The rows of a registry: names, pages, icons, descriptions, and which rows two lists share.

use super::link::file_of;
use super::outline::{key, sections};
use super::{LintId, Sheet};
use crate::base::{RelPath, Span};
use crate::pattern::{Dialect, Form, RegistryRow};
use std::collections::{BTreeMap, BTreeSet};

/// Words for what is done, and for what is not begun.
const DONE: [&str; 4] = ["completed", "done", "adopted", "stable"];
const PLANNED: [&str; 3] = ["planned", "draft", "proposed"];
/// Icons and the statuses that they stand for, as written in registries.
const ICONS: [(&str, &[&str]); 5] = [
    ("✅", &DONE),
    ("🚧", &["active", "in progress"]),
    ("📋", &PLANNED),
    ("🗄", &["deprecated", "legacy"]),
    ("❔", &["unstated"]),
];

/// Whether a status says that the pattern is in force.
pub(super) fn is_done(status: &str) -> bool {
    DONE.contains(&status_key(status).as_str())
}

/// Whether a status says that the pattern is only meant.
pub(super) fn is_planned(status: &str) -> bool {
    PLANNED.contains(&status_key(status).as_str())
}

/// A status as it is compared: lower case, without icon and marks.
pub(super) fn status_key(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// The rows of tables, or those of lists.
pub(super) fn of_form(rows: &[RegistryRow], form: Form) -> impl Iterator<Item = &RegistryRow> {
    rows.iter().filter(move |row| row.form == form)
}

pub(super) fn check(sheet: &mut Sheet<'_>, exists: &dyn Fn(&str) -> bool) {
    if sheet.pattern().dialect != Dialect::Registry {
        return;
    }
    for form in [Form::TableRow, Form::Bullet] {
        names(sheet, form);
    }
    pages(sheet, exists);
    icons(sheet);
    lists(sheet);
    descriptions(sheet);
}

fn names(sheet: &mut Sheet<'_>, form: Form) {
    let (mut names, mut slugs) = (BTreeMap::new(), BTreeMap::new());
    for row in of_form(&sheet.pattern().rows, form) {
        if let Some(line) = names.insert(key(&row.name), row.line) {
            let message = format!("the name `{}` is that of line {line}", row.name);
            sheet.add(LintId::NameTaken, row.span, message);
        }
        let page = row.link.as_deref().and_then(file_of);
        if let Some((line, page)) = page.and_then(|page| Some((slugs.insert(page, row.line)?, page))) {
            sheet.add(LintId::SlugTaken, row.span, format!("line {line} links `{page}` too"));
        }
    }
}

fn pages(sheet: &mut Sheet<'_>, exists: &dyn Fn(&str) -> bool) {
    let pattern = sheet.pattern();
    let mut by_page: BTreeMap<&str, Span> = BTreeMap::new();
    for row in &pattern.rows {
        if let Some(page) = row.link.as_deref().and_then(file_of) {
            by_page.entry(page).or_insert(row.span);
        }
    }
    let dead: Vec<(&str, Span)> =
        by_page.iter().filter(|(page, _)| !exists(page)).map(|(page, span)| (*page, *span)).collect();
    match dead.as_slice() {
        [(_, first), _, ..] if dead.len() == by_page.len() => {
            let message = format!("none of the {} linked pages is there", dead.len());
            sheet.add(LintId::DeadRowLink, *first, message);
        }
        _ => {
            for (page, span) in dead {
                sheet.add(LintId::DeadRowLink, span, format!("the page `{page}` is not there"));
            }
        }
    }
}

fn icons(sheet: &mut Sheet<'_>) {
    let rows = &sheet.pattern().rows;
    let has_icons = of_form(rows, Form::TableRow).any(|row| row.icon.is_some());
    let mut bare = Vec::new();
    for row in of_form(rows, Form::TableRow).filter(|_| has_icons) {
        let Some(status) = row.status.as_deref().map(status_key) else { continue };
        let Some(icon) = row.icon.as_deref() else {
            bare.push(row.span);
            continue;
        };
        let meant = ICONS.iter().find(|(known, _)| icon.starts_with(known));
        if meant.is_some_and(|(_, statuses)| !statuses.contains(&status.as_str())) {
            sheet.add(LintId::IconDiffers, row.span, format!("{icon} is not the icon of `{status}`"));
        }
    }
    sheet.add_first(LintId::IconDiffers, &bare, "the row has no icon, others have");
}

fn lists(sheet: &mut Sheet<'_>) {
    let rows = &sheet.pattern().rows;
    let keys = |form| of_form(rows, form).map(|row| key(&row.name)).collect::<BTreeSet<String>>();
    let (table, bullets) = (keys(Form::TableRow), keys(Form::Bullet));
    if table.is_empty() || bullets.is_empty() {
        return;
    }
    for row in rows {
        let (other, message) = match row.form {
            Form::Bullet => (&table, "stands in no row of the table"),
            _ => (&bullets, "stands in no category"),
        };
        if !other.contains(&key(&row.name)) {
            sheet.add(LintId::RowInOneList, row.span, format!("`{}` {message}", row.name));
        }
    }
    homes(sheet);
}

/// Rows of the table whose category has a section that does not list them.
fn homes(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let sections = sections(&pattern.document);
    let mut by_category: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in of_form(&pattern.rows, Form::Bullet) {
        let title =
            sections.iter().find(|section| Some(section.heading) == row.heading).map(|section| section.title);
        by_category.entry(key(title.unwrap_or(""))).or_default().insert(key(&row.name));
    }
    for row in of_form(&pattern.rows, Form::TableRow) {
        let Some(category) = &row.category else { continue };
        let is_listed = by_category.get(&key(category)).is_none_or(|names| names.contains(&key(&row.name)));
        if !is_listed && by_category.values().any(|names| names.contains(&key(&row.name))) {
            let message = format!("`{}` is listed in another category than `{category}`", row.name);
            sheet.add(LintId::RowInOneList, row.span, message);
        }
    }
}

fn descriptions(sheet: &mut Sheet<'_>) {
    let is_cut = |row: &&RegistryRow| {
        row.description
            .as_deref()
            .is_some_and(|text| text.trim_end().ends_with('…') || text.trim_end().ends_with("..."))
    };
    let cut: Vec<Span> = sheet.pattern().rows.iter().filter(is_cut).map(|row| row.span).collect();
    sheet.add_first(LintId::TruncatedDescription, &cut, "the description is cut off");
}

/// Documents in the folders of a registry's pages that no row links.
pub(super) fn check_set(sheets: &mut [Sheet<'_>]) {
    let paths: Vec<RelPath> = sheets.iter().map(|sheet| sheet.pattern().path.clone()).collect();
    for sheet in sheets.iter_mut().filter(|sheet| sheet.pattern().dialect == Dialect::Registry) {
        let (pattern, folder) = (sheet.pattern(), sheet.pattern().path.parent());
        let links = pattern.rows.iter().filter_map(|row| row.link.as_deref().and_then(file_of));
        let pages: BTreeSet<RelPath> = links.map(|file| folder.join(file)).collect();
        let folders: BTreeSet<RelPath> = pages.iter().map(RelPath::parent).collect();
        let is_unlisted = |path: &&RelPath| {
            folders.contains(&path.parent()) && !pages.contains(*path) && **path != pattern.path
        };
        let unlisted: Vec<&RelPath> = paths.iter().filter(is_unlisted).collect();
        for path in unlisted {
            sheet.add_whole(LintId::UnlistedPage, format!("no row links `{path}`"));
        }
    }
}
