//! Mistakes in checks, each with its message, line and underlined text.

use super::{Setting, SettingValue};
use crate::base::{CheckId, RelPath, SourceText, Span};
use crate::catalog::Catalog;
use crate::finding::{Problem, Severity};
use crate::rule::{
    AnalysisSpec, EditAction, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Rule, RuleSet,
    SelectorKind, Test, Vocabulary,
};

static RETRY: AnalysisSpec = AnalysisSpec {
    name: "retry",
    about: "loops and combinators that try again",
    params: &[ParamSpec {
        name: "attempts",
        kind: ParamKind::Count,
        about: "how often",
        default: || ParamValue::Count(3),
    }],
    facts: &[
        FactSpec {
            name: "delay",
            kind: FactKind::Symbols(&["none", "constant", "growing"]),
            about: "the wait",
        },
        FactSpec { name: "bound", kind: FactKind::Count, about: "how often at most" },
    ],
};

static ANALYSES: &[&AnalysisSpec] = &[&RETRY];

pub(super) fn words() -> Vocabulary<'static> {
    Vocabulary { catalog: Catalog::builtin(), analyses: ANALYSES }
}

const HEAD: &str = "check: a-check\nseverity: error\nprecision: exact\n";
const TAIL: &str = "message: m\nbecause: b\nhelp: h\n";

fn source(name: &str, text: &str) -> SourceText {
    SourceText::new(RelPath::new(name), text)
}

/// One rule with `middle` between the usual head and tail.
#[track_caller]
fn rule(middle: &str) -> Rule {
    let (set, problems) = RuleSet::load(&[source("a.yaml", &format!("{HEAD}{middle}\n{TAIL}"))], words());
    assert_eq!(problems, [], "{middle}");
    set.rules.into_iter().next().expect("a rule")
}

/// `line:underlined: message | help`.
fn shown(problem: &Problem) -> String {
    let place = problem.place.as_ref().expect("a place");
    let line = place.line_column.map_or(0, |(line, _)| line);
    let (text, start, length) = place.excerpt.clone().expect("an excerpt");
    let marked: String = text.chars().skip(start as usize).take(length as usize).collect();
    format!("{line}:{marked}: {} | {}", problem.message, problem.help)
}

/// Each problem of the check must be the expected line, or begin with it where that ends in `…`.
#[track_caller]
fn check_text(text: &str, expected: &[&str]) {
    let (set, problems) = RuleSet::load(&[source("a.yaml", text)], words());
    let found: Vec<String> = problems.iter().map(shown).collect();
    let is_same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| match expected.strip_suffix('…') {
            Some(head) => found.starts_with(head),
            None => found == expected,
        });
    assert!(is_same, "{found:#?}\n{expected:#?}");
    assert_eq!(set.rules.len(), usize::from(expected.is_empty()), "a broken check is not run");
}

