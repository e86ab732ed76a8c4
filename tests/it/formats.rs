//! What each output format prints, as text. A golden is written by `UPDATE_GOLDENS=1 cargo test`, never by hand.

use crate::golden;
use patscan::base::{CheckId, RelPath, SourceText, Span};
use patscan::finding::{
    Applicability, Edit, Finding, Fingerprint, Fix, Label, Precision, Problem, Severity, State,
};
use patscan::policy::{BlindSpots, ChangeUse, CheckAbout, CheckCount, Outside, Report, UnknownSubject};
use patscan::report::{Color, Detail, Format, View, write_findings, write_problems, write_summary};

const CONSUMER: &str = "\
//! Reads orders.
use tokio::sync::mpsc;

pub async fn run(queue: Queue) {
    let (tx, rx) = mpsc::unbounded_channel();
\tlet später = \"🦀\"; while let Some(order) = queue.next().await {
        tx.send(order).ok();
    }
}
";

fn source(path: &str, text: &str) -> SourceText {
    SourceText::new(RelPath::new(path), text)
}

/// The bytes of the first `part` in `text`.
#[track_caller]
fn span_of(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part is in the text") as u32;
    Span::new(start, start + part.len() as u32)
}

fn finding(check: &str, path: &str, span: Span) -> Finding {
    Finding {
        check: CheckId::new(check).expect("an id"),
        severity: Severity::Error,
        precision: Precision::Exact,
        message: "channel `mpsc::unbounded_channel` has no bound".to_owned(),
        because: "a producer that is faster than its consumer fills the memory".to_owned(),
        help: "use `mpsc::channel(n)`".to_owned(),
        path: RelPath::new(path),
        span,
        labels: Vec::new(),
        item: "orders::run".to_owned(),
        fingerprint: Fingerprint(0xab),
        shape: Fingerprint(0xcd),
        state: State::New,
        statement: None,
        fix: None,
    }
}

/// A fix that replaces texts behind `mpsc::` in the consumer.
fn fix(parts: &[(&str, &str)]) -> Fix {
    let start = CONSUMER.find("mpsc::unbounded").expect("the channel");
    let edits = parts.iter().map(|(old, new)| {
        let at = (start + CONSUMER[start..].find(old).expect("the part")) as u32;
        let span = Span::new(at, at + old.len() as u32);
        Edit { path: RelPath::new("src/run.rs"), span, text: (*new).to_owned() }
    });
    let title = "bound the channel at 64 messages".to_owned();
    Fix::new(title, Applicability::MachineApplicable, edits.collect()).expect("edits that are apart")
}

fn label(path: &str, span: Span, text: &str) -> Label {
    Label { path: RelPath::new(path), span, text: text.to_owned() }
}

fn count(check: &str, [subjects, pass, fail, unknown]: [u32; 4], not_applicable: Option<&str>) -> CheckCount {
    let check = CheckId::new(check).expect("an id");
    CheckCount { check, subjects, pass, fail, unknown, not_applicable: not_applicable.map(str::to_owned) }
}

fn about(check: &str) -> CheckAbout {
    CheckAbout {
        check: CheckId::new(check).expect("an id"),
        theme: "memory".to_owned(),
        severity: Severity::Error,
        precision: Precision::Exact,
        why: "It grows\nwithout end.\n\nSource: backpressure.\n".to_owned(),
        page: Some(format!("https://patterns.example/memory/{check}.md")),
    }
}

