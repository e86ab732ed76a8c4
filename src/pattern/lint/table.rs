//! The table of all lint rules: id, name, title, layouts, weight, remedy. Looks at no document.

use super::LintId;
use super::rule::{LintRule, Weight};
use crate::pattern::Dialect;
use Dialect::{Guide, Numbered, Plain, Reference, Registry, Tiered};
use Weight::{Must, Note, Warning};

const ANY: &[Dialect] = &Dialect::ALL;
const NO_REGISTRY: &[Dialect] = &[Numbered, Tiered, Guide, Reference, Plain];

/// One row for each rule, by number.
pub(super) const TABLE: [LintRule; LintId::COUNT] = [
    LintRule::new(
        LintId::DoublyEncoded,
        ["DM-01", "doubly-encoded"],
        Warning,
        ANY,
        ["text was encoded twice", "save the file as UTF-8 from its origin"],
    ),
    LintRule::new(
        LintId::FrontMatterNoYaml,
        ["DM-02", "front-matter-no-yaml"],
        Must,
        ANY,
        ["front matter is no YAML", "quote values that hold `: `, `[`, `*` or `#`"],
    ),
    LintRule::new(
        LintId::FrontMatterKeyTwice,
        ["DM-02", "front-matter-key-twice"],
        Must,
        ANY,
        [
            "a key of the front matter stands there twice, perhaps once with `-` and once with `_`",
            "keep one of the two",
        ],
    ),
    LintRule::new(
        LintId::FrontMatterType,
        ["DM-02", "front-matter-type"],
        Warning,
        &[Tiered],
        [
            "a value of the front matter is a list where a text belongs, or a text where a list belongs",
            "write lists with `- ` on lines of their own, and quote texts that start with `[`",
        ],
    ),
    LintRule::new(
        LintId::TierFieldMissing,
        ["DM-03", "tier-field-missing"],
        Must,
        &[Tiered],
        [
            "the front matter lacks what its tier demands",
            "gold: `production_checklist` and 3 `modern_examples`; silver: `trade_offs`, `best_for`; bronze: `modern_alternatives`, `deprecation_reason`",
        ],
    ),
    LintRule::new(
        LintId::ValueOutsideEnum,
        ["DM-04", "value-outside-enum"],
        Must,
        &[Tiered],
        ["a value is none of those that the template knows", "take one of the values that the message lists"],
    ),
    LintRule::new(
        LintId::UnknownStatus,
        ["DM-04", "unknown-status"],
        Warning,
        &[Numbered, Guide],
        ["the status is none that is known", "write `Draft`, `Adopted`, `Stable` or `Deprecated`"],
    ),
    LintRule::new(
        LintId::TooLong,
        ["DM-05", "too-long"],
        Must,
        &[Tiered],
        ["the document has more than 1,000 lines", "move details to documents of their own and link them"],
    ),
    LintRule::new(
        LintId::TooMuchCode,
        ["DM-06", "too-much-code"],
        Must,
        &[Tiered],
        [
            "more than 20 % of the lines are code",
            "replace code by tables or diagrams, or move it to an example that is linked",
        ],
    ),
    LintRule::new(
        LintId::TooFewDiagrams,
        ["DM-07", "too-few-diagrams"],
        Must,
        &[Tiered],
        ["there are fewer than 3 Mermaid diagrams", "draw the idea, the architecture and the decision"],
    ),
    LintRule::new(
        LintId::BrokenDiagramLabel,
        ["DM-07", "broken-diagram-label"],
        Warning,
        ANY,
        [
            "a label of a diagram does not lex in Mermaid",
            "put the label into quotes: `A[\"label (with brackets)\"]`",
        ],
    ),
    LintRule::new(
        LintId::NoWhenNot,
        ["DM-08", "no-when-not-to-use"],
        Must,
        &[Tiered],
        [
            "no heading within the first 200 lines says when not to use the pattern",
            "add `### DON'T Use When` with a table near the top",
        ],
    ),
    LintRule::new(
        LintId::WhenNotWithoutTable,
        ["DM-08", "when-not-without-table"],
        Warning,
        &[Tiered],
        [
            "the section on when not to use the pattern has no table",
            "write one row for each case: scenario, why, alternative",
        ],
    ),
    LintRule::new(
        LintId::TierBanner,
        ["DM-09", "tier-banner"],
        Must,
        &[Tiered],
        [
            "there is not exactly one tier banner that matches the tier",
            "keep `!!! success \"Gold …\"`, `!!! info \"Silver …\"` or `!!! warning \"Bronze …\"`",
        ],
    ),
    LintRule::new(
        LintId::NoEssentialQuestion,
        ["DM-10", "no-essential-question"],
        Must,
        &[Tiered],
        [
            "the essential question is missing in the front matter or as a section",
            "give `essential_question` in the front matter and repeat it below `## Essential Question`",
        ],
    ),
    LintRule::new(
        LintId::EssentialQuestionDiffers,
        ["DM-10", "essential-question-differs"],
        Warning,
        &[Tiered],
        [
            "the essential question reads otherwise in its section than in the front matter",
            "use the same words in both places",
        ],
    ),
    LintRule::new(
        LintId::Levels,
        ["DM-11", "levels"],
        Must,
        &[Tiered],
        [
            "levels 1 to 5 do not each stand there once and in order",
            "keep one section for each of the five levels, in order",
        ],
    ),
    LintRule::new(
        LintId::Placeholder,
        ["DM-12", "placeholder"],
        Must,
        ANY,
        ["a placeholder or an instruction of the template is left", "fill it in, or remove it"],
    ),
    LintRule::new(
        LintId::GuideSectionMissing,
        ["DM-13", "guide-section-missing"],
        Note,
        &[Guide],
        ["sections of the design guide are missing", "add them, or say in one line why they do not apply"],
    ),
    LintRule::new(
        LintId::CanonicalPathDiffers,
        ["DM-14", "canonical-path-differs"],
        Warning,
        &[Guide],
        ["the canonical path is not where the file lies", "correct the path, or move the file"],
    ),
    LintRule::new(
        LintId::EmptyDocument,
        ["DM-14", "empty-document"],
        Warning,
        ANY,
        ["the document says nothing below its headings", "write it, or remove the file"],
    ),
    LintRule::new(
        LintId::NoCompletionChecklist,
        ["DM-15", "no-completion-checklist"],
        Note,
        &[Guide],
        ["there is no completion checklist", "add `## Completion Checklist` from the template"],
    ),
    LintRule::new(
        LintId::TickWithoutSection,
        ["DM-15", "tick-without-section"],
        Warning,
        &[Guide],
        [
            "an item is ticked, but the section that it speaks of is not there",
            "write the section, or take the tick away",
        ],
    ),
    LintRule::new(
        LintId::IdTaken,
        ["DM-16", "id-taken"],
        Warning,
        ANY,
        ["two documents have one id", "give one of them another id"],
    ),
    LintRule::new(
        LintId::IdDiffersFromFile,
        ["DM-16", "id-differs-from-file"],
        Warning,
        &[Numbered],
        ["title, pattern id and file name do not have one number", "use the same number in all of them"],
    ),
    LintRule::new(
        LintId::SelfReference,
        ["DM-16", "self-reference"],
        Warning,
        ANY,
        ["the document points at itself", "take the pointer away"],
    ),
    LintRule::new(
        LintId::UnknownPattern,
        ["DM-16", "unknown-pattern"],
        Warning,
        &[Numbered],
        [
            "the document points at a pattern that is not among the documents",
            "correct the number, or name the folder that holds all documents",
        ],
    ),
    LintRule::new(
        LintId::NoMessageContract,
        ["DM-17", "no-message-contract"],
        Warning,
        &[Numbered],
        [
            "the document speaks of an async boundary, but does not require pattern 002",
            "add `**Requires:** Pattern 002` to its head, or `<!-- patscan: exempt=002 reason=\"…\" -->`",
        ],
    ),
    LintRule::new(
        LintId::SectionMissing,
        ["DM-18", "section-missing"],
        Warning,
        &[Numbered],
        ["sections of the numbered pattern are missing", "add them from the template"],
    ),
    LintRule::new(
        LintId::SummaryLength,
        ["DM-18", "summary-length"],
        Note,
        &[Numbered],
        [
            "the executive summary has not 5 to 8 lines",
            "say problem, invariants, shape and trade-off, each in a line or two",
        ],
    ),
    LintRule::new(
        LintId::GroupWithoutBecause,
        ["DM-18", "group-without-because"],
        Note,
        &[Numbered],
        ["a group of do and avoid gives no reason", "add `**Because** …` to the group"],
    ),
    LintRule::new(
        LintId::ExecutableGuidance,
        ["DM-19", "executable-guidance"],
        Warning,
        &[Numbered],
        [
            "code of a numbered pattern is no pseudocode",
            "take imports and settings away, and use placeholders such as `<<QUEUE_SEND>>`",
        ],
    ),
    LintRule::new(
        LintId::CompoundItem,
        ["DM-20", "compound-item"],
        Note,
        ANY,
        [
            "an item of a checklist says more than one thing",
            "split it, so that each item can be true or false",
        ],
    ),
    LintRule::new(
        LintId::ItemIsQuestion,
        ["DM-20", "item-is-question"],
        Note,
        ANY,
        ["an item of a checklist is a question", "write a sentence that can be true or false"],
    ),
    LintRule::new(
        LintId::EmptyReferences,
        ["DM-21", "empty-references"],
        Warning,
        NO_REGISTRY,
        ["the section of references is empty", "name the sources, or remove the heading"],
    ),
    LintRule::new(
        LintId::DeadLink,
        ["DM-21", "dead-link"],
        Warning,
        NO_REGISTRY,
        ["a relative link leads nowhere", "correct the path, which counts from the document's folder"],
    ),
    LintRule::new(
        LintId::CountDiffers,
        ["DM-22", "count-differs"],
        Warning,
        &[Registry],
        [
            "a number of the registry is not what its rows give",
            "write the page with `patscan registry`, or correct the number",
        ],
    ),
    LintRule::new(
        LintId::PercentageDiffers,
        ["DM-22", "percentage-differs"],
        Warning,
        &[Registry],
        [
            "a percentage or a bar of the registry is not what its counts give",
            "write the page with `patscan registry`, or correct it",
        ],
    ),
    LintRule::new(
        LintId::IconDiffers,
        ["DM-22", "icon-differs"],
        Warning,
        &[Registry],
        ["the icon of a row is missing or that of another status", "use one icon for each status"],
    ),
    LintRule::new(
        LintId::NameTaken,
        ["DM-23", "name-taken"],
        Warning,
        &[Registry],
        ["two rows of the registry have one name", "give one of them another name"],
    ),
    LintRule::new(
        LintId::SlugTaken,
        ["DM-23", "slug-taken"],
        Warning,
        &[Registry],
        ["two rows of the registry link one page", "give each pattern its own page"],
    ),
    LintRule::new(
        LintId::DeadRowLink,
        ["DM-23", "dead-row-link"],
        Warning,
        &[Registry],
        ["a row links a page that is not there", "correct the link, or write the page"],
    ),
    LintRule::new(
        LintId::UnlistedPage,
        ["DM-23", "unlisted-page"],
        Warning,
        &[Registry],
        ["a page beside the linked ones is not in the registry", "add its row, or remove the page"],
    ),
    LintRule::new(
        LintId::RowInOneList,
        ["DM-23", "row-in-one-list"],
        Warning,
        &[Registry],
        [
            "a pattern stands in the table and in no category, or the other way round",
            "list each pattern in both",
        ],
    ),
    LintRule::new(
        LintId::DanglingNode,
        ["DM-24", "dangling-node"],
        Warning,
        &[Registry],
        ["a node of the graph is no pattern of the registry", "add its row, or correct its name"],
    ),
    LintRule::new(
        LintId::SelfLoop,
        ["DM-24", "self-loop"],
        Warning,
        &[Registry],
        ["an edge of the graph leads from a pattern to itself", "remove the edge"],
    ),
    LintRule::new(
        LintId::Cycle,
        ["DM-24", "cycle"],
        Warning,
        &[Registry],
        ["patterns depend on each other in a circle", "turn or remove one of the edges"],
    ),
    LintRule::new(
        LintId::ParallelEdge,
        ["DM-24", "parallel-edge"],
        Note,
        &[Registry],
        ["two edges of the graph join the same patterns", "keep the stronger one"],
    ),
    LintRule::new(
        LintId::IsolatedPattern,
        ["DM-24", "isolated-pattern"],
        Note,
        &[Registry],
        [
            "patterns of the registry stand in no edge of the graph",
            "check that they really depend on nothing",
        ],
    ),
    LintRule::new(
        LintId::CompletedNeedsPlanned,
        ["DM-25", "completed-needs-planned"],
        Warning,
        &[Registry],
        ["a completed pattern depends on a planned one", "correct one of the two statuses, or the edge"],
    ),
    LintRule::new(
        LintId::TruncatedDescription,
        ["DM-26", "truncated-description"],
        Note,
        &[Registry],
        [
            "descriptions are cut off with an ellipsis",
            "do not take them for the text of a rule; write a whole sentence",
        ],
    ),
    LintRule::new(
        LintId::RuleCountDiffers,
        ["DM-27", "rule-count-differs"],
        Warning,
        ANY,
        ["the number of rules that the document declares is not what it holds", "correct the number"],
    ),
    LintRule::new(
        LintId::InvariantWithoutEvidence,
        ["DM-27", "invariant-without-evidence"],
        Warning,
        ANY,
        [
            "an invariant has no rationale, or names nothing that verifies it",
            "add `> **Rationale:** …` and `**Verified by:** …`",
        ],
    ),
    LintRule::new(
        LintId::StructureHazard,
        ["DM-28", "structure-hazard"],
        Warning,
        ANY,
        ["Markdown reads the text otherwise than it was meant", "see the message"],
    ),
    LintRule::new(
        LintId::ShapeDiffers,
        ["DM-29", "shape-differs"],
        Note,
        ANY,
        [
            "two documents show one shape with other fields",
            "use the same fields, or give the shapes different names",
        ],
    ),
    LintRule::new(
        LintId::NumberDiffers,
        ["DM-30", "number-differs"],
        Warning,
        ANY,
        [
            "two documents give one limit with different numbers",
            "find out which holds, and give it in one place with its source",
        ],
    ),
    LintRule::new(
        LintId::NearDuplicate,
        ["DM-31", "near-duplicate"],
        Note,
        ANY,
        ["two documents say nearly the same", "keep one of them, or let one point to the other"],
    ),
    LintRule::new(
        LintId::RepeatedStatement,
        ["DM-31", "repeated-statement"],
        Note,
        ANY,
        [
            "a statement stands word for word in another document too",
            "keep it in one place, or mark it `<!-- patscan: duplicate-of=… -->`",
        ],
    ),
    LintRule::new(
        LintId::IndexMissesDocument,
        ["DM-32", "index-misses-document"],
        Warning,
        ANY,
        ["the index does not list a document beside it", "add a link to it"],
    ),
];

#[cfg(test)]
mod tests {
    use super::{LintId, TABLE};
    use crate::pattern::Dialect;

    #[test]
    fn rows_stand_in_the_order_of_the_variants_and_numbers() {
        for (idx, row) in TABLE.iter().enumerate() {
            assert_eq!(row.lint as usize, idx, "{}", row.name);
            assert_eq!(row.lint.rule().name, row.name);
            assert!(Dialect::ALL.iter().any(|dialect| row.severity(*dialect).is_some()), "{}", row.name);
        }
        assert!(TABLE.is_sorted_by_key(|row| row.id));
        let mut ids: Vec<&str> = TABLE.iter().map(|row| row.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 32, "every number has a rule");
    }

    #[test]
    fn names_are_unique_and_remedies_are_short_sentences_without_full_stop() {
        assert_eq!(LintId::names().len(), TABLE.len() + 32);
        for row in &TABLE {
            for text in [row.title, row.remedy] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            }
            assert_eq!(LintId::named(row.name), [row.lint]);
        }
        assert_eq!(LintId::named("DM-10").len(), 2);
        assert_eq!(LintId::named("DM-99"), []);
    }
}
