//! The keys of tests on values, arguments and their types. Reads nothing itself.

use super::{Shape, Table, may, must, words};
use crate::rule::ValueKind;

const KIND_WORDS: &[&str] = &words(ValueKind::ALL);

/// `arg`.
pub(crate) static ARG: Table = Table {
    name: "arg",
    about: "one argument of a call",
    keys: &[
        may(
            "at",
            Shape::ArgAt,
            "its index from 0, or what the catalogue says it is for; some argument where it is left out",
        ),
        must("is", Shape::Table(&VALUE), "what it must be"),
    ],
};

/// A test on a value.
pub(crate) static VALUE: Table = Table {
    name: "value",
    about: "what a value must be; everything that is given must hold",
    keys: &[
        may("literal", Shape::Flag, "whether it is written in the code, consts followed"),
        may("equals", Shape::Scalars, "one of these"),
        may("matches", Shape::Pattern, "a text that matches"),
        may("min", Shape::Scalar, "not less"),
        may("max", Shape::Scalar, "not greater"),
        may("none", Shape::Flag, "whether it is `None`"),
        may("unlimited", Shape::Flag, "whether it is `None`, a `MAX`, or another spelling of no limit"),
        may("path", Shape::Paths, "a name that resolves to one of these"),
        may("kind", Shape::Words(KIND_WORDS), "its shape"),
        may("calls", Shape::Roles, "a call inside it plays one of these"),
        may("calls_path", Shape::Paths, "a call inside it resolves to one of these"),
        may("code", Shape::Code, "code of this shape"),
        may("type", Shape::TableOrPaths(&TYPE_TEST), "its type by hint"),
        may("any", Shape::Tables(&VALUE), "one of these holds"),
        may("not", Shape::Table(&VALUE), "this does not hold"),
    ],
};

/// A test on a type.
pub(crate) static TYPE_TEST: Table = Table {
    name: "type test",
    about: "what a type must be; a list of paths is `path`; everything that is given must hold",
    keys: &[
        may("path", Shape::Paths, "one of these"),
        may("role", Shape::Roles, "it plays one of these"),
        may("name", Shape::Pattern, "its last segment matches"),
        may("names", Shape::Names, "its last segment is one of these"),
        may("arg", Shape::TableOrPaths(&TYPE_TEST), "its first generic argument"),
        may("any", Shape::Tables(&TYPE_TEST), "one of these holds"),
        may("not", Shape::TableOrPaths(&TYPE_TEST), "this does not hold"),
    ],
};

/// `type_arg`.
pub(crate) static TYPE_ARG: Table = Table {
    name: "type_arg",
    about: "a generic argument",
    keys: &[
        may("at", Shape::Count, "its index from 0"),
        must("is", Shape::TableOrPaths(&TYPE_TEST), "what it must be"),
    ],
};
