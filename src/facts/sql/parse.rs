//! SQL text to statements and tokens, within limits. Knows no Rust.

use sqlparser::ast::Statement;
use sqlparser::dialect::{Dialect, GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

/// Bytes of one text that are parsed; a longer one is read by its words.
const MAX_BYTES: usize = 64 << 10;
/// Nesting that the parser follows.
const MAX_DEPTH: usize = 40;
/// Operators of one statement: chains of them nest to the left without the parser's own limit.
const MAX_OPERATORS: usize = 400;

/// The statements of a text and its tokens, read in the first dialect that understands all of it.
pub(super) fn parse(text: &str) -> Option<(Vec<Statement>, Vec<TokenWithSpan>)> {
    let dialects: [&dyn Dialect; 4] =
        [&PostgreSqlDialect {}, &MySqlDialect {}, &SQLiteDialect {}, &GenericDialect {}];
    dialects.into_iter().find_map(|dialect| {
        let tokens = tokens(text, dialect)?;
        let mut parser =
            Parser::new(dialect).with_recursion_limit(MAX_DEPTH).with_tokens_with_locations(tokens.clone());
        let statements = parser.parse_statements().ok()?;
        (!statements.is_empty()).then_some((statements, tokens))
    })
}

/// The tokens of a text, where it is within the limits.
pub(super) fn tokens(text: &str, dialect: &dyn Dialect) -> Option<Vec<TokenWithSpan>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let tokens = Tokenizer::new(dialect, text).tokenize_with_location().ok()?;
    let mut n_operators = 0;
    for token in &tokens {
        n_operators = if token.token == Token::SemiColon {
            0
        } else {
            n_operators + usize::from(is_operator(&token.token))
        };
        if n_operators > MAX_OPERATORS {
            return None;
        }
    }
    Some(tokens)
}

/// Whether a token can make an expression or a set of queries nest once more.
fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::IS
                | Keyword::COLLATE
                | Keyword::JOIN
                | Keyword::BETWEEN
                | Keyword::LIKE
                | Keyword::IN
                | Keyword::CASE
                | Keyword::AT
        ),
        Token::Comma
        | Token::Whitespace(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::Period
        | Token::LParen
        | Token::RParen
        | Token::SemiColon
        | Token::EOF => false,
        _ => true,
    }
}

/// The bytes of `text` before 1-based `line` and `column` in characters.
pub(super) fn offset_of(text: &str, line: u64, column: u64) -> usize {
    let mut start = 0;
    for _ in 1..line {
        start = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at + 1);
    }
    let rest = text.get(start..).unwrap_or("");
    let skip = column.saturating_sub(1) as usize;
    start + rest.char_indices().nth(skip).map_or(rest.len(), |(at, _)| at)
}
