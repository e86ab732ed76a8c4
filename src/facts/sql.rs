//! SQL in literals and query macros, parsed with a real parser. Judges no statement and touches no database.
