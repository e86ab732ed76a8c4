//! The unit that follows a number: sizes, times, percent, things. Knows no name and no bound.

use super::{Number, Unit};

const SECOND: u64 = 1_000_000;
const HOUR: u64 = 3_600 * SECOND;
const DAY: u64 = 24 * HOUR;

const SIZES: [(&str, &str, u64); 14] = [
    ("b", "B", 1),
    ("byte", "B", 1),
    ("bytes", "B", 1),
    ("kb", "KB", 1 << 10),
    ("kib", "KiB", 1 << 10),
    ("kilobytes", "KB", 1 << 10),
    ("mb", "MB", 1 << 20),
    ("mib", "MiB", 1 << 20),
    ("megabytes", "MB", 1 << 20),
    ("gb", "GB", 1 << 30),
    ("gib", "GiB", 1 << 30),
    ("gigabytes", "GB", 1 << 30),
    ("tb", "TB", 1 << 40),
    ("tib", "TiB", 1 << 40),
];

const TIMES: [(&str, &str, u64); 34] = [
    ("us", "µs", 1),
    ("µs", "µs", 1),
    ("μs", "µs", 1),
    ("microsecond", "µs", 1),
    ("microseconds", "µs", 1),
    ("ms", "ms", 1_000),
    ("msec", "ms", 1_000),
    ("millis", "ms", 1_000),
    ("millisecond", "ms", 1_000),
    ("milliseconds", "ms", 1_000),
    ("s", "s", SECOND),
    ("sec", "s", SECOND),
    ("secs", "s", SECOND),
    ("second", "s", SECOND),
    ("seconds", "s", SECOND),
    ("m", "min", 60 * SECOND),
    ("min", "min", 60 * SECOND),
    ("mins", "min", 60 * SECOND),
    ("minute", "min", 60 * SECOND),
    ("minutes", "min", 60 * SECOND),
    ("h", "h", HOUR),
    ("hr", "h", HOUR),
    ("hrs", "h", HOUR),
    ("hour", "h", HOUR),
    ("hours", "h", HOUR),
    ("d", "d", DAY),
    ("day", "d", DAY),
    ("days", "d", DAY),
    ("w", "w", 7 * DAY),
    ("week", "w", 7 * DAY),
    ("weeks", "w", 7 * DAY),
    ("month", "months", 30 * DAY),
    ("months", "months", 30 * DAY),
    ("years", "years", 365 * DAY),
];

/// Things that documents count, in the plural.
const THINGS: [&str; 62] = [
    "attempts",
    "bits",
    "calls",
    "characters",
    "chars",
    "clients",
    "columns",
    "connections",
    "consumers",
    "copies",
    "cores",
    "diagrams",
    "entries",
    "entities",
    "errors",
    "events",
    "examples",
    "failures",
    "fields",
    "files",
    "hops",
    "instances",
    "items",
    "iterations",
    "jobs",
    "keys",
    "levels",
    "lines",
    "messages",
    "nodes",
    "objects",
    "ops",
    "pages",
    "parameters",
    "params",
    "partitions",
    "permits",
    "queries",
    "records",
    "redirects",
    "regions",
    "replicas",
    "reqs",
    "requests",
    "retries",
    "rounds",
    "rows",
    "samples",
    "services",
    "shards",
    "steps",
    "subscribers",
    "tasks",
    "tenants",
    "threads",
    "times",
    "tokens",
    "transactions",
    "users",
    "versions",
    "words",
    "workers",
];

/// Things that have a short name too.
const SHORT: [(&str, &str); 3] = [("chars", "characters"), ("params", "parameters"), ("reqs", "requests")];

