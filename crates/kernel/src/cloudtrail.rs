//! `LookupEvents`: who may look, and at what. The events themselves are a view of the log.

use crate::{
    event::Attribute,
    outcome::{Answer, View},
    work::Work,
};
use rolecall_wire::{Fault, FaultCode, call};

/// How many events a page holds when the call does not say, and at most.
///
/// Source: CloudTrail API Reference, `LookupEvents`, `MaxResults`.
const PAGE: i32 = 50;

pub(crate) fn lookup_events(work: &Work<'_>, input: call::LookupEvents) -> Result<Answer, Fault> {
    work.ask("cloudtrail:LookupEvents", "*", work.caller.account, None, &[])?;
    if input.lookup_attributes.len() > 1 {
        let text = "You can only provide one lookup attribute at a time.";
        return Err(Fault::new(FaultCode::InvalidLookupAttributesException, text));
    }
    if let (Some(start), Some(end)) = (input.start_time, input.end_time)
        && start > end
    {
        let text = "Start time must be before end time.";
        return Err(Fault::new(FaultCode::InvalidTimeRangeException, text));
    }
    let limit = input.max_results.unwrap_or(PAGE);
    let by = input.lookup_attributes.into_iter().next().map(|wanted| {
        use call::LookupAttributeKey as Wanted;
        let attribute = match wanted.attribute_key {
            Wanted::EventId => None,
            Wanted::EventName => Some(Attribute::EventName),
            Wanted::ReadOnly => Some(Attribute::ReadOnly),
            Wanted::Username => Some(Attribute::Username),
            Wanted::ResourceType => Some(Attribute::ResourceType),
            Wanted::ResourceName => Some(Attribute::ResourceName),
            Wanted::EventSource => Some(Attribute::EventSource),
            Wanted::AccessKeyId => Some(Attribute::AccessKeyId),
        };
        (attribute, wanted.attribute_value)
    });
    // Insights are not computed here, so their history is empty: it ends before it begins.
    let (start, end) = match input.event_category {
        Some(call::EventCategory::Insight) => {
            (Some(rolecall_names::Instant::from_seconds(i64::MAX)), Some(rolecall_names::Instant::from_seconds(0)))
        }
        None => (input.start_time, input.end_time),
    };
    Ok(Answer::View(View::Events {
        account: work.caller.account,
        region: work.endpoint.region,
        by,
        start,
        end,
        limit: usize::try_from(limit).unwrap_or(0),
        after: input.next_token,
    }))
}