/// A report over two files: labels before and after the place, in both files; a tab, a crab and an umlaut before it.
fn report() -> Report {
    let config = "pub const LIMIT: usize = 5;\npub fn connect() {}\n";
    let mut swallowed =
        finding("consumer-swallows-error", "src/run.rs", span_of(CONSUMER, "tx.send(order).ok()"));
    swallowed.severity = Severity::Warning;
    swallowed.precision = Precision::Heuristic;
    swallowed.message = "the error of `tx.send` is dropped".to_owned();
    swallowed.labels = vec![
        label("src/run.rs", span_of(CONSUMER, "queue.next().await"), "received here"),
        label("src/config.rs", span_of(config, "connect"), "connected here"),
        label("src/run.rs", span_of(CONSUMER, "pub async fn run"), "in this consumer"),
    ];
    let mut unbounded =
        finding("unbounded-channel", "src/run.rs", span_of(CONSUMER, "mpsc::unbounded_channel()"));
    unbounded.fix = Some(fix(&[("unbounded_channel", "channel"), (")", "64)")]));
    let findings = vec![swallowed, unbounded];
    let sources = [source("src/run.rs", CONSUMER), source("src/config.rs", config)];
    Report {
        findings,
        checks: vec![
            count("unbounded-channel", [3, 2, 1, 0], None),
            count("consumer-swallows-error", [4, 1, 1, 2], None),
            count("auto-ack-enabled", [0; 4], Some("no manifest names `lapin` or `rdkafka`")),
        ],
        unknowns: vec![UnknownSubject {
            path: RelPath::new("src/run.rs"),
            span: span_of(CONSUMER, "queue.next().await"),
            check: CheckId::new("consumer-swallows-error").expect("an id"),
            reason: "the queue is the parameter `queue`".to_owned(),
        }],
        blind_spots: BlindSpots { files: 2, unparsed: 1, opaque_macros: 4, unresolved: 0 },
        about: vec![about("auto-ack-enabled"), about("consumer-swallows-error"), about("unbounded-channel")],
        problems: vec![Problem::in_file(&RelPath::new("src/blob.rs"), "not UTF-8").help("save it as UTF-8")],
        sources: sources.into_iter().map(|source| (source.path().clone(), source)).collect(),
        ..Report::default()
    }
    .into_ordered()
}

fn written(report: &Report, format: Format, view: View) -> String {
    let mut out = Vec::new();
    write_findings(report, format, view, &mut out).expect("memory takes it");
    if format.is_for_people() {
        write_summary(report, view, &mut out).expect("memory takes it");
        write_problems(&report.problems, view.color, &mut out).expect("memory takes it");
    }
    String::from_utf8(out).expect("formats write UTF-8")
}

fn plain(detail: Detail) -> View {
    View { color: Color::Never, detail }
}

#[test]
fn pretty_shows_code_labels_reason_and_remedy() {
    golden::check("pretty.txt", &written(&report(), Format::Pretty, plain(Detail::Normal)));
}

#[test]
fn pretty_in_colour_differs_by_escapes_only() {
    let view = View { color: Color::Always, detail: Detail::Normal };
    let colored = written(&report(), Format::Pretty, view);
    let mut bare = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = after.split_once('m').map_or("", |(_, tail)| tail);
    }
    bare.push_str(rest);
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert!(colored.contains("\u{1b}["));
    assert_eq!(trimmed(&bare), trimmed(&written(&report(), Format::Pretty, plain(Detail::Normal))));
}

#[test]
fn short_is_one_line_a_finding_and_verbose_names_what_did_not_apply() {
    golden::check("short.txt", &written(&report(), Format::Short, plain(Detail::Verbose)));
}

#[test]
fn json_has_the_agreed_keys() {
    golden::check("report.json", &written(&report(), Format::Json, plain(Detail::Normal)));
}

#[test]
fn each_format_for_machines_is_as_its_readers_have_it() {
    for (name, format) in MACHINE_FORMATS {
        golden::check(name, &written(&report(), format, plain(Detail::Normal)));
    }
}

const MACHINE_FORMATS: [(&str, Format); 9] = [
    ("findings.jsonl", Format::Jsonl),
    ("report.sarif", Format::Sarif),
    ("github.txt", Format::Github),
    ("gitlab.json", Format::Gitlab),
    ("junit.xml", Format::Junit),
    ("checkstyle.xml", Format::Checkstyle),
    ("rdjsonl.jsonl", Format::Rdjsonl),
    ("cargo.jsonl", Format::Cargo),
    ("summary.md", Format::Markdown),
];

