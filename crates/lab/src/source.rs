//! A place's credentials, asked of the server when they are needed.

use crate::{
    control::client::Client,
    credentials::{Handed, Source},
};
use std::sync::{Mutex, PoisonError};

/// Asks the world's server for sessions of a place's role.
pub(crate) struct Sessions {
    server: Mutex<Client>,
    place: String,
}

impl Sessions {
    pub(crate) fn new(server: Client, place: &str) -> Self {
        Self { server: Mutex::new(server), place: place.to_owned() }
    }

    /// Asks another server from now on.
    pub(crate) fn go_to(&self, server: Client) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = server;
    }
}

impl Source for Sessions {
    fn fetch(&self) -> Result<Handed, String> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        let handed = server.credentials(&self.place).map_err(|error| error.to_string())?;
        Ok(Handed {
            issued: handed.issued(),
            expires: handed.expires(),
            access_key_id: handed.access_key_id,
            secret_access_key: handed.secret_access_key,
            session_token: handed.session_token,
            role_arn: handed.role_arn,
            role_name: handed.role_name,
            account: handed.account,
        })
    }
}
