//! Colours by terminal escape. Decides nothing about when to use them.

/// Whether output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    #[default]
    Never,
    /// Terminal colours.
    Always,
}

/// What a piece of text is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// An error's word.
    Error,
    /// A warning's word.
    Warning,
    /// A note's word.
    Note,
    /// A word that leads a line: `help`, `because`.
    Lead,
    /// A place, a margin, an aside.
    Dim,
    /// What the eye should find.
    Strong,
}

impl Paint {
    const fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Note => "1;34",
            Self::Lead => "36",
            Self::Dim => "2",
            Self::Strong => "1",
        }
    }
}

impl Color {
    /// `text`, coloured where colours are on.
    #[must_use]
    pub fn paint(self, paint: Paint, text: &str) -> String {
        match self {
            Self::Never => text.to_owned(),
            Self::Always => format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Color, Paint};

    #[test]
    fn without_colours_there_is_no_escape() {
        assert_eq!(Color::Never.paint(Paint::Error, "x"), "x");
        assert_eq!(Color::Always.paint(Paint::Error, "x"), "\u{1b}[1;31mx\u{1b}[0m");
    }
}
