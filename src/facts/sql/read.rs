//! Reads one SQL text into what rules ask of it. Knows no Rust.

use super::parse::{offset_of, parse};
use super::text::HOLE;
use super::{Comparison, SqlFilter, SqlVerb, words};
use sqlparser::ast::{
    AssignmentTarget, Expr, FromTable, Function, GroupByExpr, LimitClause, ObjectName, ObjectNamePart, Query,
    Select, SelectItem, SetExpr, Statement, TableFactor, TableObject, TableWithJoins, UpdateTableFromKind,
    Value, Visit, Visitor,
};
use sqlparser::tokenizer::{Token, TokenWithSpan};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// What a text says, without its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) is_parsed: bool,
    pub(super) verb: Option<SqlVerb>,
    pub(super) tables: Vec<Arc<str>>,
    pub(super) written: Vec<Arc<str>>,
    pub(super) has_limit: bool,
    /// Bytes of the text.
    pub(super) offset: Option<Range<usize>>,
    /// Bytes of the text.
    pub(super) star: Option<Range<usize>>,
    pub(super) is_single_row: bool,
    pub(super) is_grouped: bool,
    pub(super) has_returning: bool,
    pub(super) has_conflict_clause: bool,
    pub(super) is_locking: bool,
    pub(super) filters: Vec<SqlFilter>,
    pub(super) columns: Vec<Arc<str>>,
    pub(super) bumped: Vec<Arc<str>>,
}

/// Reads a text; one that the parser does not understand is read by its words.
pub(super) fn read(text: &str) -> Reading {
    let Some((statements, tokens)) = parse(text) else { return words::read(text) };
    let Some(first) = statements.first() else { return words::read(text) };
    let mut reading = Reading { is_parsed: true, verb: Some(verb_of(first)), ..Reading::default() };
    let mut relations = Relations::default();
    for statement in &statements {
        let _: ControlFlow<()> = statement.visit(&mut relations);
    }
    reading.is_locking = relations.is_locking;
    statement(first, &mut reading);
    if reading.verb == Some(SqlVerb::Delete) || reading.verb == Some(SqlVerb::Update) {
        reading.has_limit |= relations.has_inner_limit;
    }
    for name in relations.tables {
        if !relations.with.contains(&name) && !reading.tables.contains(&name) {
            reading.tables.push(name);
        }
    }
    for name in relations.written {
        if !reading.written.contains(&name) {
            reading.written.push(name);
        }
    }
    reading.filters.sort();
    reading.filters.dedup();
    clauses(text, &tokens, &mut reading);
    reading
}

/// What a statement does, behind `WITH` and parentheses.
fn verb_of(statement: &Statement) -> SqlVerb {
    match statement {
        Statement::Query(query) => verb_of_set(&query.body),
        Statement::Insert(_) | Statement::Merge(_) => SqlVerb::Insert,
        Statement::Update(_) => SqlVerb::Update,
        Statement::Delete(_) | Statement::Truncate(_) => SqlVerb::Delete,
        Statement::CreateTable(_)
        | Statement::AlterTable(_)
        | Statement::CreateIndex(_)
        | Statement::Drop { .. }
        | Statement::CreateView(_)
        | Statement::CreateType { .. }
        | Statement::CreateSchema { .. } => SqlVerb::Define,
        _ => SqlVerb::Other,
    }
}

fn verb_of_set(body: &SetExpr) -> SqlVerb {
    match body {
        SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
            verb_of(statement)
        }
        SetExpr::Merge(_) => SqlVerb::Insert,
        SetExpr::Select(_)
        | SetExpr::Query(_)
        | SetExpr::SetOperation { .. }
        | SetExpr::Values(_)
        | SetExpr::Table(_) => SqlVerb::Select,
    }
}

