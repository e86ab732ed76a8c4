//! A tree as one line of text, and the laws that every tree obeys. Test code only.

use super::{Field, Kind, NodeId, ParseOptions, Parsed, STACK_BYTES, TestCode, Tree, parse, parse_fragment};
use crate::base::{RelPath, SourceText, Span};
use proptest::prelude::*;

/// Reads `text` as a file, tests included; every tree must keep the laws.
#[track_caller]
pub(super) fn read(text: &str) -> Parsed {
    let source = SourceText::new(RelPath::new("a.rs"), text);
    let parsed = on_deep_stack(move || parse(&source, &ParseOptions { test_code: TestCode::Keep }));
    assert_eq!(broken_law(&parsed.tree), None, "{text}");
    parsed
}

/// Runs `work` on a thread such as those that scan.
pub(super) fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        thread.expect("a thread").join().expect("no panic")
    })
}

/// `Kind(Field:Kind'text' ..)`, a leaf with its text; the field of `id` itself is left out.
pub(super) fn outline(tree: &Tree, id: NodeId) -> String {
    let mut out = format!("{:?}", tree.kind(id));
    if let Some(operator) = tree.operator(id) {
        out.push_str(operator);
    }
    let parts: Vec<String> =
        tree.children(id).map(|part| format!("{:?}:{}", tree.field(part), outline(tree, part))).collect();
    if parts.is_empty() {
        out + &format!("'{}'", plain(tree.text(id)))
    } else {
        out + "(" + &parts.join(" ") + ")"
    }
}

/// The text with `$x` and `$$$xs` as they are written in a pattern.
fn plain(text: &str) -> String {
    text.replace(super::tree::META_ONE, "$").replace(super::tree::META_MANY, "$$$")
}

