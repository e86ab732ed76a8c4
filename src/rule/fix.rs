//! What a check changes in the code, as data: edits relative to its subject or a fact. Made by `engine`, never here.

use crate::finding::Applicability;
use crate::rule::{ArgAt, Names, ParamValue, PathPattern, Predicate, Template};
use std::sync::Arc;

/// One entry of `fix:`; the first whose `when` holds for sure, and whose edits can all be made, is the finding's.
#[derive(Clone, Debug)]
pub struct FixSpec {
    /// What it does.
    pub title: Template,
    /// How sure it is.
    pub applicability: Applicability,
    /// Only where this holds for sure.
    pub when: Option<Predicate>,
    /// What is changed: all of it, or nothing.
    pub edits: Vec<EditSpec>,
    /// The crates that new code names, which a package must know by these names.
    pub crates: Vec<Arc<str>>,
}

/// One change of a fix.
#[derive(Clone, Debug)]
pub struct EditSpec {
    /// The fact or capture whose code is changed; the subject's where there is none.
    pub at: Option<Arc<str>>,
    /// `call_of`: the call of one of these inside or around it, which is changed instead.
    pub call_of: Vec<PathPattern>,
    /// `up_to`: the calls on the chain from there on, one of which is changed instead.
    pub up_to: Names,
    /// What is done there.
    pub action: EditAction,
}

/// What is done at a place.
#[derive(Clone, Debug)]
pub enum EditAction {
    /// `replace`: the code, or one argument of the call, becomes this.
    Replace {
        /// The new code.
        code: Template,
        /// The argument, where not the whole is meant.
        arg: Option<ArgAt>,
    },
    /// `insert_after`: this is put behind the expression.
    InsertAfter {
        /// The code.
        code: Template,
        /// What must follow the expression and stays before the code.
        past: Vec<Past>,
    },
    /// `insert_call`: this call, dot first, joins the builder chain: before the call of `up_to`, else behind the place.
    InsertCall(Template),
    /// `call`: another function or method is called; path or name, arguments stay.
    Call(Arc<str>),
    /// `add_arg`: the call takes this as its last argument.
    AddArg(Template),
    /// `remove_call`: the method call goes, its receiver stays.
    RemoveCall,
}

/// What may stand behind an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// `.await`.
    Await,
    /// `?`.
    Question,
}

impl Past {
    /// Every one with its word in rules.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Await, "await"), (Self::Question, "question")];
}

impl ParamValue {
    /// The value as Rust code that needs no import; `None` for a list.
    #[must_use]
    pub fn as_code(&self) -> Option<String> {
        Some(match self {
            Self::Count(count) => count.to_string(),
            Self::Bytes(bytes) => bytes.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::Duration(time) if time.subsec_millis() == 0 => {
                format!("std::time::Duration::from_secs({})", time.as_secs())
            }
            Self::Duration(time) => format!("std::time::Duration::from_millis({})", time.as_millis()),
            Self::Names(_) => return None,
        })
    }
}
