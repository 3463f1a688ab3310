//! The kernel from outside: signed requests in; statuses, words, changes and records out.

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod house;
#[cfg(test)]
mod perimeter;
#[cfg(test)]
mod script;
#[cfg(test)]
mod sign;
#[cfg(test)]
mod tokens;
