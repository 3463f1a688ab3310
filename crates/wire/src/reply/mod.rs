//! The replies: one struct an operation that answers something, written exactly as AWS lays it out.

mod sts;

pub use sts::*;

use crate::{Operation, Protocol, xml::Xml};

/// A part of a reply that is XML elements.
trait Elements {
    fn write(&self, xml: &mut Xml<'_>);
}

macro_rules! replies {
    ($( $name:ident )*) => {
        /// What an operation answers.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Reply {
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name($name),
            )*
        }

        impl Reply {
            /// The operation answered.
            #[must_use]
            pub const fn operation(&self) -> Operation {
                match self { $(Self::$name(_) => Operation::$name,)* }
            }

            /// Appends the reply's body as the operation's service lays it out.
            pub fn write(&self, request_id: &str, out: &mut Vec<u8>) {
                match self { $(Self::$name(reply) => respond(Operation::$name, reply, request_id, out),)* }
            }
        }
    };
}

replies! { AssumeRole GetCallerIdentity GetSessionToken GetAccessKeyInfo }

fn respond(operation: Operation, result: &impl Elements, request_id: &str, out: &mut Vec<u8>) {
    let service = operation.service();
    debug_assert_eq!(service.protocol(), Protocol::Query);
    let mut xml = Xml::new(out);
    xml.root(&format!("{}Response", operation.name()), service.namespace(), |xml| {
        xml.within(&format!("{}Result", operation.name()), |xml| result.write(xml));
        xml.within("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
}
