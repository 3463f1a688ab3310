//! The doctor on the example worlds.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod support;
#[cfg(test)]
mod texts;
