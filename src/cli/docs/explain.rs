//! `docs --explain`: how each document was read, and why so.

use super::{Documents, Read};
use crate::pattern::{IdSource, SectionKind};
use crate::report::{Color, Paint, counted, visible_line};
use std::io::{self, Write};

pub(super) fn write(documents: &Documents, color: Color, out: &mut dyn Write) -> io::Result<()> {
    for document in &documents.documents {
        one(document, color, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn one(document: &Read, color: Color, out: &mut dyn Write) -> io::Result<()> {
    let pattern = &document.pattern;
    let path = color.paint(Paint::Strong, &visible_line(pattern.path.as_str()));
    writeln!(out, "{path}: {}", pattern.dialect.as_str())?;
    for reason in &pattern.reasons {
        let sign = if reason.dialect == pattern.dialect { '+' } else { '-' };
        let text = visible_line(&reason.text);
        writeln!(out, "  {sign} {} for {}: {text}", reason.points, reason.dialect.as_str())?;
    }
    writeln!(out, "  title   {}", visible_line(&pattern.title))?;
    writeln!(out, "  id      {} ({})", visible_line(&pattern.id.0), source(pattern.id_source))?;
    if let Some(status) = pattern.status {
        writeln!(out, "  status  {}", status.as_str())?;
    }
    if let Some(tier) = &pattern.tier {
        writeln!(out, "  tier    {}", visible_line(tier))?;
    }
    let n_statements = counted(pattern.statements.len() as u32, "statement");
    writeln!(out, "  {n_statements}{}", sections(document))?;
    if !pattern.rows.is_empty() {
        writeln!(out, "  {}", counted(pattern.rows.len() as u32, "row"))?;
    }
    Ok(())
}

/// Where an id comes from, for people.
pub(super) const fn source(from: IdSource) -> &'static str {
    match from {
        IdSource::Marker => "from a comment in the head",
        IdSource::PatternId => "from the pattern id or the number in the title",
        IdSource::CanonicalPath => "from the canonical path",
        IdSource::FrontMatter => "from the front matter",
        IdSource::Path => "from the file's path",
    }
}

/// Counts of statements by section, those that are not zero.
pub(super) fn counts(document: &Read) -> impl Iterator<Item = (SectionKind, usize)> {
    let statements = &document.pattern.statements;
    SectionKind::ALL.into_iter().filter_map(|kind| {
        let count = statements.iter().filter(|statement| statement.section == kind).count();
        (count > 0).then_some((kind, count))
    })
}

fn sections(document: &Read) -> String {
    let counts: Vec<String> =
        counts(document).map(|(kind, count)| format!("{count} {}", kind.as_str())).collect();
    if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) }
}
