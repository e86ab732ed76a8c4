//! The one integration binary: the house's own rules, the output formats, the program as users run it.

mod formats;
mod golden;
mod layering;
mod source;
mod style;
