//! A scan with all that people said about its findings laid over them: exceptions, then waivers. Knows no baseline.

use crate::base::CheckId;
use crate::cli::config::{Override, of_package};
use crate::cli::day::today;
use crate::cli::link::link;
use crate::cli::progress::Bar;
use crate::cli::setup::Setup;
use crate::finding::{Finding, Problem};
use crate::policy::{Asked, Exception, Part, Report, WaiverRow, waive};
use crate::rule::{Plan, RuleSet, Setting};
use crate::scan::{Clock, Loaded, load, vocabulary};
use std::mem::ManuallyDrop;

/// What was scanned, and what came of it.
pub(super) struct Judged {
    /// The code. The program ends right after: freeing it piece by piece would only take time.
    pub(super) loaded: ManuallyDrop<Loaded>,
    /// The findings, in their final order.
    pub(super) report: Report,
    /// The ledger of waivers.
    pub(super) waivers: Vec<WaiverRow>,
}

/// Scans with the checks of `plan`.
///
/// # Errors
/// All that keeps the scan from running, and what is wrong with settings of single packages.
pub(super) fn judge(setup: &Setup, plan: &Plan, clock: Clock) -> Result<Judged, Vec<Problem>> {
    let bar = Bar::new();
    let loaded = load(&setup.options, &bar).inspect_err(|_| bar.finish())?;
    let loaded = ManuallyDrop::new(loaded);
    let mut report = loaded.check_plan(plan, clock, &bar);
    let excepted = except(&loaded, setup, plan, &bar, &mut report);
    bar.finish();
    excepted?;
    let waivers = permit(&loaded, setup, &mut report);
    report.problems.extend(setup.force.problems.iter().cloned());
    report.n_documents_lost = setup.force.n_lost;
    let mut report = report.into_ordered();
    report.settle_statements();
    report.service = setup.config.name.clone().unwrap_or_else(|| loaded.name());
    link(&mut report, setup.config.pages.as_ref());
    Ok(Judged { loaded, report, waivers })
}

/// Marks what comments and configuration permit, before anything else is settled about the findings.
fn permit(loaded: &Loaded, setup: &Setup, report: &mut Report) -> Vec<WaiverRow> {
    let asked = Asked {
        known: setup.known.clone(),
        fixed: setup
            .rules
            .rules
            .iter()
            .filter(|rule| !rule.is_waivable)
            .map(|rule| rule.id.clone())
            .collect(),
        ran: report.checks.iter().map(|count| count.check.clone()).collect(),
        is_whole: setup.is_whole(),
    };
    let mut waivers = loaded.waiver_comments();
    waivers.extend(setup.config.waivers.iter().cloned());
    waive(report, &waivers, today(), &asked)
}

/// Settings of one part of the code, with the file that they stand in.
struct Settings<'a> {
    part: Part,
    source: crate::base::SourceText,
    checks: std::borrow::Cow<'a, [Setting]>,
}

