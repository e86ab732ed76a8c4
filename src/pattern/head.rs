//! The head of a document: id, title, status, tier, fields, relations. Reads no statement.

use crate::base::SourceText;
use crate::pattern::block::Document;
use crate::pattern::{Dialect, Field, IdSource, PatternId, Relation, Status};

/// What the head says.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: PatternId,
    pub(super) id_source: IdSource,
    pub(super) title: String,
    pub(super) status: Option<Status>,
    pub(super) tier: Option<String>,
    pub(super) fields: Vec<Field>,
    pub(super) relations: Vec<Relation>,
}

/// Reads the head; `marker` is the id that a comment in the head sets.
pub(super) fn read(
    source: &SourceText,
    document: &Document,
    _dialect: Dialect,
    marker: Option<String>,
) -> Head {
    let title = document.headings.iter().find(|heading| heading.level == 1);
    let title = title.map_or(source.path().file_stem(), |heading| heading.text.as_str()).to_owned();
    let (id, id_source) = match marker {
        Some(id) => (id, IdSource::Marker),
        None => (source.path().as_str().to_owned(), IdSource::Path),
    };
    Head {
        id: PatternId(id),
        id_source,
        title,
        status: None,
        tier: None,
        fields: Vec::new(),
        relations: Vec::new(),
    }
}
