//! Code and data that a document shows as the way it should look: names and literals in it. Judges nothing.

use crate::base::Span;
use crate::pattern::block::Fence;
use crate::pattern::{Mapped, Param, Unit, param};

/// A fence below a heading of a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Its language, lower case; empty where it has none.
    pub language: String,
    /// Bytes of the inside.
    pub span: Span,
    /// What stands inside.
    pub text: String,
    /// What was recognised in it, in written order.
    pub parts: Vec<ExemplarPart>,
    /// Numbers with their names and units.
    pub params: Vec<Param>,
}

/// One thing that an exemplar shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemplarPart {
    /// What it is.
    pub kind: ExemplarKind,
    /// Its name, with those above it joined by `.`.
    pub name: String,
    /// Its literal value, if one stands there.
    pub value: Option<String>,
    /// Bytes of the name.
    pub span: Span,
}

/// What a part of an exemplar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExemplarKind {
    /// A field of a JSON shape or of a `name: value` line.
    Field,
    /// An HTTP header.
    Header,
    /// A column of a table.
    Column,
    /// A format of names, such as `<entity>.<action>`.
    NameFormat,
    /// One wait of a schedule, such as `Attempt 2: 1 min delay`.
    Schedule,
    /// A request, such as `GET /users/:id`.
    Route,
}

/// Reads one fence line by line; what is no JSON, SQL or `name: value` is kept as text only.
pub(super) fn read(fence: &Fence) -> Exemplar {
    let text = &fence.text;
    let mut reader = Reader { text, parts: Vec::new(), above: Vec::new(), table: None };
    let mut params = Vec::new();
    let mut at = 0;
    for line in text.as_str().split_inclusive('\n') {
        reader.line(line, at);
        params.extend(settings(&text.part(at..at + line.trim_end().len())));
        at += line.len();
    }
    Exemplar {
        language: fence.language(),
        span: text.whole(),
        text: text.as_str().to_owned(),
        parts: reader.parts,
        params,
    }
}

/// Numbers that set something; mere samples such as `"total": 1234` do not.
fn settings(line: &Mapped) -> Vec<Param> {
    const NAMES: [&str; 14] = [
        "max",
        "min",
        "limit",
        "timeout",
        "ttl",
        "interval",
        "per_page",
        "page_size",
        "window",
        "retries",
        "threshold",
        "delay",
        "pool",
        "capacity",
    ];
    let mut params = param::read(line);
    params.retain(|param| {
        let name = param.name.as_deref().unwrap_or("").to_lowercase();
        let is_sample = name.ends_with("remaining") || name.ends_with("reset");
        let is_named = NAMES.iter().any(|known| name.contains(known)) && !is_sample;
        param.unit.is_some() || is_named
    });
    params.extend(expiry(line));
    params
}

/// `EX 300` of Redis, `max-age=60` and `Retry-After: 30` of HTTP count seconds.
fn expiry(line: &Mapped) -> Option<Param> {
    let text = line.as_str();
    let (name, start) = [("EX", " EX "), ("max-age", "max-age="), ("Retry-After", "Retry-After: ")]
        .iter()
        .find_map(|(name, lead)| Some((name, text.find(lead)? + lead.len())))?;
    let len = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
    let value = text[start..start + len].parse().ok()?;
    Some(Param {
        name: Some((*name).to_owned()),
        value,
        unit: Some(Unit::Time("s", 1_000_000)),
        bound: None,
        text: text[start..start + len].to_owned(),
        span: line.span(start..start + len),
    })
}

struct Reader<'t> {
    text: &'t Mapped,
    parts: Vec<ExemplarPart>,
    /// The names of the JSON objects that are open; empty where one has none.
    above: Vec<String>,
    /// The table whose columns are read.
    table: Option<String>,
}

