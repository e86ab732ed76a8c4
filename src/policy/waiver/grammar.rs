//! `allow(check-id, …, reason = "…", until = "…")`: text to a grant, or what is wrong with it. Knows no check.

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
    /// `allow-file`: it holds in the whole file.
    pub(super) is_for_file: bool,
}

/// Reads what stands behind `patscan:`; `None` where that is another word of ours.
///
/// # Errors
/// What is wrong, for people.
#[must_use]
pub(super) fn grant(text: &str) -> Option<Result<Grant, String>> {
    let (word, rest) =
        text.split_once('(').map_or((text.trim(), None), |(word, rest)| (word.trim(), Some(rest)));
    let is_for_file = match word {
        "allow" => false,
        "allow-file" => true,
        "role" => return None,
        other => return Some(Err(format!("`{other}` is neither `allow`, `allow-file` nor `role`"))),
    };
    Some(read(rest, is_for_file))
}

fn read(rest: Option<&str>, is_for_file: bool) -> Result<Grant, String> {
    let parts = parts(rest.ok_or("`(` is missing")?)?;
    let mut grant = Grant { is_for_file, ..Grant::default() };
    for part in parts {
        match part.split_once('=') {
            None if !part.is_empty() => grant.checks.push(part),
            None => {}
            Some((key, value)) => enter(&mut grant, key.trim(), value.trim())?,
        }
    }
    if grant.checks.is_empty() {
        return Err("no check is named".to_owned());
    }
    if grant.reason.trim().is_empty() {
        return Err("no reason is given".to_owned());
    }
    Ok(grant)
}

fn enter(grant: &mut Grant, key: &str, value: &str) -> Result<(), String> {
    let text = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let text = text.ok_or_else(|| format!("the value of `{key}` is not in quotes"))?;
    match key {
        "reason" => text.clone_into(&mut grant.reason),
        "until" => {
            let day = Date::parse(text).ok_or_else(|| format!("`{text}` is no day such as `2027-01-31`"))?;
            grant.until = Some(day);
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
