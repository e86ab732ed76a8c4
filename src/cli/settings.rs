//! `patscan config`: the configuration in force, with the place of each value; `--explain KEY` says what a key means.

use crate::cli::args::ConfigArgs;
use crate::cli::config::{self, Config, KEYS, Key, Leaf, find_key, nearest_key};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::finding::Problem;
use crate::report::visible_line;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

pub(super) fn run(args: &ConfigArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let told = match &args.explain {
        Some(text) => explained(text, &paths, args)
            .map(|(key, config)| session.print(|out| explain(key, text, &config, out))),
        None => Setup::read(&paths, &args.common).map(|setup| session.print(|out| write(&setup.config, out))),
    };
    match told {
        Ok(Ok(())) => Ending::Fine,
        Ok(Err(error)) => refuse_output(session, &error),
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

/// The key that was asked for, and the configuration in which it may be set. A configuration with mistakes explains too.
fn explained(
    text: &str,
    paths: &[PathBuf],
    args: &ConfigArgs,
) -> Result<(&'static Key, Config), Vec<Problem>> {
    let Some(key) = find_key(text) else {
        let near = nearest_key(text).map(|near| format!("did you mean `{near}`? "));
        let names: Vec<String> =
            KEYS.iter().filter(|key| !key.path.contains('.')).map(|key| format!("`{}`", key.path)).collect();
        let help = format!("{}keys at the top: {}", near.unwrap_or_default(), names.join(", "));
        return Err(vec![Problem::new(format!("unknown key `{text}`")).help(help)]);
    };
    let roots = crate::scan::Roots::new(paths, &crate::cli::setup::working_folder()?)?;
    Ok((key, config::load(&roots.folder, args.common.config.file.as_deref()).0))
}

fn explain(key: &Key, asked: &str, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", key.path)?;
    writeln!(out, "  {}", key.about)?;
    writeln!(out, "  takes: {}", key.takes.told())?;
    if !key.default.is_empty() {
        writeln!(out, "  without it: {}", key.default)?;
    }
    let below: Vec<&str> = KEYS.iter().filter(|other| is_below(other, key)).map(|other| other.path).collect();
    if !below.is_empty() {
        writeln!(out, "  keys: {}", below.join(", "))?;
    }
    let is_asked = |leaf: &&Leaf| is_at(leaf, key, asked);
    let set: Vec<&Leaf> = config.leaves.iter().filter(is_asked).collect();
    if set.is_empty() {
        return writeln!(out, "  set: nowhere");
    }
    for leaf in set {
        writeln!(out, "  set: {} = {}  # {}", full_key(leaf), visible_line(&leaf.value), place(leaf))?;
    }
    Ok(())
}

fn is_below(other: &Key, key: &Key) -> bool {
    other.path.strip_prefix(key.path).is_some_and(|tail| tail.starts_with('.'))
}

fn full_key(leaf: &Leaf) -> String {
    leaf.row.as_ref().map_or_else(|| leaf.key.clone(), |(row, _)| format!("[[{row}]].{}", leaf.key))
}

/// Whether a value stands at the key, or below it; a name that was asked for counts where the table has `*`.
fn is_at(leaf: &Leaf, key: &Key, asked: &str) -> bool {
    let plain = |text: &str| text.replace(['[', ']', '"'], "");
    let own = plain(&full_key(leaf));
    let (own, asked): (Vec<&str>, String) = (own.split('.').collect(), plain(asked));
    let asked: Vec<&str> = asked.split('.').collect();
    let n_parts = key.path.split('.').count();
    own.len() >= n_parts && own.iter().zip(&asked).all(|(own, asked)| own == asked || *asked == "*")
}

fn place(leaf: &Leaf) -> String {
    format!("{}:{}", visible_line(leaf.path.as_str()), leaf.line)
}

/// Writes what is in force as TOML: single values and lists, then rows.
fn write(config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let (rows, single): (Vec<&Leaf>, Vec<&Leaf>) = config.leaves.iter().partition(|leaf| leaf.row.is_some());
    let mut by_key: BTreeMap<&str, Vec<&Leaf>> = BTreeMap::new();
    for leaf in single {
        by_key.entry(&leaf.key).or_default().push(leaf);
    }
    for key in KEYS.iter().filter(|key| !key.path.contains(['.', '*'])) {
        if key.default.starts_with('"') && !by_key.contains_key(key.path) {
            let default = key.default.split(", ").next().unwrap_or(key.default);
            // As a comment: a baseline that is named has to be there.
            writeln!(out, "# {} = {default}  # default", key.path)?;
        }
    }
    for (key, leaves) in by_key {
        let is_list = leaves.iter().all(|leaf| leaf.value.starts_with('['));
        if is_list && key != "extends" {
            let parts = leaves.iter().map(|leaf| leaf.value.trim_matches(['[', ']']).trim());
            let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            let places: Vec<String> = leaves.iter().map(|leaf| place(leaf)).collect();
            writeln!(out, "{key} = [{}]  # {}", visible_line(&parts.join(", ")), places.join(", "))?;
        } else if let Some(leaf) = leaves.last() {
            writeln!(out, "{key} = {}  # {}", visible_line(&leaf.value), place(leaf))?;
        }
    }
    let mut open: Option<(&str, u32, &str)> = None;
    for leaf in rows {
        let Some((row, line)) = &leaf.row else { continue };
        let this = (row.as_str(), *line, leaf.path.as_str());
        if open != Some(this) {
            writeln!(out, "\n[[{row}]]  # {}:{line}", visible_line(leaf.path.as_str()))?;
            open = Some(this);
        }
        writeln!(out, "{} = {}", leaf.key, visible_line(&leaf.value))?;
    }
    Ok(())
}