/// Lays the settings of parts over the findings: overrides, then what packages say of themselves.
fn except(
    loaded: &Loaded,
    setup: &Setup,
    plan: &Plan,
    bar: &Bar,
    report: &mut Report,
) -> Result<(), Vec<Problem>> {
    let of_override = |row: &Override| Part::Files(row.paths.clone());
    let mut parts: Vec<Settings<'_>> = Vec::new();
    for row in &setup.config.overrides {
        let (part, source) = (of_override(row), row.source.clone());
        parts.push(Settings { part, source, checks: row.checks.as_slice().into() });
    }
    parts.extend(of_packages(loaded, setup)?);
    let mut problems = Vec::new();
    let mut exceptions = Vec::new();
    for settings in &parts {
        problems.extend(unknown(settings, setup));
        problems.extend(with_params(loaded, setup, plan, settings, bar, report));
        exceptions.extend(settings.checks.iter().map(|setting| Exception {
            part: settings.part.clone(),
            check: setting.id.clone(),
            severity: setting.severity,
            is_enabled: setting.is_enabled,
        }));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if !exceptions.is_empty() {
        report.except(&exceptions, &setup.off);
    }
    Ok(())
}

/// What the manifests of packages in a workspace say of their own code.
fn of_packages(loaded: &Loaded, setup: &Setup) -> Result<Vec<Settings<'static>>, Vec<Problem>> {
    let manifests = loaded.manifests();
    let main = setup.config.source.as_ref().map(|source| source.path().clone());
    let others: Vec<_> = manifests.iter().map(|manifest| manifest.path().parent()).collect();
    let (mut parts, mut problems) = (Vec::new(), Vec::new());
    for manifest in &manifests {
        // The manifest that is the configuration was read as one.
        if main.as_ref() == Some(manifest.path()) && !manifest.text().contains("[workspace.metadata.patscan")
        {
            continue;
        }
        let (checks, wrong) = of_package(manifest);
        problems.extend(wrong);
        if !checks.is_empty() {
            let part = Part::Package { folder: manifest.path().parent(), others: others.clone() };
            parts.push(Settings { part, source: manifest.clone(), checks: checks.into() });
        }
    }
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

/// Checks that are not there, or that are off everywhere and were not asked for in time.
fn unknown(settings: &Settings<'_>, setup: &Setup) -> Vec<Problem> {
    let is_in_force = |id: &CheckId| setup.rules.rules.iter().any(|rule| rule.id == *id);
    let mut problems = Vec::new();
    for setting in settings.checks.iter().filter(|setting| !is_in_force(&setting.id)) {
        if !setup.known.contains(&setting.id) {
            let known = setup.known.iter().map(CheckId::as_str);
            let near = crate::catalog::nearest(setting.id.as_str(), known);
            let help = near.map_or("see `patscan list`".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("there is no check `{}`", setting.id);
            problems.push(Problem::at(&settings.source, setting.span, message).help(help));
        } else if setting.is_enabled == Some(true) && matches!(settings.part, Part::Package { .. }) {
            let message = format!("`{}` is switched off for the whole workspace", setting.id);
            let help = "switch it on there, or for a part by `[[override]]` beside it";
            problems.push(Problem::at(&settings.source, setting.span, message).help(help));
        }
    }
    problems
}

/// Judges a part once more by the checks that have other parameters there, and puts what they find in place of what was found.
fn with_params(
    loaded: &Loaded,
    setup: &Setup,
    plan: &Plan,
    settings: &Settings<'_>,
    bar: &Bar,
    report: &mut Report,
) -> Vec<Problem> {
    let own = settings.checks.iter().filter(|setting| !setting.params.is_empty());
    let is_run = |setting: &&Setting| {
        plan.layers.first().is_some_and(|rules| rules.rule(setting.id.as_str()).is_some())
    };
    let own: Vec<Setting> = own
        .filter(is_run)
        .map(|setting| Setting { severity: None, is_enabled: None, is_waivable: None, ..setting.clone() })
        .collect();
    let rules = own.iter().filter_map(|setting| setup.rules.rule(setting.id.as_str()).cloned());
    let mut rules = RuleSet { rules: rules.collect() };
    let problems = rules.configure(&settings.source, &own, vocabulary());
    if own.is_empty() || !problems.is_empty() {
        return problems;
    }
    let other = loaded.check(&rules, Clock::Off, bar);
    let is_meant = |finding: &Finding| {
        own.iter().any(|setting| setting.id == finding.check) && settings.part.holds(&finding.path)
    };
    let sentence = |check: &CheckId| {
        report.findings.iter().find(|found| found.check == *check).and_then(|found| found.statement.clone())
    };
    let mut found: Vec<Finding> = other.findings.into_iter().filter(|finding| is_meant(finding)).collect();
    for finding in &mut found {
        finding.statement = sentence(&finding.check);
    }
    report.findings.retain(|finding| !is_meant(finding));
    report.findings.extend(found);
    report.sources.extend(other.sources);
    problems
}
