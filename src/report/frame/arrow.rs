//! Takes the arrows of labels without words out of a drawn frame. The drawer underlines only what has words, and the place
//! of a finding needs none: its title says what it is.

/// A line as characters, each with the escapes before it, and the escapes at its end.
struct Row<'t> {
    cells: Vec<(&'t str, char)>,
    end: &'t str,
}

impl<'t> Row<'t> {
    fn new(line: &'t str) -> Self {
        let (mut cells, mut from, mut rest) = (Vec::new(), 0, line.char_indices());
        while let Some((at, c)) = rest.next() {
            if c == '\u{1b}' {
                rest.by_ref().find(|(_, c)| *c == 'm');
            } else {
                cells.push((&line[from..at], c));
                from = at + c.len_utf8();
            }
        }
        Self { cells, end: &line[from..] }
    }

    fn holds_bars_alone(&self) -> bool {
        self.cells.iter().all(|(_, c)| matches!(c, '│' | ' '))
    }

    fn write(&self, text: &mut String) {
        for (escapes, c) in &self.cells {
            text.push_str(escapes);
            text.push(*c);
        }
        text.push_str(self.end);
        text.push('\n');
    }
}

/// `drawn` without the arrows whose words are the character `silent`; what they pointed at stays underlined.
pub(super) fn without_arrows(drawn: &str, silent: char) -> String {
    let mut rows: Vec<Row<'_>> = drawn.lines().map(Row::new).collect();
    let is_silent = |row: &Row<'_>| row.cells.iter().any(|(_, c)| *c == silent);
    while let Some(at) = rows.iter().position(is_silent) {
        let column = rows[at].cells.iter().rposition(|(_, c)| *c == '╰');
        let goes_on = |column: usize| {
            rows.get(at + 1).and_then(|row| row.cells.get(column)).is_some_and(|it| it.1 == '│')
        };
        if let Some(column) = column.filter(|column| !goes_on(*column)) {
            unhook(&mut rows[..at], column);
        }
        rows.remove(at);
        if at > 0 && rows[at - 1].holds_bars_alone() {
            rows.remove(at - 1);
        }
    }
    rows.iter().fold(String::with_capacity(drawn.len()), |mut text, row| {
        row.write(&mut text);
        text
    })
}

/// Takes away the bar that goes up from an arrow to its underline; one that another arrow shares stays.
fn unhook(above: &mut [Row<'_>], column: usize) {
    let mut bars = Vec::new();
    for (idx, row) in above.iter().enumerate().rev() {
        match row.cells.get(column).map(|(_, c)| *c) {
            Some('│') => bars.push(idx),
            // The arrow of a label further left passes.
            Some('─') => {}
            Some('┬') => {
                above[idx].cells[column].1 = '─';
                bars.iter().for_each(|idx| above[*idx].cells[column].1 = ' ');
                return;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_arrows;

    #[track_caller]
    fn check(drawn: &[&str], expected: &[&str]) {
        let drawn: String = drawn.iter().flat_map(|line| [line, "\n"]).collect();
        let expected: String = expected.iter().flat_map(|line| [line, "\n"]).collect();
        assert_eq!(without_arrows(&drawn, '\u{2}'), expected);
    }

    #[test]
    fn the_underline_stays_whole() {
        check(&["5 │ f(x);", "  │ ─┬─", "  │  ╰── \u{2}", "  │"], &["5 │ f(x);", "  │ ───", "  │"]);
    }

    #[test]
    fn arrows_with_words_stay() {
        check(
            &["5 │ f(x, y);", "  │ ┬ ──┬─", "  │ │   ╰── words", "  │ │", "  │ ╰── \u{2}"],
            &["5 │ f(x, y);", "  │ ─ ──┬─", "  │     ╰── words"],
        );
        check(
            &["5 │ f(x, y);", "  │ ┬ ──┬─", "  │ │   ╰── \u{2}", "  │ │", "  │ ╰── words"],
            &["5 │ f(x, y);", "  │ ┬ ────", "  │ │", "  │ ╰── words"],
        );
    }

    #[test]
    fn a_place_that_another_label_shares_keeps_its_arrow() {
        check(
            &["5 │ f(x);", "  │ ─┬─", "  │  ╰── words", "  │  │", "  │  ╰── \u{2}"],
            &["5 │ f(x);", "  │ ─┬─", "  │  ╰── words"],
        );
        check(
            &["5 │ f(x);", "  │ ─┬─", "  │  ╰── \u{2}", "  │  │", "  │  ╰── words"],
            &["5 │ f(x);", "  │ ─┬─", "  │  │", "  │  ╰── words"],
        );
    }

    #[test]
    fn colours_are_no_columns() {
        check(
            &["5 │ f", "  │ \u{1b}[31m┬\u{1b}[0m", "  │ \u{1b}[31m╰\u{1b}[0m\u{1b}[31m─\u{1b}[0m \u{2}"],
            &["5 │ f", "  │ \u{1b}[31m─\u{1b}[0m"],
        );
    }
}