/// Reads the outer statement.
fn statement(statement: &Statement, reading: &mut Reading) {
    match statement {
        Statement::Query(query) => outer_query(query, reading),
        Statement::Insert(insert) => {
            reading.has_returning = insert.returning.is_some();
            reading.has_conflict_clause =
                insert.on.is_some() || insert.ignore || insert.or.is_some() || insert.replace_into;
            reading.columns = insert.columns.iter().filter_map(last_of).collect();
            if let Some(source) = &insert.source {
                // `INSERT .. SELECT .. WHERE NOT EXISTS (..)` guards as well.
                let guard = source.to_string().to_ascii_uppercase().contains("NOT EXISTS");
                reading.has_conflict_clause |= guard;
            }
        }
        Statement::Merge(_) => reading.has_conflict_clause = true,
        Statement::Update(update) => {
            reading.has_returning = update.returning.is_some();
            reading.has_limit = update.limit.is_some();
            for assignment in &update.assignments {
                assigned(&assignment.target, &assignment.value, reading);
            }
            joins(&update.table, reading);
            match &update.from {
                Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                    from.iter().for_each(|table| joins(table, reading));
                }
                None => {}
            }
            filters(update.selection.as_ref(), true, &mut reading.filters);
        }
        Statement::Delete(delete) => {
            reading.has_returning = delete.returning.is_some();
            reading.has_limit = delete.limit.is_some();
            filters(delete.selection.as_ref(), true, &mut reading.filters);
        }
        _ => {}
    }
}

fn assigned(target: &AssignmentTarget, value: &Expr, reading: &mut Reading) {
    let names = match target {
        AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
        AssignmentTarget::Tuple(names) => names.as_slice(),
    };
    for name in names.iter().filter_map(last_of) {
        if mentions(value, &name) {
            reading.bumped.push(name.clone());
        }
        reading.columns.push(name);
    }
}

/// Whether an arithmetic expression uses the column.
fn mentions(value: &Expr, column: &str) -> bool {
    match value {
        Expr::BinaryOp { left, right, .. } => mentions(left, column) || mentions(right, column),
        Expr::Nested(inner) => mentions(inner, column),
        other => column_of(other).is_some_and(|found| *found == *column),
    }
}

fn outer_query(query: &Query, reading: &mut Reading) {
    reading.has_limit = has_limit(query) || reads_limited(query);
    match &*query.body {
        SetExpr::Select(select) => outer_select(select, reading),
        SetExpr::Query(inner) => {
            let is_limited = reading.has_limit;
            outer_query(inner, reading);
            reading.has_limit |= is_limited;
        }
        SetExpr::Insert(inner) | SetExpr::Update(inner) | SetExpr::Delete(inner) | SetExpr::Merge(inner) => {
            statement(inner, reading);
        }
        SetExpr::Values(_) => reading.is_single_row = true,
        SetExpr::SetOperation { left, right, .. } => {
            for side in [left, right] {
                if let SetExpr::Select(select) = &**side {
                    let mut part = Vec::new();
                    filters(select.selection.as_ref(), false, &mut part);
                    reading.filters.extend(part);
                }
            }
        }
        SetExpr::Table(_) => {}
    }
}

/// Whether the first table of the outer `SELECT` is a query of its own that is limited.
fn reads_limited(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    match select.from.first().map(|table| &table.relation) {
        Some(TableFactor::Derived { subquery, .. }) => has_limit(subquery),
        Some(TableFactor::Table { name, .. }) => {
            let Some(name) = last_of(name) else { return false };
            let mut with = query.with.iter().flat_map(|with| &with.cte_tables);
            with.any(|table| table.alias.name.value.to_lowercase() == *name && has_limit(&table.query))
        }
        _ => false,
    }
}

fn has_limit(query: &Query) -> bool {
    let by_clause = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => limit.is_some(),
        Some(LimitClause::OffsetCommaLimit { .. }) => true,
        None => false,
    };
    let by_top = matches!(&*query.body, SetExpr::Select(select) if select.top.is_some());
    by_clause || by_top || query.fetch.is_some()
}

