//! Reads SQL that the parser does not understand by its words: pieces of a builder, foreign dialects, holes.

use super::SqlVerb;
use super::read::Reading;
use std::sync::Arc;

/// Words that are looked at.
const MAX_WORDS: usize = 100_000;

/// What the words of a text say.
pub(super) fn read(text: &str) -> Reading {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '*' | '"' | '`' | '$')))
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .collect();
    let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    let has = |wanted: &[&str]| {
        upper.windows(wanted.len()).any(|part| part.iter().zip(wanted).all(|(a, b)| a == b))
    };
    let mut reading = Reading { verb: Some(verb(&upper)), ..Reading::default() };
    reading.has_limit = has(&["LIMIT"]) || has(&["FETCH", "FIRST"]) || has(&["FETCH", "NEXT"]);
    reading.has_returning = has(&["RETURNING"]);
    reading.has_conflict_clause =
        has(&["ON", "CONFLICT"]) || has(&["ON", "DUPLICATE"]) || has(&["INSERT", "IGNORE"]);
    reading.is_locking = has(&["FOR", "UPDATE"]) || has(&["SKIP", "LOCKED"]) || has(&["FOR", "NO", "KEY"]);
    reading.is_grouped = has(&["GROUP", "BY"]);
    reading.offset = find(text, &upper, "OFFSET");
    if has(&["SELECT", "*"]) {
        reading.star = text.find('*').map(|at| at..at + 1);
    }
    for (at, word) in upper.iter().enumerate() {
        let is_write = matches!(word.as_str(), "INTO" | "UPDATE");
        let is_locked = at > 0 && upper.get(at - 1).is_some_and(|before| before == "FOR" || before == "DO");
        if !(is_write || matches!(word.as_str(), "FROM" | "JOIN")) || is_locked {
            continue;
        }
        let Some(name) = words.get(at + 1).and_then(|name| table(name)) else { continue };
        let is_deleted =
            word == "FROM" && at > 0 && upper.get(at - 1).is_some_and(|before| before == "DELETE");
        if (is_write || is_deleted) && !reading.written.contains(&name) {
            reading.written.push(name.clone());
        }
        if !reading.tables.contains(&name) {
            reading.tables.push(name);
        }
    }
    reading
}

fn verb(upper: &[String]) -> SqlVerb {
    let of_word = |word: &str| match word {
        "SELECT" => Some(SqlVerb::Select),
        "INSERT" | "REPLACE" | "MERGE" => Some(SqlVerb::Insert),
        "UPDATE" => Some(SqlVerb::Update),
        "DELETE" | "TRUNCATE" => Some(SqlVerb::Delete),
        "CREATE" | "ALTER" | "DROP" => Some(SqlVerb::Define),
        _ => None,
    };
    match upper.first().map(String::as_str) {
        // Behind `WITH` the last writing word is the outer one more often than not.
        Some("WITH") => upper.iter().find_map(|word| of_word(word).filter(|verb| *verb != SqlVerb::Define)),
        Some(first) => of_word(first),
        None => None,
    }
    .unwrap_or(SqlVerb::Other)
}

/// A table's name without schema and quotes; none for a hole or a keyword.
fn table(word: &str) -> Option<Arc<str>> {
    let last = word.rsplit('.').next().unwrap_or(word).trim_matches(['"', '`']);
    let is_name = last.starts_with(|c: char| c.is_alphabetic() || c == '_') && last != "__hole__";
    let is_keyword =
        matches!(last.to_ascii_uppercase().as_str(), "SELECT" | "SET" | "LATERAL" | "ONLY" | "UNNEST");
    (is_name && !is_keyword).then(|| last.to_lowercase().into())
}

/// The bytes of a word of `text`, without regard to case.
fn find(text: &str, upper: &[String], word: &str) -> Option<std::ops::Range<usize>> {
    if !upper.iter().any(|found| found == word) {
        return None;
    }
    let at = text.to_ascii_uppercase().find(word)?;
    Some(at..at + word.len())
}
