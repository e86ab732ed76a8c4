//! Tables of a JSON file that may hold comments and trailing commas. Knows no key's meaning.

use super::{ConfigValue, Found, below, span};
use crate::base::SourceText;
use crate::finding::Problem;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

/// Nesting that is read; the parser itself knows no limit.
const MAX_DEPTH: usize = 64;

/// Enters all tables of `source`; a file that holds no object has none.
pub(super) fn tables(source: &SourceText, found: &mut Found) -> Result<(), Problem> {
    if depth(source.text()) > MAX_DEPTH {
        let deep = format!("is nested more than {MAX_DEPTH} levels deep");
        return Err(Problem::in_file(source.path(), deep).help("it is not read: flatten it"));
    }
    let parsed = parse_to_ast(source.text(), &CollectOptions::default(), &ParseOptions::default());
    let parsed = parsed.map_err(|error| {
        let at = error.range();
        Problem::at(
            source,
            span(source, at.start, at.end),
            format!("cannot be read as JSON: {}", error.kind()),
        )
        .help("mend it: what it says of the service's queues is not looked at")
    })?;
    if let Some(Value::Object(object)) = &parsed.value {
        enter(source, found, "", object);
    }
    Ok(())
}

/// How deep brackets nest, outside of strings and comments.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'"' | b'\'' => rest = past_string(behind, *first),
            b'/' if behind.starts_with(b"/") => rest = past(behind, b"\n"),
            b'/' if behind.starts_with(b"*") => rest = past(behind.get(1..).unwrap_or_default(), b"*/"),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn past_string(text: &[u8], quote: u8) -> &[u8] {
    let mut is_escaped = false;
    let end = text.iter().position(|byte| {
        let is_end = *byte == quote && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.and_then(|end| text.get(end + 1..)).unwrap_or_default()
}

fn past<'t>(text: &'t [u8], mark: &[u8]) -> &'t [u8] {
    let at = text.windows(mark.len()).position(|window| window == mark);
    at.and_then(|at| text.get(at + mark.len()..)).unwrap_or_default()
}

fn enter(source: &SourceText, found: &mut Found, path: &str, object: &Object<'_>) {
    let range = object.range();
    let Some(at) = found.table(path, span(source, range.start, range.end)) else { return };
    for property in &object.properties {
        let key = property.name.as_str();
        match &property.value {
            Value::Object(inner) => enter(source, found, &below(path, key), inner),
            Value::Array(list) if list.elements.iter().any(|element| matches!(element, Value::Object(_))) => {
                let inner = list.elements.iter().filter_map(|element| match element {
                    Value::Object(inner) => Some(inner),
                    _ => None,
                });
                for inner in inner {
                    enter(source, found, &below(path, key), inner);
                }
            }
            other => {
                let range = other.range();
                found.entry(at, key, value_of(other), span(source, range.start, range.end));
            }
        }
    }
}

fn value_of(value: &Value<'_>) -> ConfigValue {
    match value {
        Value::StringLit(text) => ConfigValue::Text(text.value.as_ref().into()),
        Value::BooleanLit(flag) => ConfigValue::Flag(flag.value),
        Value::NumberLit(number) => number.value.parse().map_or(ConfigValue::Other, ConfigValue::Count),
        Value::Object(_) | Value::Array(_) | Value::NullKeyword(_) => ConfigValue::Other,
    }
}
