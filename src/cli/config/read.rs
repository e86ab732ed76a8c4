//! TOML to [`Config`]: all mistakes at once, each with its place. Opens no file.

use crate::base::{CheckId, SourceText, Span};
use crate::catalog::{Catalog, DeclaredRole, Role, RoleSelector};
use crate::cli::config::key::SELECTORS;
use crate::cli::config::leaf::leaves;
use crate::cli::config::table::{Entry, Reader, kind_of, span_of};
use crate::cli::config::{Config, Layer, key, lint, row};
use crate::cli::link::PageTemplate;
use crate::finding::{Problem, Severity};
use crate::policy::FailOn;
use crate::rule::{Setting, SettingValue};
use std::path::PathBuf;
use toml::de::{DeTable, DeValue};

/// Reads `patscan.toml`.
pub(super) fn file(source: &SourceText) -> (Config, Vec<Problem>) {
    let (table, problems) = parse(source);
    if problems.is_empty() { config(source, &table) } else { (Config::default(), problems) }
}

/// Reads `[workspace.metadata.patscan]`, else `[package.metadata.patscan]`. A manifest that is no TOML says nothing here.
pub(super) fn manifest(source: &SourceText) -> (Config, Vec<Problem>) {
    let (table, problems) = parse(source);
    if !problems.is_empty() {
        return (Config::default(), Vec::new());
    }
    let below = |table: &str, root: &DeTable<'_>| -> Option<(Config, Vec<Problem>)> {
        let found = root.get(table)?.get_ref().get("metadata")?.get_ref().get("patscan")?;
        found.get_ref().as_table().map(|table| config(source, table))
    };
    below("workspace", &table).or_else(|| below("package", &table)).unwrap_or_default()
}

fn parse(source: &SourceText) -> (DeTable<'_>, Vec<Problem>) {
    if let Some(line) = source.conflict() {
        let start = source.lines().start_of(line);
        let span = Span::new(start, start + source.line_text(line).len() as u32);
        let problem = Problem::at(source, span, "this is a conflict marker of git");
        return (
            DeTable::new(),
            vec![problem.help("keep what holds of both sides, and take the markers out")],
        );
    }
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let problems = errors.into_iter().map(|error| {
        let span = span_of(error.span().unwrap_or(0..0));
        let message = error.message().lines().next().unwrap_or("").trim_end_matches('.').to_owned();
        Problem::at(source, span, format!("not TOML: {message}")).help("see https://toml.io for the syntax")
    });
    let mut problems: Vec<Problem> = problems.collect();
    problems.sort();
    (table.into_inner(), problems)
}

fn config(source: &SourceText, table: &DeTable<'_>) -> (Config, Vec<Problem>) {
    let mut reader = Reader::new(source);
    let mut config =
        Config { source: Some(source.clone()), leaves: leaves(source, table), ..Config::default() };
    for (key, _, entry) in reader.entries(table, &top_keys()) {
        match key {
            "baseline" => config.baseline = reader.text(entry).map(str::to_owned),
            "extends" => config.extends = row::texts(&mut reader, entry),
            "fail-on" => config.fail_on = fail_on(&mut reader, entry),
            "name" => {
                config.name = reader.text(entry).and_then(|text| filled(&mut reader, entry.span, text));
            }
            "pages" => config.pages = pages(&mut reader, entry),
            "override" => config.overrides = row::overrides(&mut reader, entry),
            "roles" => config.roles = roles(&mut reader, entry),
            "patterns" => config.patterns = patterns(&mut reader, entry),
            "docs" => config.docs = lint::docs(&mut reader, entry),
            "checks" => {
                let checks = checks_of(&mut reader, entry, "checks.*");
                config.layers.push(Layer { source: source.clone(), checks });
            }
            "waiver" => config.waivers = row::waivers(&mut reader, entry),
            _ => config.exclusions = row::exclusions(&mut reader, entry),
        }
    }
    (config, reader.into_problems())
}

fn top_keys() -> Vec<&'static str> {
    key::below("")
}

/// The settings that the manifest of a workspace's member gives its own package: checks alone.
pub(super) fn package(source: &SourceText) -> (Vec<Setting>, Vec<Problem>) {
    let (table, problems) = parse(source);
    let metadata = table.get("package").and_then(|package| package.get_ref().get("metadata"));
    let own = metadata.and_then(|metadata| metadata.get_ref().get("patscan"));
    let Some(own) = own.filter(|_| problems.is_empty()) else { return (Vec::new(), Vec::new()) };
    let mut reader = Reader::new(source);
    let mut checks = Vec::new();
    if let Some(table) = reader.table(Entry::of(own)) {
        for (_, _, entry) in reader.entries(table, &key::below("package.metadata.patscan")) {
            checks = checks_of(&mut reader, entry, "override.checks.*");
        }
    }
    (checks, reader.into_problems())
}

