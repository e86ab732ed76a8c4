//! Code and facts as text for messages. Templates are filled by `rule`.

use crate::engine::FactValue;
use crate::rule::duration_text;

const LONGEST: usize = 60;

/// Code on one line, cut after 60 characters.
#[must_use]
pub fn shortened(code: &str) -> String {
    let mut text = String::new();
    for word in code.split_whitespace() {
        let is_glued =
            word.starts_with(['.', ')', '?', ',', ';']) || text.ends_with(['(', '.']) || text.is_empty();
        if !is_glued {
            text.push(' ');
        }
        text.push_str(word);
    }
    let text = text.replace(",)", ")");
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or("").trim_end()),
        None => text,
    }
}

/// A fact's value in a message.
#[must_use]
pub fn fact_text(value: &FactValue) -> String {
    match value {
        FactValue::Symbol(symbol) => (*symbol).to_owned(),
        FactValue::Count(count) => count.to_string(),
        FactValue::Duration(length) => duration_text(*length),
        FactValue::Text(text) => text.clone(),
        FactValue::Unknown(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn code_is_cut_on_one_line() {
        assert_eq!(shortened("a\n    .b(\n   c,\n )"), "a.b(c)");
        assert_eq!(shortened(&"é".repeat(70)).chars().count(), 61);
    }
}
