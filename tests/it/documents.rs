//! Every document of `fixtures/documents` reads as its golden says, in any encoding that people saved it in.

use crate::golden;
use patscan::base::{RelPath, SourceText};
use patscan::pattern::{ExemplarPart, Pattern, Statement, read};
use std::fmt::Write as _;
use std::path::Path;

fn documents() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let entries = std::fs::read_dir(folder).expect("the folder").filter_map(Result::ok);
    let paths = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md"));
    let mut documents: Vec<(String, String)> = paths
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a document"))
        })
        .collect();
    documents.sort();
    assert!(documents.len() >= 7, "the folder is there");
    documents
}

fn source_of(name: &str, text: &str) -> SourceText {
    SourceText::new(RelPath::new(&format!("docs/{name}.md")), text)
}

/// What was read of a document, one thing a line, in an order that follows the document.
fn outline(name: &str, text: &str) -> String {
    let (pattern, problems) = read(&source_of(name, text));
    let mut out = String::new();
    let status = pattern.status.map_or("-", patscan::pattern::Status::as_str);
    let tier = pattern.tier.as_deref().unwrap_or("-");
    let _ = writeln!(out, "{} {} {:?}", pattern.dialect.as_str(), pattern.id, pattern.id_source);
    let _ = writeln!(out, "title {} status {status} tier {tier}", pattern.title);
    for reason in pattern.reasons.iter().filter(|reason| reason.dialect == pattern.dialect) {
        let _ = writeln!(out, "reason {} {}", reason.points, reason.text);
    }
    for relation in &pattern.relations {
        let from = relation.from.as_deref().unwrap_or("");
        let _ = writeln!(out, "relation {from} {} {}", relation.kind.as_str(), relation.target);
    }
    for statement in &pattern.statements {
        outline_statement(&mut out, statement);
    }
    outline_rest(&mut out, &pattern);
    for problem in problems {
        let line = problem.place.and_then(|place| place.line_column).map_or(0, |(line, _)| line);
        let _ = writeln!(out, "problem {line} {}", problem.message);
    }
    out
}

fn outline_statement(out: &mut String, statement: &Statement) {
    let (id, polarity, form) = (&statement.id, statement.polarity.as_str(), statement.form);
    let _ = writeln!(out, "{} {id} {polarity} {form:?}: {}", statement.line, statement.text);
    let notes = [("group", &statement.group), ("because", &statement.because), ("remedy", &statement.remedy)];
    for (name, note) in notes {
        if let Some(note) = note {
            let _ = writeln!(out, "    {name}: {note}");
        }
    }
    for clause in &statement.clauses {
        let _ = writeln!(out, "    {} {}: {}", clause.line, clause.id, clause.text);
    }
    for param in &statement.params {
        let unit = param.unit.as_ref().map_or("", |unit| unit.as_str());
        let name = param.name.as_deref().unwrap_or("-");
        let _ = writeln!(out, "    number {name} {:?} {} {unit}", param.bound, param.value);
    }
    for part in statement.exemplars.iter().flat_map(|exemplar| &exemplar.parts) {
        let ExemplarPart { kind, name, value, .. } = part;
        let _ = writeln!(out, "    shows {kind:?} {name} {}", value.as_deref().unwrap_or(""));
    }
}

fn outline_rest(out: &mut String, pattern: &Pattern) {
    for row in &pattern.rows {
        let status = row.status.as_deref().unwrap_or("-");
        let _ = writeln!(
            out,
            "row {} {:?} {:?} {} {status} {:?}",
            row.line, row.form, row.icon, row.name, row.link
        );
    }
    for comment in &pattern.comments {
        let _ = writeln!(out, "comment {:?} {}", comment.owner, comment.text);
    }
    for fence in &pattern.fences {
        let _ = writeln!(out, "fence {:?} {}", fence.owner, fence.text.trim());
    }
    for sample in &pattern.samples {
        let (language, polarity) = (&sample.language, sample.polarity.as_str());
        let _ = writeln!(out, "sample {language} {polarity} {:?} {}", sample.owner, sample.text.trim());
    }
}

#[test]
fn documents_read_as_their_goldens_say() {
    for (name, text) in documents() {
        golden::check(&format!("document-{name}.txt"), &outline(&name, &text));
    }
}

#[test]
fn line_breaks_and_a_bom_change_nothing() {
    for (name, text) in documents() {
        let plain = outline(&name, &text);
        assert_eq!(plain, outline(&name, &text.replace('\n', "\r\n")), "{name} with `\\r\\n`");
        assert_eq!(plain, outline(&name, &format!("\u{feff}{text}")), "{name} with a BOM");
    }
}

#[test]
fn text_that_was_read_as_latin_and_saved_again_is_repaired() {
    for (name, text) in documents().into_iter().filter(|(_, text)| !text.is_ascii()) {
        let latin: String = text.bytes().map(char::from).collect();
        let copy = outline(&name, &latin);
        let (told, rest): (Vec<&str>, Vec<&str>) =
            copy.lines().partition(|line| line.contains("the text is doubly encoded"));
        assert_eq!(told.len(), 1, "{name} says that it was repaired");
        assert_eq!(rest.join("\n") + "\n", outline(&name, &text), "{name}");
    }
}

#[test]
fn each_document_is_of_the_dialect_that_names_it() {
    for (name, text) in documents().into_iter().filter(|(name, _)| name != "hostile") {
        let (pattern, _) = read(&source_of(&name, &text));
        assert_eq!(pattern.dialect.as_str(), name);
    }
}
