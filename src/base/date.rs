//! Calendar days. Never asks what day it is; whoever runs does.

use std::fmt;

/// A day, written `2027-01-31`.
///
/// Invariant: the month and the day exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; `None` where that is no day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let number = |part: Option<&str>, width: usize| {
            let part = part.filter(|part| part.len() == width)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) =
            (number(parts.next(), 4)?, number(parts.next(), 2)? as u8, number(parts.next(), 2)? as u8);
        let exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        (exists && parts.next().is_none()).then_some(Self { year, month, day })
    }

    /// The day that lies `days` after 1970-01-01, up to the year 9999.
    #[must_use]
    pub fn of_unix_days(days: u64) -> Self {
        let (mut year, mut rest) = (1970_u16, days);
        while year < 9999 {
            let length = if is_leap(year) { 366 } else { 365 };
            if rest < length {
                break;
            }
            rest -= length;
            year += 1;
        }
        let mut month = 1_u8;
        while month < 12 && rest >= u64::from(days_in(year, month)) {
            rest -= u64::from(days_in(year, month));
            month += 1;
        }
        Self { year, month, day: rest.min(30) as u8 + 1 }
    }
}

impl Date {
    /// Days from `earlier` to this day; `None` where `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> Option<u32> {
        self.number().checked_sub(earlier.number())
    }

    /// Days since the year 0, counted as if the calendar had always been ours.
    fn number(self) -> u32 {
        let years = u32::from(self.year);
        let before = years.saturating_sub(1);
        let leaps = if years == 0 { 0 } else { before / 4 - before / 100 + before / 400 + 1 };
        let months: u32 = (1..self.month).map(|month| u32::from(days_in(self.year, month))).sum();
        years * 365 + leaps + months + u32::from(self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn only_days_that_exist_are_dates() {
        for (text, is_date) in [
            ("2027-01-31", true),
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("2027-13-01", false),
            ("2027-1-31", false),
            ("2027-01-31-1", false),
            ("soon", false),
        ] {
            assert_eq!(Date::parse(text).is_some(), is_date, "{text}");
        }
    }

    #[test]
    fn the_days_between_two_dates_are_those_of_the_calendar() {
        let (first, day) = (Date::of_unix_days(0), |days| Date::of_unix_days(days));
        for days in [0, 1, 59, 365, 11_016, 20_777, 47_540] {
            assert_eq!(day(days).days_since(first), Some(days as u32));
        }
        assert_eq!(first.days_since(day(1)), None);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        for (days, text) in
            [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_777, "2026-11-20")]
        {
            assert_eq!(Date::of_unix_days(days).to_string(), text);
        }
    }
}