fn outer_select(select: &Select, reading: &mut Reading) {
    reading.is_grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    };
    let is_aggregated = select.projection.iter().all(|item| match item {
        SelectItem::UnnamedExpr(expr)
        | SelectItem::ExprWithAlias { expr, .. }
        | SelectItem::ExprWithAliases { expr, .. } => is_aggregate(expr, 0) == Some(true),
        SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => false,
    });
    reading.is_single_row =
        (select.from.is_empty() && !has_set_function(select)) || (is_aggregated && !reading.is_grouped);
    for table in &select.from {
        joins(table, reading);
    }
    filters(select.selection.as_ref(), true, &mut reading.filters);
    filters(select.having.as_ref(), false, &mut reading.filters);
}

/// Whether a projection without `FROM` still gives many rows: `SELECT unnest(..)`.
fn has_set_function(select: &Select) -> bool {
    select.projection.iter().any(|item| {
        let text = item.to_string().to_ascii_lowercase();
        text.starts_with("unnest(") || text.starts_with("generate_series(")
    })
}

/// Filters of the `ON` clauses.
fn joins(table: &TableWithJoins, reading: &mut Reading) {
    use sqlparser::ast::{JoinConstraint, JoinOperator};
    for join in &table.joins {
        let (JoinOperator::Join(on) | JoinOperator::Inner(on)) = &join.join_operator else { continue };
        if let JoinConstraint::On(on) = on {
            filters(Some(on), true, &mut reading.filters);
        }
    }
}

/// Whether an expression gives one value for all rows: `None` where it is the same for each row, such as a literal.
fn is_aggregate(expr: &Expr, depth: u8) -> Option<bool> {
    if depth > 20 {
        return Some(false);
    }
    match expr {
        Expr::Function(function) => Some(is_aggregate_function(function, depth)),
        Expr::Exists { .. } => Some(true),
        Expr::Value(_) => None,
        Expr::Cast { expr, .. }
        | Expr::Nested(expr)
        | Expr::UnaryOp { expr, .. }
        | Expr::IsNull(expr)
        | Expr::IsNotNull(expr) => is_aggregate(expr, depth + 1),
        Expr::BinaryOp { left, right, .. } => {
            match (is_aggregate(left, depth + 1), is_aggregate(right, depth + 1)) {
                (Some(left), Some(right)) => Some(left && right),
                (Some(one), None) | (None, Some(one)) => Some(one),
                (None, None) => None,
            }
        }
        _ => Some(false),
    }
}

fn is_aggregate_function(function: &Function, depth: u8) -> bool {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    const AGGREGATES: [&str; 22] = [
        "count",
        "sum",
        "min",
        "max",
        "avg",
        "bool_or",
        "bool_and",
        "every",
        "array_agg",
        "json_agg",
        "jsonb_agg",
        "string_agg",
        "json_object_agg",
        "jsonb_object_agg",
        "group_concat",
        "stddev",
        "variance",
        "percentile_cont",
        "approx_count_distinct",
        "any_value",
        "total",
        "exists",
    ];
    if function.over.is_some() {
        return false;
    }
    let name = last_of(&function.name).unwrap_or_else(|| "".into());
    if AGGREGATES.contains(&&*name) {
        return true;
    }
    // `coalesce(max(x), 0)`: all of its arguments are the same for all rows.
    let FunctionArguments::List(list) = &function.args else { return false };
    let told: Vec<Option<bool>> = list
        .args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => is_aggregate(expr, depth + 1),
            _ => Some(false),
        })
        .collect();
    told.contains(&Some(true)) && !told.contains(&Some(false))
}

