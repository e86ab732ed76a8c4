//! Numbers, sizes and times as people write them. Knows no parameter.

use crate::catalog::read_duration;
use crate::rule::wire::yaml::{Node, Value};
use crate::rule::{ParamKind, ParamValue, Scalar};
use std::time::Duration;

/// What an unquoted scalar means: a flag, a number, a time, a size, else a text.
pub(crate) fn scalar(text: &str) -> Scalar {
    match text {
        "true" => return Scalar::Flag(true),
        "false" => return Scalar::Flag(false),
        _ => {}
    }
    count(text)
        .map(Scalar::Count)
        .or_else(|| duration(text).map(Scalar::Duration))
        .or_else(|| bytes(text).map(Scalar::Bytes))
        .unwrap_or_else(|| Scalar::Text(text.into()))
}

/// A whole number, `_` allowed between digits.
pub(crate) fn count(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '_');
    is_number.then(|| text.replace('_', "").parse().ok()).flatten()
}

/// A time: `250 ms`, `30 s`, `5 min`, `1 h`, `7 d`; the space may be left out.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    read_duration(&format!("{number} {unit}"))
}

/// A size: `512 B`, `128 KB`, `2 MiB`, `1 GB`; a kilobyte is 1,024 bytes, as platform limits mean it.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let number: u64 = number.parse().ok()?;
    let scale: u64 = match unit {
        "B" => 1,
        "KB" | "KiB" => 1 << 10,
        "MB" | "MiB" => 1 << 20,
        "GB" | "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(scale)
}

fn split(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_' && c != ',')?;
    let (number, unit) = text.split_at(end);
    Some((number.replace(['_', ','], ""), unit.trim()))
}

/// Reads a value of a parameter.
///
/// # Errors
/// What it should have been.
pub(crate) fn value(kind: ParamKind, node: &Node) -> Result<ParamValue, String> {
    let text = node.text().map(str::trim);
    let plain = node.plain();
    let read = match kind {
        ParamKind::Count => text.and_then(count).map(ParamValue::Count),
        ParamKind::Duration => text.and_then(duration).map(ParamValue::Duration),
        ParamKind::Bytes => text.and_then(bytes).map(ParamValue::Bytes),
        ParamKind::Text => text.map(|text| ParamValue::Text(text.to_owned())),
        ParamKind::Bool => match plain.or(text) {
            Some("true") => Some(ParamValue::Bool(true)),
            Some("false") => Some(ParamValue::Bool(false)),
            _ => None,
        },
        ParamKind::Names => names(node).map(ParamValue::Names),
    };
    read.ok_or_else(|| {
        let example = match kind {
            ParamKind::Count => "a whole number such as `5`",
            ParamKind::Duration => "a time such as `30 s`, `5 min` or `250 ms`",
            ParamKind::Bytes => "a size such as `128 KB` or `2 MB`",
            ParamKind::Text => "a text",
            ParamKind::Bool => "`true` or `false`",
            ParamKind::Names => "a list of names such as `[a, b]`",
        };
        example.to_owned()
    })
}

fn names(node: &Node) -> Option<Vec<String>> {
    match &node.value {
        Value::Null => Some(Vec::new()),
        Value::Plain(text) | Value::Quoted(text) => Some(vec![text.clone()]),
        Value::List(list) => list.iter().map(|part| part.text().map(str::to_owned)).collect(),
        Value::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::scalar;
    use crate::rule::Scalar;
    use std::time::Duration;

    #[test]
    fn units_are_read() {
        for (text, expected) in [
            ("30 s", Scalar::Duration(Duration::from_secs(30))),
            ("250ms", Scalar::Duration(Duration::from_millis(250))),
            ("128 KB", Scalar::Bytes(128 << 10)),
            ("128 KiB", Scalar::Bytes(128 << 10)),
            ("1_000", Scalar::Count(1000)),
            ("-1", Scalar::Count(-1)),
            ("true", Scalar::Flag(true)),
            ("latest", Scalar::Text("latest".into())),
            ("5 apples", Scalar::Text("5 apples".into())),
            ("99999999999999999999 GB", Scalar::Text("99999999999999999999 GB".into())),
        ] {
            assert_eq!(scalar(text), expected, "{text}");
        }
    }
}
