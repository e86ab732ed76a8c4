//! Where literals, words and block comments end, and what string and integer literals mean. Knows no grammar.

/// Whether `byte` can start an identifier; any character beyond ASCII may.
pub(super) const fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// The end of the word whose bytes start at `at`; `at` itself where none does.
pub(super) fn word_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        let is_part =
            byte.is_ascii_alphanumeric() || *byte == b'_' || (*byte >= 0x80 && !is_wide_space(bytes, at));
        if !is_part {
            break;
        }
        at += 1;
    }
    at
}

/// Whether Rust's white space beyond ASCII starts at `at`: U+0085, U+200E, U+200F, U+2028, U+2029.
fn is_wide_space(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..at + 3), Some([0xe2, 0x80, 0x8e | 0x8f | 0xa8 | 0xa9]))
        || matches!(bytes.get(at..at + 2), Some([0xc2, 0x85]))
}

/// Bytes of the character that starts with `first`.
pub(super) const fn char_len(first: u8) -> usize {
    match first {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}

/// The end of the literal whose opening `quote` is at `at`; `None` where it never ends.
pub(super) fn quoted_end(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Whether `#*"` stands at `at`.
pub(super) fn opens_raw(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().find(|b| **b != b'#') == Some(&b'"')
}

/// The end of the raw string whose first `#` or `"` is at `at`; `None` where it never ends.
pub(super) fn raw_end(bytes: &[u8], at: usize) -> Option<usize> {
    let n_hashes = bytes.get(at..)?.iter().take_while(|b| **b == b'#').count();
    let mut at = at + n_hashes + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|b| *b == b'"')? + 1;
        let hashes = bytes.get(at..at + n_hashes)?;
        if hashes.iter().all(|b| *b == b'#') {
            return Some(at + n_hashes);
        }
    }
}

/// The length of the nested comment that `bytes` starts with; `None` where it never ends.
pub(super) fn block_comment_len(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (2, 1_u32);
    while depth > 0 {
        match (*bytes.get(at)?, bytes.get(at + 1)) {
            (b'/', Some(b'*')) => (at, depth) = (at + 2, depth + 1),
            (b'*', Some(b'/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    Some(at)
}

/// What a number's digits stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberPlace {
    /// The `0` of `t.0`, which never goes on with `.1`.
    Field,
    Operand,
}

/// The end of the number at `at`, and whether it is a float.
pub(super) fn number_end(bytes: &[u8], at: usize, place: NumberPlace) -> (usize, bool) {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let digits = |mut at: usize| {
        while byte(at).is_ascii_digit() || byte(at) == b'_' {
            at += 1;
        }
        at
    };
    if byte(at) == b'0' && matches!(byte(at + 1), b'x' | b'o' | b'b') {
        return (word_end(bytes, at), false);
    }
    let mut end = digits(at);
    if place == NumberPlace::Field {
        return (word_end(bytes, end), false);
    }
    let mut is_float = false;
    if byte(end) == b'.' && byte(end + 1) != b'.' && !starts_word(byte(end + 1)) {
        is_float = true;
        end = digits(end + 1);
    }
    let sign = usize::from(matches!(byte(end + 1), b'+' | b'-'));
    if matches!(byte(end), b'e' | b'E') && byte(end + 1 + sign).is_ascii_digit() {
        is_float = true;
        end = digits(end + 1 + sign);
    }
    let suffix = word_end(bytes, end);
    (suffix, is_float || matches!(bytes.get(end..suffix), Some(b"f32" | b"f64" | b"f16" | b"f128")))
}

/// What the string literal `text` means, escapes resolved; `None` where `text` is none.
pub(super) fn cooked(text: &str) -> Option<String> {
    if let Some(raw) = text.strip_prefix('r') {
        let inner = raw.trim_start_matches('#');
        let n_hashes = raw.len() - inner.len();
        let inner = inner.strip_prefix('"')?;
        let end = inner.rfind('"').filter(|end| inner[end + 1..].starts_with(&"#".repeat(n_hashes)))?;
        return Some(inner[..end].replace("\r\n", "\n"));
    }
    let inner = text.strip_prefix('"')?;
    let inner = &inner[..inner.rfind('"')?];
    if !inner.contains(['\\', '\r']) {
        return Some(inner.to_owned());
    }
    unescape(&inner.replace("\r\n", "\n"))
}

fn unescape(inner: &str) -> Option<String> {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let escape = rest.chars().next()?;
        rest = &rest[escape.len_utf8()..];
        match escape {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            '0' => out.push('\0'),
            '\n' => rest = rest.trim_start_matches([' ', '\n', '\t', '\r']),
            'x' => {
                out.push(char::from(u8::from_str_radix(rest.get(..2)?, 16).ok()?));
                rest = &rest[2..];
            }
            'u' => {
                let end = rest.find('}')?;
                let digits = rest.get(1..end)?.replace('_', "");
                out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                rest = &rest[end + 1..];
            }
            other => out.push(other),
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The value of the integer literal `text`: underscores, radix and suffix are read; `None` beyond `u128`.
pub(super) fn integer(text: &str) -> Option<u128> {
    let (radix, digits) = match text.get(..2) {
        Some("0x") => (16, &text[2..]),
        Some("0o") => (8, &text[2..]),
        Some("0b") => (2, &text[2..]),
        _ => (10, text),
    };
    let suffix_at = digits.find(|c: char| !c.is_digit(radix) && c != '_').unwrap_or(digits.len());
    u128::from_str_radix(&digits[..suffix_at].replace('_', ""), radix).ok()
}

#[cfg(test)]
mod tests {
    use super::{cooked, integer};

    #[test]
    fn strings_mean_what_their_escapes_say() {
        for (text, value) in [
            (r#""a b""#, Some("a b")),
            (r#""a\n\t\\\"\u{1F600}\x41\0""#, Some("a\n\t\\\"\u{1F600}A\0")),
            ("\"a\\\n   \t b\"", Some("ab")),
            ("\"a\\\r\n   b\"", Some("ab")),
            ("\"a\r\nb\"", Some("a\nb")),
            (r##"r"a\n""##, Some("a\\n")),
            (r###"r##"a"# b"##"###, Some("a\"# b")),
            (r#""a"suffix"#, Some("a")),
            (r#""\u{110000}""#, None),
            (r#""\x4""#, None),
            (r#""\xé""#, None),
            ("b", None),
            ("\"", None),
        ] {
            assert_eq!(cooked(text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn integers_are_read_in_every_radix() {
        for (text, value) in [
            ("0", Some(0)),
            ("1_000u64", Some(1000)),
            ("0xFF_u8", Some(255)),
            ("0b1010", Some(10)),
            ("0o17i32", Some(15)),
            ("5usize", Some(5)),
            ("340282366920938463463374607431768211456", None),
            ("0x", None),
            ("", None),
        ] {
            assert_eq!(integer(text), value, "{text}");
        }
    }
}
