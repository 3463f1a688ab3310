//! One server for a world: how `enter`, `events` and `outage` speak with it.