/// `middle` starts in line 4.
#[track_caller]
fn check(middle: &str, expected: &[&str]) {
    check_text(&format!("{HEAD}{middle}\n{TAIL}"), expected);
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest_and_all_allowed() {
    check(
        "selct: { macro: [todo] }\nselect: { macro: [todo] }",
        &[
            "4:selct: unknown key `selct` in `check` | did you mean `select`? its keys: `check`, `severity`, …",
        ],
    );
    check(
        "select: { call: { paht: [a::b] } }",
        &[
            "4:paht: unknown key `paht` in `call` | did you mean `path`? its keys: `path`, `method`, `on`, `role`, `args`, `in_macro`",
        ],
    );
    check(
        "select: { macro: [todo] }\nrequire: { chain_cals: [x] }",
        &["5:chain_cals: unknown key `chain_cals` in `predicate` | did you mean `chain_calls`? …"],
    );
    check(
        "select: { macro: [todo] }\nrequire: { value: { zzz: 1 } }",
        &["5:zzz: unknown key `zzz` in `value` | its keys: …"],
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    check_text(
        "check: a-check\nseverity: fatal\nprecision: exact\nselect:\n  - call: { role: [publsh] }\n  - macro: ['a b']\nrequire:\n  name: '('\n",
        &[
            "1:check: `because` is missing in `check` | add `because:`, why it matters",
            "1:check: `help` is missing in `check` | add `help:`, the remedy",
            "1:check: `message` is missing in `check` | add `message:`, the fact: lower case, no full stop, code in backticks",
            "2:fatal: `severity` knows no `fatal` | its words: `error`, `warning`, `note`",
            "5:publsh: there is no role `publsh` | did you mean `publish`? roles: …",
            "6:'a b': `a b` is no path | …",
            "8:'(': this is no regular expression: unclosed group | ",
        ],
    );
}

#[test]
fn a_wrong_type_is_told_with_what_is_wanted() {
    check(
        "select: { call: { args: many } }",
        &["4:many: `args` takes a whole number from 0 on, not `many` | "],
    );
    check(
        "select: { call: { args: [1] } }",
        &["4:[1]: `args` takes a whole number from 0 on, not a list | "],
    );
    check(
        "select: { type: { each_variant: maybe } }",
        &["4:maybe: `each_variant` takes `true` or `false`, not `maybe` | "],
    );
    check(
        "select: { chain: reqwest }",
        &["4:reqwest: `chain` takes a mapping, not a single value | its keys: `starts`, `ends`, `via`"],
    );
    check("select: { macro: { a: b } }", &["4:{ a: b }: `macro` takes names, not a mapping | "]);
    check(
        "select: { macro: [todo] }\nrequire: [{ name: x }]",
        &["5:[{ name: x }]: a predicate is a mapping, not a list | put the list under `all:` or `any:`"],
    );
    check(
        "select: { loop: { kind: [retri] } }",
        &["4:retri: `kind` knows no `retri` | did you mean `retry`? …"],
    );
    check("select: { macro: [todo] }\nparams: []", &["5:[]: `params` takes a mapping, not a list | "]);
    check(
        "select: { macro: [todo] }\nrequire: { arg: { at: -1, is: { none: true } } }",
        &["5:-1: there is no argument called `-1` | …"],
    );
}

#[test]
fn a_missing_and_a_repeated_key_are_told() {
    check(
        "select: { chain: { ends: [build] } }",
        &["4:ends: `starts` is missing in `chain` | add `starts:`, the constructor"],
    );
    check(
        "select: { macro: [todo] }\nselect: { macro: [x] }",
        &["5:select: `select` is given twice | remove one of the two"],
    );
    check("select: []", &["4:[]: `select` is empty | give at least one selector"]);
    check(
        "select: { where: { name: x } }",
        &["4:{ where: { name: x } }: this selects nothing | give one of `call`, …"],
    );
    check(
        "select: { macro: [a], import: [b] }",
        &["4:import: a selector has one key, this has `macro` and `import` | …"],
    );
    check("select: { macro: [] }", &["4:[]: `macro` is empty | give at least one, or remove the key"]);
}

#[test]
fn an_invalid_glob_path_role_or_pattern_is_told() {
    check(
        "select: { macro: [todo] }\nunless: { in: { file: 'a[' } }",
        &["5:'a[': this is no file glob: unclosed character class; missing ']' | …"],
    );
    check("select: { call: ['Vec<u8>::new'] }", &["4:'Vec<u8>::new': `Vec<u8>::new` is no path | …"]);
    check(
        "select: { type: { role: publish } }",
        &["4:publish: role `publish` is of kind expression, `role` takes type here | "],
    );
    check(
        "select: { type: { name: 'a{1000}{1000}{1000}' } }",
        &["4:'a{1000}{1000}{1000}': this is no regular expression: it is too large | "],
    );
    check("select: { code: 'let = ' }", &["4:'let = ': this is no code pattern: …"]);
    check("select: { code: '$x' }", &["4:'$x': this is no code pattern: it matches everything | …"]);
}

#[test]
fn parameters_are_declared_typed_and_known() {
    check(
        "params: { limit: { type: count, default: 5, about: x } }\nselect: { macro: [todo] }\nrequire: { value: { max: $limt } }",
        &["6:$limt: parameter `limt` is not declared | did you mean `limit`? declared: `limit`"],
    );
    check(
        "select: { macro: [todo] }\nrequire: { value: { max: $limit } }",
        &["5:$limit: parameter `limit` is not declared | declare it: …"],
    );
    check(
        "params: { limit: { type: duration, default: 5, about: x } }\nselect: { macro: [todo] }",
        &["4:5: `default` of `limit` is to be a time such as `30 s`, `5 min` or `250 ms` | "],
    );
    check(
        "params: { limit: { type: time, default: 5 s, about: x } }\nselect: { macro: [todo] }",
        &["4:time: `type` knows no `time` | …"],
    );
}

#[test]
fn a_circle_of_predicates_is_told_with_its_way() {
    check(
        "define:\n  a: { use: b }\n  b: { not: { use: a } }\nselect: { macro: [todo] }\nrequire: { name: x }",
        &[
            "5:b: `b` refers to itself: b -> a -> b | break the circle",
            "6:a: `a` refers to itself: a -> b -> a | break the circle",
        ],
    );
    check(
        "select: { macro: [todo] }\nrequire: { use: a }",
        &["5:a: there is no predicate `a` under `define` | defined: "],
    );
}

#[test]
fn predicates_that_grow_by_reference_are_bounded() {
    let mut text = "define:\n  d0: { name: x }\n".to_owned();
    for at in 1..30 {
        let before = at - 1;
        text += &format!("  d{at}: {{ any: [{{ use: d{before} }}, {{ use: d{before} }}] }}\n");
    }
    let (_, problems) = RuleSet::load(
        &[source(
            "a.yaml",
            &format!("{HEAD}{text}select: {{ macro: [todo] }}\nrequire: {{ use: d29 }}\n{TAIL}"),
        )],
        words(),
    );
    assert!(
        problems.iter().any(|problem| problem.message.contains("more than 2000 predicates")),
        "{problems:?}"
    );
    assert!(problems.len() < 40, "{}", problems.len());
}

#[test]
fn an_analysis_knows_its_keys_and_facts() {
    check(
        "select: { analysis: { name: rety } }",
        &["4:rety: there is no analysis `rety` | did you mean `retry`? analyses: `retry`"],
    );
    check(
        "select: { analysis: { name: retry, attempt: 3 } }",
        &[
            "4:attempt: unknown key `attempt` in analysis `retry` | did you mean `attempts`? its keys: `name`, `attempts`",
        ],
    );
    check(
        "select: { analysis: { name: retry, attempts: few } }",
        &["4:few: `attempts` takes a whole number such as `5` | how often"],
    );
    check(
        "select: { analysis: retry }\nforbid: { fact: { dely: none } }",
        &["5:dely: no selected analysis tells `dely` | did you mean `delay`? facts: `delay`, `bound`"],
    );
    check(
        "select: { analysis: retry }\nforbid: { fact: { delay: nil } }",
        &["5:nil: fact `delay` is never `nil` | its values: `none`, `constant`, `growing`"],
    );
    check(
        "select: { macro: [todo] }\nforbid: { fact: { delay: none } }",
        &["5:{ delay: none }: no analysis is selected here | …"],
    );
    check(
        "select: { analysis: retry }\nplace: delai",
        &["5:delai: there is no fact or capture `delai` | did you mean `delay`? …"],
    );
}

#[test]
fn messages_name_only_what_is_known() {
    check_text(
        &format!("{HEAD}select: {{ macro: [todo] }}\nmessage: 'is {{subjct}}'\nbecause: b\nhelp: h\n"),
        &["5:'is {subjct}': `message` names `{subjct}`, which nothing fills | did you mean `subject`? …"],
    );
}

#[test]
fn a_guess_is_no_error_and_an_id_is_kebab_case() {
    check_text(
        &format!("check: A_b\nseverity: error\nprecision: heuristic\nselect: {{ macro: [todo] }}\n{TAIL}"),
        &[
            "1:A_b: `A_b` is no id | …",
            "2:error: a heuristic check is a warning at most | write `severity: warning`",
        ],
    );
}

#[test]
fn a_problem_in_a_page_points_into_the_page() {
    let text = format!("# b\n\n```yaml\n{HEAD}select: {{ macro: [todo] }}\nfoo: 1\n{TAIL}```\n");
    let (_, problems) = RuleSet::load(&[source("x/b.md", &text)], words());
    let found: Vec<String> = problems.iter().map(shown).collect();
    assert!(found[1].starts_with("8:foo: unknown key"), "{found:?}");
    assert!(found[0].starts_with("4:a-check: check `a-check` stands in a file called `b`"), "{found:?}");
}

#[test]
fn an_id_that_is_taken_is_told() {
    let text = format!("{HEAD}select: {{ macro: [todo] }}\n{TAIL}");
    let (set, problems) = RuleSet::load(&[source("a.yaml", &format!("{text}---\n{text}"))], words());
    assert_eq!(set.rules.len(), 1);
    assert!(
        shown(&problems[0]).starts_with("9:check: a-check: check `a-check` exists already"),
        "{problems:?}"
    );
}

#[test]
fn parameters_reach_predicates_and_messages() {
    let text = "params: { limit: { type: duration, default: 30 s, about: x }, names: { type: names, default: [a, b], about: y } }\nselect: { macro: [todo] }\nrequire: { chain_calls: [$names, c], value: { max: $limit } }";
    let full = format!("{HEAD}{text}\nmessage: 'over {{limit}}'\nbecause: b\nhelp: h\n");
    let (mut set, problems) = RuleSet::load(&[source("a.yaml", &full)], words());
    assert_eq!(problems, []);
    let shown = |set: &RuleSet| {
        let rule = &set.rules[0];
        format!("{} {:?}", rule.message.render(|_| None), rule.require.as_ref().map(|require| &require.test))
    };
    assert!(shown(&set).contains("over 30 s") && shown(&set).contains("Duration(30s)"), "{}", shown(&set));
    assert!(
        matches!(&set.rules[0].require.as_ref().expect("a predicate").test, Test::All(all) if all.len() == 2)
    );

    let config = source("patscan.toml", "[checks.a-check]\n");
    let at = Span::new(8, 15);
    let setting = |name: &str, value: &str| Setting {
        id: CheckId::new("a-check").expect("an id"),
        span: at,
        severity: Some(Severity::Note),
        is_enabled: None,
        is_waivable: None,
        params: vec![(name.to_owned(), SettingValue::Text(value.to_owned()), at)],
    };
    assert_eq!(set.configure(&config, &[setting("limit", "1 min")], words()), []);
    assert!(shown(&set).contains("over 1 min") && shown(&set).contains("Duration(60s)"), "{}", shown(&set));
    assert_eq!((set.rules[0].severity, set.rules[0].is_severity_set), (Severity::Note, true));

    let wrong = set.configure(&config, &[setting("limit", "soon"), setting("limt", "1 s")], words());
    let messages: Vec<&str> = wrong.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "parameter `limit` takes a time such as `30 s`, `5 min` or `250 ms`",
            "check `a-check` has no parameter `limt`"
        ]
    );
    let off = Setting { is_enabled: Some(false), ..setting("limit", "1 s") };
    assert_eq!(set.configure(&config, &[off], words()), []);
    assert!(set.rules.is_empty());
}

