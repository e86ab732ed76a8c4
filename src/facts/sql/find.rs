//! Finds the SQL texts of a file: what query calls and macros are given, then literals that are SQL by their words.

use super::read::{Reading, read};
use super::text::{Text, pieces_behind, text_of};
use super::{SqlFact, SqlVerb};
use crate::base::{FileIdx, Span};
use crate::catalog::{ArgName, Role};
use crate::facts::{CallSite, Codebase, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::collections::BTreeSet;

/// Texts of one file that are read.
const MAX_TEXTS: usize = 5_000;

/// The SQL texts of a file, in node order.
#[must_use]
pub(in crate::facts) fn statements_of(codebase: &Codebase, file: FileIdx) -> Vec<SqlFact> {
    let finder = Finder { codebase, file, tree: codebase.tree(file) };
    let mut used: BTreeSet<NodeId> = BTreeSet::new();
    let mut found: Vec<SqlFact> = Vec::new();
    for site in codebase.calls(file) {
        if found.len() >= MAX_TEXTS {
            break;
        }
        if let Some((call, text)) = finder.given(site) {
            used.extend(&text.used);
            found.push(finder.fact(Some(call), &text));
        }
    }
    for node in finder.tree.subtree(finder.tree.root()) {
        if found.len() >= MAX_TEXTS {
            break;
        }
        if finder.tree.kind(node) == Kind::LitStr && !used.contains(&node) {
            found.extend(finder.loose(node));
        }
    }
    found.sort_by_key(|fact| (fact.literal, fact.call));
    found
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
}

impl Finder<'_> {
    /// The text that a query call is given.
    fn given(&self, site: &CallSite) -> Option<(NodeId, Text)> {
        let tree = self.tree;
        let is_push = matches!(&*site.name, "push" | "push_str" | "push_bind" | "push_values" | "separated");
        if is_push || site.doubt {
            return None;
        }
        let by_row = site.apis.iter().find_map(|(row, _)| {
            let at = self.codebase.catalog.api(*row).arg(ArgName::Sql)?;
            tree.children_in(site.node, Field::Arg).nth(at)
        });
        let arg = by_row.or_else(|| self.macro_literal(site)).or_else(|| self.statement_literal(site))?;
        let mut text = text_of(self.codebase, self.file, arg)?;
        if &*site.name == "new" {
            for piece in pieces_behind(self.codebase, self.file, site.node) {
                text.value.push(' ');
                text.value.push_str(&piece.value);
                text.used.extend(piece.used);
            }
            (text.is_whole, text.is_plain) = (false, false);
        }
        Some((site.node, text))
    }

    /// The literal of a macro that is named as a query, such as `es_query!(entity = E, "..")`.
    fn macro_literal(&self, site: &CallSite) -> Option<NodeId> {
        let tree = self.tree;
        let is_query = tree.kind(site.node) == Kind::MacroCall
            && (site.name.starts_with("query") || site.name.ends_with("query"))
            && !site.name.contains("file");
        if !is_query {
            return None;
        }
        let is_text = |at: &NodeId| {
            matches!(tree.kind(*at), Kind::LitStr | Kind::Binary)
                && text_of(self.codebase, self.file, *at).is_some_and(|text| begins_as_sql(&text.value))
        };
        tree.children_in(site.node, Field::Arg).find(is_text)
    }

    /// The literal of a call that is named as a statement, where the target is not known: it must read as SQL.
    fn statement_literal(&self, site: &CallSite) -> Option<NodeId> {
        let is_named = matches!(
            &*site.name,
            "query"
                | "query_as"
                | "query_scalar"
                | "execute"
                | "prepare"
                | "query_one"
                | "query_opt"
                | "batch_execute"
                | "from_string"
                | "from_sql_and_values"
                | "sql_query"
                | "raw_sql"
                | "query_row"
                | "execute_batch"
                | "fetch_all"
                | "fetch_one"
                | "exec"
        );
        if !is_named || matches!(site.target, Target::Local(_)) {
            return None;
        }
        let mut args = self.tree.children_in(site.node, Field::Arg).take(3);
        args.find(|arg| {
            text_of(self.codebase, self.file, *arg).is_some_and(|text| begins_as_sql(&text.value))
        })
    }

    /// A literal that no known call takes: SQL if it parses and says more than a sentence would.
    fn loose(&self, literal: NodeId) -> Option<SqlFact> {
        let tree = self.tree;
        if !may_begin_as_sql(tree.text(literal)) {
            return None;
        }
        let value = tree.str_value(literal)?;
        if !begins_as_sql(&value) || self.is_talk(literal) {
            return None;
        }
        let holder = tree.parent(literal).filter(|at| tree.kind(*at) == Kind::MacroCall).unwrap_or(literal);
        let text = text_of(self.codebase, self.file, holder)
            .filter(|text| text.literal == Some(literal))
            .or_else(|| text_of(self.codebase, self.file, literal))?;
        let fact = self.fact(None, &text);
        let is_shouted = value.trim_start().starts_with(|c: char| c.is_ascii_uppercase())
            && value
                .split_whitespace()
                .next()
                .is_some_and(|word| word.chars().all(|c| c.is_ascii_uppercase() || c == '('));
        let is_rich = fact.filters.len() + fact.columns.len() > 0 || fact.has_limit || fact.has_returning;
        let has_table = !fact.tables.is_empty() || fact.verb == SqlVerb::Define;
        (has_table && (fact.is_parsed || is_shouted) && (is_shouted || is_rich)).then_some(fact)
    }

    /// Whether a literal is a message for people, or an attribute's.
    fn is_talk(&self, literal: NodeId) -> bool {
        let tree = self.tree;
        let log = Role::named("log");
        for above in tree.ancestors(literal).take(8) {
            match tree.kind(above) {
                Kind::Attr => return true,
                Kind::MacroCall => {
                    let name = tree.path_segments(above).last().copied().unwrap_or("");
                    let is_log = self
                        .codebase
                        .call_at(self.file, above)
                        .is_some_and(|site| log.is_some_and(|log| site.roles.contains(log)));
                    return is_log
                        || matches!(
                            name,
                            "trace"
                                | "debug"
                                | "info"
                                | "warn"
                                | "error"
                                | "println"
                                | "eprintln"
                                | "panic"
                                | "bail"
                                | "anyhow"
                                | "print"
                                | "assert"
                                | "assert_eq"
                                | "span"
                                | "info_span"
                        );
                }
                Kind::MethodCall if tree.field(literal) == Field::Arg => {
                    return matches!(
                        tree.name(above),
                        Some("expect" | "context" | "with_context" | "wrap_err" | "starts_with" | "contains")
                    );
                }
                Kind::ExprStmt | Kind::LetStmt | Kind::Block => return false,
                _ => {}
            }
        }
        false
    }

    fn fact(&self, call: Option<NodeId>, text: &Text) -> SqlFact {
        let reading = read(&text.value);
        let literal = text.literal.unwrap_or(self.tree.root());
        let whole = self.tree.span(literal);
        let place =
            |bytes: Option<std::ops::Range<usize>>| bytes.map(|bytes| self.narrowed(text, whole, bytes));
        let (offset, star) = (place(reading.offset.clone()), place(reading.star.clone()));
        let Reading { is_parsed, verb, tables, written, filters, columns, bumped, .. } = reading;
        SqlFact {
            literal,
            call,
            text: text.value.as_str().into(),
            is_whole: text.is_whole,
            is_parsed,
            verb: verb.unwrap_or(SqlVerb::Other),
            tables: tables.into_iter().filter(|table| **table != *super::text::HOLE).collect(),
            written: written.into_iter().filter(|table| **table != *super::text::HOLE).collect(),
            has_limit: reading.has_limit,
            offset,
            star,
            is_single_row: reading.is_single_row,
            is_grouped: reading.is_grouped,
            has_returning: reading.has_returning,
            has_conflict_clause: reading.has_conflict_clause,
            is_locking: reading.is_locking,
            filters,
            columns,
            bumped,
        }
    }

    /// The bytes of the file for bytes of a text, where the literal shows the text as it is; else the literal.
    fn narrowed(&self, text: &Text, whole: Span, bytes: std::ops::Range<usize>) -> Span {
        let shown = self.tree.source().slice(whole);
        match shown.find(text.value.as_str()).filter(|_| text.is_plain) {
            Some(at) => {
                let start = whole.start() + (at + bytes.start) as u32;
                Span::new(start, (start + bytes.len() as u32).min(whole.end()))
            }
            None => whole,
        }
    }
}

