//! What migrations declare: tables, columns, unique keys, and each change of the schema. Runs nothing.

use super::parse::parse;
use super::read::last_of;
use crate::base::{SourceText, Span};
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, Expr, IndexColumn, ObjectType,
    Statement, TableConstraint,
};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The tables that all migrations together declare, by lower-case name without schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// By name.
    pub tables: BTreeMap<Arc<str>, Table>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Lower-case names, in order of appearance.
    pub columns: Vec<Arc<str>>,
    /// Primary and unique keys.
    pub unique: Vec<Vec<Arc<str>>>,
}

/// What a statement of a migration changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DdlChange {
    /// A new table.
    CreateTable,
    /// A table is gone.
    DropTable,
    /// A new column that may be null or has a default.
    AddColumn,
    /// A new column that must have a value and has no default.
    AddRequiredColumn,
    /// A column is gone.
    DropColumn,
    /// Another name for a column or table.
    Rename,
    /// Another type for a column.
    ChangeType,
    /// A column must now have a value.
    SetNotNull,
    /// A constraint or key on what is there.
    AddConstraint,
    /// An index.
    CreateIndex,
    /// Anything else.
    Other,
}

/// One statement of a `.sql` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DdlStatement {
    /// Its bytes.
    pub span: Span,
    /// What it changes; several for an `ALTER TABLE` with several actions.
    pub changes: Vec<DdlChange>,
    /// Its table, lower case.
    pub table: Option<Arc<str>>,
    /// Whether the parser understood it.
    pub is_parsed: bool,
}

/// One `.sql` file.
#[derive(Clone, Debug)]
pub struct SqlFile {
    /// Its text and path.
    pub source: SourceText,
    /// Its statements, in order.
    pub statements: Vec<DdlStatement>,
    /// Whether it undoes another: `*.down.sql`, `down.sql`.
    pub is_down: bool,
}

/// The `.sql` files of a code base. They are read when somebody asks: few checks do, and parsing is dear.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Migrations {
    /// Sorted by path.
    sources: Vec<SourceText>,
    files: OnceLock<Vec<SqlFile>>,
    schema: OnceLock<Schema>,
}

impl Migrations {
    /// The migrations among `sources`.
    pub(in crate::facts) fn new(mut sources: Vec<SourceText>) -> Self {
        sources.sort_by(|a, b| a.path().cmp(b.path()));
        Self { sources, ..Self::default() }
    }

    /// All files with their statements, sorted by path.
    pub(in crate::facts) fn files(&self) -> &[SqlFile] {
        self.files.get_or_init(|| self.sources.iter().map(read_file).collect())
    }

    /// What they declare together.
    pub(in crate::facts) fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| schema_of(&self.sources))
    }
}

/// Bytes of one file that are read; a longer one gives nothing.
const MAX_BYTES: usize = 4 << 20;
/// Statements of one file that are read.
const MAX_STATEMENTS: usize = 20_000;
/// Words before `TABLE` or `INDEX`: `CREATE OR REPLACE GLOBAL TEMPORARY TABLE`.
const MAX_WORDS: usize = 8;

/// Reads the statements of one file. Each is parsed by itself, so that one foreign statement costs no other.
fn read_file(source: &SourceText) -> SqlFile {
    let statements = spans_of(source).into_iter().map(|span| statement(source, span)).collect();
    SqlFile { source: source.clone(), statements, is_down: is_down(source) }
}

/// Whether a file undoes another.
fn is_down(source: &SourceText) -> bool {
    let name = source.path().file_name().to_lowercase();
    name == "down.sql" || name.ends_with(".down.sql") || name.ends_with("_down.sql")
}

/// The bytes of each statement, within the limits.
fn spans_of(source: &SourceText) -> Vec<Span> {
    let text = source.text();
    let mut spans = if text.len() > MAX_BYTES { Vec::new() } else { split(text) };
    spans.truncate(MAX_STATEMENTS);
    spans
}

