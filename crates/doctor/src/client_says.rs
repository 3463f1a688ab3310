//! What the client itself prints, where that is known: the first thing its user sees, and often misled by.

use crate::{Ended, HopRun};
use rolecall_clients::Client;
use rolecall_network::Look;
use rolecall_wire::Service;

const PYTHON: &str = "botocore/exceptions.py of botocore 1.13.2 to 1.44.5";

/// The client's own sentence, and where it is known from.
pub(crate) fn client_says(client: &Client, hop: &HopRun) -> Option<(String, &'static str)> {
    if let Ended::Client(refusal) = &hop.ended {
        return Some((refusal.text.clone(), refusal.source));
    }
    if !matches!(client.name(), "boto3" | "botocore" | "aws-cli") {
        return None;
    }
    let url = format!("{}/", hop.hop.endpoint.url.trim_end_matches('/'));
    let text = match &hop.ended {
        Ended::Unreachable(death) => match death.how {
            Look::NoAnswer => format!("Connect timeout on endpoint URL: \"{url}\""),
            Look::NameNotFound | Look::Unreachable | Look::Refused => {
                format!("Could not connect to the endpoint URL: \"{url}\"")
            }
        },
        Ended::Denied(fault) | Ended::Rejected(fault) => format!(
            "An error occurred ({}) when calling the AssumeRole operation: {}",
            fault.code.name(Service::Sts),
            fault.message
        ),
        Ended::Allowed | Ended::Client(_) => return None,
    };
    Some((text, PYTHON))
}
