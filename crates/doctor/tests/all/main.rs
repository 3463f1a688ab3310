//! The doctor on the example worlds, and on worlds in which one thing was broken.

mod broken;
mod mutation;
mod records;
mod replay;
mod stories;
mod support;
mod texts;
