//! SQL in literals, query macros and migrations, read with a real parser. Judges no statement and touches no database.

mod find;
mod parse;
mod read;
mod schema;
mod text;
mod words;

use crate::base::{FileIdx, Span};
use crate::facts::Codebase;
use crate::syntax::NodeId;
use std::sync::Arc;

pub(super) use find::statements_of;
pub(super) use schema::Migrations;
pub use schema::{DdlChange, DdlStatement, Schema, SqlFile, Table};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SqlVerb {
    /// `SELECT`, also behind `WITH`.
    Select,
    /// `INSERT`, `REPLACE`, `MERGE`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`, `TRUNCATE`.
    Delete,
    /// `CREATE`, `ALTER`, `DROP` and the like.
    Define,
    /// Anything else: `SET`, `BEGIN`, `LISTEN`, ..
    Other,
}

impl SqlVerb {
    /// Every verb with its word in rules.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Select, "select"),
        (Self::Insert, "insert"),
        (Self::Update, "update"),
        (Self::Delete, "delete"),
        (Self::Define, "define"),
        (Self::Other, "other"),
    ];

    /// The verb of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, found)| *found == word).map(|(verb, _)| *verb)
    }

    /// The word in rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(verb, _)| *verb == self).map_or("", |(_, word)| word)
    }
}

/// How a column is compared in a `WHERE` or `ON` clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `= x`, `IS NOT DISTINCT FROM x`.
    Equal,
    /// `= ANY(x)`, `IN (..)` with anything but values that are written there.
    AnyOf,
    /// `IS NULL`.
    IsNull,
    /// `IS NOT NULL`.
    IsNotNull,
    /// `> x`, `>= x`.
    Above,
    /// `< x`, `<= x`.
    Below,
    /// `BETWEEN x AND y`.
    Between,
    /// With another column, as joins do; this fixes and bounds nothing.
    Column,
    /// `LIKE`, `<>` and all else.
    Other,
}

/// A column that a statement filters by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SqlFilter {
    /// Column, lower case, without table.
    pub column: Arc<str>,
    /// How it is compared.
    pub comparison: Comparison,
    /// Whether it always holds: not below `OR` or `NOT`.
    pub is_certain: bool,
}

/// One SQL text in code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlFact {
    /// The (first) string literal.
    pub literal: NodeId,
    /// The call or macro that is given the text, directly or through a const or variable.
    pub call: Option<NodeId>,
    /// The text as far as it is in sight; holes of `format!` and placeholders of `{}` are `__hole__`.
    pub text: Arc<str>,
    /// Whether all of the text is in sight: no holes and nothing pushed later.
    pub is_whole: bool,
    /// Whether the parser understood it; else the fields below are read from its words, and `filters` is empty.
    pub is_parsed: bool,
    /// What the first statement does.
    pub verb: SqlVerb,
    /// Tables, lower case, without schema, each once; a `WITH` name is no table.
    pub tables: Vec<Arc<str>>,
    /// Tables that are written.
    pub written: Vec<Arc<str>>,
    /// `LIMIT`, `FETCH FIRST` or `TOP` on the outer query.
    pub has_limit: bool,
    /// `OFFSET` on any query: its bytes in the file, or of the literal.
    pub offset: Option<Span>,
    /// `*` in a projection: its bytes in the file, or of the literal.
    pub star: Option<Span>,
    /// The outer query gives one row: aggregates without `GROUP BY`, `EXISTS`, no `FROM`.
    pub is_single_row: bool,
    /// `GROUP BY` on the outer query.
    pub is_grouped: bool,
    /// `RETURNING`.
    pub has_returning: bool,
    /// `ON CONFLICT`, `ON DUPLICATE KEY`, `INSERT IGNORE`, `MERGE`, `REPLACE`, `WHERE NOT EXISTS` of an insert.
    pub has_conflict_clause: bool,
    /// `FOR UPDATE`, `SKIP LOCKED`.
    pub is_locking: bool,
    /// Columns of `WHERE` and `ON`.
    pub filters: Vec<SqlFilter>,
    /// Columns that `SET` writes or `INSERT` names, lower case.
    pub columns: Vec<Arc<str>>,
    /// Columns that `SET` computes from themselves: `version = version + 1`.
    pub bumped: Vec<Arc<str>>,
}

impl SqlFact {
    /// Whether it always compares `column` in one of these ways.
    #[must_use]
    pub fn filters_by(&self, column: &str, ways: &[Comparison]) -> bool {
        let mut certain = self.filters.iter().filter(|filter| filter.is_certain);
        certain.any(|filter| &*filter.column == column && ways.contains(&filter.comparison))
    }
}

impl Codebase {
    /// The SQL texts of a file, in node order.
    #[must_use]
    pub fn sql_statements(&self, file: FileIdx) -> &[SqlFact] {
        self.shapes.get(file.index()).map_or(&[], |shapes| &shapes.sql)
    }

    /// The SQL text that `call` (a query call or macro) is given.
    #[must_use]
    pub fn sql_of(&self, file: FileIdx, call: NodeId) -> Option<&SqlFact> {
        self.sql_statements(file).iter().find(|fact| fact.call == Some(call))
    }

    /// Whether a filter of `fact` picks at most one row by a unique key that the migrations declare, or by `id`.
    #[must_use]
    pub fn picks_one_row(&self, fact: &SqlFact) -> bool {
        let equal: Vec<&str> = fact
            .filters
            .iter()
            .filter(|filter| filter.is_certain && filter.comparison == Comparison::Equal)
            .map(|filter| &*filter.column)
            .collect();
        let [table] = fact.tables.as_slice() else { return false };
        match self.schema().tables.get(table) {
            Some(known) => known.unique.iter().any(|key| key.iter().all(|column| equal.contains(&&**column))),
            None => equal.iter().any(|column| matches!(*column, "id" | "uuid")),
        }
    }

    /// Tables, columns and keys that the migrations declare.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.migrations.schema()
    }

    /// The migrations and other `.sql` files, sorted by path.
    #[must_use]
    pub fn sql_files(&self) -> &[SqlFile] {
        self.migrations.files()
    }
}
