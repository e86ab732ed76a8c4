//! The operators of binary expressions and ranges, and how they are kept in a node. Knows no grammar.

/// An operator of [`super::Kind::Binary`], [`super::Kind::AssignOp`] or [`super::Kind::Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Op(u8);

/// First bit of the operator in a node's flags.
const SHIFT: u32 = 11;

/// Text, text with `=`. Code 0 is no operator.
const OPS: [(&str, &str); 21] = [
    ("", ""),
    ("*", "*="),
    ("/", "/="),
    ("%", "%="),
    ("+", "+="),
    ("-", "-="),
    ("<<", "<<="),
    (">>", ">>="),
    ("&", "&="),
    ("^", "^="),
    ("|", "|="),
    ("==", ""),
    ("!=", ""),
    ("<", ""),
    ("<=", ""),
    (">", ""),
    (">=", ""),
    ("&&", ""),
    ("||", ""),
    ("..", ""),
    ("..=", ""),
];

impl Op {
    /// The binary operator or range that reads `text`.
    pub(super) fn of(text: &str) -> Option<Self> {
        OPS.iter().position(|(op, _)| *op == text).filter(|code| *code > 0).map(|code| Self(code as u8))
    }

    pub(super) const fn to_flags(self) -> u16 {
        (self.0 as u16) << SHIFT
    }

    /// Text of the operator kept in `flags`, without and with `=`.
    pub(super) fn texts(flags: u16) -> Option<(&'static str, &'static str)> {
        let row = OPS.get(usize::from(flags >> SHIFT))?;
        (!row.0.is_empty()).then_some((row.0, row.1))
    }
}