fn fail_on(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<FailOn> {
    let word = reader.text(entry)?;
    let found = FailOn::named(word);
    if found.is_none() {
        reader.unknown(entry.span, "threshold", word, &FailOn::NAMES);
    }
    found
}

fn patterns(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in reader.list(entry) {
        let text = reader.text(entry);
        paths.extend(text.and_then(|text| filled(reader, entry.span, text)).map(PathBuf::from));
    }
    paths
}

fn pages(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<PageTemplate> {
    let help = "write one such as `https://example.org/checks/{theme}/{check}.md`";
    PageTemplate::new(reader.text(entry)?).map_err(|wrong| reader.wrong(entry.span, wrong, help)).ok()
}

fn roles(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<DeclaredRole> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let rows = Catalog::builtin().roles().iter().filter(|row| row.is_declarable);
    let names: Vec<&str> = rows.map(|row| &*row.name).collect();
    let mut declared = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match Role::named(name).filter(|_| names.contains(&name)) {
            Some(role) => {
                let selectors = selectors(reader, Entry::of(value));
                declared.push(DeclaredRole { role, selectors });
            }
            None => reader.unknown(span_of(key.span()), "role", name, &names),
        }
    }
    declared
}

fn selectors(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<RoleSelector> {
    let selectors: Vec<RoleSelector> =
        reader.list(entry).into_iter().filter_map(|entry| selector(reader, entry)).collect();
    if selectors.is_empty() && entry.value.as_array().is_some_and(|array| array.is_empty()) {
        reader.wrong(entry.span, "the role has no selector", "add an item path such as `orders::jobs::*Job`");
    }
    selectors
}

fn selector(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<RoleSelector> {
    if let Some(text) = entry.value.as_str() {
        return filled(reader, entry.span, text).map(RoleSelector::Path);
    }
    let table = reader.table(entry)?;
    if table.len() > 1 {
        reader.wrong(entry.span, "a selector has one key", "write one selector for each key");
    }
    let (key, _, value) = reader.entries(table, &SELECTORS).into_iter().next()?;
    let text = reader.text(value)?;
    let text = filled(reader, value.span, text)?;
    Some(match key {
        "attribute" => RoleSelector::Attribute(text),
        "derives" => RoleSelector::Derives(text),
        "file" => RoleSelector::File(checked_glob(reader, value.span, text)?),
        "implements" => RoleSelector::Implements(text),
        "name" => RoleSelector::Name(text),
        _ => RoleSelector::Path(text),
    })
}

pub(super) fn filled(reader: &mut Reader<'_>, span: Span, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        reader.wrong(span, "the text is empty", "write it, or take the key out");
        return None;
    }
    Some(text.to_owned())
}

fn checked_glob(reader: &mut Reader<'_>, span: Span, text: String) -> Option<String> {
    match globset::Glob::new(&text) {
        Ok(_) => Some(text),
        Err(error) => {
            reader.wrong(span, format!("not a glob: {}", error.kind()), "`*` and `**` stand for names");
            None
        }
    }
}

/// Settings by check, sorted; `prefix` is the key of one of them.
pub(super) fn checks_of(reader: &mut Reader<'_>, entry: Entry<'_, '_>, prefix: &str) -> Vec<Setting> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut checks = Vec::new();
    for (key, value) in table {
        let (name, span) = (key.get_ref().as_ref(), span_of(key.span()));
        let Some(id) = CheckId::new(name) else {
            reader.wrong(span, format!("`{name}` is no check id"), "ids are lower-case words joined by `-`");
            continue;
        };
        checks.extend(check(reader, (id, span), Entry::of(value), prefix));
    }
    checks.sort_by(|a, b| a.id.cmp(&b.id));
    checks
}

fn check(
    reader: &mut Reader<'_>,
    (id, span): (CheckId, Span),
    entry: Entry<'_, '_>,
    prefix: &str,
) -> Option<Setting> {
    let table = reader.table(entry)?;
    let mut setting =
        Setting { id, span, severity: None, is_enabled: None, is_waivable: None, params: Vec::new() };
    for (key, _, entry) in reader.entries(table, &key::below(prefix)) {
        match key {
            "enabled" => setting.is_enabled = reader.flag(entry),
            "severity" => setting.severity = severity(reader, entry),
            "waivable" => setting.is_waivable = reader.flag(entry),
            _ => setting.params = params(reader, entry),
        }
    }
    Some(setting)
}

fn severity(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<Severity> {
    let word = reader.text(entry)?;
    let all = [Severity::Error, Severity::Warning, Severity::Note];
    let found = all.into_iter().find(|severity| severity.as_str() == word);
    if found.is_none() {
        reader.unknown(entry.span, "severity", word, &all.map(Severity::as_str));
    }
    found
}

fn params(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<(String, SettingValue, Span)> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut params = Vec::new();
    for (key, value) in table {
        let entry = Entry::of(value);
        if let Some(value) = param_value(reader, entry) {
            params.push((key.get_ref().as_ref().to_owned(), value, entry.span));
        }
    }
    params
}

fn param_value(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<SettingValue> {
    match entry.value {
        DeValue::String(text) => Some(SettingValue::Text(text.to_string())),
        DeValue::Boolean(flag) => Some(SettingValue::Text(flag.to_string())),
        DeValue::Integer(number) => {
            let count = i64::from_str_radix(number.as_str(), number.radix()).ok();
            if count.is_none() {
                reader.wrong(entry.span, "the number is too big", "");
            }
            count.map(|count| SettingValue::Text(count.to_string()))
        }
        DeValue::Array(_) => {
            let texts = reader.list(entry).into_iter().map(|entry| reader.text(entry).map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map(SettingValue::Names)
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
            let help = "parameters are texts such as `\"30 s\"`, whole numbers, flags or lists of texts";
            reader.wrong(entry.span, format!("a {} is no parameter", kind_of(entry.value)), help);
            None
        }
    }
}

#[cfg(test)]
mod tests;
