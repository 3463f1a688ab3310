//! Tags.

use super::{Elements, list, page};
use crate::{call::Tag, xml::Xml};

impl Elements for Tag {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text("Key", &self.key);
        xml.text("Value", &self.value);
    }
}

/// The tags of something that has some; without any the element is left out.
pub(super) fn some(xml: &mut Xml<'_>, tags: &[Tag]) {
    if !tags.is_empty() {
        list(xml, "Tags", tags);
    }
}

macro_rules! tags {
    ($($name:ident)*) => {$(
        #[doc = concat!("Answers ", stringify!($name), ".")]
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// The tags, sorted by key.
            pub tags: Vec<Tag>,
            /// Where to go on; absent at the end.
            pub marker: Option<String>,
        }

        impl Elements for $name {
            fn write(&self, xml: &mut Xml<'_>) {
                page(xml, "Tags", &self.tags, self.marker.as_deref());
            }
        }
    )*};
}

tags! { ListRoleTags ListUserTags ListPolicyTags ListMFADeviceTags }
