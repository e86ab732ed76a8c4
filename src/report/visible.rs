//! Makes foreign text safe to print: nothing in it can move the cursor, colour the terminal, reorder or hide characters.
//! Keeps the number of characters, so that columns stay true.

/// `text` on one line: line breaks and tabs become blanks, controls and invisible characters become visible.
#[must_use]
pub fn visible_line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible_char(c) }).collect()
}

/// `text` with its line breaks and tabs kept, all other controls and invisible characters made visible.
#[must_use]
pub fn visible_text(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { visible_char(c) }).collect()
}

/// The character to print for `c`: always one column wide where `c` is a control or invisible, else `c` itself.
pub(super) fn visible_char(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if is_hidden(c) => '\u{fffd}',
        _ => c,
    }
}

/// Whether `c` is a C1 control, a line separator, or a character that hides or reorders others.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{visible_line, visible_text};

    #[test]
    fn controls_and_hidden_characters_become_visible_one_for_one() {
        for (text, shown) in [
            ("a\u{1b}[31mb", "a␛[31mb"),
            ("a\u{202e}b\u{2066}c", "a\u{fffd}b\u{fffd}c"),
            ("nul\u{0}bell\u{7}del\u{7f}", "nul␀bell␇del␡"),
            ("zero\u{200b}width", "zero\u{fffd}width"),
            ("next\u{85}line\u{2028}", "next\u{fffd}line\u{fffd}"),
            ("grüße 🦀", "grüße 🦀"),
        ] {
            assert_eq!(visible_line(text), shown);
            assert_eq!(visible_text(text), shown);
            assert_eq!(text.chars().count(), shown.chars().count());
        }
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(visible_line("a\r\nb\tc"), "a  b c");
        assert_eq!(visible_text("a\nb\tc"), "a\nb\tc");
    }
}
