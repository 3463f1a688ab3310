//! The control socket, spoken with over a real socket: what is asked, what is refused, and what ends with whom.

#[cfg(test)]
mod asked;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod support;
