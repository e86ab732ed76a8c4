//! Files of the catalogue to rows. Resolves role names; builds no index.

use crate::base::SourceText;
use crate::catalog::api::TypeRow;
use crate::catalog::fields::{Fields, Reader};
use crate::catalog::role::{RoleKind, RoleRow, Shape, Vocabulary};
use crate::catalog::type_expr::is_path;
use crate::catalog::yaml::{self, Node};
use crate::catalog::{Api, NameList, RoleSet, TypeExpr, row};
use crate::finding::Problem;

/// Everything that the files hold, in their order.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) apis: Vec<Api>,
    pub(super) types: Vec<TypeRow>,
    /// Path prefix and what it stands for.
    pub(super) aliases: Vec<(Box<str>, Box<str>)>,
    /// Package name and its name in paths, where that is not the package name with `_`.
    pub(super) libraries: Vec<(Box<str>, Box<str>)>,
    pub(super) crates: Vec<Box<str>>,
    pub(super) constructors: Vec<Box<str>>,
    pub(super) transparent: Vec<Box<str>>,
    pub(super) prelude: Vec<(Box<str>, Box<str>)>,
    pub(super) names: Vec<(Box<str>, NameList)>,
}

/// Reads one file's rows into `parts`.
pub(super) fn file(source: &SourceText, parts: &mut Parts) -> Vec<Problem> {
    let root = match yaml::read(source) {
        Ok(root) => root,
        Err(problem) => return vec![problem],
    };
    let mut reader = Reader::new(source);
    let Some(mut fields) = reader.fields(&root) else { return reader.problems };
    for node in reader.list(fields.take("crates")) {
        crate_group(&mut reader, node, parts);
    }
    pairs(&mut reader, fields.take("aliases"), &mut parts.aliases);
    pairs(&mut reader, fields.take("prelude"), &mut parts.prelude);
    let constructors = reader.texts(fields.take("constructors"));
    parts.constructors.extend(constructors);
    let transparent = reader.texts(fields.take("transparent"));
    parts.transparent.extend(transparent);
    if let Some(entries) = fields.take("names").and_then(|node| reader.entries(node)) {
        for (key, node) in entries {
            let list = reader.texts(Some(node));
            parts.names.push((key.text.as_str().into(), NameList::new(list)));
        }
    }
    fields.take("roles");
    reader.finish(&fields);
    reader.problems.sort_by(|a, b| a.place.cmp(&b.place));
    reader.problems
}

/// Reads the `roles` of one file.
pub(super) fn vocabulary(source: &SourceText) -> (Vocabulary, Vec<Problem>) {
    let mut vocabulary = Vocabulary::default();
    let root = match yaml::read(source) {
        Ok(root) => root,
        Err(problem) => return (vocabulary, vec![problem]),
    };
    let mut reader = Reader::new(source);
    let Some(mut fields) = reader.fields(&root) else { return (vocabulary, reader.problems) };
    let mut shapes = Vec::new();
    for node in reader.list(fields.take("roles")) {
        let Some((row, shape)) = role(&mut reader, node) else { continue };
        let name = row.name.clone();
        if !vocabulary.add(row) {
            reader.wrong(node.span, format!("role `{name}` is there twice, or there are too many roles"));
        } else if let Some(shape) = shape {
            shapes.push((vocabulary.rows.len() - 1, shape));
        }
    }
    for (at, node) in shapes {
        let shape = read_shape(&mut reader, node, &vocabulary);
        if let Some(row) = vocabulary.rows.get_mut(at) {
            row.shape = shape;
        }
    }
    (vocabulary, reader.problems)
}

fn role<'n>(reader: &mut Reader<'_>, node: &'n Node) -> Option<(RoleRow, Option<&'n Node>)> {
    let mut fields = reader.fields(node)?;
    let name = reader.text_or_empty(fields.take("role"));
    let word = reader.text_or_empty(fields.take("kind"));
    let meaning = reader.text_or_empty(fields.take("means"));
    let is_declarable = reader.flag(fields.take("declarable"));
    let shape = fields.take("shape");
    reader.finish(&fields);
    if crate::base::CheckId::new(&name).is_none() || meaning.is_empty() {
        reader.wrong(fields.span, "a role needs a kebab-case name under `role` and a line under `means`");
        return None;
    }
    let Some((kind, _)) = RoleKind::ALL.into_iter().find(|(_, known)| **known == *word) else {
        let message = format!("`{word}` is no kind of role");
        reader.wrong_word(fields.span, message, &word, RoleKind::ALL.into_iter().map(|(_, known)| known));
        return None;
    };
    Some((RoleRow { name, kind, meaning, is_declarable, shape: None }, shape))
}

