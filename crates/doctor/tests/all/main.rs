//! The doctor on the example worlds.

mod broken;
mod stories;
mod support;
mod texts;
