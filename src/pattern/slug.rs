//! Ids and hashes of statements, made from their words. Keeps them unique in one document.

use crate::pattern::block::Inline;
use crate::pattern::{SectionKind, StatementId, TextHash};
use rustc_hash::FxHashMap;

/// Words of a slug.
const MAX_WORDS: usize = 6;

/// Lower-case words of `text`, joined by `sep`, without marks.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The hash of a statement's words.
#[must_use]
pub(super) fn hash(text: &str) -> TextHash {
    TextHash(xxhash_rust::xxh3::xxh3_64(words(text).join(" ").as_bytes()))
}

/// The lead words: the bold phrase that opens the text if it has one, else the first six words.
fn lead(inline: &Inline) -> Vec<String> {
    let text = inline.as_str();
    let opening =
        inline.strong.iter().find(|range| text[..range.start].chars().all(|c| !c.is_alphanumeric()));
    let bold = opening.and_then(|range| text.get(range.clone())).map(words).unwrap_or_default();
    let mut lead = if bold.len() >= 2 { bold } else { words(text) };
    lead.truncate(MAX_WORDS);
    lead
}

/// Gives ids, each once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: FxHashMap<String, u32>,
}

impl Ids {
    /// The statement's id: its anchor, else section kind and lead words; `~2` and so on for a second one.
    pub(super) fn give(
        &mut self,
        anchor: Option<&str>,
        section: SectionKind,
        inline: &Inline,
    ) -> StatementId {
        let base = anchor.map_or_else(
            || {
                let lead = lead(inline);
                let slug = if lead.is_empty() { "item".to_owned() } else { lead.join("-") };
                format!("{}/{slug}", section.as_str())
            },
            str::to_owned,
        );
        let mut id = base.clone();
        loop {
            let n = self.given.entry(base.clone()).or_insert(0);
            *n += 1;
            if *n > 1 {
                id = format!("{base}~{n}");
            }
            if id == base || !self.given.contains_key(&id) {
                break;
            }
        }
        if id != base {
            self.given.insert(id.clone(), 1);
        }
        StatementId(id)
    }
}

/// The name of clause `idx`: `a`, `b`, … `z`, `aa` and so on.
pub(super) fn clause_name(idx: usize) -> String {
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    match idx / 26 {
        0 => letter(idx).to_string(),
        above => format!("{}{}", clause_name(above - 1), letter(idx)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, clause_name, hash};
    use crate::pattern::block::Inline;
    use crate::pattern::{Mapped, SectionKind};

    #[test]
    fn ids_are_slugs_of_the_lead_words_and_unique() {
        let mut ids = Ids::default();
        let mut give = |text: &str, anchor: Option<&str>| {
            let inline = Inline { text: Mapped::copied(text, 0), ..Inline::default() };
            ids.give(anchor, SectionKind::Checklist, &inline).0
        };
        assert_eq!(
            give("DLQ exists for *poison* messages, always.", None),
            "checklist/dlq-exists-for-poison-messages-always"
        );
        assert_eq!(
            give("DLQ exists for poison messages - always!", None),
            "checklist/dlq-exists-for-poison-messages-always~2"
        );
        assert_eq!(give("x", Some("P002-ACK")), "P002-ACK");
        assert_eq!(give("✅", None), "checklist/item");
    }

    #[test]
    fn case_space_and_marks_do_not_change_the_hash() {
        assert_eq!(hash("DLQ  exists."), hash("- dlq exists"));
        assert_ne!(hash("DLQ exists"), hash("DLQ exists not"));
    }

    #[test]
    fn clauses_are_named_like_columns() {
        assert_eq!([clause_name(0), clause_name(25), clause_name(26)], ["a", "z", "aa"]);
    }
}
