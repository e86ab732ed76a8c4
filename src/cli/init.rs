//! `patscan init`: looks at a service and writes a configuration of comments, which changes no run until somebody edits it.

use crate::cli::args::InitArgs;
use crate::cli::baseline;
use crate::cli::day::today;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::judge::{Judged, judge};
use crate::cli::output;
use crate::cli::place::shown;
use crate::cli::session::Session;
use crate::cli::setup::{Setup, working_folder};
use crate::finding::{Problem, Severity, State};
use crate::policy::{Baseline, Report};
use crate::report::{counted, visible_line};
use crate::scan::{Clock, PlayedRole, Survey};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file's name.
const NAME: &str = "patscan.toml";

/// Items that are named for a role, and places that are looked into for documents.
const MAX_ITEMS: usize = 3;
/// Columns that a line of the file should not pass.
const WIDTH: usize = 100;
const MAX_FOLDERS: usize = 2_000;

pub(super) fn run(args: &InitArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    init(args, session).unwrap_or_else(|problems| {
        session.tell_problems(&problems);
        Ending::Refused
    })
}

fn init(args: &InitArgs, session: Session) -> Result<Ending, Vec<Problem>> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let setup = Setup::read(&paths, &args.common)?;
    let folder = setup.options.roots.folder.clone();
    let path = folder.join(NAME);
    let baseline_path = baseline::path_of(&setup, None);
    if !args.force && !args.dry_run {
        refuse_to_overwrite(args, &setup, &path, &baseline_path)?;
    }
    if args.baseline && !args.dry_run {
        baseline::refuse_in_build()?;
    }
    let Judged { loaded, report, .. } = judge(&setup, &setup.force.plan, Clock::Off)?;
    if report.is_broken {
        return Err(report.problems);
    }
    let text = text(&loaded.survey(), &report, &documents(&folder));
    if args.dry_run {
        let printed = session.print(|out| out.write_all(text.as_bytes()));
        return Ok(printed.map_or_else(|error| refuse_output(session, &error), |()| Ending::Fine));
    }
    output::save(&path, |out| out.write_all(text.as_bytes())).map_err(|problem| vec![problem])?;
    let working = working_folder()?;
    session.complain(&format!("wrote {}", shown(&path, &working).display()));
    let baseline = Baseline::of(&report, &today().to_string());
    let n_entries = u32::try_from(baseline.entries.len()).unwrap_or(u32::MAX);
    if args.baseline {
        baseline::save(&baseline_path, &baseline)?;
        let (n, file) = (counted(n_entries, "finding"), shown(&baseline_path, &working));
        session.complain(&format!("wrote {n} to {}", file.display()));
    } else if n_entries > 0 {
        let n = counted(n_entries, "finding");
        session.complain(&format!(
            "{n} today; `patscan baseline write` makes them known, so that only new ones fail"
        ));
    }
    Ok(Ending::Fine)
}