#[test]
fn a_predicate_of_several_keys_is_all_of_them_and_knows_its_bytes() {
    let rule = rule("select: { macro: [todo] }\nrequire: { name: x, derives: [Clone] }");
    let require = rule.require.expect("a predicate");
    assert_eq!(rule.page.slice(require.span), "{ name: x, derives: [Clone] }");
    let Test::All(parts) = require.test else { panic!("all") };
    assert_eq!(rule.page.slice(parts[1].span), "derives: [Clone]");
}

#[test]
fn a_rule_is_summed_up_by_its_first_sentence() {
    let yaml = format!("```yaml\n{HEAD}select: {{ macro: [todo] }}\n{TAIL}```\n");
    let summary = |text: &str| {
        let (set, problems) = RuleSet::load(&[source("x/a-check.md", text)], words());
        assert_eq!(problems, []);
        set.rules[0].summary()
    };
    assert_eq!(summary(&format!("# a-check\n\nOne\ntwo 1.5. Three.\n\nFour.\n\n{yaml}")), "One two 1.5.");
    assert_eq!(summary(&format!("# a-check\n{yaml}")), "b");
}

#[test]
fn keys_for_the_index_are_the_narrowest() {
    let keys = |middle: &str| {
        let keys = rule(middle).keys();
        keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys("select: { call: { path: a::b, method: c } }"), "CallPath(\"a::b\")");
    assert_eq!(
        keys("select: { call: { path: [a::b, 'c::*'] } }"),
        "CallPath(\"a::b\") CallGlob(Glob(\"c::*\"))"
    );
    assert_eq!(keys("select: { call: { method: [c, d] } }"), "Method(\"c\") Method(\"d\")");
    assert_eq!(keys("select: { call: { method: 'c_*' } }"), "AnyCall");
    assert_eq!(keys("select: { literal: { type: a::B } }"), "Literal(\"B\")");
    assert_eq!(keys("select: [{ macro: [a::b] }, { loop: { kind: retry } }]"), "Macro(\"b\") Loop(Retry)");
    assert_eq!(keys("select: { code: 'tokio::spawn($task)' }"), "Node(Call)");
    assert!(keys("select: { analysis: { name: retry, attempts: 5 } }").contains("Count(5)"));
}