#[test]
fn what_is_waived_or_in_the_baseline_is_in_no_format_that_asks_for_action() {
    let mut settled = report();
    settled.findings[0].state = State::Waived;
    settled.findings[1].state = State::Baselined;
    for (name, format) in MACHINE_FORMATS {
        let text = written(&settled, format, plain(Detail::Normal));
        let is_told = text.contains("src/run.rs");
        assert_eq!(is_told, format == Format::Jsonl, "{name}: {text}");
    }
}

#[test]
fn findings_that_look_alike_stay_apart_where_readers_count_by_name() {
    let mut twins = report();
    twins.findings = vec![twins.findings[1].clone(), twins.findings[1].clone()];
    let text = written(&twins, Format::Gitlab, plain(Detail::Normal));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0]["fingerprint"], rows[1]["fingerprint"]);
}

/// What is wrong with a waiver is told by checks that have no page.
#[test]
fn every_result_of_sarif_names_its_own_rule() {
    let mut report = report();
    report.findings.push(finding("waiver-unused", "src/run.rs", span_of(CONSUMER, "pub async")));
    let text = written(&report, Format::Sarif, plain(Detail::Normal));
    let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    for result in run["results"].as_array().expect("results") {
        let at = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
    }
}

#[test]
fn what_is_cut_is_counted() {
    let mut many = report();
    let channel = many.findings[0].clone();
    many.findings = (0..25_003).map(|_| channel.clone()).collect();
    let sarif = written(&many, Format::Sarif, plain(Detail::Normal));
    assert_eq!(sarif.matches("\"ruleIndex\"").count(), 25_000);
    assert!(sarif.contains("3 findings of the least weight were left out."), "it is told");
    many.findings.truncate(13);
    let github = written(&many, Format::Github, plain(Detail::Normal));
    assert!(
        github.ends_with("::notice title=patscan::3 more findings than GitHub annotates are in this log\n")
    );
    let checks = (0..100).map(|n| CheckId::new(&format!("check-{n}")).expect("an id"));
    let of_check = |check| (0..50).map(move |_| check).collect::<Vec<_>>();
    let all: Vec<CheckId> = checks.collect();
    many.findings = all
        .iter()
        .flat_map(of_check)
        .map(|check| Finding { check: check.clone(), ..channel.clone() })
        .collect();
    let page = written(&many, Format::Markdown, plain(Detail::Normal));
    assert!(page.len() < 65_536 && page.ends_with(" more would not fit into a comment.\n"), "{}", page.len());
}

/// The sentence that a finding breaks stands in each format that has a place for words.
#[test]
fn the_sentence_is_carried_where_there_is_room_for_it() {
    let mut report = report();
    for finding in &mut report.findings {
        finding.statement = Some(patscan::finding::Sentence {
            pattern: "001".to_owned(),
            id: "invariant/bounded".to_owned(),
            text: "Each channel has a bound".to_owned(),
            path: RelPath::new("docs/001.md"),
            line: 7,
        });
    }
    for (name, format) in MACHINE_FORMATS {
        let text = written(&report, format, plain(Detail::Normal));
        assert_eq!(text.contains("Each channel has a bound"), format != Format::Checkstyle, "{name}");
    }
}

#[test]
fn the_page_of_a_check_is_linked_where_a_format_has_a_place_for_it() {
    let linked = ["report.sarif", "rdjsonl.jsonl", "cargo.jsonl", "summary.md"];
    for (name, format) in MACHINE_FORMATS {
        let text = written(&report(), format, plain(Detail::Normal));
        let is_linked = text.contains("https://patterns.example/memory/unbounded-channel.md");
        assert_eq!(is_linked, linked.contains(&name), "{name}");
    }
}