/// Collects the columns that a condition compares. Chains of operators are bounded by the tokenizer's limit.
fn filters(expr: Option<&Expr>, is_certain: bool, found: &mut Vec<SqlFilter>) {
    use sqlparser::ast::BinaryOperator;
    let Some(expr) = expr else { return };
    let mut enter = |column: Option<Arc<str>>, comparison| {
        found.extend(column.map(|column| SqlFilter { column, comparison, is_certain }));
    };
    match expr {
        Expr::Nested(inner) => filters(Some(inner), is_certain, found),
        Expr::UnaryOp { expr, .. } => filters(Some(expr), false, found),
        Expr::IsNull(inner) => enter(column_of(inner), Comparison::IsNull),
        Expr::IsNotNull(inner) => enter(column_of(inner), Comparison::IsNotNull),
        Expr::InList { expr, list, negated: false } if list.iter().all(is_written) => {
            columns_of(expr).into_iter().for_each(|column| enter(Some(column), Comparison::Other));
        }
        Expr::InList { expr, negated, .. }
        | Expr::InSubquery { expr, negated, .. }
        | Expr::InUnnest { expr, negated, .. } => {
            let comparison = if *negated { Comparison::Other } else { Comparison::AnyOf };
            columns_of(expr).into_iter().for_each(|column| enter(Some(column), comparison));
        }
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, .. } => enter(column_of(left), Comparison::AnyOf),
        Expr::AnyOp { left, .. } | Expr::AllOp { left, .. } => enter(column_of(left), Comparison::Other),
        Expr::IsNotDistinctFrom(left, right) => equality(left, right, &mut enter),
        Expr::Between { expr, negated: false, .. } => enter(column_of(expr), Comparison::Between),
        Expr::Between { expr, .. } | Expr::Like { expr, .. } | Expr::ILike { expr, .. } => {
            enter(column_of(expr), Comparison::Other);
        }
        Expr::BinaryOp { left, op, right } => match op {
            BinaryOperator::And => {
                filters(Some(left), is_certain, found);
                filters(Some(right), is_certain, found);
            }
            BinaryOperator::Or => {
                filters(Some(left), false, found);
                filters(Some(right), false, found);
            }
            BinaryOperator::Eq => equality(left, right, &mut enter),
            BinaryOperator::Gt | BinaryOperator::GtEq => {
                ordered(left, right, (Comparison::Above, Comparison::Below), &mut enter);
            }
            BinaryOperator::Lt | BinaryOperator::LtEq => {
                ordered(left, right, (Comparison::Below, Comparison::Above), &mut enter);
            }
            _ => {
                let columns = columns_of(left).into_iter().chain(columns_of(right));
                columns.for_each(|column| enter(Some(column), Comparison::Other));
            }
        },
        // `WHERE is_active`
        other => enter(column_of(other), Comparison::Other),
    }
}

/// Whether a value is written in the statement: not a parameter or column.
fn is_written(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if !matches!(value.value, Value::Placeholder(_)))
}

/// `a = x`: a column that is compared with another column is not fixed by it.
fn equality(left: &Expr, right: &Expr, enter: &mut impl FnMut(Option<Arc<str>>, Comparison)) {
    let (lefts, rights) = (columns_of(left), columns_of(right));
    let comparison =
        if !lefts.is_empty() && !rights.is_empty() { Comparison::Column } else { Comparison::Equal };
    lefts.into_iter().chain(rights).for_each(|column| enter(Some(column), comparison));
}

/// `a < x`: the comparisons of the column on the left and on the right.
fn ordered(
    left: &Expr,
    right: &Expr,
    (of_left, of_right): (Comparison, Comparison),
    enter: &mut impl FnMut(Option<Arc<str>>, Comparison),
) {
    match (column_of(left), column_of(right)) {
        (Some(left), Some(right)) => {
            [left, right].into_iter().for_each(|at| enter(Some(at), Comparison::Column));
        }
        (left, None) => enter(left, of_left),
        (None, right) => enter(right, of_right),
    }
}

