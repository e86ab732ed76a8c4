//! Text to HTML: nothing of a name, path or message becomes markup, hides, or reorders what stands beside it.
//! The only place that makes [`Markup`].

use crate::report::snippet::SnippetLine;
use crate::report::visible::visible_char;
use askama::filters::Escaper;
use std::fmt::{self, Write};

/// HTML that was escaped here, to be put into a template as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The escaper of all templates.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Visible;

impl Escaper for Visible {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        string.chars().try_for_each(|c| match c {
            '<' => dest.write_str("&lt;"),
            '>' => dest.write_str("&gt;"),
            '&' => dest.write_str("&amp;"),
            '"' => dest.write_str("&quot;"),
            '\'' => dest.write_str("&#39;"),
            '\n' | '\t' => dest.write_char(c),
            // Shown by its number, since a reader has to know which it is.
            c if visible_char(c) == '\u{fffd}' && c != '\u{fffd}' => write!(dest, "⟨U+{:04X}⟩", u32::from(c)),
            c => dest.write_char(visible_char(c)),
        })
    }
}

fn push(out: &mut String, text: &str) {
    // Writing to a `String` does not fail.
    let _ = Visible.write_escaped_str(out, text);
}

/// A message: what stands in backticks is code.
pub(super) fn prose(text: &str) -> Markup {
    let mut out = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.trim().split('`').collect();
    for (idx, part) in parts.iter().enumerate() {
        // A backtick without its fellow is a character.
        let is_code = idx % 2 == 1 && idx + 1 < parts.len();
        let is_stray = idx % 2 == 1 && !is_code;
        out.push_str(if is_code {
            "<code>"
        } else if is_stray {
            "`"
        } else {
            ""
        });
        push(&mut out, part);
        out.push_str(if is_code { "</code>" } else { "" });
    }
    Markup(out)
}

/// Code with numbered lines; numbers are drawn by the style, so that copying leaves them out.
pub(super) fn code(lines: &[SnippetLine]) -> Markup {
    let mut out = String::new();
    for line in lines {
        let _ = write!(out, "<span class=\"l\" data-n=\"{}\">", line.number);
        push(&mut out, &line.before);
        if !line.marked.is_empty() {
            out.push_str("<mark>");
            push(&mut out, &line.marked);
            out.push_str("</mark>");
        }
        push(&mut out, &line.after);
        out.push_str("\n</span>");
    }
    Markup(out)
}

#[cfg(test)]
mod tests {
    use super::{code, prose};
    use crate::report::snippet::SnippetLine;

    #[test]
    fn only_backticks_in_pairs_are_markup() {
        for (text, shown) in [
            ("`a<T>` & \"b\"", "<code>a&lt;T&gt;</code> &amp; &quot;b&quot;"),
            ("odd ` here", "odd ` here"),
            ("`a` and ` b", "<code>a</code> and ` b"),
            ("it's <script>", "it&#39;s &lt;script&gt;"),
        ] {
            assert_eq!(prose(text).to_string(), shown);
        }
    }

    #[test]
    fn what_hides_or_reorders_is_shown_by_its_number() {
        assert_eq!(prose("a\u{202e}b\u{0}c\u{1b}d\u{200b}").to_string(), "a⟨U+202E⟩b␀c␛d⟨U+200B⟩");
    }

    #[test]
    fn code_is_escaped_within_its_mark() {
        let line = SnippetLine {
            number: 7,
            before: "a < ".to_owned(),
            marked: "b & c".to_owned(),
            after: " > d".to_owned(),
        };
        assert_eq!(
            code(&[line]).to_string(),
            "<span class=\"l\" data-n=\"7\">a &lt; <mark>b &amp; c</mark> &gt; d\n</span>"
        );
    }
}
