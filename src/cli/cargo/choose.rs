//! From cargo's arguments to what is read and what of it is reported. Reads no code.

use crate::catalog::nearest;
use crate::cli::args::{SelectionArgs, TargetArgs};
use crate::cli::cargo::workspace::{Member, Workspace};
use crate::finding::Problem;
use crate::scan::{Roots, Selection, TargetKind};
use globset::Glob;
use std::path::{Path, PathBuf};

/// What to read and what of it to report, where `paths` were named as well.
///
/// # Errors
/// A problem for each path that does not exist and each package that the workspace has not.
pub(in crate::cli) fn choose(
    paths: &[PathBuf],
    args: &SelectionArgs,
    working: &Path,
) -> Result<(Roots, Selection), Vec<Problem>> {
    let targets = targets_of(args.targets);
    if !is_about_packages(args, paths) {
        return Ok((Roots::new(paths, working)?, Selection { packages: None, targets }));
    }
    let given = manifest(args, working)?;
    let named = Roots::new(given.as_ref().map_or(paths, std::slice::from_ref), working)?;
    let start = named.starts.first().cloned().unwrap_or_else(|| working.to_path_buf());
    let workspace = Workspace::around(&start).map_err(|problem| vec![problem])?;
    let packages = packages_of(args, &workspace)?;
    let whole = [workspace.folder.clone()];
    let roots = Roots::new(if paths.is_empty() { &whole } else { paths }, working)?;
    Ok((roots.within(workspace.folder), Selection { packages: Some(packages), targets }))
}

/// Whether packages are chosen: by an argument, or since cargo always chooses.
fn is_about_packages(args: &SelectionArgs, paths: &[PathBuf]) -> bool {
    let is_asked = args.workspace || !args.packages.is_empty() || args.manifest_path.is_some();
    is_asked || args.is_by_cargo && paths.is_empty()
}

fn manifest(args: &SelectionArgs, working: &Path) -> Result<Option<PathBuf>, Vec<Problem>> {
    let Some(path) = &args.manifest_path else { return Ok(None) };
    if working.join(path).is_file() && path.file_name().is_some_and(|name| name == "Cargo.toml") {
        return Ok(Some(path.clone()));
    }
    let problem = Problem::new(format!("`{}` is no `Cargo.toml`", path.display()));
    Err(vec![problem.help("`--manifest-path` names the manifest of a package or workspace")])
}

fn packages_of(args: &SelectionArgs, workspace: &Workspace) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut named = |specs: &[String]| -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for spec in specs {
            let found = matching(spec, &workspace.members);
            if found.is_empty() {
                problems.push(unknown(spec, &workspace.members));
            }
            folders.extend(found);
        }
        folders
    };
    let (packages, excluded) = (named(&args.packages), named(&args.exclude));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut chosen = if args.workspace {
        workspace.members.iter().map(|member| member.folder.clone()).collect()
    } else if packages.is_empty() {
        workspace.by_default.clone()
    } else {
        packages
    };
    chosen.retain(|folder| !excluded.contains(folder));
    Ok(chosen)
}

/// Folders of the members that a spec names: a name, a glob, `name@version` or an address that ends in one of them.
fn matching(spec: &str, members: &[Member]) -> Vec<PathBuf> {
    let (address, end) = spec.rsplit_once('#').unwrap_or(("", spec));
    let is_version = !address.is_empty() && end.starts_with(|c: char| c.is_ascii_digit());
    let end = if is_version { address.rsplit('/').next().unwrap_or(end) } else { end };
    let name = end.split(['@', ':']).next().unwrap_or(end);
    let glob = Glob::new(name).map(|glob| glob.compile_matcher()).ok();
    let is_named = |member: &&Member| {
        member.name == name || glob.as_ref().is_some_and(|glob| glob.is_match(&member.name))
    };
    members.iter().filter(is_named).map(|member| member.folder.clone()).collect()
}

fn unknown(spec: &str, members: &[Member]) -> Problem {
    let names = || members.iter().map(|member| member.name.as_str());
    let help = match nearest(spec, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let list = names().map(|name| format!("`{name}`")).take(20).collect::<Vec<_>>().join(", ");
            format!("its packages are {list}")
        }
    };
    Problem::new(format!("the workspace has no package `{spec}`")).help(help)
}

/// The kinds of targets that are chosen; none where nobody chose.
fn targets_of(args: TargetArgs) -> Vec<TargetKind> {
    let TargetArgs { lib, bins, tests, examples, benches, all_targets } = args;
    // As in cargo, tests and benchmarks are those of libraries and programs too.
    let has_code = tests || benches || all_targets;
    let kinds = [
        (TargetKind::Library, lib || has_code),
        (TargetKind::Binary, bins || has_code),
        (TargetKind::Test, tests || all_targets),
        (TargetKind::Bench, benches || all_targets),
        (TargetKind::Example, examples || all_targets),
    ];
    kinds.into_iter().filter(|(_, is_chosen)| *is_chosen).map(|(kind, _)| kind).collect()
}

#[cfg(test)]
mod tests {
    use super::matching;
    use crate::cli::cargo::workspace::Member;

    #[test]
    fn a_spec_is_a_name_a_glob_or_an_address() {
        let members = ["orders", "orders-api", "billing"]
            .map(|name| Member { name: name.to_owned(), folder: name.into() });
        for (spec, expected) in [
            ("orders", &["orders"][..]),
            ("orders*", &["orders", "orders-api"]),
            ("orders@0.1.0", &["orders"]),
            ("path+file:///w/billing#0.1.0", &["billing"]),
            ("path+file:///w/b#billing@0.1.0", &["billing"]),
            ("order", &[]),
            ("[", &[]),
        ] {
            let found: Vec<String> =
                matching(spec, &members).iter().map(|folder| folder.display().to_string()).collect();
            assert_eq!(found, expected, "{spec}");
        }
    }
}
