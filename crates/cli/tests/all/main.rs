//! The command as a person meets it: what it says, where it says it, and with which status it ends.

#[cfg(test)]
mod action;
#[cfg(test)]
mod event;
#[cfg(test)]
mod events;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod visits;
