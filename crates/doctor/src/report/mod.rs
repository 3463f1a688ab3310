//! Forms in which findings are told: for people, and for the systems that run checks.
