//! Rule sets written and read back.
