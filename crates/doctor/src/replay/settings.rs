//! What a client must have been told to call the endpoint that a record shows.

use super::{Note, arrival::Arrived};
use crate::edit::quoted;
use rolecall_clients::{Client, OptionValue, Settings, endpoint};
use rolecall_names::Region;

/// Lines of a call's table.
pub(super) struct Told {
    pub(super) lines: String,
}

const MODE: &str = "AWS_STS_REGIONAL_ENDPOINTS";

/// One way to come to an endpoint.
struct Way<'a> {
    region: &'a str,
    mode: Option<&'static str>,
    url: Option<&'a str>,
}

/// The plainest settings with which `client` calls where the recorded call went.
pub(super) fn told(client: &Client, arrived: &Arrived, here: Option<&str>, notes: &mut Vec<Note>) -> Told {
    let own = arrived.region.name();
    let url = format!("https://{}", arrived.host);
    let plain = |region| Way { region, mode: None, url: None };
    let mode = |region, mode| Way { region, mode: Some(mode), url: None };
    let by_url = Way { region: own, mode: None, url: Some(&url) };
    let ways = if arrived.global {
        let here = here.unwrap_or(Region::US_EAST_1.name());
        vec![plain(here), plain(own), mode(here, "legacy"), mode(own, "legacy"), plain("aws-global"), by_url]
    } else {
        vec![plain(own), mode(own, "regional"), by_url]
    };
    let fallback = Way { region: own, mode: None, url: Some(&url) };
    let way = ways.into_iter().find(|way| way.leads_to(client, &arrived.host)).unwrap_or(fallback);
    if let Some(text) = way.surprise(client, arrived) {
        notes.push(Note { id: "settings-taken", text });
    }
    Told { lines: way.lines() }
}

impl Way<'_> {
    fn leads_to(&self, client: &Client, host: &str) -> bool {
        let env: Vec<(&str, &str)> = self.mode.iter().map(|mode| (MODE, *mode)).collect();
        let options: Vec<(&str, OptionValue<'_>)> =
            self.url.iter().map(|url| ("endpoint_url", OptionValue::Text(url))).collect();
        let settings = Settings { region: Some(self.region), env: &env, options: &options, ..Settings::default() };
        endpoint(client, &settings).is_ok_and(|endpoint| endpoint.host == host)
    }

    fn lines(&self) -> String {
        let mut lines = format!("region = {}\n", quoted(self.region));
        if let Some(mode) = self.mode {
            lines.push_str(&format!("env = {{ {MODE} = {} }}\n", quoted(mode)));
        }
        if let Some(url) = self.url {
            lines.push_str(&format!("options = {{ endpoint_url = {} }}\n", quoted(url)));
        }
        lines
    }

    /// What was taken to be so without the record saying it.
    fn surprise(&self, client: &Client, arrived: &Arrived) -> Option<String> {
        let host = &arrived.host;
        if let Some(mode) = self.mode {
            return Some(format!(
                "{client} calls {host} only when it is told to; it is taken to have {MODE}={mode} in its environment."
            ));
        }
        if let Some(url) = self.url {
            return Some(format!("{client} calls {host} only by a URL; it is taken to be given {url}."));
        }
        (self.region == "aws-global").then(|| {
            format!("{client} calls {host} only when it is told to; it is taken to be set to the Region aws-global.")
        })
    }
}
