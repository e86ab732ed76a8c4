//! `allow(check-id, …, reason = "…", until = "…")` or an entry: text to a grant, or what is wrong with it. Knows no check.

use super::WaiverEntry;
use crate::base::Date;

/// What a waiver says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grant {
    /// Ids of checks, at least one.
    pub(super) checks: Vec<String>,
    /// Why; not empty.
    pub(super) reason: String,
    /// The last day on which it holds.
    pub(super) until: Option<Date>,
    /// Who answers for it.
    pub(super) owner: String,
    /// `allow-file`: it holds in the whole file.
    pub(super) is_for_file: bool,
}

/// Why nothing is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It cannot be read.
    Malformed(String),
    /// Nobody said why, or who answers for it.
    Unexplained(String),
}

/// Reads what stands behind `patscan:`; `None` where that is another word of ours. What is wrong comes with what could be
/// read.
#[must_use]
pub(super) fn grant(text: &str) -> Option<Result<Grant, (Grant, Wrong)>> {
    let (word, rest) =
        text.split_once('(').map_or((text.trim(), None), |(word, rest)| (word.trim(), Some(rest)));
    let is_for_file = match word {
        "allow" => false,
        "allow-file" => true,
        "role" => return None,
        other => {
            let message = format!("`{other}` is neither `allow`, `allow-file` nor `role`");
            return Some(Err((Grant::default(), Wrong::Malformed(message))));
        }
    };
    let mut grant = Grant { is_for_file, ..Grant::default() };
    Some(match read(rest, &mut grant) {
        Err(message) => Err((grant, Wrong::Malformed(message))),
        Ok(()) => explained(grant),
    })
}

/// Reads an entry of the configuration, which also says who answers for it.
pub(super) fn of_entry(entry: &WaiverEntry) -> Result<Grant, (Grant, Wrong)> {
    let WaiverEntry { checks, owner, reason, until, .. } = entry.clone();
    let day = until.as_deref().map(Date::parse);
    let grant = Grant { checks, reason, owner, until: day.flatten(), is_for_file: false };
    if let (Some(None), Some(text)) = (day, until) {
        return Err((grant, Wrong::Malformed(no_day(&text))));
    }
    if grant.checks.is_empty() {
        return Err((grant, Wrong::Malformed("no check is named".to_owned())));
    }
    if entry.path.is_none() && entry.item.is_none() {
        let message = "neither `path` nor `item` says where it holds".to_owned();
        return Err((grant, Wrong::Malformed(message)));
    }
    if grant.owner.trim().is_empty() {
        return Err((grant, Wrong::Unexplained("no owner is named".to_owned())));
    }
    explained(grant)
}

fn explained(grant: Grant) -> Result<Grant, (Grant, Wrong)> {
    if grant.reason.trim().is_empty() {
        return Err((grant, Wrong::Unexplained("no reason is given".to_owned())));
    }
    Ok(grant)
}

fn no_day(text: &str) -> String {
    format!("`{text}` is no day such as `2027-01-31`")
}

fn read(rest: Option<&str>, grant: &mut Grant) -> Result<(), String> {
    for part in parts(rest.ok_or("`(` is missing")?)? {
        match part.split_once('=') {
            None if !part.is_empty() => grant.checks.push(part),
            None => {}
            Some((key, value)) => enter(grant, key.trim(), value.trim())?,
        }
    }
    if grant.checks.is_empty() { Err("no check is named".to_owned()) } else { Ok(()) }
}

fn enter(grant: &mut Grant, key: &str, value: &str) -> Result<(), String> {
    let text = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let text = text.ok_or_else(|| format!("the value of `{key}` is not in quotes"))?;
    match key {
        "reason" => text.clone_into(&mut grant.reason),
        "until" => {
            grant.until = Some(Date::parse(text).ok_or_else(|| no_day(text))?);
        }
        other => return Err(format!("`{other}` is neither `reason` nor `until`")),
    }
    Ok(())
}

/// The parts between the commas outside of quotes, up to the `)` that must end the text.
fn parts(text: &str) -> Result<Vec<String>, String> {
    let (mut parts, mut part, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                part.push(c);
            }
            ',' if !is_quoted => parts.push(std::mem::take(&mut part).trim().to_owned()),
            ')' if !is_quoted => {
                parts.push(part.trim().to_owned());
                let rest = chars.as_str().trim();
                return if rest.is_empty() { Ok(parts) } else { Err(format!("`{rest}` stands behind it")) };
            }
            _ => part.push(c),
        }
    }
    Err(if is_quoted { "a quote does not end" } else { "`)` is missing" }.to_owned())
}
