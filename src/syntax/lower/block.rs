//! Lowers blocks and statements.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Kind};
use syn::{Block, Expr, Local, Stmt, StmtMacro};

impl Lower<'_> {
    /// `{ statements }`
    pub(in crate::syntax) fn block(&mut self, block: &Block, field: Field) -> Span {
        let mark = self.mark();
        let span = self.block_parts(block);
        self.finish(mark, Kind::Block, field, span)
    }

    /// The statements of a block whose node the caller makes.
    pub(in crate::syntax) fn block_parts(&mut self, block: &Block) -> Span {
        self.statements(&block.stmts);
        self.brackets(&block.brace_token.span)
    }

    /// Statements; the last one without `;` is the tail.
    pub(in crate::syntax) fn statements(&mut self, stmts: &[Stmt]) {
        for (idx, stmt) in stmts.iter().enumerate() {
            let is_last = idx + 1 == stmts.len();
            match stmt {
                Stmt::Local(local) => self.local(local),
                Stmt::Item(item) => self.item(item, Field::Stmt),
                // A `;` that stands alone.
                Stmt::Expr(Expr::Verbatim(tokens), _) if tokens.is_empty() => {}
                Stmt::Expr(expr, None) if is_last => {
                    self.expr(expr, Field::Tail);
                }
                Stmt::Expr(expr, semi) => self.expr_statement(expr, semi.map(|semi| semi.spans[0])),
                Stmt::Macro(mac) => self.macro_statement(mac, is_last),
            }
        }
    }

    fn expr_statement(&mut self, expr: &Expr, semi: Option<proc_macro2::Span>) {
        let mark = self.mark();
        let expr = self.expr(expr, Field::Expr);
        let span = semi.map_or(expr, |semi| expr.to(self.token(semi, 1)));
        self.finish(mark, Kind::ExprStmt, Field::Stmt, span);
    }

    fn macro_statement(&mut self, mac: &StmtMacro, is_last: bool) {
        if is_last && mac.semi_token.is_none() {
            self.macro_call(&mac.mac, Field::Tail);
            return;
        }
        let mark = self.mark();
        let attrs = self.attrs(&mac.attrs);
        let mut span = self.macro_call(&mac.mac, Field::Expr);
        span = attrs.map_or(span, |attrs| attrs.to(span));
        if let Some(semi) = &mac.semi_token {
            span = span.to(self.token(semi.spans[0], 1));
        }
        self.finish(mark, Kind::ExprStmt, Field::Stmt, span);
    }

    fn local(&mut self, local: &Local) {
        let mark = self.mark();
        let head = self.token(local.let_token.span, 3);
        let head = self.attrs(&local.attrs).map_or(head, |attrs| attrs.to(head));
        match &local.pat {
            syn::Pat::Type(typed) => {
                self.pattern(&typed.pat, Field::Pat);
                self.ty(&typed.ty, Field::Type);
            }
            plain => {
                self.pattern(plain, Field::Pat);
            }
        }
        if let Some(init) = &local.init {
            self.expr(&init.expr, Field::Init);
            if let Some((_, diverge)) = &init.diverge {
                self.expr(diverge, Field::Else);
            }
        }
        let span = head.to(self.token(local.semi_token.spans[0], 1));
        self.finish(mark, Kind::LetStmt, Field::Stmt, span);
    }
}