/// The column that an expression is: `a`, `t.a`, `a::text`, `lower(a)`.
fn column_of(expr: &Expr) -> Option<Arc<str>> {
    match expr {
        Expr::Identifier(ident) if ident.value == HOLE => None,
        Expr::Identifier(ident) => Some(ident.value.to_lowercase().into()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|ident| ident.value.to_lowercase().into()),
        Expr::Cast { expr, .. } | Expr::Nested(expr) | Expr::Collate { expr, .. } => column_of(expr),
        Expr::Function(function) => {
            use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
            let FunctionArguments::List(list) = &function.args else { return None };
            match list.args.as_slice() {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))] => column_of(arg),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The columns of an expression or tuple.
fn columns_of(expr: &Expr) -> Vec<Arc<str>> {
    match expr {
        Expr::Tuple(parts) => parts.iter().filter_map(column_of).collect(),
        other => column_of(other).into_iter().collect(),
    }
}

/// The last part of a name, lower case.
pub(super) fn last_of(name: &ObjectName) -> Option<Arc<str>> {
    match name.0.last()? {
        ObjectNamePart::Identifier(ident) => Some(ident.value.to_lowercase().into()),
        ObjectNamePart::Function(_) => None,
    }
}

/// Collects tables, `WITH` names and written tables of a statement and all below it.
#[derive(Default)]
struct Relations {
    tables: Vec<Arc<str>>,
    with: Vec<Arc<str>>,
    written: Vec<Arc<str>>,
    is_locking: bool,
    has_inner_limit: bool,
}

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if let Some(with) = &query.with {
            self.with
                .extend(with.cte_tables.iter().map(|table| Arc::from(table.alias.name.value.to_lowercase())));
        }
        self.is_locking |= !query.locks.is_empty();
        self.has_inner_limit |= has_limit(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        self.tables.extend(last_of(relation));
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        let of_factor = |factor: &TableFactor| match factor {
            TableFactor::Table { name, .. } => last_of(name),
            _ => None,
        };
        match statement {
            Statement::Insert(insert) => {
                if let TableObject::TableName(name) = &insert.table {
                    self.written.extend(last_of(name));
                }
            }
            Statement::Update(update) => self.written.extend(of_factor(&update.table.relation)),
            Statement::Delete(delete) => {
                self.written.extend(delete.tables.iter().filter_map(last_of));
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                if delete.tables.is_empty() {
                    self.written.extend(from.iter().filter_map(|table| of_factor(&table.relation)));
                }
            }
            Statement::Truncate(truncate) => {
                self.written.extend(truncate.table_names.iter().filter_map(|table| last_of(&table.name)));
            }
            Statement::Merge(merge) => self.written.extend(of_factor(&merge.table)),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Places of `OFFSET` with its number, and of `*` in a projection.
fn clauses(text: &str, tokens: &[TokenWithSpan], reading: &mut Reading) {
    let solid: Vec<&TokenWithSpan> =
        tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    let bytes = |from: &TokenWithSpan, to: &TokenWithSpan| {
        let start = offset_of(text, from.span.start.line, from.span.start.column);
        start..offset_of(text, to.span.end.line, to.span.end.column).max(start)
    };
    let word = |at: usize| match solid.get(at).map(|token| &token.token) {
        Some(Token::Word(word)) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    for (at, token) in solid.iter().enumerate() {
        match &token.token {
            Token::Word(_) if word(at) == "OFFSET" && reading.offset.is_none() => {
                let last = solid.get(at + 1).copied().unwrap_or(token);
                reading.offset = Some(bytes(token, last));
            }
            Token::Mul if reading.star.is_none() && is_projected(&solid, at, &word(at.wrapping_sub(1))) => {
                reading.star = Some(bytes(token, token));
            }
            _ => {}
        }
    }
}

/// Whether the `*` at `at` stands for all columns: behind `SELECT`, `DISTINCT`, `ALL`, a comma, or `t.`; not `count(*)`.
fn is_projected(solid: &[&TokenWithSpan], at: usize, before: &str) -> bool {
    let follows = solid.get(at + 1).map(|token| &token.token);
    let is_last = match follows {
        Some(Token::Word(word)) => word.keyword != sqlparser::keywords::Keyword::NoKeyword,
        Some(Token::Comma | Token::RParen | Token::SemiColon | Token::EOF) | None => true,
        Some(_) => false,
    };
    let starts = matches!(before, "SELECT" | "DISTINCT" | "ALL" | "RETURNING")
        || matches!(
            at.checked_sub(1).and_then(|at| solid.get(at)).map(|token| &token.token),
            Some(Token::Comma | Token::Period)
        );
    is_last && starts
}
