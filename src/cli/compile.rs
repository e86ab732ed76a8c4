//! `patscan compile`: documents to rule sets on disk or stdout, with a table of what their statements are tied to.

mod accept;
mod json;
mod table;

use crate::cli::args::{CompileArgs, CompileFormatArg};
use crate::cli::document::{Bound, Compiled, Files};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::output;
use crate::cli::patch::unified;
use crate::cli::rules;
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::Problem;
use crate::report::visible_text;
use crate::rule::{Disposition, RuleSet, changes, is_rule_set, rule_set, yaml_of};
use crate::scan::{Page, pages, vocabulary};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &CompileArgs) -> Ending {
    let session = Session::new(args.run.color);
    match compiled(args) {
        Ok((rules, bound)) => finish(args, session, &rules, bound),
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

/// What a document compiles to depends on it and on the checks alone, not on any configuration.
fn compiled(args: &CompileArgs) -> Result<(RuleSet, Bound), Vec<Problem>> {
    let mut rules = rules::known(&args.rules)?;
    let files = Files::find(&args.documents, &working_folder()?);
    let opened = files.open(usize::from(args.run.threads)).map_err(|problem| vec![problem])?;
    let bound = opened.bind(&mut rules);
    if bound.patterns.is_empty() {
        let is_told = !bound.problems.is_empty();
        let none =
            Problem::new("there is no document to compile").help("name Markdown files or folders of them");
        return Err(if is_told { bound.problems } else { vec![none] });
    }
    Ok((rules, bound))
}

fn finish(args: &CompileArgs, session: Session, rules: &RuleSet, mut bound: Bound) -> Ending {
    if args.accept.is_some() {
        let wanted = args.accept.as_ref().and_then(Option::as_deref);
        let told = accept::accept(&bound, wanted);
        bound.problems.extend(told.problems);
        for line in told.lines {
            session.complain(&line);
        }
        // The documents changed: what is written below must be what they say now.
        match compiled(args) {
            Ok((_, again)) => {
                let problems = std::mem::take(&mut bound.problems);
                bound = again;
                bound.problems.extend(problems);
            }
            Err(problems) => bound.problems.extend(problems),
        }
    }
    let outputs = outputs(&bound, args.output.as_deref());
    let ending = match (args.check, &args.output) {
        (true, Some(folder)) => check(session, &outputs, &orphans(folder, &outputs)),
        (true, None) => check(session, &outputs, &[]),
        (false, Some(folder)) => write(session, folder, &outputs, rules),
        (false, None) => Ending::Fine,
    };
    session.tell_problems(&problems_to_tell(&bound, args.format));
    let listing = if args.verbose { table::Listing::Verbose } else { table::Listing::Brief };
    let written = session.print(|out| match args.format {
        CompileFormatArg::Json => json::write(&bound, out),
        CompileFormatArg::Yaml => outputs.iter().try_for_each(|output| write!(out, "---\n{}", output.text)),
        CompileFormatArg::Table if args.check => Ok(()),
        CompileFormatArg::Table => table::write(&bound, listing, session.out_color, out),
    });
    match written {
        Ok(()) if args.check && has_errors(&bound) => Ending::Findings,
        Ok(()) => ending,
        Err(error) => refuse_output(session, &error),
    }
}

/// All problems; JSON holds those of its documents itself.
fn problems_to_tell(bound: &Bound, format: CompileFormatArg) -> Vec<Problem> {
    let own = bound.patterns.iter().flat_map(|compiled| &compiled.problems);
    let is_of_document = |problem: &&Problem| {
        let path = problem.place.as_ref().map(|place| &place.path);
        bound.patterns.iter().any(|compiled| path == Some(&compiled.rules.path))
    };
    let mut problems: Vec<Problem> = match format {
        CompileFormatArg::Json => bound.problems.iter().filter(|p| !is_of_document(p)).cloned().collect(),
        CompileFormatArg::Table | CompileFormatArg::Yaml => own.chain(&bound.problems).cloned().collect(),
    };
    problems.sort();
    problems.dedup();
    problems
}

fn has_errors(bound: &Bound) -> bool {
    let mut bonds = bound.patterns.iter().flat_map(|compiled| compiled.rules.bonds());
    bonds.any(|(_, bond)| {
        matches!(bond.disposition, Some(Disposition::Error(_) | Disposition::Expired { .. }))
    })
}

/// A rule set as it should be on disk.
struct Output<'b> {
    compiled: &'b Compiled,
    path: PathBuf,
    text: String,
}

/// One file for each document, named by its stem, or by its path where several have that stem.
fn outputs<'b>(bound: &'b Bound, folder: Option<&Path>) -> Vec<Output<'b>> {
    let mut n_by_stem: BTreeMap<&str, usize> = BTreeMap::new();
    for compiled in &bound.patterns {
        *n_by_stem.entry(compiled.rules.path.file_stem()).or_default() += 1;
    }
    let name = |compiled: &Compiled| {
        let path = &compiled.rules.path;
        let is_alone = n_by_stem.get(path.file_stem()).is_none_or(|n| *n == 1);
        let stem = path.as_str().rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
        if is_alone { path.file_stem().to_owned() } else { stem.replace('/', "-") }
    };
    let folder = folder.unwrap_or(Path::new(""));
    let documents = bound.patterns.iter();
    documents
        .map(|compiled| Output {
            compiled,
            path: folder.join(format!("{}.yaml", name(compiled))),
            text: yaml_of(&compiled.rules),
        })
        .collect()
}

