//! `patscan new pattern`: a document to start from, whose bindings are all in order. Overwrites nothing.

use crate::cli::args::{NewArgs, NewThing, TemplateArg};
use crate::cli::ending::Ending;
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::Problem;
use crate::pattern::read;
use crate::scan::pages;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::Path;

const NUMBERED: &str = include_str!("../../rules/templates/numbered.md");
const TIERED: &str = include_str!("../../rules/templates/tiered.md");
const GUIDE: &str = include_str!("../../rules/templates/guide.md");
/// Numbers below it are left to patterns that are numbered by hand.
const FIRST_NUMBER: u32 = 100;

pub(super) fn run(args: &NewArgs) -> Ending {
    let NewThing::Pattern { name, template } = &args.thing;
    let session = Session::plain();
    match written(name, *template) {
        Ok(path) => {
            session.complain(&format!("wrote {path}; try `patscan compile {path}`"));
            Ending::Fine
        }
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

/// The file that was written, below the working folder.
fn written(name: &str, template: TemplateArg) -> Result<String, Vec<Problem>> {
    let slug = slug(name);
    if slug.is_empty() {
        let problem = Problem::new(format!("`{name}` is no name for a pattern"));
        return Err(vec![problem.help("use letters, such as `patscan new pattern \"Order intake\"`")]);
    }
    let path = format!("{slug}.md");
    let refused = |error: std::io::Error| {
        let problem = match error.kind() {
            ErrorKind::AlreadyExists => Problem::new(format!("there is a file `{path}` already")),
            _ => Problem::new(format!("cannot write `{path}`: {error}")),
        };
        vec![problem.help("choose another name, or remove the file")]
    };
    let working = working_folder()?;
    let (number, title) = numbered(name).unwrap_or_else(|| (free_number(&working), name.trim()));
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).open(working.join(&path));
    let mut file = opened.map_err(refused)?;
    file.write_all(text((&number, title), &slug, template).as_bytes()).map_err(refused)?;
    Ok(path)
}

/// Number and title of a name that starts with a number.
fn numbered(name: &str) -> Option<(String, &str)> {
    let (number, title) = name.trim().split_once(' ')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (number.to_owned(), title.trim()))
}

/// The first number that is no id of a document in the folder.
fn free_number(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md"));
    let documents = files.flat_map(|path| pages(&path).0);
    let taken: BTreeSet<String> = documents.map(|page| read(&page.source).0.id.0).collect();
    let free = (FIRST_NUMBER..).find(|number| !taken.contains(&number.to_string()));
    free.unwrap_or(FIRST_NUMBER).to_string()
}

/// The template with its holes filled.
fn text((number, title): (&str, &str), slug: &str, template: TemplateArg) -> String {
    let template = match template {
        TemplateArg::Numbered => NUMBERED,
        TemplateArg::Tiered => TIERED,
        TemplateArg::Guide => GUIDE,
    };
    let title: String = title.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    template.replace("{number}", number).replace("{slug}", slug).replace("{name}", &title)
}

/// Lower-case words joined by `-`.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
