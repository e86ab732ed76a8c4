//! Which day it is. The only place that reads the clock for it.

use crate::base::Date;
use std::time::{SystemTime, UNIX_EPOCH};

/// Today, in UTC.
pub(super) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Date::of_unix_days(seconds / 86_400)
}
