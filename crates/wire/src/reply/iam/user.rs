//! Users.

use super::{Elements, boundary, page, tag};
use crate::{call::Tag, xml::Xml};
use rolecall_names::Instant;

/// A user, or the account's root, which has neither path nor name.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html>
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The path.
    pub path: Option<String>,
    /// The name.
    pub user_name: Option<String>,
    /// The unique id; root's is its account's id.
    pub user_id: String,
    /// The ARN.
    pub arn: String,
    /// When it was made.
    pub create_date: Instant,
    /// When its password was last used.
    pub password_last_used: Option<Instant>,
    /// The ARN of the policy that bounds the user.
    pub permissions_boundary: Option<String>,
    /// The tags.
    pub tags: Vec<Tag>,
}

/// Answers CreateUser.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateUser {
    /// The user made.
    pub user: User,
}

/// Answers GetUser.
#[derive(Debug, Clone, PartialEq)]
pub struct GetUser {
    /// The user.
    pub user: User,
}

/// Answers ListUsers.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUsers {
    /// The users.
    pub users: Vec<User>,
    /// Where to go on; absent at the end.
    pub marker: Option<String>,
}

impl Elements for User {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.text_if("Path", self.path.as_deref());
        xml.text_if("UserName", self.user_name.as_deref());
        xml.text("UserId", &self.user_id);
        xml.text("Arn", &self.arn);
        xml.instant("CreateDate", self.create_date);
        xml.instant_if("PasswordLastUsed", self.password_last_used);
        boundary(xml, self.permissions_boundary.as_deref());
        tag::some(xml, &self.tags);
    }
}

impl Elements for CreateUser {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("User", |xml| self.user.write(xml));
    }
}

impl Elements for GetUser {
    fn write(&self, xml: &mut Xml<'_>) {
        xml.within("User", |xml| self.user.write(xml));
    }
}

impl Elements for ListUsers {
    fn write(&self, xml: &mut Xml<'_>) {
        page(xml, "Users", &self.users, self.marker.as_deref());
    }
}
