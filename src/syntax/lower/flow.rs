//! Lowers blocks as expressions, branches, loops and closures.

use crate::base::Span;
use crate::syntax::lower::Lower;
use crate::syntax::{Field, Flag, Kind};
use syn::{Arm, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprMatch, Label, Pat};

impl Lower<'_> {
    pub(in crate::syntax) fn block_like(&mut self, expr: &Expr, field: Field) -> Span {
        match expr {
            Expr::Block(block) => self.labelled_block(block.label.as_ref(), &block.block, field),
            Expr::Unsafe(block) => {
                let head = self.token(block.unsafe_token.span, 6);
                self.headed_block(head, &block.block, Kind::UnsafeBlock, field)
            }
            Expr::Async(block) => {
                let head = self.token(block.async_token.span, 5);
                let span = self.headed_block(head, &block.block, Kind::AsyncBlock, field);
                self.flag_if(block.capture.as_ref(), Flag::Move);
                span
            }
            Expr::Const(block) => {
                let head = self.token(block.const_token.span, 5);
                self.headed_block(head, &block.block, Kind::OtherBlock, field)
            }
            Expr::TryBlock(block) => {
                let head = self.token(block.try_token.span, 3);
                self.headed_block(head, &block.block, Kind::OtherBlock, field)
            }
            Expr::If(branch) => self.branch(branch, field),
            Expr::Match(matching) => self.matching(matching, field),
            Expr::ForLoop(looping) => self.for_loop(looping, field),
            Expr::While(looping) => {
                let mark = self.mark();
                let head = self.head(looping.label.as_ref(), looping.while_token.span, 5);
                self.expr(&looping.cond, Field::Cond);
                let span = head.to(self.block(&looping.body, Field::Body));
                self.finish(mark, Kind::While, field, span)
            }
            Expr::Loop(looping) => {
                let mark = self.mark();
                let head = self.head(looping.label.as_ref(), looping.loop_token.span, 4);
                let span = head.to(self.block(&looping.body, Field::Body));
                self.finish(mark, Kind::Loop, field, span)
            }
            other => {
                let span = self.any(other);
                self.leaf(Kind::OtherExpr, field, span)
            }
        }
    }

    fn labelled_block(&mut self, label: Option<&Label>, block: &Block, field: Field) -> Span {
        let mark = self.mark();
        let head = label.map(|label| self.label(label));
        let span = self.block_parts(block);
        let span = head.map_or(span, |head| head.to(span));
        self.finish(mark, Kind::Block, field, span)
    }

    fn headed_block(&mut self, head: Span, block: &Block, kind: Kind, field: Field) -> Span {
        let mark = self.mark();
        let span = head.to(self.block_parts(block));
        self.finish(mark, kind, field, span)
    }

    fn label(&mut self, label: &Label) -> Span {
        let span = self.lifetime(&label.name);
        self.leaf(Kind::Label, Field::Label, span)
    }

    /// The keyword of a loop, with its label before it.
    fn head(&mut self, label: Option<&Label>, keyword: proc_macro2::Span, len: u32) -> Span {
        let label = label.map(|label| self.label(label));
        let keyword = self.token(keyword, len);
        label.map_or(keyword, |label| label.to(keyword))
    }

    fn branch(&mut self, branch: &ExprIf, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(branch.if_token.span, 2);
        self.expr(&branch.cond, Field::Cond);
        let mut span = head.to(self.block(&branch.then_branch, Field::Then));
        if let Some((_, other)) = &branch.else_branch {
            span = span.to(self.expr(other, Field::Else));
        }
        self.finish(mark, Kind::If, field, span)
    }

    fn matching(&mut self, matching: &ExprMatch, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(matching.match_token.span, 5);
        self.expr(&matching.expr, Field::Init);
        for arm in &matching.arms {
            self.arm(arm);
        }
        let span = head.to(self.closing(&matching.brace_token.span));
        self.finish(mark, Kind::Match, field, span)
    }

    fn arm(&mut self, arm: &Arm) {
        let mark = self.mark();
        let attrs = self.attrs(&arm.attrs);
        let pat = match &arm.pat {
            Pat::Guard(guarded) => {
                let pat = self.pattern(&guarded.pat, Field::Pat);
                pat.to(self.expr(&guarded.guard, Field::Guard))
            }
            plain => self.pattern(plain, Field::Pat),
        };
        let span = pat.to(self.expr(&arm.body, Field::Body));
        self.finish(mark, Kind::Arm, Field::Arm, attrs.map_or(span, |attrs| attrs.to(span)));
    }

    fn for_loop(&mut self, looping: &ExprForLoop, field: Field) -> Span {
        let mark = self.mark();
        let head = self.head(looping.label.as_ref(), looping.for_token.span, 3);
        self.pattern(&looping.pat, Field::Pat);
        self.expr(&looping.expr, Field::Init);
        let span = head.to(self.block(&looping.body, Field::Body));
        self.finish(mark, Kind::ForLoop, field, span)
    }

    pub(in crate::syntax) fn let_condition(&mut self, condition: &ExprLet, field: Field) -> Span {
        let mark = self.mark();
        let head = self.token(condition.let_token.span, 3);
        self.pattern(&condition.pat, Field::Pat);
        let span = head.to(self.expr(&condition.expr, Field::Init));
        self.finish(mark, Kind::LetCond, field, span)
    }

    pub(in crate::syntax) fn closure(&mut self, closure: &ExprClosure, field: Field) -> Span {
        let mark = self.mark();
        let head = [
            closure.constness.map(|token| self.token(token.span, 5)),
            closure.asyncness.map(|token| self.token(token.span, 5)),
            closure.capture.map(|token| self.token(token.span, 4)),
        ];
        let bar = self.token(closure.inputs_begin.spans[0], 1);
        for input in &closure.inputs {
            let mark = self.mark();
            let span = match input {
                Pat::Type(typed) => {
                    let pat = self.pattern(&typed.pat, Field::Pat);
                    pat.to(self.ty(&typed.ty, Field::Type))
                }
                plain => self.pattern(plain, Field::Pat),
            };
            self.finish(mark, Kind::Param, Field::Param, span);
        }
        self.return_type(&closure.output);
        let body = self.expr(&closure.body, Field::Body);
        let start = head.into_iter().flatten().next().unwrap_or(bar);
        let span = self.finish(mark, Kind::Closure, field, start.to(body));
        self.flag_if(closure.asyncness.as_ref(), Flag::Async);
        self.flag_if(closure.capture.as_ref(), Flag::Move);
        span
    }
}
