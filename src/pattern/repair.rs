//! Undoes double encoding: UTF-8 that was once read as Windows-1252 or MacRoman and saved as UTF-8 again.
//! Changes nothing else, and every repaired character knows its bytes on disk.

use crate::base::Span;
use crate::pattern::Mapped;

/// Windows-1252 from byte 0x80 to 0x9F; bytes without a character stand for themselves.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// MacRoman from byte 0x80 to 0xFF.
const MAC: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

#[derive(Clone, Copy, Debug)]
enum Page {
    Windows,
    Mac,
}

impl Page {
    const fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows-1252",
            Self::Mac => "MacRoman",
        }
    }

    /// The byte that this page shows as `c`.
    fn byte_of(self, c: char) -> Option<u8> {
        match self {
            Self::Windows => match u32::from(c) {
                code @ 0x80..=0xff => Some(code as u8),
                _ => WINDOWS.iter().position(|known| *known == c).map(|at| at as u8 + 0x80),
            },
            Self::Mac => MAC.chars().position(|known| known == c).map(|at| at as u8 + 0x80),
        }
    }
}

/// One character that was shown as several.
struct Repair {
    start: usize,
    end: usize,
    was: char,
}

/// What one page makes of a text.
struct Reading {
    page: Page,
    repairs: Vec<Repair>,
    n_left: usize,
}

/// The text with double encoding undone from byte `start` on, and the name of the encoding in the middle.
///
/// Repairs only where most of what is not ASCII reads as doubly encoded: a single `Ã` in French prose stays.
pub(super) fn undo(text: &str, start: usize) -> (Mapped, Option<&'static str>) {
    let body = text.get(start..).unwrap_or("");
    if body.is_ascii() {
        return (Mapped::copied(body, start as u32), None);
    }
    let windows = read_as(body, Page::Windows);
    let mac = read_as(body, Page::Mac);
    let best = if mac.repairs.len() > windows.repairs.len() { mac } else { windows };
    if best.repairs.is_empty() || best.repairs.len() <= best.n_left {
        return (Mapped::copied(body, start as u32), None);
    }
    let mut made = Mapped::default();
    let mut at = 0;
    for repair in &best.repairs {
        made.push_copy(&body[at..repair.start], (start + at) as u32);
        let source = Span::new((start + repair.start) as u32, (start + repair.end) as u32);
        made.push_made(repair.was.encode_utf8(&mut [0; 4]), source);
        at = repair.end;
    }
    made.push_copy(&body[at..], (start + at) as u32);
    (made, Some(best.page.name()))
}

fn read_as(text: &str, page: Page) -> Reading {
    let mut reading = Reading { page, repairs: Vec::new(), n_left: 0 };
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_ascii() {
            continue;
        }
        match sequence(&text[start..], page) {
            Some((was, len)) => {
                let end = start + len;
                reading.repairs.push(Repair { start, end, was });
                while chars.next_if(|(at, _)| *at < end).is_some() {}
            }
            None => reading.n_left += 1,
        }
    }
    reading
}

/// The character whose UTF-8 bytes `text` starts with, shown in `page`, and the length of that show.
fn sequence(text: &str, page: Page) -> Option<(char, usize)> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let lead = page.byte_of(first)?;
    let n_bytes = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut end = first.len_utf8();
    for byte in bytes.iter_mut().take(n_bytes).skip(1) {
        let (at, c) = chars.next()?;
        *byte = page.byte_of(c)?;
        end = at + c.len_utf8();
    }
    let was = std::str::from_utf8(&bytes[..n_bytes]).ok()?.chars().next()?;
    Some((was, end))
}

/// `text` as it looks after being doubly encoded; what tests start from.
#[cfg(test)]
pub(super) fn doubly_encoded(text: &str, is_mac: bool) -> String {
    let shown = |byte: u8| match byte {
        0..=0x7f => char::from(byte),
        _ if is_mac => MAC.chars().nth(usize::from(byte) - 0x80).expect("128 characters"),
        0x80..=0x9f => WINDOWS[usize::from(byte) - 0x80],
        _ => char::from(byte),
    };
    text.bytes().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAC, doubly_encoded, undo};
    use crate::base::Span;

    #[track_caller]
    fn check(text: &str, expected: &str, page: Option<&str>) {
        let (made, found) = undo(text, 0);
        assert_eq!((made.as_str(), found), (expected, page));
    }

    #[test]
    fn both_pages_are_undone() {
        assert_eq!(MAC.chars().count(), 128);
        for text in ["≤ 128 KB — “yes” ✅ 🚧 é", "░█ → 🏆 ❌"] {
            check(&doubly_encoded(text, false), text, Some("Windows-1252"));
            check(&doubly_encoded(text, true), text, Some("MacRoman"));
        }
    }

    #[test]
    fn text_that_is_right_stays() {
        for text in ["plain", "≤ 128 KB → ✅", "Ã la carte, déjà vu", "naïve café — crème"] {
            check(text, text, None);
        }
    }

    #[test]
    fn a_repaired_character_knows_its_bytes() {
        let text = doubly_encoded("a≤b", false);
        let (made, _) = undo(&text, 0);
        assert_eq!(made.span(1..4), Span::new(1, text.len() as u32 - 1));
        assert_eq!(made.span(4..5), Span::new(text.len() as u32 - 1, text.len() as u32));
    }
}