/// Words that a text of SQL begins with.
const FIRST_WORDS: [&str; 11] = [
    "SELECT", "UPDATE", "WITH", "INSERT", "DELETE", "MERGE", "REPLACE", "CREATE", "DROP", "ALTER", "TRUNCATE",
];

/// Whether the value of a literal as written may pass [`begins_as_sql`]: a look at its first word, without a copy.
fn may_begin_as_sql(literal: &str) -> bool {
    let text = literal.trim_start_matches(['r', '#']).trim_start_matches('"');
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    // A comment may stand first, and what is escaped may spell anything.
    let is_open = match rest.strip_prefix('\\') {
        Some(escaped) => word.is_empty() || escaped.starts_with(['x', 'u', '\n', '\r']),
        None => word.is_empty() && rest.starts_with('-'),
    };
    is_open || FIRST_WORDS.iter().any(|first| word.eq_ignore_ascii_case(first))
}

/// Whether a text begins with a word of SQL and a second word that fits.
fn begins_as_sql(text: &str) -> bool {
    let mut words = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_start_matches('(').to_ascii_uppercase());
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    match first.as_str() {
        "SELECT" | "UPDATE" | "WITH" => true,
        "INSERT" => matches!(second.as_str(), "INTO" | "OR" | "IGNORE"),
        "DELETE" => second == "FROM",
        "MERGE" | "REPLACE" => second == "INTO",
        "CREATE" | "DROP" | "ALTER" | "TRUNCATE" => {
            matches!(
                second.as_str(),
                "TABLE" | "INDEX" | "UNIQUE" | "VIEW" | "TYPE" | "OR" | "TEMP" | "MATERIALIZED" | "SCHEMA"
            )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::base::FileIdx;
    use crate::facts::testing::of_text;
    use std::fmt::Write;

    /// The first line of each SQL text with what was read of it must be as told.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let codebase = of_text(text);
        let file = FileIdx(0);
        let tree = codebase.tree(file);
        let mut found = Vec::new();
        for fact in codebase.sql_statements(file) {
            let mut line = format!("{} {}", fact.verb.as_str(), fact.tables.join(","));
            for (word, holds) in [
                ("limit", fact.has_limit),
                ("one-row", fact.is_single_row),
                ("grouped", fact.is_grouped),
                ("returning", fact.has_returning),
                ("conflict", fact.has_conflict_clause),
                ("locking", fact.is_locking),
                ("partial", !fact.is_whole),
                ("unparsed", !fact.is_parsed),
                ("loose", fact.call.is_none()),
            ] {
                if holds {
                    let _ = write!(line, " {word}");
                }
            }
            for filter in &fact.filters {
                let doubt = if filter.is_certain { "" } else { "?" };
                let _ = write!(line, " {}{doubt}:{:?}", filter.column, filter.comparison);
            }
            if !fact.columns.is_empty() {
                let _ = write!(line, " set {}", fact.columns.join(","));
            }
            for place in [fact.offset, fact.star].into_iter().flatten() {
                let _ = write!(line, " `{}`", tree.source().slice(place));
            }
            found.push(line);
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn clauses_are_read_from_calls_and_macros() {
        check(
            r##"
async fn a(pool: &sqlx::PgPool) {
    sqlx::query("SELECT * FROM shop.orders WHERE id = $1 AND (state = 'x' OR state IS NULL) LIMIT 10 OFFSET $2").fetch_all(pool).await;
    sqlx::query_as!(Row, r#"SELECT o.* FROM orders o JOIN users u ON o.user_id = u.id WHERE u.id = ANY($1)"#, ids).fetch_all(pool);
    sqlx::query!("select count(*) from orders", );
    sqlx::query("INSERT INTO orders (id, total) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id").execute(pool);
    sqlx::query("UPDATE orders SET total = $1, version = version + 1 WHERE id = $2 AND deleted_at IS NULL").execute(pool);
    sqlx::query("DELETE FROM jobs WHERE id IN (SELECT id FROM jobs ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED)").execute(pool);
    sqlx::query("WITH old AS (SELECT id FROM jobs) SELECT state, count(id) FROM old GROUP BY state");
    sqlx::query("WITH old AS (SELECT id FROM jobs LIMIT 5) SELECT id FROM old");
    sqlx::query("SELECT a, (SELECT b FROM u LIMIT 1) FROM t");
}
"##,
            &[
                "select orders limit id:Equal state?:Equal state?:IsNull `OFFSET $2` `*`",
                "select orders,users id:AnyOf id:Column user_id:Column `*`",
                "select orders one-row",
                "insert orders returning conflict set id,total",
                "update orders deleted_at:IsNull id:Equal set total,version",
                "delete jobs limit locking id:AnyOf",
                "select jobs grouped",
                "select jobs limit",
                "select u,t",
            ],
        );
    }

    #[test]
    fn texts_are_followed_through_variables_consts_formats_and_builders() {
        check(
            r##"
const FIND: &str = "SELECT id FROM users WHERE id = $1";
async fn a(pool: &sqlx::PgPool, table: &str) {
    sqlx::query(FIND).fetch_one(pool).await;
    let mut sql = String::from("SELECT id FROM users");
    sql.push_str(" WHERE name = $1");
    if paged { sql += " LIMIT 5"; }
    sqlx::query(&sql).fetch_all(pool).await;
    sqlx::query(&format!("SELECT id FROM {table} WHERE id = {}", 1)).fetch_all(pool).await;
    let mut builder = sqlx::QueryBuilder::new("SELECT id FROM users WHERE a = ");
    builder.push_bind(1).push(" LIMIT ").push_bind(2);
    builder.build().fetch_all(pool).await;
    sqlx::query(concat!("SELECT id ", "FROM users")).fetch_all(pool).await;
    sqlx::query("SELECT id FROM users WHERE").fetch_all(pool).await;
}
"##,
            &[
                "select users id:Equal",
                "select users limit partial name:Equal",
                "select  partial id:Equal",
                "select users limit partial a:Equal",
                "select users",
                "select users unparsed",
            ],
        );
    }

    #[test]
    fn loose_literals_are_sql_only_if_they_say_so() {
        check(
            r##"
fn a(db: &Db) {
    let sql = "SELECT id FROM users";
    run("select one from the list");
    run("update available");
    run("Select an option from list");
    run("select id from users where id = 1");
    run("with pleasure");
    info!("DELETE FROM users");
    x.expect("INSERT INTO failed");
    run("UPDATE users SET a = 1");
}
"##,
            &["select users loose", "select users loose id:Equal", "update users loose set a"],
        );
    }

    #[test]
    fn hostile_texts_are_read_by_their_words() {
        let sums = format!("SELECT {} FROM t LIMIT 1", vec!["1"; 20_000].join("+"));
        let nested = format!("SELECT {}1{} FROM t", "(".repeat(5_000), ")".repeat(5_000));
        let ors = format!("SELECT a FROM t WHERE {}", vec!["a = 1"; 3_000].join(" OR "));
        let long = format!("SELECT a FROM t WHERE a = '{}'", "x".repeat(100_000));
        for text in [sums, nested, ors, long] {
            let reading = super::read(&text);
            assert_eq!((reading.is_parsed, reading.tables.as_slice()), (false, &["t".into()][..]));
        }
    }
}
