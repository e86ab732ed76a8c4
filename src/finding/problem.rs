//! What is wrong with something a person wrote for us. Collected, never fatal one by one.

use crate::base::{RelPath, SourceText, Span};

/// Where a problem lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the person named it or below the scanned root.
    pub path: RelPath,
    /// Line and column from 1, where they are known.
    pub line_column: Option<(u32, u32)>,
    /// The line's text and the underlined characters in it (0-based start, length), where they are known.
    pub excerpt: Option<(String, u32, u32)>,
}

/// One mistake, with its place and its remedy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where; `None` for the command line.
    pub place: Option<Place>,
    /// The fact; lower case, no full stop, code in backticks.
    pub message: String,
    /// The remedy; may be empty.
    pub help: String,
}

impl Problem {
    /// A problem without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), help: String::new() }
    }

    /// A problem of a whole file.
    #[must_use]
    pub fn in_file(path: &RelPath, message: impl Into<String>) -> Self {
        let place = Place { path: path.clone(), line_column: None, excerpt: None };
        Self { place: Some(place), ..Self::new(message) }
    }

    /// A problem at `span` of `source`, with its line as an excerpt of at most 160 characters.
    #[must_use]
    pub fn at(source: &SourceText, span: Span, message: impl Into<String>) -> Self {
        let start = source.line_column(span.start());
        let line = source.line_text(start.line as usize - 1);
        let column = (start.column - 1) as usize;
        let shift = column.saturating_sub(60);
        let window: String = line.trim_start_matches('\u{feff}').chars().skip(shift).take(160).collect();
        let room = (window.chars().count() + shift).saturating_sub(column).max(1);
        let width = source.slice(span).lines().next().unwrap_or("").chars().count().clamp(1, room);
        let place = Place {
            path: source.path().clone(),
            line_column: Some((start.line, start.column)),
            excerpt: Some((window, (column - shift) as u32, width as u32)),
        };
        Self { place: Some(place), ..Self::new(message) }
    }

    /// The same problem with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::base::{RelPath, SourceText, Span};

    #[test]
    fn the_excerpt_underlines_the_span_in_its_line() {
        let source = SourceText::new(RelPath::new("a.yaml"), "x: 1\nselct: 2\n");
        let problem = Problem::at(&source, Span::new(5, 10), "unknown key");
        let place = problem.place.expect("a place");
        assert_eq!(place.line_column, Some((2, 1)));
        assert_eq!(place.excerpt, Some(("selct: 2".to_owned(), 0, 5)));
    }
}