fn read_shape(reader: &mut Reader<'_>, node: &Node, vocabulary: &Vocabulary) -> Option<Shape> {
    let mut fields = reader.fields(node)?;
    let shape = Shape {
        head: role_set_of(reader, fields.take("head"), vocabulary),
        body: role_set_of(reader, fields.take("body"), vocabulary),
        without: role_set_of(reader, fields.take("without"), vocabulary),
        on_success: reader.text_or_empty(fields.take("on-success")),
        on_error: reader.text_or_empty(fields.take("on-error")),
    };
    reader.finish(&fields);
    Some(shape)
}

/// Reads a list of role names of the built-in vocabulary.
pub(super) fn role_set(reader: &mut Reader<'_>, node: Option<&Node>) -> RoleSet {
    role_set_of(reader, node, Vocabulary::builtin())
}

fn role_set_of(reader: &mut Reader<'_>, node: Option<&Node>, vocabulary: &Vocabulary) -> RoleSet {
    let mut set = RoleSet::EMPTY;
    for item in reader.list(node) {
        let Some(name) = reader.text(item) else { continue };
        match vocabulary.find(name) {
            Some(role) => set.insert(role),
            None => reader.wrong_word(item.span, format!("unknown role `{name}`"), name, vocabulary.names()),
        }
    }
    set
}

fn crate_group(reader: &mut Reader<'_>, node: &Node, parts: &mut Parts) {
    let Some(mut fields) = reader.fields(node) else { return };
    let krate = reader.text_or_empty(fields.take("crate"));
    let seen = reader.text_or_empty(fields.take("seen"));
    let library = reader.text_or_empty(fields.take("library"));
    if krate.is_empty() || (seen.is_empty() && &*krate != "std") {
        reader.wrong(fields.span, "a group needs `crate` and the version under `seen`");
    }
    if !library.is_empty() {
        parts.libraries.push((krate.clone(), library));
    }
    pairs(reader, fields.take("aliases"), &mut parts.aliases);
    for item in reader.list(fields.take("types")) {
        parts.types.extend(row::type_row(reader, item, &krate));
    }
    for item in reader.list(fields.take("apis")) {
        if let Some(mut api) = row::api(reader, item, &krate) {
            api.seen = seen.clone();
            parts.apis.push(api);
        }
    }
    fields.take("note");
    reader.finish(&fields);
    parts.crates.push(krate);
}

/// Reads a mapping of path to path.
fn pairs(reader: &mut Reader<'_>, node: Option<&Node>, into: &mut Vec<(Box<str>, Box<str>)>) {
    let Some(entries) = node.and_then(|node| reader.entries(node)) else { return };
    for (key, value) in entries {
        let Some(target) = reader.text(value) else { continue };
        for (text, span) in [(key.text.as_str(), key.span), (target, value.span)] {
            if !is_path(text) {
                reader.wrong(span, format!("`{text}` is no path"));
            }
        }
        into.push((key.text.as_str().into(), target.into()));
    }
}

/// Reads a list of paths.
pub(super) fn paths(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<Box<str>> {
    let mut found = Vec::new();
    for item in reader.list(node) {
        let Some(text) = reader.text(item) else { continue };
        if is_path(text) {
            found.push(text.into());
        } else {
            reader.wrong(item.span, format!("`{text}` is no path"));
        }
    }
    found
}

/// Reads a type hint.
pub(super) fn type_expr(
    reader: &mut Reader<'_>,
    fields: &mut Fields<'_>,
    key: &'static str,
) -> Option<TypeExpr> {
    let node = fields.take(key)?;
    let text = reader.text(node)?;
    match TypeExpr::parse(text) {
        Ok(expr) => Some(expr),
        Err(why) => {
            reader.wrong(node.span, format!("`{text}` is no type hint: {why}"));
            None
        }
    }
}
