//! Tables of a TOML file. Knows no key's meaning.

use super::{ConfigValue, Found, below, span};
use crate::base::SourceText;
use crate::finding::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Enters all tables of `source`.
pub(super) fn tables(source: &SourceText, found: &mut Found) -> Result<(), Problem> {
    let document = DeTable::parse(source.text()).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        Problem::at(
            source,
            span(source, at.start, at.end),
            format!("cannot be read as TOML: {}", error.message()),
        )
        .help("mend it: what it says of the service's queues is not looked at")
    })?;
    let whole = document.span();
    enter(source, found, "", (whole.start, whole.start), document.get_ref());
    Ok(())
}

fn enter(source: &SourceText, found: &mut Found, path: &str, place: (usize, usize), table: &DeTable<'_>) {
    let Some(at) = found.table(path, span(source, place.0, place.1)) else { return };
    for (key, value) in table {
        let key = key.get_ref();
        let place = (value.span().start, value.span().end);
        match value.get_ref() {
            DeValue::Table(inner) => enter(source, found, &below(path, key), place, inner),
            DeValue::Array(list) if list.iter().any(is_table) => {
                for element in list {
                    if let DeValue::Table(inner) = element.get_ref() {
                        let place = (element.span().start, element.span().end);
                        enter(source, found, &below(path, key), place, inner);
                    }
                }
            }
            other => found.entry(at, key, value_of(other), span(source, place.0, place.1)),
        }
    }
}

fn is_table(value: &Spanned<DeValue<'_>>) -> bool {
    matches!(value.get_ref(), DeValue::Table(_))
}

fn value_of(value: &DeValue<'_>) -> ConfigValue {
    match value {
        DeValue::String(text) => ConfigValue::Text(text.as_ref().into()),
        DeValue::Boolean(flag) => ConfigValue::Flag(*flag),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(count) => ConfigValue::Count(count),
            Err(_) => ConfigValue::Other,
        },
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            ConfigValue::Other
        }
    }
}
