//! The doctor on the example worlds.

mod records;
mod replay;
mod stories;
mod support;