/// A file that is there stays; a configuration elsewhere would no longer be read.
fn refuse_to_overwrite(
    args: &InitArgs,
    setup: &Setup,
    path: &Path,
    baseline: &Path,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut refuse = |message: String| {
        problems.push(
            Problem::new(message).help("`--force` writes anyway, `--dry-run` shows what would be written"),
        );
    };
    if path.exists() {
        refuse(format!("`{}` is there already", path.display()));
    } else if let Some(leaf) = setup.config.leaves.first() {
        refuse(format!("`{}` configures this code already, and would no longer be read", leaf.path));
    }
    if args.baseline && baseline.exists() {
        refuse(format!("`{}` is there already", baseline.display()));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Folders that seem to hold pattern documents, below `folder`, sorted.
fn documents(folder: &Path) -> Vec<String> {
    let (mut found, mut open, mut n_seen) = (Vec::new(), vec![(folder.to_path_buf(), 0)], 0);
    while let Some((at, depth)) = open.pop() {
        n_seen += 1;
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        let mut has_page = false;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let is_skipped =
                name.starts_with('.') || matches!(name.as_str(), "target" | "node_modules" | "vendor");
            if is_folder && !is_skipped && depth < 3 && n_seen < MAX_FOLDERS {
                open.push((entry.path(), depth + 1));
            }
            has_page |= !is_folder && name.ends_with(".md");
        }
        let name = at.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if has_page
            && depth > 0
            && ["pattern", "architecture", "design"].iter().any(|word| name.contains(word))
        {
            let tail = at.strip_prefix(folder).unwrap_or(&at);
            found.push(tail.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    found
}

/// The file: comments alone.
fn text(survey: &Survey, report: &Report, documents: &[String]) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "# Configuration of patscan. Every line is a comment: nothing changes until you take a `#` away."
    );
    let _ = writeln!(
        out,
        "# `patscan config` shows what is in force, `patscan config --explain KEY` what a key means."
    );
    let services: Vec<String> =
        survey.packages.iter().map(|(name, kind)| format!("{} ({kind})", visible_line(name))).collect();
    let _ = writeln!(out, "#\n# Seen by `patscan init` on {}:", today());
    listed(&mut out, "packages", &services);
    listed(&mut out, "crates that checks know", &survey.crates);
    let _ = writeln!(
        out,
        "\n# From which severity on a finding fails the run: error, warning, note, never.\n# fail-on = \"error\""
    );
    let _ = writeln!(out, "\n# Your own pattern documents, beside the built-in ones.");
    let documents: Vec<String> =
        documents.iter().map(|path| serde_json::Value::from(path.as_str()).to_string()).collect();
    let documents = if documents.is_empty() { "\"docs/patterns\"".to_owned() } else { documents.join(", ") };
    let _ = writeln!(out, "# patterns = [{documents}]");
    roles(&mut out, &survey.roles);
    checks(&mut out, report);
    out.push_str(REST);
    out
}

/// A list that is wrapped below 100 columns.
fn listed(out: &mut String, what: &str, names: &[String]) {
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let mut line = format!("#   {what}:");
    for word in names.split(' ') {
        if line.len() + word.len() + 1 >= WIDTH {
            let _ = writeln!(out, "{line}");
            "#     ".clone_into(&mut line);
        }
        let _ = write!(line, " {word}");
    }
    let _ = writeln!(out, "{line}");
}

fn roles(out: &mut String, roles: &[PlayedRole]) {
    let is_played = |role: &&PlayedRole| !role.items.is_empty() || role.n_closures > 0;
    let _ = writeln!(
        out,
        "\n# Roles that the code shows. What is missing here, the checks cannot look at: declare it."
    );
    for role in roles.iter().filter(is_played) {
        let n = role.items.len() + role.n_closures;
        let mut line = format!("#   {:16} {n:>4} ", role.role);
        let is_short = |line: &str, name: &str| line.len() + name.len() < WIDTH;
        for (at, name) in role.items.iter().take(MAX_ITEMS).enumerate() {
            if at > 0 && !is_short(&line, name) {
                break;
            }
            let _ = write!(line, " {}", visible_line(name));
        }
        let _ = writeln!(out, "{line}{}", if role.items.is_empty() { " closures" } else { "" });
    }
    let missing: Vec<&PlayedRole> =
        roles.iter().filter(|role| role.is_declarable && !is_played(role)).collect();
    let _ = writeln!(
        out,
        "# Nobody was seen to play these (`*` is one segment of a path, `**` any number):\n# [roles]"
    );
    for role in missing {
        let _ = writeln!(out, "# {} = [\"crate::**::*\"]  # {}", role.role, role.meaning);
    }
}

fn checks(out: &mut String, report: &Report) {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, &str), usize> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.state == State::New) {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.check.as_str())).or_default() += 1;
    }
    let _ = writeln!(out, "\n# Findings today, by check. `patscan explain ID` says why each matters.");
    if counts.is_empty() {
        let _ = writeln!(out, "#   none");
    }
    for ((std::cmp::Reverse(severity), check), n) in &counts {
        let _ = writeln!(out, "#   {n:>4}  {severity:7}  {check}");
    }
    let first = counts.keys().next().map_or("unbounded-channel", |(_, check)| check);
    let _ = writeln!(
        out,
        "# [checks.{first}]\n# severity = \"warning\"  # or enabled = false, waivable = false, params = {{ .. }}"
    );
}

const REST: &str = "
# Other settings for a part of the code.
# [[override]]
# path = \"crates/old/**\"
# checks.unbounded-channel.severity = \"note\"

# Files that nobody examines. Tests, benches, examples, build scripts and generated code are left out anyway.
# [[scope.exclude]]
# path = \"crates/legacy/**\"
# reason = \"frozen, replaced by orders-v2\"

# Permissions that no comment can hold. In the code: // patscan: allow(check-id, reason = \"..\", until = \"2027-01-31\")
# [[waiver]]
# check = \"unbounded-channel\"
# path = \"crates/old/**\"
# owner = \"team-orders\"
# reason = \"one message a day\"
# until = \"2027-01-31\"
";

#[cfg(test)]
mod tests {
    use super::text;
    use crate::cli::config;
    use crate::policy::Report;
    use crate::scan::{PlayedRole, Survey};

    #[test]
    fn the_text_says_nothing_as_it_is_and_is_toml_without_its_marks() {
        let role = PlayedRole {
            role: "message",
            meaning: "is put on a queue",
            items: Vec::new(),
            n_closures: 0,
            is_declarable: true,
        };
        let survey = Survey { roles: vec![role], ..Survey::default() };
        let text = text(&survey, &Report::default(), &["docs/patterns".to_owned()]);
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
        // Each line that is an example is one key, table or row; all of them together are a configuration.
        let is_example = |line: &&str| {
            let line = line.trim_start_matches("# ");
            line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains([' ', '`']))
        };
        let bare: Vec<&str> =
            text.lines().filter(is_example).map(|line| line.trim_start_matches("# ")).collect();
        let temp = tempfile::tempdir().expect("a folder");
        std::fs::write(temp.path().join("patscan.toml"), bare.join("\n")).expect("written");
        let (config, problems) = config::load(temp.path(), None);
        assert_eq!(problems, [], "{}", bare.join("\n"));
        assert_eq!((config.overrides.len(), config.waivers.len(), config.exclusions.len()), (1, 1, 1));
        assert_eq!((config.roles.len(), config.patterns.len()), (1, 1));
    }
}
