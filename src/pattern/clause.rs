//! Cuts the words of a compound statement into clauses. Drops none of them.

use crate::pattern::block::Inline;
use crate::pattern::{Mapped, modality};

/// The clauses between semicolons; none where there is only one.
pub(super) fn cut(words: &Inline) -> Vec<Mapped> {
    let ranges = between(words);
    if ranges.len() < 2 {
        return Vec::new();
    }
    ranges.into_iter().map(|(start, end)| words.text.part(start..end).trimmed()).collect()
}

/// What follows the first semicolon, where it opens with an instruction.
pub(super) fn remedy(words: &Inline) -> Option<String> {
    let ranges = between(words);
    let (start, _) = *ranges.get(1)?;
    let rest = words.as_str()[start..].trim().trim_end_matches('.');
    modality::is_imperative(rest).then(|| rest.to_owned())
}

fn is_code(words: &Inline, at: usize) -> bool {
    let idx = words.code.partition_point(|code| code.end <= at);
    words.code.get(idx).is_some_and(|code| code.contains(&at))
}

/// Byte ranges between semicolons that stand outside of code and brackets.
fn between(words: &Inline) -> Vec<(usize, usize)> {
    let text = words.as_str();
    let mut ranges = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 && !is_code(words, at) => {
                ranges.push((start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    ranges.push((start, text.len()));
    ranges.retain(|(start, end)| text[*start..*end].chars().any(char::is_alphanumeric));
    ranges
}

#[cfg(test)]
mod tests {
    use super::{cut, remedy};
    use crate::pattern::Mapped;
    use crate::pattern::block::Inline;

    #[track_caller]
    fn check(text: &str, clauses: &[&str], instead: Option<&str>) {
        let words = Inline { text: Mapped::copied(text, 0), ..Inline::default() };
        let found = cut(&words);
        assert_eq!(found.iter().map(Mapped::as_str).collect::<Vec<_>>(), clauses);
        assert_eq!(remedy(&words).as_deref(), instead);
    }

    #[test]
    fn semicolons_cut_outside_of_brackets() {
        check("Hot keys; stampede; herd.", &["Hot keys", "stampede", "herd."], None);
        check(
            "Unbounded queues; enforce limits",
            &["Unbounded queues", "enforce limits"],
            Some("enforce limits"),
        );
        check("One (a; b) thing", &[], None);
        check("One;", &[], None);
    }
}