/// The unit after the number and where it ends.
pub(super) fn after(text: &str, number: &Number) -> Option<(Unit, usize)> {
    let (word, start, end) = word(text, number.end)?;
    if word == "%" || word == "percent" {
        return Some((Unit::Percent, end));
    }
    let is_apart = start > number.end;
    let lower = word.to_lowercase();
    if let Some((_, name, size)) = SIZES.iter().find(|(known, _, _)| *known == lower)
        && (lower != "b" || word == "B")
    {
        return Some((Unit::Bytes(name, *size), end));
    }
    if let Some((_, name, size)) = TIMES.iter().find(|(known, _, _)| *known == lower) {
        let is_letter = word.len() == 1;
        let is_status = word == "s" && !is_apart && (400.0..600.0).contains(&number.value);
        let is_lone = is_letter && is_apart && !matches!(word, "s" | "h" | "d");
        let is_unit = !is_status && !is_lone;
        return (is_unit && word != "M").then_some((Unit::Time(name, *size), end));
    }
    match (is_apart, lower.as_str()) {
        (false, "x") => Some((Unit::Things("x".to_owned()), end)),
        (false, _) => None,
        (true, _) => things(text, (word, end)),
    }
}

/// The word or `%` after byte `at`, over a blank, a hyphen or the plus of `12+ hours`.
fn word(text: &str, at: usize) -> Option<(&str, usize, usize)> {
    let rest = &text[at..];
    let gap = rest.len() - rest.trim_start_matches([' ', '\u{a0}', '-', '+', '*', '`']).len();
    let body = (gap <= 3).then(|| &rest[gap..])?;
    if body.starts_with('%') {
        return Some(("%", at + gap, at + gap + 1));
    }
    let len = body.find(|c: char| !c.is_alphabetic()).unwrap_or(body.len());
    let is_joined = body[len..].starts_with(|c: char| c.is_ascii_digit() || c == '_');
    (len > 0 && !is_joined).then(|| (&body[..len], at + gap, at + gap + len))
}

/// `requests`, `bound parameters`, `tokens/second`, `requests per minute`.
fn things(text: &str, first: (&str, usize)) -> Option<(Unit, usize)> {
    let named = |word: &str| plural(&word.to_lowercase());
    let is_next = |start: usize| text.get(first.1..start) == Some(" ");
    let second = word(text, first.1).filter(|(_, start, _)| is_next(*start) && !is_binding(first.0));
    let second = second.and_then(|(word, _, end)| Some((named(word)?, end)));
    let own = named(first.0);
    // `12 service calls` are calls.
    let is_attribute = own.as_ref().is_none_or(|thing| *thing != first.0.to_lowercase());
    let (thing, end) = second.filter(|_| is_attribute).or(own.map(|thing| (thing, first.1)))?;
    match rate(text, end) {
        Some((per, end)) => Some((Unit::Things(format!("{thing}/{per}")), end)),
        None => Some((Unit::Things(thing), end)),
    }
}

/// Words after which another phrase starts.
fn is_binding(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "and"
            | "or"
            | "in"
            | "of"
            | "for"
            | "with"
            | "to"
            | "the"
            | "is"
            | "are"
            | "when"
            | "on"
            | "at"
            | "by"
            | "if"
            | "from"
            | "then"
            | "as"
    )
}

fn plural(word: &str) -> Option<String> {
    let candidates = [
        word.to_owned(),
        format!("{word}s"),
        word.strip_suffix('y').map_or(String::new(), |stem| format!("{stem}ies")),
    ];
    let known = candidates.into_iter().find(|word| THINGS.contains(&word.as_str()))?;
    let long = SHORT.iter().find(|(short, _)| *short == known).map(|(_, long)| (*long).to_owned());
    Some(long.unwrap_or(known))
}

fn rate(text: &str, at: usize) -> Option<(&'static str, usize)> {
    let rest = &text[at..];
    let (_, gap) = ["/", " per ", " / ", " a "]
        .iter()
        .find_map(|gap| rest.strip_prefix(gap).map(|rest| (rest, gap.len())))?;
    let body = &rest[gap..];
    let len = body.find(|c: char| !c.is_alphabetic()).unwrap_or(body.len());
    let per = match body[..len].to_lowercase().as_str() {
        "s" | "sec" | "second" => "second",
        "m" | "min" | "minute" => "minute",
        "h" | "hour" => "hour",
        "day" => "day",
        _ => return None,
    };
    Some((per, at + gap + len))
}

#[cfg(test)]
mod tests {
    use super::THINGS;

    #[test]
    fn things_are_plurals_in_order_of_reading() {
        assert!(THINGS.iter().all(|thing| thing.ends_with('s')));
    }
}
