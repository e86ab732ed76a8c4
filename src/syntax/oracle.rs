//! Compares our parser with `syn`: same nodes at the same places, for all that both read. Test code only.

use super::{Field, Kind, ParseOptions, TestCode, Tree, parse};
use crate::base::{RelPath, SourceText, Span};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

type Shape = (Kind, u32, u32);

/// What `syn` sees, outside of macros and attributes.
#[derive(Default)]
struct Seen(BTreeSet<Shape>);

impl Seen {
    fn push(&mut self, kind: Kind, span: proc_macro2::Span) {
        let range = span.byte_range();
        self.0.insert((kind, range.start as u32, range.end as u32));
    }

    fn statements(&mut self, block: &syn::Block) {
        for stmt in &block.stmts {
            self.visit_stmt(stmt);
        }
    }
}

fn expr_kind(expr: &syn::Expr) -> Option<Kind> {
    use syn::{BinOp, Expr, Lit, UnOp};
    Some(match expr {
        Expr::Array(_) => Kind::Array,
        Expr::Assign(_) => Kind::Assign,
        Expr::Async(_) => Kind::AsyncBlock,
        Expr::Await(_) => Kind::Await,
        Expr::Binary(binary) => match binary.op {
            BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_) => Kind::AssignOp,
            _ => Kind::Binary,
        },
        Expr::Block(_) => Kind::Block,
        Expr::Break(_) => Kind::Break,
        Expr::Call(_) => Kind::Call,
        Expr::Cast(_) => Kind::Cast,
        Expr::Closure(_) => Kind::Closure,
        Expr::Const(_) | Expr::TryBlock(_) => Kind::OtherBlock,
        Expr::Continue(_) => Kind::Continue,
        Expr::Field(_) => Kind::FieldAccess,
        Expr::ForLoop(_) => Kind::ForLoop,
        Expr::If(_) => Kind::If,
        Expr::Index(_) => Kind::Index,
        Expr::Infer(_) | Expr::Yield(_) => Kind::OtherExpr,
        Expr::Let(_) => Kind::LetCond,
        Expr::Lit(lit) => match lit.lit {
            Lit::Str(_) => Kind::LitStr,
            Lit::ByteStr(_) | Lit::CStr(_) | Lit::Byte(_) => Kind::LitBytes,
            Lit::Char(_) => Kind::LitChar,
            // syn takes `1f64` for an integer.
            Lit::Int(_) | Lit::Float(_) => Kind::LitInt,
            Lit::Bool(_) => Kind::LitBool,
            _ => return None,
        },
        Expr::Loop(_) => Kind::Loop,
        Expr::Match(_) => Kind::Match,
        Expr::MethodCall(_) => Kind::MethodCall,
        Expr::Path(_) => Kind::Path,
        Expr::Range(_) => Kind::Range,
        Expr::RawAddr(_) | Expr::Reference(_) => Kind::Ref,
        Expr::Repeat(_) => Kind::Repeat,
        Expr::Return(_) => Kind::Return,
        Expr::Struct(_) => Kind::StructLit,
        Expr::Try(_) => Kind::Try,
        Expr::Tuple(_) => Kind::Tuple,
        Expr::Unary(unary) => match unary.op {
            UnOp::Deref(_) => Kind::Deref,
            UnOp::Not(_) => Kind::Not,
            _ => Kind::Neg,
        },
        Expr::Unsafe(_) => Kind::UnsafeBlock,
        Expr::While(_) => Kind::While,
        _ => return None,
    })
}

fn type_kind(ty: &syn::Type) -> Option<Kind> {
    use syn::Type;
    Some(match ty {
        Type::Array(_) => Kind::TypeArray,
        Type::FnPtr(_) => Kind::TypeFn,
        Type::ImplTrait(_) => Kind::TypeImpl,
        Type::Path(_) => Kind::TypePath,
        Type::Ptr(_) => Kind::TypePtr,
        Type::Reference(_) => Kind::TypeRef,
        Type::Slice(_) => Kind::TypeSlice,
        Type::TraitObject(_) => Kind::TypeDyn,
        Type::Tuple(_) => Kind::TypeTuple,
        _ => return None,
    })
}

