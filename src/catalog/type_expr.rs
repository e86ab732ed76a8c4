//! Type hints as the catalogue writes them, such as `(Sender<T>, Receiver<T>)`. Resolves nothing.

use std::fmt;

/// Nesting beyond this is refused.
const MAX_DEPTH: u8 = 8;

/// A type hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeExpr {
    /// A named type with its type arguments: `reqwest::Client`, `std::vec::Vec<T>`.
    Path {
        /// Canonical path.
        path: Box<str>,
        /// Type arguments, in order.
        args: Vec<TypeExpr>,
    },
    /// `(A, B)`; the unit type has no parts.
    Tuple(Vec<TypeExpr>),
    /// A single capital letter: bound by the `params` of the receiver's type row or by the row's own `generics`.
    /// `_` is never bound: nothing is known.
    Param(Box<str>),
    /// `$0`: the type of that argument of the call.
    Arg(u8),
    /// `$closure`: what the closure argument returns.
    ClosureResult,
    /// `Self`: the receiver's type, or the type that an associated function is called on.
    Receiver,
}

impl TypeExpr {
    /// Reads a hint; the error says what is wrong, ready for a message.
    ///
    /// # Errors
    /// Where the text is no type hint.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text };
        let found = parser.one(0)?;
        parser.skip_space();
        if parser.rest.is_empty() { Ok(found) } else { Err(format!("`{}` is left over", parser.rest)) }
    }

    /// The same hint with `change` applied to each path in it.
    #[must_use]
    pub fn map_paths(&self, change: &dyn Fn(&str) -> String) -> Self {
        let map_all = |parts: &[Self]| parts.iter().map(|part| part.map_paths(change)).collect();
        match self {
            Self::Path { path, args } => Self::Path { path: change(path).into(), args: map_all(args) },
            Self::Tuple(parts) => Self::Tuple(map_all(parts)),
            Self::Param(_) | Self::Arg(_) | Self::ClosureResult | Self::Receiver => self.clone(),
        }
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Self]| -> fmt::Result {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{part}")?;
            }
            Ok(())
        };
        match self {
            Self::Path { path, args } if args.is_empty() => f.write_str(path),
            Self::Path { path, args } => {
                write!(f, "{path}<")?;
                list(f, args)?;
                f.write_str(">")
            }
            Self::Tuple(parts) => {
                f.write_str("(")?;
                list(f, parts)?;
                f.write_str(")")
            }
            Self::Param(name) => f.write_str(name),
            Self::Arg(at) => write!(f, "${at}"),
            Self::ClosureResult => f.write_str("$closure"),
            Self::Receiver => f.write_str("Self"),
        }
    }
}

/// Whether `text` is a path such as `tokio::sync::mpsc::Sender`: identifiers joined by `::`.
#[must_use]
pub(super) fn is_path(text: &str) -> bool {
    !text.is_empty() && text.split("::").all(is_identifier)
}

fn is_identifier(text: &str) -> bool {
    let text = text.strip_prefix("r#").unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> &'a str {
        self.skip_space();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '#');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn one(&mut self, depth: u8) -> Result<TypeExpr, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        if self.take("(") {
            return Ok(TypeExpr::Tuple(self.list(")", depth)?));
        }
        if self.take("$") {
            let word = self.word();
            if word == "closure" {
                return Ok(TypeExpr::ClosureResult);
            }
            return word.parse().map(TypeExpr::Arg).map_err(|_| format!("`${word}` is no argument"));
        }
        let word = self.word();
        match word {
            "Self" => return Ok(TypeExpr::Receiver),
            "_" => return Ok(TypeExpr::Param(word.into())),
            _ if word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) => {
                return Ok(TypeExpr::Param(word.into()));
            }
            "" => return Err("a type is missing at its end".to_owned()),
            _ if !is_path(word) => return Err(format!("`{word}` is no path")),
            _ => {}
        }
        let args = if self.take("<") { self.list(">", depth)? } else { Vec::new() };
        Ok(TypeExpr::Path { path: word.into(), args })
    }

    fn list(&mut self, close: &str, depth: u8) -> Result<Vec<TypeExpr>, String> {
        let mut parts = Vec::new();
        while !self.take(close) {
            parts.push(self.one(depth + 1)?);
            if !self.take(",") && !self.rest.trim_start().starts_with(close) {
                return Err(format!("`{close}` or `,` is missing"));
            }
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::TypeExpr;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let found = TypeExpr::parse(text).map(|expr| expr.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text}");
    }

    #[test]
    fn a_hint_prints_as_it_was_written() {
        for text in ["a::B", "a::B<T, c::D<$0>>", "(a::S<T>, a::R<_>)", "()", "Self", "$1", "$closure"] {
            check(text, Ok(text));
        }
    }

    #[test]
    fn a_broken_hint_says_what_is_wrong() {
        check("a::", Err("`a::` is no path"));
        check("a<B", Err("`>` or `,` is missing"));
        check("a b", Err("`b` is left over"));
        check("$x", Err("`$x` is no argument"));
        check(&"a<".repeat(20), Err("it is nested too deeply"));
    }
}
