//! The rows of a configuration: exclusions, overrides, waivers. Applies none of them.

use crate::base::{ItemGlob, PathGlob, Span};
use crate::catalog::Exclusion;
use crate::cli::config::read::{checks_of, filled};
use crate::cli::config::table::{Entry, Reader};
use crate::cli::config::{Override, key};
use crate::policy::{Waiver, WaiverEntry, WaiverForm};
use toml::de::DeValue;

/// `[[scope.exclude]]`.
pub(super) fn exclusions(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<Exclusion> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut exclusions = Vec::new();
    for (_, _, list) in reader.entries(table, &key::below("scope")) {
        let rows = reader.list(list);
        exclusions.extend(rows.into_iter().filter_map(|row| exclusion(reader, row)));
    }
    exclusions
}

fn exclusion(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<Exclusion> {
    let table = reader.table(entry)?;
    let (mut path, mut reason) = (None, None);
    for (key, _, entry) in reader.entries(table, &key::below("scope.exclude")) {
        let text = reader.text(entry)?;
        let text = filled(reader, entry.span, text)?;
        if key == "path" {
            path = Some(path_glob(reader, &text, entry.span)?);
        } else {
            reason = Some(text);
        }
    }
    match (path, reason) {
        (Some(path), Some(reason)) => Some(Exclusion { path, reason }),
        (path, _) => {
            let missing = if path.is_none() { "path" } else { "reason" };
            reader.wrong(
                entry.span,
                format!("the exclusion has no `{missing}`"),
                "give a `path` glob and a `reason`",
            );
            None
        }
    }
}

/// `[[override]]`.
pub(super) fn overrides(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<Override> {
    let rows = reader.list(entry);
    rows.into_iter().filter_map(|row| one_override(reader, row)).collect()
}

fn one_override(reader: &mut Reader<'_>, row: Entry<'_, '_>) -> Option<Override> {
    let table = reader.table(row)?;
    let (mut paths, mut checks) = (Vec::new(), Vec::new());
    let (mut has_path, mut has_checks) = (false, false);
    for (key, _, entry) in reader.entries(table, &key::below("override")) {
        if key == "path" {
            has_path = true;
            paths = texts(reader, entry)
                .into_iter()
                .filter_map(|(text, span)| path_glob(reader, &text, span))
                .collect();
        } else {
            has_checks = true;
            checks = checks_of(reader, entry, "override.checks.*");
        }
    }
    for (is_there, name) in [(has_path, "path"), (has_checks, "checks")] {
        if !is_there {
            let help =
                "give a `path` glob and settings such as `checks.unbounded-channel.severity = \"note\"`";
            reader.wrong(head(reader, row.span), format!("the override has no `{name}`"), help);
        }
    }
    Some(Override { source: reader.source().clone(), paths, checks })
}

/// `[[waiver]]`. What is missing in one is told as a finding, since somebody meant to permit something.
pub(super) fn waivers(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<Waiver> {
    let rows = reader.list(entry);
    rows.into_iter().filter_map(|row| waiver(reader, row)).collect()
}

fn waiver(reader: &mut Reader<'_>, row: Entry<'_, '_>) -> Option<Waiver> {
    let table = reader.table(row)?;
    let mut waiver = WaiverEntry::default();
    for (key, _, entry) in reader.entries(table, &key::below("waiver")) {
        match key {
            "check" => waiver.checks = texts(reader, entry).into_iter().map(|(text, _)| text).collect(),
            "until" => waiver.until = day(reader, entry),
            "path" => {
                waiver.path = reader.text(entry).and_then(|text| path_glob(reader, text, entry.span));
            }
            "item" => {
                waiver.item = reader.text(entry).and_then(|text| item_glob(reader, text, entry.span));
            }
            "owner" => reader.text(entry).unwrap_or_default().clone_into(&mut waiver.owner),
            _ => reader.text(entry).unwrap_or_default().clone_into(&mut waiver.reason),
        }
    }
    let place = head(reader, row.span);
    Some(Waiver { source: reader.source().clone(), place, form: WaiverForm::Entry(Box::new(waiver)) })
}

/// The first line of a row, which is enough to find it.
fn head(reader: &Reader<'_>, span: Span) -> Span {
    let text = reader.source().slice(span);
    let n_bytes = text.lines().next().unwrap_or("").trim_end().len() as u32;
    Span::new(span.start(), span.start() + n_bytes)
}

fn day(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<String> {
    match entry.value {
        DeValue::Datetime(day) => Some(day.to_string()),
        _ => reader.text(entry).map(str::to_owned),
    }
}

/// A text or a list of texts, none of them empty, each with its place.
pub(super) fn texts(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<(String, Span)> {
    let entries = if entry.value.as_str().is_some() { vec![entry] } else { reader.list(entry) };
    let mut texts = Vec::new();
    for entry in entries {
        let text = reader.text(entry).and_then(|text| filled(reader, entry.span, text));
        texts.extend(text.map(|text| (text, entry.span)));
    }
    texts
}

const GLOB_HELP: &str = "`*` and `**` stand for names";

fn path_glob(reader: &mut Reader<'_>, text: &str, span: Span) -> Option<PathGlob> {
    let text = filled(reader, span, text)?;
    PathGlob::new(&text).map_err(|error| reader.wrong(span, format!("not a glob: {error}"), GLOB_HELP)).ok()
}

fn item_glob(reader: &mut Reader<'_>, text: &str, span: Span) -> Option<ItemGlob> {
    let text = filled(reader, span, text)?;
    ItemGlob::new(&text).map_err(|error| reader.wrong(span, format!("not a glob: {error}"), GLOB_HELP)).ok()
}
