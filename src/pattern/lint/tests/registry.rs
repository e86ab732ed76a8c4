//! Tests of lint rules for registries: numbers, icons, names, pages, graphs.

use super::{check, check_set};

/// A registry with these rows, lists and edges.
fn registry(numbers: &str, rows: &str, lists: &str, edges: &str) -> String {
    format!(
        "# Pattern Registry\n\n## Progress\n\n{numbers}\n\n## All Patterns\n\n| Pattern | Category | Status | Description |\n| --- | --- | --- | --- |\n{rows}\n{lists}\n\n## Dependencies\n\n```mermaid\ngraph TD\n{edges}\n```\n"
    )
}

const ROWS: &str = "| ✅ A One | Core | completed | x |\n| ✅ B Two | Core | completed | y |\n| 📋 C Three | Edge | planned | z |\n";

#[test]
fn numbers_of_a_registry_are_those_of_its_rows() {
    let about = &["count-differs", "percentage-differs"];
    let good = "**Overall:** [██████░░░] 2/3 (67% complete)\n\n| Status | Count |\n|---|---|\n| ✅ Completed | 2 |\n| 📋 Planned | 1 |\n| **Total** | 3 |\n\n## Categories\n\n- [Core](#core) (2)\n- [Edge](#edge) (1)";
    check(
        about,
        "r.md",
        &registry(
            good,
            ROWS,
            "\n### Core\n\n2/2 complete (100%)\n\n- [✅ A One](a.md)\n- [✅ B Two](b.md)\n",
            "",
        ),
    );
    let bad = "**Overall:** [█████░░░░] 2/4 (67% complete) //~ count-differs percentage-differs\n\n| Status | Count |\n|---|---|\n| ✅ Completed | 3 | //~ count-differs\n| **Total** | 4 | //~ count-differs\n\n## Categories\n\n- [Core](#core) (2)\n- [Edge](#edge) (2) //~ count-differs";
    check(
        about,
        "r.md",
        &registry(
            bad,
            ROWS,
            "\n### Core\n\n1/2 complete (60%) //~ count-differs percentage-differs\n\n- [✅ A One](a.md)\n- [✅ B Two](b.md)\n",
            "",
        ),
    );
}

#[test]
fn icons_fit_statuses() {
    let rows = "| ✅ A One | Core | planned | x | //~ icon-differs\n| B Two | Core | completed | y | //~ icon-differs\n| 📋 C Three | Edge | planned | z |\n";
    check(&["icon-differs"], "r.md", &registry("", rows, "", ""));
    check(&["icon-differs"], "r.md", &registry("", &ROWS.replace("✅ ", "").replace("📋 ", ""), "", ""));
}

#[test]
fn names_and_pages_of_a_registry_are_unique_there_and_listed() {
    let about = &["DM-23"];
    let lists = "\n### Core\n\n- [✅ A One](p/a.md)\n- [✅ a-one](p/a.md) //~ name-taken slug-taken\n- [✅ B Two](p/b.md) //~ dead-row-link\n\n### Edge\n\n- [📋 D Four](p/d.md) //~ row-in-one-list\n";
    let text = format!(
        "//~ unlisted-page\n{}",
        registry("", ROWS, lists, "")
            .replace("Edge | planned | z |", "Edge | planned | z | //~ row-in-one-list")
    );
    check_set(
        about,
        &[("docs/r.md", &text), ("docs/p/e.md", "# E\n\nx\n"), ("docs/p/a.md", "# A\n\nx\n")],
        &["p/a.md", "p/d.md"],
    );
}

#[test]
fn graphs_have_known_nodes_no_loops_and_no_circles() {
    let about = &["DM-24", "DM-25"];
    let edges = "  AOne --> B_Two\n  A_One -.-> BTwo //~ parallel-edge\n  B_Two --> A_One //~ cycle\n  A_One --> AOne //~ self-loop\n  A_One --> Workpool //~ dangling-node\n  B_Two -.-> Workpool";
    let rows = ROWS.replace("planned | z |", "planned | z | //~ isolated-pattern");
    check(about, "r.md", &registry("", &rows, "", edges));
    check(
        about,
        "r.md",
        &registry(
            "",
            ROWS,
            "",
            "  A_One[\"x\"]\n  C_Three[\"C Three\"]\n  A_One --> B_Two\n  A_One -.-> C_Three //~ completed-needs-planned\n  C_Three -.-> A_One //~ cycle",
        ),
    );
}

#[test]
fn cut_descriptions_are_told_once() {
    let rows = "| ✅ A One | Core | completed | The writer... | //~ truncated-description\n| ✅ B Two | Core | completed | The reader… |\n";
    check(&["DM-26"], "r.md", &registry("", rows, "", ""));
}
