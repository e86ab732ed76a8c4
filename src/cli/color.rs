//! Whether to colour. Paints nothing.

use crate::cli::args::ColorArg;
use crate::report::Color;
use std::ffi::OsString;

/// What the surroundings say of colours.
#[derive(Clone, Copy, Debug)]
struct Surroundings {
    is_terminal: bool,
    is_refused: bool,
    is_forced: bool,
    /// What `CARGO_TERM_COLOR` asks for.
    of_cargo: ColorArg,
}

/// Whether to colour an output that is a terminal or not.
pub(super) fn choose(asked: ColorArg, is_terminal: bool) -> Color {
    let is_set = |name| std::env::var_os(name).is_some_and(|value: OsString| !value.is_empty());
    let is_forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let is_zero = std::env::var_os("CLICOLOR").is_some_and(|value| value == "0");
    let of_cargo = match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => ColorArg::Always,
        Ok("never") => ColorArg::Never,
        _ => ColorArg::Auto,
    };
    let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    decide(
        asked,
        Surroundings {
            is_terminal: is_terminal && !is_dumb && !is_zero,
            is_refused: is_set("NO_COLOR"),
            is_forced,
            of_cargo,
        },
    )
}

/// An argument decides; then `CARGO_TERM_COLOR`, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR=0` and the terminal.
const fn decide(asked: ColorArg, around: Surroundings) -> Color {
    let asked = match asked {
        ColorArg::Auto => around.of_cargo,
        ColorArg::Always | ColorArg::Never => asked,
    };
    let is_on = match asked {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => !around.is_refused && (around.is_forced || around.is_terminal),
    };
    if is_on { Color::Always } else { Color::Never }
}

#[cfg(test)]
mod tests {
    use super::{Surroundings, decide};
    use crate::cli::args::ColorArg;
    use crate::report::Color;

    #[test]
    fn the_argument_comes_first_then_the_environment_then_the_terminal() {
        use ColorArg::{Always, Auto, Never};
        for (asked, of_cargo, is_terminal, is_refused, is_forced, expected) in [
            (Always, Never, false, true, false, Color::Always),
            (Never, Always, true, false, true, Color::Never),
            (Auto, Auto, true, false, false, Color::Always),
            (Auto, Auto, false, false, false, Color::Never),
            (Auto, Auto, true, true, true, Color::Never),
            (Auto, Auto, false, false, true, Color::Always),
            (Auto, Always, false, true, false, Color::Always),
            (Auto, Never, true, false, true, Color::Never),
        ] {
            let around = Surroundings { is_terminal, is_refused, is_forced, of_cargo };
            assert_eq!(decide(asked, around), expected, "{asked:?} {around:?}");
        }
    }
}