/// The bytes of each statement, without the white space and comments before it. Quotes and dollar quotes are respected.
fn split(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let (mut at, mut start) = (0, None);
    while at < bytes.len() {
        let rest = text.get(at..).unwrap_or("");
        let skipped = comment(rest);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        if bytes[at] == b';' {
            spans.extend(start.take().map(|start| Span::new(start as u32, at as u32)));
            at += 1;
            continue;
        }
        if start.is_none() && !bytes[at].is_ascii_whitespace() {
            start = Some(at);
        }
        at += quoted(rest).max(rest.chars().next().map_or(1, char::len_utf8));
    }
    let end = text.trim_end().len();
    spans.extend(start.filter(|start| *start < end).map(|start| Span::new(start as u32, end as u32)));
    spans
}

/// Bytes of the comment that `rest` starts with.
fn comment(rest: &str) -> usize {
    if rest.starts_with("--") {
        rest.find('\n').map_or(rest.len(), |end| end + 1)
    } else if rest.starts_with("/*") {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    } else {
        0
    }
}

/// Bytes of the quoted text that `rest` starts with: `'..'`, `".."`, `` `..` ``, `$tag$..$tag$`.
fn quoted(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    match first {
        '\'' | '"' | '`' => rest.get(1..).and_then(|tail| tail.find(first)).map_or(rest.len(), |end| end + 2),
        '$' => {
            let Some(end) = rest.get(1..).and_then(|tail| tail.find('$')) else { return 0 };
            let tag = rest.get(..end + 2).unwrap_or("");
            let is_tag = tag.chars().all(|c| c == '$' || c == '_' || c.is_alphanumeric());
            let is_number = tag.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
            if !is_tag || is_number {
                return 0;
            }
            let tail = rest.get(tag.len()..).unwrap_or("");
            tail.find(tag).map_or(rest.len(), |end| tag.len() * 2 + end)
        }
        _ => 0,
    }
}

fn statement(source: &SourceText, span: Span) -> DdlStatement {
    let text = source.slice(span);
    match parse(text).map(|(statements, _)| statements) {
        Some(statements) => {
            let changes = statements.iter().flat_map(changes_of).collect();
            let table = statements.first().and_then(table_of);
            DdlStatement { span, changes, table, is_parsed: true }
        }
        None => DdlStatement { span, changes: by_words(text), table: None, is_parsed: false },
    }
}

fn table_of(statement: &Statement) -> Option<Arc<str>> {
    match statement {
        Statement::CreateTable(create) => last_of(&create.name),
        Statement::AlterTable(alter) => last_of(&alter.name),
        Statement::CreateIndex(index) => last_of(&index.table_name),
        Statement::Drop { object_type: ObjectType::Table, names, .. } => names.first().and_then(last_of),
        _ => None,
    }
}

fn changes_of(statement: &Statement) -> Vec<DdlChange> {
    match statement {
        Statement::CreateTable(_) => vec![DdlChange::CreateTable],
        Statement::CreateIndex(_) => vec![DdlChange::CreateIndex],
        Statement::Drop { object_type: ObjectType::Table, .. } => vec![DdlChange::DropTable],
        Statement::AlterTable(alter) => alter.operations.iter().map(change_of).collect(),
        _ => vec![DdlChange::Other],
    }
}

fn change_of(operation: &AlterTableOperation) -> DdlChange {
    match operation {
        AlterTableOperation::AddColumn { column_def, .. } => {
            let has = |wanted: fn(&ColumnOption) -> bool| {
                column_def.options.iter().any(|option| wanted(&option.option))
            };
            let is_required =
                has(|option| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_)));
            let is_filled =
                has(|option| matches!(option, ColumnOption::Default(_) | ColumnOption::Generated { .. }))
                    || column_def.data_type.to_string().to_ascii_lowercase().contains("serial");
            if is_required && !is_filled { DdlChange::AddRequiredColumn } else { DdlChange::AddColumn }
        }
        AlterTableOperation::DropColumn { .. } => DdlChange::DropColumn,
        AlterTableOperation::RenameColumn { .. } | AlterTableOperation::RenameTable { .. } => {
            DdlChange::Rename
        }
        AlterTableOperation::ChangeColumn { .. } | AlterTableOperation::ModifyColumn { .. } => {
            DdlChange::ChangeType
        }
        AlterTableOperation::AlterColumn { op, .. } => match op {
            AlterColumnOperation::SetNotNull => DdlChange::SetNotNull,
            AlterColumnOperation::SetDataType { .. } => DdlChange::ChangeType,
            AlterColumnOperation::DropNotNull
            | AlterColumnOperation::SetDefault { .. }
            | AlterColumnOperation::DropDefault
            | AlterColumnOperation::AddGenerated { .. } => DdlChange::Other,
        },
        AlterTableOperation::AddConstraint { .. } => DdlChange::AddConstraint,
        _ => DdlChange::Other,
    }
}

