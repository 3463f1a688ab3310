//! What the kernel looks at.

use crate::{memo::Memo, session::KeyRing, witness::Witness};
use rolecall_directory::Directory;

/// What the kernel looks at: nothing here changes while a request is worked on.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Everything the deployment holds.
    pub directory: &'a Directory,
    /// The keys that seal and open tokens.
    pub ring: &'a KeyRing,
    /// What was computed before.
    pub memo: &'a Memo,
    /// Who is told of everything that is weighed, if anybody is.
    pub witness: Option<&'a Witness>,
}
