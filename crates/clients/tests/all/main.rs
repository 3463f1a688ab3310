//! Clients as those who use them see them: the four stories, and anything at all as settings.

#[cfg(test)]
mod robust;
#[cfg(test)]
mod stories;
