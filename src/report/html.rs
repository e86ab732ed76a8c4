//! The report for reviewers: one HTML file that needs nothing else, readable without its script. Judges nothing.
//!
//! Each statement of each pattern stands in the order of its document, with the places that speak for it; a finding stands
//! in full once, where its sentence is. The page allows only its own style and script, named by their hashes.

mod anchor;
mod appendix;
mod escape;
mod finding;
mod headline;
mod pattern;
mod permit;

use crate::policy::Report;
use crate::report::html::anchor::Anchors;
use crate::report::html::appendix::{Appendix, Group, groups};
use crate::report::html::finding::{Cards, Shown};
use crate::report::html::headline::Headline;
use crate::report::html::pattern::{ManualView, PatternView, manual, patterns};
use crate::report::html::permit::{ChangesView, WaiverView, changes, waivers};
use crate::report::visible::visible_line;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    content_policy: String,
    style: String,
    script: String,
    version: &'static str,
    service: String,
    headline: Headline<'a>,
    patterns: Vec<PatternView<'a>>,
    n_idle: usize,
    manual: Vec<ManualView<'a>>,
    loose: Vec<Group<'a>>,
    n_loose: usize,
    changes: Option<ChangesView<'a>>,
    waivers: Vec<WaiverView<'a>>,
    appendix: Appendix<'a>,
}

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut anchors = Anchors::default();
    let mut cards = Cards::new(report, &mut anchors);
    let patterns = patterns(report, &mut cards, &mut anchors);
    let loose = groups(report, &mut cards);
    let (style, script) = (without_blank_lines(STYLE), without_blank_lines(SCRIPT));
    let page = Page {
        content_policy: content_policy(&style, &script),
        style,
        script,
        version: env!("CARGO_PKG_VERSION"),
        service: visible_line(&report.service),
        headline: Headline::of(report, &patterns),
        manual: manual(&patterns),
        n_loose: loose.iter().map(|group| group.findings.len()).sum(),
        n_idle: patterns.iter().filter(|pattern| pattern.is_idle).count(),
        changes: changes(report, &cards),
        waivers: waivers(report),
        appendix: Appendix::of(report),
        patterns,
        loose,
    };
    let text = page.render().map_err(io::Error::other)?;
    out.write_all(without_blank_lines(&text).as_bytes())
}

/// The text without lines that say nothing, such as a template leaves behind.
fn without_blank_lines(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Only our own style and script, and nothing from anywhere.
fn content_policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}
