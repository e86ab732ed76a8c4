//! Types as far as hints give them. Never guesses: no hint is [`Ty::Unknown`].

use crate::base::FileIdx;
use crate::facts::ItemIdx;
use crate::syntax::NodeId;
use std::sync::Arc;

/// A node of some file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileIdx,
    /// The node in its tree.
    pub node: NodeId,
}

/// What a path stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Canonical path: `tokio::sync::mpsc::unbounded_channel`, `orders::jobs::Job`, `std::vec::Vec`.
    pub path: Arc<str>,
    /// The workspace's item behind it; none for external ones.
    pub item: Option<ItemIdx>,
}

/// A type by hint. References, `Box`, `Arc`, `Rc`, `Pin` and `Cow` are looked through when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// A named type with its generic arguments.
    Named {
        /// What the name stands for.
        to: Resolved,
        /// Generic type arguments, in order.
        args: Vec<Ty>,
    },
    /// A tuple; the unit type has no parts.
    Tuple(Vec<Ty>),
    /// A slice or array of one type.
    Slice(Box<Ty>),
    /// `impl A + B`, `dyn A + B` or a generic parameter with bounds: canonical paths of the traits, with their first
    /// type argument or associated `Item`/`Output` where written.
    Bounded(Vec<(Arc<str>, Option<Ty>)>),
    /// No hint.
    Unknown,
}

/// Types whose first argument is what travels.
const TRANSPARENT: [&str; 7] = [
    "std::option::Option",
    "std::vec::Vec",
    "std::collections::HashSet",
    "std::collections::BTreeSet",
    "std::collections::VecDeque",
    "std::sync::Mutex",
    "std::boxed::Box",
];

impl Ty {
    /// What travels in a field of this type: the element of an option, box or collection.
    #[must_use]
    pub fn travelling(&self) -> &Self {
        let mut at = self;
        for _ in 0..4 {
            match at {
                Self::Named { to, .. } if TRANSPARENT.contains(&&*to.path) => at = at.arg(0),
                Self::Slice(element) => at = element,
                Self::Named { .. } | Self::Tuple(_) | Self::Bounded(_) | Self::Unknown => break,
            }
        }
        at
    }

    /// The canonical path of a named type.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Named { to, .. } => Some(&to.path),
            Self::Tuple(_) | Self::Slice(_) | Self::Bounded(_) | Self::Unknown => None,
        }
    }

    /// The workspace's item behind a named type.
    #[must_use]
    pub fn item(&self) -> Option<ItemIdx> {
        match self {
            Self::Named { to, .. } => to.item,
            Self::Tuple(_) | Self::Slice(_) | Self::Bounded(_) | Self::Unknown => None,
        }
    }

    /// Generic argument `at` of a named type, the element of a slice, or the part of a tuple.
    #[must_use]
    pub fn arg(&self, at: usize) -> &Self {
        let found = match self {
            Self::Named { args, .. } | Self::Tuple(args) => args.get(at),
            Self::Slice(element) => (at == 0).then_some(&**element),
            Self::Bounded(_) | Self::Unknown => None,
        };
        found.unwrap_or(&Self::Unknown)
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}