/// How many findings a change left out is in each format that has a place for it; the others' readers see it on stderr.
#[test]
fn what_a_change_left_out_is_counted() {
    let mut report = report();
    let outside = |check: &str, severity, n_findings| Outside {
        check: CheckId::new(check).expect("an id"),
        severity,
        n_findings,
    };
    report.change = Some(ChangeUse {
        against: "main".to_owned(),
        n_files: 1,
        outside: vec![
            outside("unbounded-channel", Severity::Error, 3),
            outside("consumer-swallows-error", Severity::Note, 1),
        ],
    });
    let told = "4 findings outside of the change are not shown (3 errors, 1 note)";
    for format in [Format::Pretty, Format::Markdown, Format::Sarif, Format::Github, Format::Html] {
        let text = written(&report, format, plain(Detail::Normal));
        assert!(text.contains(told), "{format:?}: {text}");
    }
    let verbose = written(&report, Format::Short, plain(Detail::Verbose));
    assert!(verbose.contains("outside of the change: 3 errors of unbounded-channel\n"), "{verbose}");
    let text = written(&report, Format::Json, plain(Detail::Normal));
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        document["change"],
        serde_json::json!({ "against": "main", "files": 1, "outside": [
            { "check": "unbounded-channel", "severity": "error", "findings": 3 },
            { "check": "consumer-swallows-error", "severity": "note", "findings": 1 },
        ] })
    );
}

#[test]
fn an_empty_report_is_a_whole_document_in_each_format() {
    for (format, text) in [
        (Format::Gitlab, "[]\n"),
        (Format::Jsonl, ""),
        (Format::Github, ""),
        (Format::Rdjsonl, ""),
        (Format::Cargo, "{\"reason\":\"build-finished\",\"success\":true}\n"),
    ] {
        assert_eq!(written(&Report::default(), format, plain(Detail::Normal)), text, "{format:?}");
    }
}

/// No line can be taken for a command by a terminal or a build runner, wherever the hostile text stands.
#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let text = "fn f() {\n::error::x();\n\"\u{1b}[2J\u{202e}\"; bad();\n}\n";
    let path = "::warning::/a.rs";
    let mut hostile = finding("unbounded-channel", path, span_of(text, "bad()"));
    hostile.message = "a\n::error::b \u{1b}[31m".to_owned();
    hostile.because = "c\r\n::error::d".to_owned();
    hostile.help = "\u{2066}e".to_owned();
    hostile.labels = vec![label(path, span_of(text, "::error"), "\n::notice::f\u{7}")];
    let report = Report {
        findings: vec![hostile],
        problems: vec![Problem::new("g\n::error::h")],
        sources: [(RelPath::new(path), source(path, text))].into(),
        ..Report::default()
    };
    let shown = written(&report, Format::Pretty, plain(Detail::Normal))
        + &written(&report, Format::Short, plain(Detail::Normal));
    for line in shown.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
    }
    for c in ['\u{1b}', '\u{202e}', '\u{2066}', '\u{7}', '\r', '\u{1}'] {
        assert!(!shown.contains(c), "{c:?} is printed raw in {shown}");
    }
    golden::check("hostile.txt", &shown);
}

#[test]
fn a_long_line_is_cut_to_a_window_and_its_column_stays_true() {
    let text = format!("let x = {};\n", "abc + ".repeat(9_000) + "needle");
    let report = Report {
        findings: vec![finding("unbounded-channel", "a.rs", span_of(&text, "needle"))],
        sources: [(RelPath::new("a.rs"), source("a.rs", &text))].into(),
        ..Report::default()
    };
    let shown = written(&report, Format::Pretty, plain(Detail::Quiet));
    assert!(shown.contains("a.rs:1:54009 "), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 200), "{shown}");
    assert!(shown.contains("needle"), "{shown}");
}
