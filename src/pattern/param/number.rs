//! Finds the next number in a text: digits, thousands, ranges, number words. Knows no unit.

/// A number and its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// The other end of a range such as `30–50`.
    pub(super) upper: Option<f64>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is written as a word.
    pub(super) is_word: bool,
}

const WORDS: [(&str, f64); 14] = [
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("sixty", 60.0),
];

/// The next number at or after byte `from`, which must lie on a character boundary.
pub(super) fn next(text: &str, from: usize) -> Option<Number> {
    let mut at = from;
    while let Some(rest) = text.get(at..) {
        let c = rest.chars().next()?;
        let starts_word = c.is_alphanumeric() && !follows_word(text, at);
        let found = match c {
            '0'..='9' if starts_word => digits(text, at),
            c if c.is_ascii_alphabetic() && starts_word => word(text, at),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        at += if c.is_alphanumeric() { run_len(rest) } else { c.len_utf8() };
    }
    None
}

/// The length of the word, version or date that `rest` starts with.
fn run_len(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len()).max(1)
}

/// Whether a word, number, price or path goes on at byte `at`.
fn follows_word(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some(c) if c.is_alphanumeric() || matches!(c, '_' | '$' | '€' | '#' | '/' | '@') => true,
        Some('-' | '.' | ':' | ',' | '–' | '+') => before.next().is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

fn word(text: &str, at: usize) -> Option<Number> {
    let len = text[at..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len() - at);
    let word = text[at..at + len].to_ascii_lowercase();
    let (_, value) = *WORDS.iter().find(|(known, _)| *known == word)?;
    Some(Number { value, upper: None, start: at, end: at + len, is_word: true })
}

fn digits(text: &str, start: usize) -> Option<Number> {
    let (value, end) = plain(text, start)?;
    let (value, end) = multiplied(text, value, end);
    let rest = &text[end..];
    let dash = ["–", "-", "—", " – ", " - ", " to "].iter().find(|dash| {
        rest.strip_prefix(**dash).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let Some(dash) = dash else {
        return is_whole(rest).then_some(Number { value, upper: None, start, end, is_word: false });
    };
    let (upper, end) = plain(text, end + dash.len())?;
    let (upper, end) = multiplied(text, upper, end);
    let is_range = is_whole(&text[end..]) && upper > value;
    is_range.then_some(Number { value, upper: Some(upper), start, end, is_word: false })
}

/// Whether what follows leaves the number one: no date, version, time or list mark.
fn is_whole(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('.' | ':' | '-' | '/' | ','), Some(next)) => !next.is_ascii_digit(),
        (Some(')'), _) => true,
        (Some('_' | '×'), _) => false,
        _ => true,
    }
}

/// `1,024` or `0.5` at `start`.
fn plain(text: &str, start: usize) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = start;
    while is_digit(end) {
        end += 1;
    }
    while bytes.get(end) == Some(&b',') && (1..=3).all(|n| is_digit(end + n)) && !is_digit(end + 4) {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') && is_digit(end + 1) {
        end += 1;
        while is_digit(end) {
            end += 1;
        }
    }
    let value: f64 = text[start..end].replace(',', "").parse().ok()?;
    Some((value, end))
}

/// `10K`, `5M`: thousands and millions, where no unit such as `KB` follows.
fn multiplied(text: &str, value: f64, end: usize) -> (f64, usize) {
    let mut rest = text[end..].chars();
    let factor = match rest.next() {
        Some('K' | 'k') => 1_000.0,
        Some('M') => 1_000_000.0,
        _ => return (value, end),
    };
    match rest.next() {
        Some(c) if c.is_alphanumeric() => (value, end),
        _ => (value * factor, end + 1),
    }
}
