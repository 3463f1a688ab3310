//! The directory from outside: changes in, values out.

#[cfg(test)]
mod changes;
