//! Tests of document lint: expected rules stand behind the lines that they speak of.
