//! `compile --accept`: writes proposals into documents as comments. Every other byte stays; a document that would read
//! differently afterwards is left as it was.

use crate::cli::document::{Bound, Compiled};
use crate::cli::output;
use crate::finding::Problem;
use crate::report::counted;
use crate::rule::{Acceptance, accept as accepted};

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) lines: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// Accepts the proposals of all documents; only those of the statement `wanted` where one is named.
pub(super) fn accept(bound: &Bound, wanted: Option<&str>) -> Told {
    let mut told = Told::default();
    let mut n_accepted = 0;
    for compiled in &bound.patterns {
        n_accepted += one(compiled, wanted, &mut told);
    }
    match (wanted, n_accepted) {
        (Some(id), 0) if told.problems.is_empty() => {
            let problem = Problem::new(format!("no proposal for a statement `{id}`"));
            told.problems.push(problem.help("`patscan compile --format json` lists ids and proposals"));
        }
        _ => told.lines.push(format!("accepted {}", counted(n_accepted as u32, "proposal"))),
    }
    told
}

fn one(compiled: &Compiled, wanted: Option<&str>, told: &mut Told) -> usize {
    let Some(page) = &compiled.page else { return 0 };
    let Acceptance { text, accepted, problems } = accepted(&page.source, &compiled.rules, wanted);
    told.problems.extend(problems);
    if accepted.is_empty() {
        return 0;
    }
    if let Err(problem) = output::save(&page.disk, |out| out.write_all(text.as_bytes())) {
        told.problems.push(problem);
        return 0;
    }
    told.lines.extend(accepted.iter().map(|line| format!("{}: {line}", page.source.path())));
    accepted.len()
}
