//! The doctor on the example worlds, and on worlds in which one thing was broken.

mod broken;
#[cfg(test)]
mod endpoints;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod records;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod support;
#[cfg(test)]
mod texts;
