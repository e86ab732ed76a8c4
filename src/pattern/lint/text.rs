//! What was wrong while a document was read: encoding, front matter, Markdown that reads otherwise than it was meant.
//! Finds nothing anew.

use super::{LintId, Sheet};

/// How the messages of the reader begin, and the rules they belong to; all others are hazards of the structure.
const LEADS: [(&str, LintId); 2] = [
    ("the text is doubly encoded", LintId::DoublyEncoded),
    ("front matter is no YAML", LintId::FrontMatterNoYaml),
];

pub(super) fn check(sheet: &mut Sheet<'_>) {
    for problem in sheet.document.problems {
        let lead = LEADS.iter().find(|(lead, _)| problem.message.starts_with(lead));
        let id = lead.map_or(LintId::StructureHazard, |(_, id)| *id);
        sheet.push(id, problem.clone());
    }
    if !sheet.pattern().document.blocks.iter().any(says_something) && sheet.pattern().statements.is_empty() {
        sheet.add_whole(LintId::EmptyDocument, "the document says nothing below its headings");
    }
}

fn says_something(block: &crate::pattern::Block) -> bool {
    use crate::pattern::BlockKind;
    !matches!(block.kind, BlockKind::Heading(_) | BlockKind::Rule)
}
