//! Reads one SQL text.
