//! The call of CloudTrail. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/>

use crate::shape::{List, Rule, choice, elements, shape};
use rolecall_names::Instant;

choice! {
    /// What events can be looked up by. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html>
    LookupAttributeKey {
        /// The event's id.
        EventId "EventId",
        /// The operation's name.
        EventName "EventName",
        /// `true` or `false`.
        ReadOnly "ReadOnly",
        /// The name of the user or the session.
        Username "Username",
        /// The type of a resource.
        ResourceType "ResourceType",
        /// The name of a resource.
        ResourceName "ResourceName",
        /// The service.
        EventSource "EventSource",
        /// The access key that signed.
        AccessKeyId "AccessKeyId",
    }
}

choice! {
    /// The only category that has a name here. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>
    EventCategory {
        /// Insights events.
        Insight "insight",
    }
}

shape! {
    /// What an event must have. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html>
    LookupAttribute {
        /// Which of its attributes.
        attribute_key: LookupAttributeKey = "AttributeKey" LookupAttributeKey::RULE,
        /// The attribute's value.
        attribute_value: String = "AttributeValue" Rule::length(1, 2000),
    }
}

elements! { LookupAttribute }

shape! {
    /// Looks up events, newest first. <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>
    LookupEvents {
        /// What the events must have; AWS allows one.
        lookup_attributes: Vec<LookupAttribute> = "LookupAttributes" Rule::List(List {
            min: None,
            max: None,
            of: &Rule::Structure(LookupAttribute::MEMBERS),
        }) => InvalidLookupAttributesException,
        /// The earliest event.
        start_time: Option<Instant> = "StartTime" Rule::Timestamp,
        /// The latest event.
        end_time: Option<Instant> = "EndTime" Rule::Timestamp,
        /// Management events when left out.
        event_category: Option<EventCategory> = "EventCategory" EventCategory::RULE => InvalidEventCategoryException,
        /// The most events to answer; 50 when left out.
        max_results: Option<i32> = "MaxResults" Rule::Integer { min: 1, max: 50 } => InvalidMaxResultsException,
        /// Where to go on.
        next_token: Option<String> = "NextToken" Rule::ANY_TEXT,
    }
}
