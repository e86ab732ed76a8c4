//! `patscan inspect`: what is known about a file or a line, and why.

use crate::cli::args::InspectArgs;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::place::NamedPlace;
use crate::cli::session::Session;
use crate::cli::setup::{Setup, working_folder};
use crate::finding::Problem;
use crate::report::{Color, Paint, visible_line};
use crate::scan::{Note, Silent, load};
use std::io::{self, Write};

pub(super) fn run(args: &InspectArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let notes = match notes(args) {
        Ok(notes) => notes,
        Err(problems) => {
            session.tell_problems(&problems);
            return Ending::Refused;
        }
    };
    match session.print(|out| write(&notes, session.out_color, out)) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}

fn notes(args: &InspectArgs) -> Result<Vec<Note>, Vec<Problem>> {
    let place = NamedPlace::parse(&args.place);
    let working = working_folder()?;
    let folder = place.scan_folder(&working).map_err(|problem| vec![problem])?;
    let setup = Setup::read(&[folder], &args.common)?;
    let loaded = load(&setup.options, &Silent)?;
    let file = working.join(&place.file);
    let path = setup.options.roots.relative(&file.canonicalize().unwrap_or(file));
    loaded.inspect(&path, place.line).ok_or_else(|| {
        vec![
            Problem::in_file(&path, "the file was not scanned")
                .help("it is no Rust file, is ignored, or could not be read"),
        ]
    })
}

fn write(notes: &[Note], color: Color, out: &mut dyn Write) -> io::Result<()> {
    for note in notes {
        let place = color.paint(Paint::Dim, &format!("{}:{}", note.line, note.column));
        let topic = color.paint(Paint::Lead, note.topic);
        write!(out, "{place} {topic} {}", visible_line(&note.text))?;
        if note.reason.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(out, " ({})", visible_line(&note.reason))?;
        }
    }
    if notes.is_empty() {
        writeln!(out, "nothing is known about this place")?;
    }
    Ok(())
}
