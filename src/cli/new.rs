//! `patscan new pattern`: a document to start from, whose bindings are all in order. Overwrites nothing.

use crate::cli::args::{NewArgs, NewThing, TemplateArg};
use crate::cli::ending::Ending;
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::Problem;
use std::io::Write;

const NUMBERED: &str = include_str!("../../rules/templates/numbered.md");
const TIERED: &str = include_str!("../../rules/templates/tiered.md");
const GUIDE: &str = include_str!("../../rules/templates/guide.md");

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
        let problem = Problem::new(format!("cannot write `{path}`: {error}"));
        vec![problem.help("choose another name, or remove the file")]
    };
    let mut options = std::fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).open(working_folder()?.join(&path));
    let mut file = opened.map_err(refused)?;
    file.write_all(text(name, &slug, template).as_bytes()).map_err(refused)?;
    Ok(path)
}

/// The template with its holes filled. A name that starts with a number gives a numbered pattern its id.
fn text(name: &str, slug: &str, template: TemplateArg) -> String {
    let (number, rest) = name.trim().split_once(' ').unwrap_or(("", name));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let (number, title) = if is_number { (number, rest.trim()) } else { ("100", name.trim()) };
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