/// Rule sets in `folder` whose documents are gone.
fn orphans(folder: &Path, outputs: &[Output<'_>]) -> Vec<Problem> {
    if !folder.is_dir() {
        return Vec::new();
    }
    let (pages, _) = pages(folder);
    let others = pages.iter().filter(|page| outputs.iter().all(|output| output.path != page.disk));
    let document = |page: &Page| {
        let line = page.source.text().lines().find_map(|line| line.strip_prefix("document: "));
        line.map(|path| path.trim_matches('"').to_owned())
    };
    let gone =
        others.filter(|page| is_rule_set(&page.source)).filter_map(|page| {
            let document = document(page).filter(|path| !Path::new(path).exists())?;
            let problem = Problem::in_file(page.source.path(), format!("its document `{document}` is gone"));
            Some(problem.help(
                "remove the rule set, or compile the document from the folder where it was compiled first",
            ))
        });
    gone.collect()
}

fn check(session: Session, outputs: &[Output<'_>], orphans: &[Problem]) -> Ending {
    session.tell_problems(orphans);
    let mut n_stale = 0;
    for output in outputs {
        let on_disk = std::fs::read_to_string(&output.path).unwrap_or_default();
        if on_disk == output.text {
            continue;
        }
        n_stale += 1;
        let shown = output.path.display().to_string();
        let diff = unified((&shown, &on_disk), (output.compiled.rules.path.as_str(), &output.text));
        if let Err(error) = session.print(|out| write!(out, "{}", visible_text(&diff))) {
            return refuse_output(session, &error);
        }
    }
    if n_stale == 0 {
        return if orphans.is_empty() { Ending::Fine } else { Ending::Findings };
    }
    session.complain(&format!(
        "{n_stale} of {} rule sets are not what their documents compile to; run `patscan compile` and commit",
        outputs.len()
    ));
    Ending::Findings
}

fn write(session: Session, folder: &Path, outputs: &[Output<'_>], rules: &RuleSet) -> Ending {
    if let Err(error) = std::fs::create_dir_all(folder) {
        session.complain(&format!("cannot make `{}`: {error}", folder.display()));
        return Ending::Refused;
    }
    for output in outputs {
        let shown = output.path.display();
        let earlier = std::fs::read_to_string(&output.path).unwrap_or_default();
        if earlier == output.text {
            continue;
        }
        let source = crate::base::SourceText::new(crate::base::RelPath::new(&shown.to_string()), earlier);
        let (known, _) = rule_set(&source, rules, vocabulary(), crate::cli::day::today());
        for change in known.iter().flat_map(|known| changes(known, &output.compiled.rules)) {
            session.complain(&format!("{}: {change}", output.compiled.rules.path));
        }
        if let Err(problem) = output::save(&output.path, |out| out.write_all(output.text.as_bytes())) {
            session.tell_problems(&[problem]);
            return Ending::Refused;
        }
        session.complain(&format!("wrote {shown}"));
    }
    Ending::Fine
}