impl Reader<'_> {
    fn push(&mut self, kind: ExemplarKind, name: &str, value: Option<&str>, at: usize) {
        if self.parts.len() >= 1_000 {
            return;
        }
        let value = value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let span = self.text.span(at..at + name.len());
        let above = self.above.iter().filter(|above| !above.is_empty() && kind == ExemplarKind::Field);
        let path: Vec<&str> = above.map(String::as_str).chain([name]).collect();
        self.parts.push(ExemplarPart { kind, name: path.join("."), value, span });
    }

    fn line(&mut self, line: &str, at: usize) {
        let body = line.trim();
        let at = at + line.len() - line.trim_start().len();
        if body.is_empty() || body.starts_with("//") || body.starts_with("--") {
            return;
        }
        if body.starts_with(['"', '{', '}', '[', ']']) {
            return self.json(body, at);
        }
        if let Some(rest) = body.strip_prefix('#') {
            if let Some((_, format)) = rest.split_once("ormat:") {
                let start = at + body.len() - format.trim_start().len();
                self.push(ExemplarKind::NameFormat, format.trim(), None, start);
            }
            return;
        }
        if !(self.sql(body, at) || self.route(body, at)) {
            self.named(body, at);
        }
    }

    /// Keys with their path and literal, in one line of JSON that may hold comments and `...`.
    fn json(&mut self, body: &str, at: usize) {
        let bytes = body.as_bytes();
        let mut pos = 0;
        let mut name: Option<(usize, usize)> = None;
        while let Some(byte) = bytes.get(pos) {
            match byte {
                b'"' => {
                    let end = string_end(bytes, pos);
                    let inside = (pos + 1, end.saturating_sub(1).max(pos + 1));
                    let is_key = body.get(end..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                    if is_key {
                        name = Some(inside);
                        let value =
                            body.get(end..).map(|rest| literal(rest.trim_start().trim_start_matches(':')));
                        if let Some(key) = body.get(inside.0..inside.1) {
                            self.push(ExemplarKind::Field, key, value, at + inside.0);
                        }
                    }
                    pos = end;
                    continue;
                }
                b'{' | b'[' if self.above.len() < 32 => {
                    let key = name.take().and_then(|(start, end)| body.get(start..end));
                    self.above.push(key.unwrap_or("").to_owned());
                }
                b'}' | b']' => {
                    self.above.pop();
                }
                b',' => name = None,
                b'/' if bytes.get(pos + 1) == Some(&b'/') => return,
                _ => {}
            }
            pos += 1;
        }
    }

    fn sql(&mut self, body: &str, at: usize) -> bool {
        let upper = body.to_ascii_uppercase();
        if let Some(rest) = upper.strip_prefix("CREATE TABLE ") {
            let name = &body[body.len() - rest.len()..];
            let name = name
                .split(|c: char| c.is_whitespace() || c == '(')
                .find(|word| !matches!(word.to_ascii_uppercase().as_str(), "" | "IF" | "NOT" | "EXISTS"));
            self.table = Some(name.unwrap_or("").to_owned());
            return true;
        }
        if let Some(found) = upper.find("ADD COLUMN ") {
            let start = found + "ADD COLUMN ".len();
            let word = body[start..].split_whitespace().next().unwrap_or("");
            self.push(ExemplarKind::Column, word, None, at + start);
            return true;
        }
        if self.table.is_some() {
            if body.starts_with(')') {
                self.table = None;
            } else if let Some((column, kind)) = body.split_once(' ')
                && column.chars().all(|c| c.is_alphanumeric() || c == '_')
            {
                self.push(
                    ExemplarKind::Column,
                    column,
                    Some(kind.split(" --").next().unwrap_or(kind).trim_end_matches(',')),
                    at,
                );
            }
            return true;
        }
        ["SELECT ", "UPDATE ", "INSERT ", "DELETE FROM", "CREATE ", "ALTER ", "SET ", "WHERE "]
            .iter()
            .any(|word| upper.starts_with(word))
    }

    fn route(&mut self, body: &str, at: usize) -> bool {
        let verb = body.split_whitespace().next().unwrap_or("");
        let is_verb = matches!(verb, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS");
        let path = body[verb.len()..].split_whitespace().next().filter(|path| path.starts_with('/'));
        let Some(path) = path.filter(|_| is_verb) else { return false };
        let len = body[verb.len()..].find(path).map_or(0, |start| verb.len() + start + path.len());
        self.push(ExemplarKind::Route, &body[..len], None, at);
        true
    }

    /// `Name: value`, `name = value`, a header, one wait of a schedule.
    fn named(&mut self, body: &str, at: usize) {
        let lead = body.trim_start_matches(['-', '*', ' ']);
        let at = at + body.len() - lead.len();
        let Some((name, value)) = lead.split_once(": ").or_else(|| lead.split_once(" = ")) else { return };
        let is_name = name.len() <= 40 && !name.contains(['(', '→', '"', '<']);
        let is_header =
            name.contains('-') && !name.contains(' ') || matches!(name, "traceparent" | "tracestate");
        if is_header {
            self.push(ExemplarKind::Header, name, Some(value), at);
        } else if name.starts_with("Attempt") || name.starts_with("Retry ") {
            self.push(ExemplarKind::Schedule, name, Some(value), at);
        } else if is_name && name.starts_with(char::is_alphabetic) {
            self.push(ExemplarKind::Field, name, Some(value), at);
        }
    }
}

/// One past the quote that closes the string at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The literal that `rest` starts with; empty for an object or a list.
fn literal(rest: &str) -> &str {
    let rest = rest.trim_start();
    if rest.starts_with(['{', '[']) {
        return "";
    }
    if rest.starts_with('"') {
        let end = string_end(rest.as_bytes(), 0);
        return rest.get(1..end.saturating_sub(1).max(1)).unwrap_or("");
    }
    let end = rest.find([',', '}', ']', ' ']).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::pattern::Mapped;
    use crate::pattern::block::Fence;

    /// Expects `Kind name=value` for each part, then the numbers with their units.
    #[track_caller]
    fn check(text: &str, parts: &[&str], params: &[&str]) {
        let exemplar = read(&Fence { info: String::new(), text: Mapped::copied(text, 3) });
        let found = exemplar.parts.iter().map(|part| {
            let value = part.value.as_ref().map_or(String::new(), |value| format!("={value}"));
            format!("{:?} {}{value}", part.kind, part.name)
        });
        assert_eq!(found.collect::<Vec<_>>(), parts, "{text}");
        let found = exemplar.params.iter().map(|param| {
            let unit = param.unit.as_ref().map_or("", |unit| unit.as_str());
            format!("{} {unit}", param.value).trim().to_owned()
        });
        assert_eq!(found.collect::<Vec<_>>(), params, "{text}");
    }

    #[test]
    fn json_with_comments_gives_fields_with_their_path() {
        check(
            "// sample\n{\n  \"data\": [...],\n  \"max_attempts\": 3,\n  \"meta\": { \"alg\": \"RS256\" },\n  \"total\": 12\n}\n",
            &["Field data", "Field max_attempts=3", "Field meta", "Field meta.alg=RS256", "Field total=12"],
            &["3"],
        );
    }

    #[test]
    fn sql_gives_columns() {
        check("ALTER TABLE users ADD COLUMN deleted_at TIMESTAMPTZ;\n", &["Column deleted_at"], &[]);
        check(
            "CREATE TABLE log (\n  id UUID PRIMARY KEY,\n  note VARCHAR(100)\n);\n",
            &["Column id=UUID PRIMARY KEY", "Column note=VARCHAR(100)"],
            &[],
        );
    }

    #[test]
    fn lines_give_headers_schedules_routes_and_formats() {
        check(
            "X-RateLimit-Limit: 100\nX-RateLimit-Reset: 1704067260\n",
            &["Header X-RateLimit-Limit=100", "Header X-RateLimit-Reset=1704067260"],
            &["100"],
        );
        check(
            "Attempt 1: immediate\nAttempt 2: 1 min delay\n",
            &["Schedule Attempt 1=immediate", "Schedule Attempt 2=1 min delay"],
            &["1 min"],
        );
        check("GET    /users/:id  # one\n", &["Route GET    /users/:id"], &[]);
        check("# Format: <entity>.<action>\nuser.created\n", &["NameFormat <entity>.<action>"], &[]);
        check("SET cache:user:1 {data} EX 300\n", &[], &["300 s"]);
        check("Bucket size: 100 tokens\n", &["Field Bucket size=100 tokens"], &["100 tokens"]);
    }
}