#[test]
fn code_patterns_know_their_captures_and_paths() {
    let found = rule("select: { code: 'futures_util::future::join_all($items.map(|$_| $$$body))' }");
    let SelectorKind::Code(code) = &found.select[0].kind else { panic!("code") };
    assert_eq!(code.captures, ["body".into(), "items".into()]);
    let paths: Vec<&str> = code.paths.values().map(|path| &**path).collect();
    assert_eq!(paths, ["futures::future::join_all"]);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(96))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = RuleSet::load(&[source("a.yaml", &text), source("a.md", &format!("# a\n```yaml\n{text}\n```\n"))], words());
    }

    #[test]
    fn no_damage_to_a_page_makes_the_reader_panic(page in 0_usize..2, at in 0_usize..6_000, n_cut in 0_usize..40, put in "[\\[\\]{}:,#&*!|>'\"%@`$ \n\t-]{0,3}") {
        let pages = crate::rule::builtin::pages();
        let text = pages[page % pages.len()].text();
        let cut: String = text.chars().take(at).chain(put.chars()).chain(text.chars().skip(at + n_cut)).collect();
        let (set, problems) = RuleSet::load(&[source("memory/unbounded-channel.md", &cut)], words());
        for rule in &set.rules {
            let _ = rule.examples(words().catalog);
        }
        proptest::prop_assert!(problems.iter().all(|problem| problem.place.is_some()));
    }
}

