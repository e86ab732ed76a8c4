//! Names that need no import: the standard prelude, primitive types, macros and derives. Knows no other crate.

use crate::facts::names::Space;

/// Types and traits.
const TYPES: [&str; 39] = [
    "std::option::Option",
    "std::result::Result",
    "std::string::String",
    "std::vec::Vec",
    "std::boxed::Box",
    "std::marker::Send",
    "std::marker::Sync",
    "std::marker::Sized",
    "std::marker::Copy",
    "std::marker::Unpin",
    "std::ops::Drop",
    "std::ops::Fn",
    "std::ops::FnMut",
    "std::ops::FnOnce",
    "std::ops::AsyncFn",
    "std::ops::AsyncFnMut",
    "std::ops::AsyncFnOnce",
    "std::borrow::ToOwned",
    "std::clone::Clone",
    "std::cmp::PartialEq",
    "std::cmp::PartialOrd",
    "std::cmp::Eq",
    "std::cmp::Ord",
    "std::convert::AsRef",
    "std::convert::AsMut",
    "std::convert::Into",
    "std::convert::From",
    "std::convert::TryFrom",
    "std::convert::TryInto",
    "std::default::Default",
    "std::iter::Iterator",
    "std::iter::Extend",
    "std::iter::IntoIterator",
    "std::iter::DoubleEndedIterator",
    "std::iter::ExactSizeIterator",
    "std::iter::FromIterator",
    "std::string::ToString",
    "std::future::Future",
    "std::future::IntoFuture",
];

/// Types of the language.
const PRIMITIVES: [&str; 17] = [
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f32", "f64",
];

/// Functions and variants.
const VALUES: [&str; 8] = [
    "std::option::Option::Some",
    "std::option::Option::None",
    "std::result::Result::Ok",
    "std::result::Result::Err",
    "std::mem::drop",
    "std::mem::size_of",
    "std::mem::align_of",
    "std::mem::size_of_val",
];

/// Macros.
const MACROS: [&str; 35] = [
    "std::println",
    "std::print",
    "std::eprintln",
    "std::eprint",
    "std::format",
    "std::vec",
    "std::assert",
    "std::assert_eq",
    "std::assert_ne",
    "std::debug_assert",
    "std::debug_assert_eq",
    "std::debug_assert_ne",
    "std::panic",
    "std::unreachable",
    "std::unimplemented",
    "std::todo",
    "std::write",
    "std::writeln",
    "std::dbg",
    "std::matches",
    "std::include",
    "std::include_str",
    "std::include_bytes",
    "std::concat",
    "std::env",
    "std::option_env",
    "std::line",
    "std::column",
    "std::file",
    "std::module_path",
    "std::stringify",
    "std::cfg",
    "std::compile_error",
    "std::thread_local",
    "std::format_args",
];

/// Derives.
const DERIVES: [&str; 9] = [
    "std::fmt::Debug",
    "std::clone::Clone",
    "std::marker::Copy",
    "std::cmp::PartialEq",
    "std::cmp::Eq",
    "std::cmp::PartialOrd",
    "std::cmp::Ord",
    "std::hash::Hash",
    "std::default::Default",
];

/// The path of a name that needs no import.
pub(in crate::facts) fn path(name: &str, space: Space) -> Option<&'static str> {
    let named = |list: &[&'static str]| {
        let is_it = |path: &&str| {
            path.strip_suffix(name).is_some_and(|above| above.is_empty() || above.ends_with("::"))
        };
        list.iter().copied().find(is_it)
    };
    match space {
        Space::Type => named(&TYPES).or_else(|| named(&PRIMITIVES)),
        Space::Value => named(&VALUES),
        Space::Macro => named(&MACROS).or_else(|| named(&DERIVES)),
    }
}

/// Whether a crate comes with the compiler.
pub(in crate::facts) fn is_standard_crate(name: &str) -> bool {
    matches!(name, "std" | "core" | "alloc" | "proc_macro")
}

/// Whether a path that starts so is of the language or comes with the compiler.
pub(in crate::facts) fn is_known_root(name: &str) -> bool {
    is_standard_crate(name) || PRIMITIVES.contains(&name)
}