fn pat_kind(pat: &syn::Pat) -> Option<Kind> {
    use syn::Pat;
    Some(match pat {
        Pat::Ident(_) => Kind::PatIdent,
        Pat::Or(_) => Kind::PatOr,
        Pat::Path(_) => Kind::PatPath,
        Pat::Const(_) | Pat::Lit(_) | Pat::Range(_) => Kind::PatOther,
        Pat::Reference(_) => Kind::PatRef,
        Pat::Rest(_) => Kind::PatRest,
        Pat::Slice(_) => Kind::PatSlice,
        Pat::Struct(_) => Kind::PatStruct,
        Pat::Tuple(_) => Kind::PatTuple,
        Pat::TupleStruct(_) => Kind::PatTupleStruct,
        Pat::Wild(_) => Kind::PatWild,
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for Seen {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.push(Kind::MacroCall, mac.span());
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if item.ident.is_none() {
            self.visit_macro(&item.mac);
        }
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        if let Some(kind) = expr_kind(expr) {
            self.push(kind, expr.span());
        }
        match expr {
            syn::Expr::Async(inner) => self.statements(&inner.block),
            syn::Expr::Block(inner) => self.statements(&inner.block),
            syn::Expr::Const(inner) => self.statements(&inner.block),
            syn::Expr::TryBlock(inner) => self.statements(&inner.block),
            syn::Expr::Unsafe(inner) => self.statements(&inner.block),
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.push(Kind::Block, block.span());
        self.statements(block);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        self.push(Kind::LetStmt, local.span());
        visit::visit_local(self, local);
    }

    fn visit_field_value(&mut self, value: &'ast syn::FieldValue) {
        if value.colon_token.is_some() {
            visit::visit_field_value(self, value);
        }
    }

    fn visit_type(&mut self, ty: &'ast syn::Type) {
        if let Some(kind) = type_kind(ty) {
            self.push(kind, ty.span());
        }
        visit::visit_type(self, ty);
    }

    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        let kind = pat_kind(pat);
        if let Some(kind) = kind {
            self.push(kind, pat.span());
        }
        if kind != Some(Kind::PatOther) {
            visit::visit_pat(self, pat);
        }
    }
}

/// What we see, in the same terms.
fn shapes(tree: &Tree) -> BTreeSet<Shape> {
    let mut shapes = BTreeSet::new();
    let mut past = 0;
    for id in tree.subtree(tree.root()) {
        if id.0 < past {
            continue;
        }
        let (kind, span) = (tree.kind(id), tree.span(id));
        if matches!(kind, Kind::MacroCall | Kind::Attr | Kind::Visibility | Kind::PatOther | Kind::MacroRules)
        {
            past = tree.descendants(id).last().map_or(id.0, |last| last.0) + 1;
        }
        let is_expr_path = !matches!(tree.field(id), Field::Path | Field::Bound | Field::Trait);
        let is_struct_rest = tree.field(id) == Field::Rest;
        let is_compared = match kind {
            Kind::Path => is_expr_path,
            Kind::PatRest => !is_struct_rest,
            _ => is_expr(kind) || is_type_or_pat(kind),
        };
        let holds_macro =
            kind == Kind::PatOther && tree.descendants(id).any(|inner| tree.kind(inner) == Kind::MacroCall);
        if is_compared {
            let kind = match kind {
                _ if holds_macro => Kind::MacroCall,
                Kind::LitFloat => Kind::LitInt,
                _ => kind,
            };
            shapes.insert((kind, span.start(), span.end()));
        }
    }
    shapes
}

fn is_expr(kind: Kind) -> bool {
    (Kind::LitStr..=Kind::Return).contains(&kind) && !matches!(kind, Kind::Arm)
        || matches!(
            kind,
            Kind::LetStmt
                | Kind::Break
                | Kind::Continue
                | Kind::Tuple
                | Kind::Array
                | Kind::Repeat
                | Kind::StructLit
                | Kind::MacroCall
                | Kind::OtherExpr
        )
}

fn is_type_or_pat(kind: Kind) -> bool {
    (Kind::TypePath..=Kind::TypeDyn).contains(&kind)
        || matches!(
            kind,
            Kind::PatIdent
                | Kind::PatOr
                | Kind::PatPath
                | Kind::PatOther
                | Kind::PatRef
                | Kind::PatRest
                | Kind::PatSlice
                | Kind::PatStruct
                | Kind::PatTuple
                | Kind::PatTupleStruct
                | Kind::PatWild
        )
}

/// Where the node that starts at `start` begins behind its attributes, which `syn` gives to other nodes than we do.
fn after_attributes(text: &str, start: u32) -> u32 {
    let mut rest = &text[start as usize..];
    while rest.starts_with("#[") {
        let mut depth = 0;
        let end = rest.find(|c| {
            depth += match c {
                '[' => 1,
                ']' => -1,
                _ => 0,
            };
            depth == 0 && c == ']'
        });
        rest = rest[end.unwrap_or(0) + 1..].trim_start();
        while rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
        }
    }
    (text.len() - rest.len()) as u32
}

/// Compares both on `text`; tells how many nodes they share (0 where `syn` cannot read it), or where they differ.
pub(super) fn compare(name: &str, text: &str) -> Result<usize, String> {
    proc_macro2::extra::invalidate_current_thread_spans();
    let Ok(file) = syn::parse_file(text) else { return Ok(0) };
    let mut seen = Seen::default();
    seen.visit_file(&file);
    let source = SourceText::new(RelPath::new(name), text);
    let parsed = parse(&source, &ParseOptions { test_code: TestCode::Keep });
    if !parsed.problems.is_empty() {
        return Err(format!("{name}: syn reads it, but {:#?}", parsed.problems));
    }
    let without_attributes = |shapes: BTreeSet<Shape>| -> BTreeSet<Shape> {
        shapes.into_iter().map(|(kind, start, end)| (kind, after_attributes(text, start), end)).collect()
    };
    let (ours, theirs) = (without_attributes(shapes(&parsed.tree)), without_attributes(seen.0));
    let show = |(kind, start, end): &Shape| {
        let place = source.line_column(*start);
        format!("{}:{} {kind:?} {:?}", place.line, place.column, source.slice(Span::new(*start, *end)))
    };
    let missing: Vec<String> = theirs.difference(&ours).map(show).take(8).collect();
    let extra: Vec<String> = ours.difference(&theirs).map(show).take(8).collect();
    if missing.is_empty() && extra.is_empty() {
        return Ok(ours.len());
    }
    Err(format!("{name}\nonly syn sees: {missing:#?}\nonly we see: {extra:#?}"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    walk.map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .collect()
}

#[test]
fn our_own_sources_and_fixtures_have_the_same_nodes_as_in_syn() {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![home.join("src"), home.join("tests"), home.join("fixtures")];
    // Another folder to compare on, for those who work on the parser.
    folders.extend(std::env::var_os("PATSCAN_SYNTAX_CORPUS").map(PathBuf::from));
    let mut n_shared = 0;
    let mut differences = Vec::new();
    for path in folders.iter().flat_map(|folder| rust_files(folder)) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match compare(&path.display().to_string(), &text) {
            Ok(n) => n_shared += n,
            Err(difference) => differences.push(difference),
        }
    }
    assert!(
        differences.is_empty(),
        "{} files differ\n{}",
        differences.len(),
        differences[..differences.len().min(6)].join("\n")
    );
    assert!(n_shared > 10_000, "only {n_shared} nodes were compared");
}
