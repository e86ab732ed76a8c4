//! The two XML formats: JUnit's test report and Checkstyle's. Text that XML cannot hold is made visible first.
//!
//! Sources: Jenkins' `junit-10.xsd` (which attributes a strict reader takes), GitLab's unit test reports (a test is known by
//! class and name, so the name holds the place), Checkstyle's `XMLLogger`.

use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::region::{Columns, Region};
use crate::report::sentence::broken_sentence;
use crate::report::snippet::snippet;
use crate::report::visible::{visible_line, visible_text};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io::{self, Write};

type Xml<'a> = Writer<&'a mut dyn Write>;

/// One suite for each check, one failed test for each finding, one passed test for each check without findings.
pub(super) fn junit(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for count in report.checks.iter().filter(|count| count.not_applicable.is_none()) {
        by_check.entry(count.check.as_str()).or_default();
    }
    for finding in report.open_findings() {
        by_check.entry(finding.check.as_str()).or_default().push(finding);
    }
    document(out, |xml| {
        xml.create_element("testsuites").write_inner_content(|xml| {
            for (check, findings) in &by_check {
                suite(xml, report, check, findings)?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

fn suite(xml: &mut Xml<'_>, report: &Report, check: &str, findings: &[&Finding]) -> io::Result<()> {
    let n_failures = findings.len().to_string();
    let n_tests = findings.len().max(1).to_string();
    let attributes = [("name", check), ("tests", &n_tests), ("failures", &n_failures), ("errors", "0")];
    xml.create_element("testsuite").with_attributes(attributes).write_inner_content(|xml| {
        if findings.is_empty() {
            let passed = [("name", check), ("classname", "patscan")];
            xml.create_element("testcase").with_attributes(passed).write_empty()?;
        }
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        findings.iter().try_for_each(|finding| {
            let name = name_of(report, finding);
            let n = seen.entry(name.clone()).or_default();
            *n += 1;
            let name = if *n == 1 { name } else { format!("{name} ({n})") };
            case(xml, report, finding, &name)
        })
    })?;
    Ok(())
}

/// Place and check: GitLab keeps one of the cases that share class and name.
fn name_of(report: &Report, finding: &Finding) -> String {
    let Region { line, column, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
    format!("{}:{line}:{column} {}", visible_line(finding.path.as_str()), finding.check)
}

fn case(xml: &mut Xml<'_>, report: &Report, finding: &Finding, name: &str) -> io::Result<()> {
    let path = visible_line(finding.path.as_str());
    let message = visible_line(&finding.message);
    let Region { line, column, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
    let broken = broken_sentence(finding).map(|broken| format!("pattern: {broken}")).unwrap_or_default();
    let remarks = [broken.as_str(), &finding.because, &finding.help].map(visible_text);
    let code =
        report.sources.get(&finding.path).map(|source| snippet(source, finding.span)).unwrap_or_default();
    let code = code.iter().map(|line| {
        let text = format!("{}{}{}", line.before, line.marked, line.after);
        visible_text(format!("{:>5} | {text}", line.number).trim_end())
    });
    let lines = std::iter::once(format!("{path}:{line}:{column}: {message}")).chain(code).chain(remarks);
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let attributes = [("name", name), ("classname", path.as_str())];
    xml.create_element("testcase").with_attributes(attributes).write_inner_content(|xml| {
        let failure = [("type", finding.severity.as_str()), ("message", message.as_str())];
        xml.create_element("failure").with_attributes(failure).write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

/// Findings by file.
pub(super) fn checkstyle(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.open_findings() {
        by_file.entry(finding.path.as_str()).or_default().push(finding);
    }
    document(out, |xml| {
        xml.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|xml| {
            for (path, findings) in &by_file {
                let path = visible_line(path);
                xml.create_element("file").with_attribute(("name", path.as_str())).write_inner_content(
                    |xml| findings.iter().try_for_each(|finding| error(xml, report, finding)),
                )?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

fn error(xml: &mut Xml<'_>, report: &Report, finding: &Finding) -> io::Result<()> {
    let Region { line, column, .. } = Region::of(report, &finding.path, finding.span, Columns::Chars);
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    let (line, column) = (line.to_string(), column.to_string());
    let (message, source) = (visible_line(&finding.message), format!("patscan.{}", finding.check));
    let attributes = [
        ("line", line.as_str()),
        ("column", &column),
        ("severity", severity),
        ("message", &message),
        ("source", &source),
    ];
    xml.create_element("error").with_attributes(attributes).write_empty()?;
    Ok(())
}

fn document(out: &mut dyn Write, body: impl FnOnce(&mut Xml<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    body(&mut xml)?;
    writeln!(xml.into_inner())
}
