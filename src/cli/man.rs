//! `patscan man`: the manual pages, from the same table as the help.

use crate::cli::args::{Cli, ManArgs};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::output;
use crate::cli::session::Session;
use crate::finding::Problem;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::io::{self, Write};

/// The day of the version in the manifest.
const DATE: &str = "2026-11-29";

pub(super) fn run(args: &ManArgs) -> Ending {
    let session = Session::plain();
    let pages = pages();
    let Some(folder) = &args.output else {
        let written = session.print(|out| pages.iter().take(1).try_for_each(|page| write(page, out)));
        return written.map_or_else(|error| refuse_output(session, &error), |()| Ending::Fine);
    };
    let save =
        |page: &Command| output::save(&folder.join(format!("{}.1", page.get_name())), |out| write(page, out));
    let problems: Vec<Problem> = pages.iter().filter_map(|page| save(page).err()).collect();
    if problems.is_empty() {
        return Ending::Fine;
    }
    session.tell_problems(&problems);
    Ending::Refused
}

/// The program and its commands, each named as its page is.
fn pages() -> Vec<Command> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    gather(program, "", &mut pages);
    pages
}

fn gather(command: Command, above: &str, pages: &mut Vec<Command>) {
    let name = if above.is_empty() {
        command.get_name().to_owned()
    } else {
        format!("{above}-{}", command.get_name())
    };
    let below: Vec<Command> = command.get_subcommands().cloned().collect();
    pages.push(command.name(name.clone()).display_name(name.clone()));
    for command in below {
        gather(command, &name, pages);
    }
}

fn write(page: &Command, out: &mut dyn Write) -> io::Result<()> {
    let name = page.get_name().to_owned();
    let source = format!("patscan {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(page.clone()).title(name.to_uppercase()).date(DATE).source(source).manual("patscan");
    let mut text = Vec::new();
    man.render(&mut text)?;
    // An empty line is a space, and a break beside it one too many.
    let text = String::from_utf8_lossy(&text).replace("\n.br\n\n.br\n", "\n.sp\n");
    out.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{pages, write};

    #[test]
    fn there_is_a_page_for_the_program_and_each_command() {
        let pages = pages();
        let names: Vec<&str> = pages.iter().map(|page| page.get_name()).collect();
        for name in ["patscan", "patscan-check", "patscan-compile", "patscan-new-pattern"] {
            assert!(names.contains(&name), "{names:?}");
        }
        for page in &pages {
            let mut text = Vec::new();
            write(page, &mut text).expect("memory");
            let text = String::from_utf8(text).expect("UTF-8");
            assert!(text.contains(&format!(".TH {} ", page.get_name().to_uppercase())), "{text}");
        }
    }
}
