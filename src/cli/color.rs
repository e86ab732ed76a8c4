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
}

/// Whether to colour an output that is a terminal or not.
pub(super) fn choose(asked: ColorArg, is_terminal: bool) -> Color {
    let is_set = |name| std::env::var_os(name).is_some_and(|value: OsString| !value.is_empty());
    let is_forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    decide(
        asked,
        Surroundings { is_terminal: is_terminal && !is_dumb, is_refused: is_set("NO_COLOR"), is_forced },
    )
}

/// An argument decides; then `NO_COLOR`, then `CLICOLOR_FORCE`, then the terminal.
const fn decide(asked: ColorArg, around: Surroundings) -> Color {
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
        for (asked, is_terminal, is_refused, is_forced, expected) in [
            (ColorArg::Always, false, true, false, Color::Always),
            (ColorArg::Never, true, false, true, Color::Never),
            (ColorArg::Auto, true, false, false, Color::Always),
            (ColorArg::Auto, false, false, false, Color::Never),
            (ColorArg::Auto, true, true, true, Color::Never),
            (ColorArg::Auto, false, false, true, Color::Always),
        ] {
            let around = Surroundings { is_terminal, is_refused, is_forced };
            assert_eq!(decide(asked, around), expected, "{asked:?} {around:?}");
        }
    }
}
