//! The keys of `fix:` and of its edits. Reads nothing itself.

use super::{Shape, Table, may, must, words};
use crate::finding::Applicability;
use crate::rule::Past;

const APPLICABILITY_WORDS: &[&str] = &words(Applicability::ALL);
const PAST_WORDS: &[&str] = &words(Past::ALL);

/// An entry of `fix`.
pub(crate) static FIX: Table = Table {
    name: "fix",
    about: "a change of the code after which the finding is gone; `patscan check --fix` applies what is machine-applicable, \
            `--unsafe-fixes` also what is a suggestion. An example is followed by a `rust fixed` block with its text after all \
            fixes, and that text is an example too. A change that cannot be made where it stands is none",
    keys: &[
        must("title", Shape::Message, "what it does: lower case, no full stop, code in backticks"),
        must(
            "applicability",
            Shape::Word(APPLICABILITY_WORDS),
            "machine-applicable where it is certain that the code compiles and does what it did, but for the fault",
        ),
        may("when", Shape::Predicate, "only where this holds for sure; asked of the subject"),
        must("edits", Shape::Tables(&EDIT), "what is changed: all of it, or nothing"),
    ],
};

/// An edit of a fix: exactly one thing that is done, and where.
pub(crate) static EDIT: Table = Table {
    name: "edit",
    about: "one change: exactly one of `replace`, `insert_after`, `insert_call`, `call`, `add_arg` and `remove_call`. In new code \
            `$name` is a parameter's value, or the code of a capture, a fact or the `$subject`; names are written in full, since \
            no import is added",
    keys: &[
        may("at", Shape::Text, "fact or capture whose code is changed, not the subject's"),
        may(
            "call_of",
            Shape::Paths,
            "the only call of one of these inside that code, else the nearest around it, which is changed instead",
        ),
        may(
            "up_to",
            Shape::Names,
            "from there on along the chain to a call of one of these in the same expression, which is changed instead",
        ),
        may("replace", Shape::NewCode, "the code becomes this"),
        may("arg", Shape::ArgAt, "with `replace`: this argument of the call, not the whole"),
        may("insert_after", Shape::NewCode, "this is put behind the expression"),
        may(
            "past",
            Shape::Words(PAST_WORDS),
            "with `insert_after`: what must follow the expression, in this order, and stays before the new code",
        ),
        may(
            "insert_call",
            Shape::NewCode,
            "a call, dot first, joins the builder chain: before the call of `up_to`, else behind the constructor",
        ),
        may(
            "call",
            Shape::Text,
            "another function, by path, or method, by name, is called; its arguments stay",
        ),
        may("add_arg", Shape::NewCode, "the call takes this as its last argument"),
        may("remove_call", Shape::Flag, "`true`: the method call goes, its receiver stays"),
    ],
};
