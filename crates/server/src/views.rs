//! Answers that a view of the log gives.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rolecall_kernel::{
    View,
    event::{Attribute, Event},
    uuid,
};
use rolecall_names::Instant;
use rolecall_store::{AttributeKind, Cursor, Found, Lookup, Seq, Store, StoreError};
use rolecall_wire::{Fault, FaultCode, Reply, reply};

/// Asks the log. Waits for the disk.
pub(crate) fn look(store: &dyn Store, view: View) -> Result<Reply, Fault> {
    match view {
        View::Events { account, region, by, start, end, limit, after } => {
            let after = after.map(|token| cursor(&token)).transpose()?;
            let lookup = Lookup {
                account,
                region,
                attribute: by.map(|(attribute, value)| (kind(attribute), value)),
                start: start.unwrap_or(Instant::from_millis(i64::MIN)),
                end: end.unwrap_or(Instant::from_millis(i64::MAX)),
                limit,
                after,
            };
            let page = store.lookup(&lookup).map_err(failed)?;
            Ok(Reply::LookupEvents(reply::LookupEvents {
                events: page.events.iter().filter_map(|found| shown(store, found)).collect(),
                next_token: page.next.map(token),
            }))
        }
        View::LastUsed { key, user_name } => {
            let used = store.last_used(&key).map_err(failed)?;
            // A key never used has these words in place of a service and a Region (IAM API Reference, AccessKeyLastUsed).
            let not_used = || "N/A".to_owned();
            Ok(Reply::GetAccessKeyLastUsed(reply::GetAccessKeyLastUsed {
                user_name,
                access_key_last_used: reply::AccessKeyLastUsed {
                    last_used_date: used.as_ref().map(|used| used.time),
                    service_name: used.as_ref().map_or_else(not_used, |used| used.service.clone()),
                    region: used.map_or_else(not_used, |used| used.region.name().to_owned()),
                },
            }))
        }
    }
}

fn failed(error: StoreError) -> Fault {
    tracing::error!(%error, "the log could not be read");
    Fault::from_code(FaultCode::InternalFailure)
}

fn shown(store: &dyn Store, found: &Found) -> Option<reply::Event> {
    let event = Event::decode(&found.body)
        .inspect_err(|error| tracing::error!(%error, seq = found.seq.0, "a record cannot be read"))
        .ok()?;
    let id = store.event_id(found.seq);
    let mut resources = Vec::new();
    event.for_each_resource(&mut |kind, name| {
        resources.push(reply::Resource { resource_type: kind.to_owned(), resource_name: name.to_owned() });
    });
    Some(reply::Event {
        event_id: uuid(id),
        event_name: event.name.to_string(),
        read_only: event.read_only,
        access_key_id: event.identity.access_key_id().map(ToString::to_string),
        event_time: event.time,
        event_source: event.source.to_string(),
        username: event.username().map(str::to_owned),
        resources,
        cloud_trail_event: event.render(id).to_string(),
    })
}

fn kind(attribute: Option<Attribute>) -> AttributeKind {
    match attribute {
        None => AttributeKind::EventId,
        Some(Attribute::EventName) => AttributeKind::EventName,
        Some(Attribute::ReadOnly) => AttributeKind::ReadOnly,
        Some(Attribute::Username) => AttributeKind::Username,
        Some(Attribute::ResourceType) => AttributeKind::ResourceType,
        Some(Attribute::ResourceName) => AttributeKind::ResourceName,
        Some(Attribute::EventSource) => AttributeKind::EventSource,
        Some(Attribute::AccessKeyId) => AttributeKind::AccessKeyId,
    }
}

fn token(cursor: Cursor) -> String {
    URL_SAFE_NO_PAD.encode(cursor.0.0.to_be_bytes())
}

fn cursor(token: &str) -> Result<Cursor, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(|| Fault::new(FaultCode::InvalidNextTokenException, "Invalid next token."))?;
    Ok(Cursor(Seq(u64::from_be_bytes(bytes))))
}
