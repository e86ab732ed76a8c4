//! Reads macro calls: which reading fits which macro, and what to try where the name tells nothing.

mod argument;
mod select;
mod template;

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind};

/// How a macro's arguments are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// `a, k = v, "k": v, ?e; n`
    Arguments,
    /// `p = e => h, else => h`
    Select,
    /// `{ "k": v, "l": [..] }`
    Json,
    /// `e, p if g`
    Matches,
    /// Statements and items.
    Statements,
    /// Items, and `static ref A: T = e;`.
    Items,
    /// Types and bounds, with commas.
    Types,
    /// Any run of expressions and types with any punctuation between.
    Loose,
}

/// Readings by the macro's last segment; for the others the brackets decide.
fn reading_of(name: &str) -> Option<Reading> {
    Some(match name {
        "select" | "select_biased" => Reading::Select,
        "json" | "json_internal" | "bson" => Reading::Json,
        "matches" | "assert_matches" | "debug_assert_matches" | "assert_let" => Reading::Matches,
        "lazy_static" | "thread_local" | "cfg_if" => Reading::Items,
        "stream" | "try_stream" => Reading::Statements,
        "vec" | "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "write"
        | "writeln" | "panic" | "todo" | "unimplemented" | "unreachable" | "assert" | "assert_eq"
        | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "dbg" | "concat" | "env"
        | "option_env" | "include_str" | "include_bytes" | "include" | "trace" | "debug" | "info"
        | "warn" | "error" | "event" | "log" | "span" | "trace_span" | "debug_span" | "info_span"
        | "warn_span" | "error_span" | "bail" | "ensure" | "anyhow" | "eyre" | "query" | "query_as"
        | "query_scalar" | "query_file" | "query_file_as" | "query_unchecked" | "query_as_unchecked"
        | "join" | "try_join" | "ready" | "pin" => Reading::Arguments,
        _ => return None,
    })
}

impl Parser<'_> {
    /// `!(..)` behind the path that is the last node.
    pub(super) fn macro_call(&mut self, mark: Mark, field: Field) -> Read {
        self.enter()?;
        self.play(Field::Path);
        let known = reading_of(self.last_text().rsplit("::").next().unwrap_or("").trim());
        self.expect(b'!')?;
        if !matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            // `m! name { .. }`, as older item macros have it.
            self.item_name()?;
        }
        let is_braced = self.at(b'{');
        if !matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            return self.fail();
        }
        let pair = self.pair();
        self.bump();
        let is_read = match known {
            Some(reading) => {
                self.read_as(reading, pair) || self.flagged(Flag::InMacro, |p| p.guess(is_braced, pair))
            }
            None => self.flagged(Flag::InMacro, |p| p.guess(is_braced, pair)),
        };
        self.skip_to(pair);
        if !matches!(self.peek(), Tok::Punct(b')' | b']' | b'}')) {
            return self.fail();
        }
        self.bump();
        self.finish(mark, Kind::MacroCall, field);
        if !is_read {
            self.flag(Flag::Opaque);
        }
        self.leave();
        Ok(())
    }

    /// Tries the readings that fit a macro of unknown name.
    fn guess(&mut self, is_braced: bool, pair: usize) -> bool {
        const BRACED: [Reading; 6] = [
            Reading::Statements,
            Reading::Arguments,
            Reading::Items,
            Reading::Json,
            Reading::Select,
            Reading::Loose,
        ];
        const LISTED: [Reading; 6] = [
            Reading::Arguments,
            Reading::Statements,
            Reading::Types,
            Reading::Matches,
            Reading::Items,
            Reading::Loose,
        ];
        let readings = if is_braced { BRACED } else { LISTED };
        readings.into_iter().any(|reading| self.read_as(reading, pair))
    }

    /// Reads all up to token `pair` in one way; nothing has happened where that fails.
    fn read_as(&mut self, reading: Reading, pair: usize) -> bool {
        self.attempt(|p| {
            match reading {
                Reading::Arguments => p.macro_arguments(pair)?,
                Reading::Select => p.select_arms(pair)?,
                Reading::Json => p.json_value_list(pair)?,
                Reading::Matches => p.matches_arguments()?,
                Reading::Statements => p.macro_statements(pair)?,
                Reading::Items => p.macro_items(pair)?,
                Reading::Types => p.macro_types(pair)?,
                Reading::Loose => p.loose_arguments(pair)?,
            }
            if p.pos() == pair { Ok(()) } else { p.fail() }
        })
    }

    fn macro_statements(&mut self, pair: usize) -> Read {
        if self.pos() == pair {
            return Ok(());
        }
        let mark = self.mark();
        self.statements(pair)?;
        self.finish(mark, Kind::Block, Field::Body);
        Ok(())
    }

    /// Items and `static ref`s, as `lazy_static!`, `thread_local!` and `bitflags!` take them, or branches of `cfg_if!`.
    fn macro_items(&mut self, pair: usize) -> Read {
        let mark = self.mark();
        self.inner_attributes()?;
        while self.pos() < pair {
            if self.eat(b';') {
                continue;
            }
            if self.at(b'{') {
                self.block(Field::Stmt)?;
            } else if self.at_key(Key::If) || self.at_key(Key::Else) {
                // `if #[cfg(..)] { .. } else { .. }`
                self.bump();
                self.outer_attributes()?;
            } else {
                self.lazy_item()?;
            }
        }
        self.finish(mark, Kind::Block, Field::Body);
        Ok(())
    }
}