#[test]
fn hostile_text_is_a_problem_and_no_panic() {
    for text in [
        "",
        "check",
        "[]",
        "- - -",
        "check: [a]",
        "\u{0}",
        "%YAML 9.9\n---\na: 1",
        "check: &a [*a]",
        "? [x]\n: y",
        "select: 1\nselect: 2",
        "define: { a: 1 }",
        "params: { x: 1 }",
        "{",
        "🦀: 🦀",
        "a: !!binary x",
        "labels: { x: }",
    ] {
        let (set, problems) = RuleSet::load(&[source("a.yaml", text)], words());
        assert!(set.rules.is_empty() && !problems.is_empty(), "{text}");
    }
}

#[test]
fn a_fix_is_read_with_its_edits() {
    let rule = rule(
        "params: { wait: { type: duration, default: 30 s, about: x } }\nselect: { call: { path: a::b } }\n\
         fix:\n  title: \"wait {wait}\"\n  applicability: suggestion\n  when: { name: b }\n  edits:\n    \
         - { call: a::c }\n    - { add_arg: $wait }\n    - { insert_call: \".d(tokio::e($subject))\", up_to: [build] }",
    );
    let [fix] = &*rule.fixes else { panic!("one fix") };
    assert_eq!((fix.edits.len(), fix.title.render(|_| None)), (3, "wait 30 s".to_owned()));
    assert_eq!(fix.crates, ["tokio".into()]);
    let EditAction::AddArg(code) = &fix.edits[1].action else { panic!("an argument") };
    assert_eq!(code.render(|_| None), "std::time::Duration::from_secs(30)");
}

#[test]
fn mistakes_in_fixes_are_told_at_their_place() {
    let fix = |edits: &str| {
        format!(
            "select: {{ code: \"f($x)\" }}\nfix: {{ title: t, applicability: suggestion, edits: {edits} }}"
        )
    };
    for (edits, problem) in [
        ("{ replce: x }", "5:replce: unknown key `replce` in `edit` | did you mean `replace`? its keys…"),
        ("{ at: $x }", "5:{ at: $x }: this edit does nothing | give one of `replace`, `insert_after`…"),
        (
            "{ replace: x, call: y }",
            "5:{ replace: x, call: y }: an edit does one thing, this has `replace` and `call` | make it a list of edits",
        ),
        ("{ replace: \"x)\" }", "5:\"x)\": `replace` holds no Rust code: …"),
        ("{ insert_after: x }", "5:x: `insert_after` holds no Rust code: …"),
        ("{ replace: \"$y\" }", "5:\"$y\": `replace` names `$y`, which nothing fills | …"),
        ("{ at: y, replace: x }", "5:y: there is no fact or capture `y` | …"),
        ("{ call: \"a b\" }", "5:\"a b\": `a b` is nothing that can be called | write a method's name, or…"),
        ("{ call: a, past: await }", "5:await: `past` goes with `insert_after`, not with `call` | "),
        (
            "{ insert_after: \"?\", past: awiat }",
            "5:awiat: `past` knows no `awiat` | did you mean `await`? its words: `await`, `question`",
        ),
        ("[]", "5:[]: this fix changes nothing | give at least one edit"),
    ] {
        check(&fix(edits), &[problem]);
    }
}
