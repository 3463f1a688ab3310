//! The doctor on the example worlds.

mod stories;
mod support;
mod texts;
