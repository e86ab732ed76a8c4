//! The hash by which GitHub knows a line again when it moves. Knows nothing of findings.
//!
//! Source: `src/fingerprints.ts` of github/codeql-action, told in our words: of the file's UTF-16 units without blanks and
//! tabs, with CR and CRLF as LF and one unit 65535 behind the last, each line's hash covers 100 units from its first one on,
//! as a polynomial in 37 modulo 2^64; lines with the same hash are counted.

use rustc_hash::FxHashMap;

/// Units that a line's hash covers.
const WINDOW: usize = 100;
const BASE: u64 = 37;
const END: u16 = 65535;

/// The hashes of all lines of `text`, first to last, as `<hex>:<count>`.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let (units, line_starts) = kept(text);
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let hashes = line_starts.iter().map(|start| {
        let window = units.iter().skip(*start).take(WINDOW).map(|unit| u64::from(*unit));
        let padded = window.chain(std::iter::repeat(0)).take(WINDOW);
        let hash = padded.fold(0_u64, |sum, unit| sum.wrapping_mul(BASE).wrapping_add(unit));
        let n = seen.entry(hash).or_default();
        *n += 1;
        format!("{hash:x}:{n}")
    });
    hashes.collect()
}

/// The units that count, and where among them each line starts.
fn kept(text: &str) -> (Vec<u16>, Vec<usize>) {
    const LF: u16 = b'\n' as u16;
    const CR: u16 = b'\r' as u16;
    let mut units = Vec::with_capacity(text.len() + 1);
    let (mut line_starts, mut is_line_start, mut is_behind_cr) = (Vec::new(), true, false);
    for unit in text.encode_utf16().chain([END]) {
        let is_blank = unit == u16::from(b' ') || unit == u16::from(b'\t');
        if is_blank || (is_behind_cr && unit == LF) {
            is_behind_cr = false;
            continue;
        }
        is_behind_cr = unit == CR;
        let unit = if is_behind_cr { LF } else { unit };
        if is_line_start {
            line_starts.push(units.len());
        }
        is_line_start = unit == LF;
        units.push(unit);
    }
    (units, line_starts)
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    #[test]
    fn blanks_and_line_ends_change_no_hash() {
        let plain = line_hashes("fn a() {\n    b();\n}\n");
        assert_eq!(plain.len(), 4);
        for same in ["fn a() {\r\n\tb();\r\n}\r\n", "fna(){\rb();\r}\r", "fn  a( ) {\n b( ) ;\n }\n"] {
            assert_eq!(line_hashes(same), plain, "{same:?}");
        }
        assert_ne!(line_hashes("fn a() {\n    c();\n}\n")[1], plain[1]);
    }

    #[test]
    fn the_polynomial_is_that_of_the_source() {
        // `x` (120) and the end's unit, then 98 zeros: (120 * 37 + 65535) * 37^98.
        let expected = (0..98).fold((120_u64 * 37).wrapping_add(65_535), |hash, _| hash.wrapping_mul(37));
        assert_eq!(line_hashes("x"), [format!("{expected:x}:1")]);
    }

    #[test]
    fn equal_lines_are_counted() {
        let long = "a".repeat(100);
        let hashes = line_hashes(&format!("{long}\n{long}\n"));
        let (first, second) = (hashes[0].split_once(':'), hashes[1].split_once(':'));
        assert_eq!(first.map(|pair| pair.0), second.map(|pair| pair.0));
        assert_eq!((first.map(|pair| pair.1), second.map(|pair| pair.1)), (Some("1"), Some("2")));
    }
}
