//! What IAM answers. <https://docs.aws.amazon.com/IAM/latest/APIReference/>

mod account;
mod key;
mod mfa;
mod policy;
mod role;
mod simulate;
mod tag;
mod user;

pub use account::*;
pub use key::*;
pub use mfa::*;
pub use policy::*;
pub use role::*;
pub use simulate::*;
pub use tag::*;
pub use user::*;

use super::Elements;
use crate::xml::Xml;

/// A page of a list: whether it goes on, its members, and where.
fn page<T: Elements>(xml: &mut Xml<'_>, name: &'static str, members: &[T], marker: Option<&str>) {
    xml.flag("IsTruncated", marker.is_some());
    list(xml, name, members);
    xml.text_if("Marker", marker);
}

fn list<T: Elements>(xml: &mut Xml<'_>, name: &'static str, members: &[T]) {
    if members.is_empty() {
        xml.empty(name);
    } else {
        xml.within(name, |xml| {
            for member in members {
                xml.within("member", |xml| member.write(xml));
            }
        });
    }
}

/// The policy that bounds a role or a user.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html>
fn boundary(xml: &mut Xml<'_>, arn: Option<&str>) {
    if let Some(arn) = arn {
        xml.within("PermissionsBoundary", |xml| {
            // The model's only value is PermissionsBoundaryPolicy; AWS answers this one (recorded in February 2026).
            xml.text("PermissionsBoundaryType", "Policy");
            xml.text("PermissionsBoundaryArn", arn);
        });
    }
}