/// What a statement that the parser does not understand seems to change.
fn by_words(text: &str) -> Vec<DdlChange> {
    let words: Vec<String> = text.split_whitespace().take(2_000).map(str::to_ascii_uppercase).collect();
    let has = |wanted: &[&str]| {
        words.windows(wanted.len()).any(|part| part.iter().zip(wanted).all(|(a, b)| a == b))
    };
    let told = [
        (&["CREATE", "TABLE"][..], DdlChange::CreateTable),
        (&["DROP", "TABLE"], DdlChange::DropTable),
        (&["DROP", "COLUMN"], DdlChange::DropColumn),
        (&["SET", "NOT", "NULL"], DdlChange::SetNotNull),
        (&["SET", "DATA", "TYPE"], DdlChange::ChangeType),
        (&["RENAME", "TO"], DdlChange::Rename),
        (&["RENAME", "COLUMN"], DdlChange::Rename),
        (&["CREATE", "INDEX"], DdlChange::CreateIndex),
    ];
    // Bodies of functions are no migration of the schema.
    if has(&["CREATE", "FUNCTION"]) || has(&["CREATE", "OR", "REPLACE"]) || has(&["CREATE", "TRIGGER"]) {
        return vec![DdlChange::Other];
    }
    let found: Vec<DdlChange> =
        told.into_iter().filter(|(wanted, _)| has(wanted)).map(|(_, change)| change).collect();
    if found.is_empty() { vec![DdlChange::Other] } else { found }
}

/// The tables that the files declare, taken in order of path; files that undo others are left out.
fn schema_of(sources: &[SourceText]) -> Schema {
    let mut schema = Schema::default();
    for source in sources.iter().filter(|source| !is_down(source)) {
        for text in spans_of(source).into_iter().map(|span| source.slice(span)) {
            if declares(text) {
                let parsed = parse(text).map(|(statements, _)| statements);
                parsed.iter().flatten().for_each(|statement| schema.apply(statement));
            }
        }
    }
    schema
}

/// Whether a statement may be one of those that [`Schema::apply`] heeds, by its first words. Seeds and functions are long.
fn declares(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_one_of = |word: &str, of: &[&str]| of.iter().any(|one| word.eq_ignore_ascii_case(one));
    words.next().is_some_and(|first| is_one_of(first, &["create", "alter", "drop"]))
        && words.take(MAX_WORDS).any(|word| is_one_of(word, &["table", "index"]))
}

impl Schema {
    fn apply(&mut self, statement: &Statement) {
        let Some(name) = table_of(statement) else { return };
        match statement {
            Statement::CreateTable(create) => {
                let table = self.tables.entry(name).or_default();
                create.columns.iter().for_each(|column| table.add_column(column));
                create.constraints.iter().for_each(|constraint| table.add_constraint(constraint));
            }
            Statement::AlterTable(alter) => {
                let table = self.tables.entry(name).or_default();
                alter.operations.iter().for_each(|operation| table.alter(operation));
            }
            Statement::CreateIndex(index) if index.unique && index.predicate.is_none() => {
                self.tables.entry(name).or_default().add_key(&index.columns);
            }
            Statement::Drop { .. } => {
                self.tables.remove(&name);
            }
            _ => {}
        }
    }
}

impl Table {
    fn add_column(&mut self, column: &ColumnDef) {
        let name: Arc<str> = column.name.value.to_lowercase().into();
        let is_key =
            |option: &ColumnOption| matches!(option, ColumnOption::PrimaryKey(_) | ColumnOption::Unique(_));
        if column.options.iter().any(|option| is_key(&option.option)) {
            self.unique.push(vec![name.clone()]);
        }
        if !self.columns.contains(&name) {
            self.columns.push(name);
        }
    }

    fn add_constraint(&mut self, constraint: &TableConstraint) {
        match constraint {
            TableConstraint::Unique(unique) => self.add_key(&unique.columns),
            TableConstraint::PrimaryKey(primary) => self.add_key(&primary.columns),
            _ => {}
        }
    }

