//! The tests from outside: AWS's vectors, changed requests, and AWS's words for every refusal.

#[cfg(test)]
mod changes;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;