/// The outline of what `text` holds as the only expression of a fragment.
#[track_caller]
pub(super) fn expr_outline(text: &str) -> String {
    let tree = parse_fragment(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
    let parts: Vec<NodeId> = tree.children(tree.root()).collect();
    assert_eq!(parts.len(), 1, "{text}");
    outline(&tree, parts[0])
}

/// The first law that `tree` breaks.
pub(super) fn broken_law(tree: &Tree) -> Option<String> {
    for id in tree.subtree(tree.root()) {
        let span = tree.span(id);
        if tree.source().text().get(span.range()).is_none() {
            return Some(format!("{:?} at {span:?} is off the character boundaries", tree.kind(id)));
        }
        let mut last = Span::point(span.start());
        let mut n_below = 0;
        for part in tree.children(id) {
            let inner = tree.span(part);
            n_below += tree.subtree(part).size_hint().0;
            if tree.parent(part) != Some(id) || part.0 <= id.0 {
                return Some(format!("{:?} has another parent than the one that holds it", tree.kind(part)));
            }
            if !span.contains(inner) {
                return Some(format!("{:?} {span:?} holds {:?} {inner:?}", tree.kind(id), tree.kind(part)));
            }
            // `P { f }` names the field and binds it with the same word.
            let is_shorthand = tree.kind(id) == Kind::FieldPat && tree.field(part) == Field::Pat;
            if inner.start() < last.end() && !is_shorthand {
                return Some(format!("{:?} begins before its left neighbour ends", tree.kind(part)));
            }
            last = inner;
        }
        if n_below != tree.descendants(id).size_hint().0 {
            return Some(format!("{:?} counts nodes below that no child holds", tree.kind(id)));
        }
    }
    None
}

fn own_sources() -> Vec<String> {
    let home = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let walk = walkdir::WalkDir::new(home.join("src")).sort_by_file_name().into_iter().flatten();
    let paths =
        walk.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    paths.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

#[test]
fn our_own_sources_are_read_whole_and_keep_the_laws() {
    for text in own_sources() {
        let parsed = read(&text);
        assert_eq!((parsed.problems, parsed.n_unparsed), (vec![], 0));
    }
}

#[test]
fn the_text_of_an_expression_reads_as_the_same_expression() {
    let kinds = [
        Kind::Call,
        Kind::MethodCall,
        Kind::Closure,
        Kind::StructLit,
        Kind::If,
        Kind::Match,
        Kind::Ref,
        Kind::Array,
        Kind::Range,
        Kind::MacroCall,
    ];
    let mut n_read = 0;
    for text in own_sources().iter().take(25) {
        let tree = read(text).tree;
        for id in tree.subtree(tree.root()) {
            let is_expr = kinds.contains(&tree.kind(id)) && tree.child(id, Field::Attr).is_none();
            let is_template = tree.text(id).contains('$');
            if !is_expr || is_template || matches!(tree.field(id), Field::Type | Field::Item) {
                continue;
            }
            assert_eq!(expr_outline(tree.text(id)), outline(&tree, id));
            n_read += 1;
        }
    }
    assert!(n_read > 1000, "only {n_read} expressions were read again");
}

#[test]
fn the_innermost_node_that_covers_a_node_is_itself_or_of_the_same_span() {
    let tree =
        read("fn f(a: &B<C>) -> D { if let E { g, .. } = h(a.i::<J>(1)?) { k!(l, m + 2) } else { -n } }")
            .tree;
    for id in tree.subtree(tree.root()) {
        assert_eq!(tree.span(tree.covering(tree.span(id))), tree.span(id), "{:?}", tree.kind(id));
    }
}

/// Words and marks that meet often, and some that never should.
const WORDS: &str = "fn f x ( ) { } [ ] < > ; , : :: . .. ..= = == => -> & && | || ! ? # #[a] #![b] 'a 'a' \"s\" r#\"t\"# 1 1.0 _ \
    let if else match for in loop while async move await return break impl trait struct enum mod use pub where dyn unsafe const \
    static type self Self $x $ $$$ macro_rules! select! json! vec! m! /* */ // \" é \\ @ + - * / % as mut ref union try extern";

fn soup() -> impl Strategy<Value = String> {
    let mut words: Vec<&str> = WORDS.split(' ').collect();
    words.extend(["\n", "\r\n", "\u{0}", ""]);
    prop::collection::vec(prop::sample::select(words), 0..60).prop_map(|words| words.join(" "))
}

/// Expressions with their own kind of trouble, that `syn` reads too.
fn expr_text() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "b::c",
        "1",
        "2.5",
        "'x'",
        "\"s\"",
        "true",
        "()",
        "[]",
        "d::<E>::f",
        "<G as H>::i",
        "m!(j, k)",
        "S {}",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(6, 40, 3, |inner| {
        let (a, b, c) = (inner.clone(), inner.clone(), inner);
        (0..19_usize, a, b, c).prop_map(|(shape, a, b, c)| match shape {
            0 => format!("({a})"),
            1 => format!("({a}) + ({b}) * {c}"),
            2 => format!("f({a}, {b})"),
            3 => format!("({a}).m::<T>({b})"),
            4 => format!("|x, y: Z| {a}"),
            5 => format!("if ({a}) {{ {b} }} else {{ {c} }}"),
            6 => format!("match ({a}) {{ P(q) if ({b}) => {c}, R {{ s, .. }} | T => {{ {a} }} _ => {{}} }}"),
            7 => format!("{{ let u = {a}; {b}; {c} }}"),
            8 => format!("&mut ({a})[{b}]"),
            9 => format!("(!({a}) as u8) << {b}"),
            10 => format!("S {{ v: {a}, w, ..{b} }}"),
            11 => format!("async move {{ ({a}).await? }}"),
            12 => format!("({a})..=({b})"),
            13 => format!("x = {a}"),
            14 => format!("({a}, {b})"),
            15 => format!("[({a}); {b}]"),
            16 => format!("return {a}"),
            17 => format!("while let Some(x) = ({a}) && ({b}) {{ {c}; }}"),
            _ => format!("-({a}).n.0 == *({b})"),
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_soup_of_tokens_breaks_a_law(text in soup()) {
        read(&text);
        let _ = parse_fragment(&text);
    }

    #[test]
    fn any_text_keeps_the_laws(text in "\\PC{0,80}") {
        read(&text);
    }

    #[test]
    fn a_source_with_a_hole_keeps_the_laws(file in 0_usize..1000, from in 0.0..1.0_f64, len in 0_usize..200) {
        let sources = own_sources();
        let text = &sources[file % sources.len()];
        let cut = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = cut((text.len() as f64 * from) as usize);
        let holed = format!("{}{}", &text[..start], &text[cut(start + len)..]);
        read(&holed);
    }

    #[test]
    fn generated_expressions_are_read_and_read_again_from_their_text(text in expr_text()) {
        let parsed = read(&format!("fn f() {{ let r = {text}; }}"));
        prop_assert_eq!(parsed.n_unparsed, 0, "{}", text);
        let tree = &parsed.tree;
        for id in tree.subtree(tree.root()).filter(|id| tree.field(*id) == Field::Arg) {
            let again = read(&format!("fn f() {{ g({}); }}", tree.text(id)));
            let arg = again.tree.subtree(again.tree.root()).find(|id| again.tree.field(*id) == Field::Arg);
            prop_assert_eq!(arg.map(|arg| outline(&again.tree, arg)), Some(outline(tree, id)), "{}", text);
        }
    }
}