    fn add_key(&mut self, columns: &[IndexColumn]) {
        let names: Option<Vec<Arc<str>>> = columns
            .iter()
            .map(|column| match &column.column.expr {
                Expr::Identifier(ident) => Some(Arc::from(ident.value.to_lowercase())),
                _ => None,
            })
            .collect();
        self.unique.extend(names.filter(|names| !names.is_empty()));
    }

    fn alter(&mut self, operation: &AlterTableOperation) {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => self.add_column(column_def),
            AlterTableOperation::AddConstraint { constraint, .. } => self.add_constraint(constraint),
            AlterTableOperation::DropColumn { column_names, .. } => {
                let gone: Vec<String> = column_names.iter().map(|name| name.value.to_lowercase()).collect();
                let is_gone = |column: &Arc<str>| gone.iter().any(|name| **name == **column);
                self.columns.retain(|column| !is_gone(column));
                self.unique.retain(|key| !key.iter().any(is_gone));
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                let old = old_column_name.value.to_lowercase();
                let new: Arc<str> = new_column_name.value.to_lowercase().into();
                let names = self.columns.iter_mut().chain(self.unique.iter_mut().flatten());
                names.filter(|name| ***name == *old).for_each(|name| *name = new.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DdlChange, read_file, schema_of};
    use crate::base::{RelPath, SourceText};

    fn file(path: &str, text: &str) -> super::SqlFile {
        read_file(&SourceText::new(RelPath::new(path), text))
    }

    #[test]
    fn migrations_add_up_to_tables_with_keys() {
        let files = [
            file(
                "1_a.up.sql",
                "-- orders; and more\nCREATE TABLE shop.Orders (id UUID PRIMARY KEY, user_id INT NOT NULL, no INT, UNIQUE (user_id, no));\nCREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM x; END; $$ LANGUAGE plpgsql;",
            ),
            file("1_a.down.sql", "DROP TABLE orders;"),
            file(
                "2_b.up.sql",
                "ALTER TABLE orders ADD COLUMN email TEXT; CREATE UNIQUE INDEX ON orders (email); ALTER TABLE orders DROP COLUMN no; ALTER TABLE orders RENAME COLUMN email TO mail",
            ),
        ];
        assert_eq!(files[0].statements.len(), 2, "a quoted body is no end of a statement");
        let schema = schema_of(&files.map(|file| file.source));
        let orders = &schema.tables["orders"];
        let columns: Vec<&str> = orders.columns.iter().map(|name| &**name).collect();
        assert_eq!(columns, ["id", "user_id", "mail"]);
        assert_eq!(orders.unique, [vec!["id".into()], vec!["mail".into()]]);
    }

    #[test]
    fn each_change_is_told_with_its_place() {
        for (text, expected) in [
            ("ALTER TABLE t ADD COLUMN a INT NOT NULL", &[DdlChange::AddRequiredColumn][..]),
            ("ALTER TABLE t ADD COLUMN a INT NOT NULL DEFAULT 0", &[DdlChange::AddColumn]),
            ("ALTER TABLE t ADD COLUMN a INT, DROP COLUMN b", &[DdlChange::AddColumn, DdlChange::DropColumn]),
            ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", &[DdlChange::SetNotNull]),
            ("ALTER TABLE t ALTER COLUMN a TYPE BIGINT", &[DdlChange::ChangeType]),
            ("ALTER TABLE t RENAME TO u", &[DdlChange::Rename]),
            ("DROP TABLE t", &[DdlChange::DropTable]),
            ("ALTER TABLE t %% DROP COLUMN b", &[DdlChange::DropColumn]),
            ("INSERT INTO t VALUES ('; DROP TABLE x')", &[DdlChange::Other]),
        ] {
            let source = format!("/* ; */\n{text};\n");
            let file = file("m.sql", &source);
            assert_eq!(file.statements.len(), 1, "{text}");
            assert_eq!(file.statements[0].changes, expected, "{text}");
            assert_eq!(file.source.slice(file.statements[0].span), text);
        }
    }

    #[test]
    fn broken_files_end() {
        for text in ["'", "$a$", "/*", "--", "é;é'é", ";;;", "$1 $2 $"] {
            let _ = file("m.sql", text);
        }
    }
}
