//! Accounts, the organization, and the policies that bind from above.

use crate::policies::policy;
use crate::reader::{
    Fields, Item, Reader, account, at, checked, is_world_name, parsed, place, reference, table_of, tables, told, word,
};
use crate::{Account, ControlPolicy, Expected, Kind, Located, Organization, ProblemKind, Target, Unit};
use rolecall_directory::TokenVersion;
use rolecall_names::{AccountId, Activation, Partition, Region};
use rolecall_policy::Kind as DocumentKind;
use toml::de::DeValue;

/// How the world writes an organization's root as a target; no account or unit may be called so.
const ROOT: &str = "root";

const MAX_ACCOUNTS: usize = 10_000;

/// `[accounts.NAME]`
pub(super) fn accounts(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<Account> {
    let Some(item) = document.raw("accounts") else { return Vec::new() };
    named_tables(reader, item, |reader, name, fields| {
        give_target(reader, Kind::Account, &name);
        let account = account_table(reader, name.clone(), fields);
        reader.accounts.insert(name.value, account.as_ref().map(|account| account.id.value));
        account
    })
}

fn account_table(reader: &mut Reader<'_>, name: Located<Box<str>>, fields: &mut Fields<'_>) -> Option<Account> {
    let id = fields.need(reader, "id", parsed::<AccountId>(Expected::AccountId));
    let partition = fields
        .maybe(reader, "partition", told(Expected::Partition, Partition::from_name))
        .map_or(Partition::Aws, |partition| partition.value);
    let region = || parsed::<Region>(Expected::Region);
    let opted_in = fields.list(reader, "opted_in_regions", 100, region());
    let mut deactivated = Vec::new();
    let mut global_token = TokenVersion::V1;
    if let Some(item) = fields.raw("sts")
        && let Some(mut sts) = table_of(reader, item)
    {
        deactivated = sts.list(reader, "deactivated_regions", 100, region());
        let words = &[("v1Token", TokenVersion::V1), ("v2Token", TokenVersion::V2)];
        if let Some(version) = sts.maybe(reader, "global_endpoint_token", word(Expected::TokenVersion, words)) {
            global_token = version.value;
        }
        sts.finish(reader);
    }
    for region in opted_in.iter().chain(&deactivated) {
        if region.partition() != partition {
            reader.fault(region.at, ProblemKind::OtherPartition(region.value));
        }
    }
    for region in opted_in.iter().filter(|region| region.activation() != Activation::OptIn) {
        reader.fault(region.at, ProblemKind::NotOptIn(region.value));
    }
    for region in deactivated.iter().filter(|region| region.activation() != Activation::Deactivatable) {
        reader.fault(region.at, ProblemKind::NotDeactivatable(region.value));
    }
    let id = id?;
    if let Some(first) = reader.names.once(Kind::Account, &id.value.to_string(), id.at) {
        reader.duplicate(Kind::Account, id.at, first);
    }
    Some(Account { name, id, partition, opted_in, deactivated, global_token })
}

/// `[organization]`
pub(super) fn organization(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Option<Organization> {
    let item = document.raw("organization")?;
    let mut fields = table_of(reader, item)?;
    let id = fields.maybe(reader, "id", checked(Expected::OrganizationId, is_organization_id));
    let management = fields.maybe(reader, "management", account);
    let accounts = fields.list(reader, "accounts", MAX_ACCOUNTS, account);
    let units = match fields.raw("units") {
        None => Vec::new(),
        Some(item) => named_tables(reader, item, |reader, name, fields| {
            give_target(reader, Kind::Unit, &name);
            let id = fields.maybe(reader, "id", checked(Expected::WorldName, is_world_name));
            let parent = fields.maybe(reader, "parent", reference(&[Kind::Unit]));
            let accounts = fields.list(reader, "accounts", MAX_ACCOUNTS, account);
            Some(Unit { name, id, parent, accounts })
        }),
    };
    fields.finish(reader);
    Some(Organization { id, management, accounts, units })
}

/// `[[service_control_policy]]`
pub(super) fn service_control(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<ControlPolicy> {
    tables(reader, document, "service_control_policy", |reader, fields| {
        control_policy(reader, fields, DocumentKind::ServiceControl)
    })
}

/// `[[resource_control_policy]]`
pub(super) fn resource_control(reader: &mut Reader<'_>, document: &mut Fields<'_>) -> Vec<ControlPolicy> {
    tables(reader, document, "resource_control_policy", |reader, fields| {
        control_policy(reader, fields, DocumentKind::ResourceControl)
    })
}

fn control_policy(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: DocumentKind) -> Option<ControlPolicy> {
    if fields.raw("targets").is_none() {
        reader.fault(fields.at(), ProblemKind::MissingKey("targets"));
    }
    let targets = fields.list(reader, "targets", MAX_ACCOUNTS, target);
    let policy = fields.need(reader, "policy", policy(kind))?;
    Some(ControlPolicy { targets, policy: policy.value })
}

fn target(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Target> {
    let name = reference_unless_root(reader, item)?;
    if &*name == ROOT {
        return Some(Target::Root);
    }
    match reader.accounts.get(&name) {
        Some(account) => account.map(Target::Account),
        None => Some(Target::Unit(name)),
    }
}

fn reference_unless_root(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Box<str>> {
    match item.get_ref() {
        DeValue::String(text) if text == ROOT => Some(ROOT.into()),
        _ => reference(&[Kind::Account, Kind::Unit])(reader, item),
    }
}

fn give_target(reader: &mut Reader<'_>, kind: Kind, name: &Located<Box<str>>) {
    if !is_world_name(name) || &*name.value == ROOT {
        reader.fault(name.at, ProblemKind::Unexpected(Expected::WorldName));
    }
    if let Some(first) = reader.names.give(kind, name) {
        reader.duplicate(kind, name.at, first);
    }
}

/// The tables of a table, in the order of the file.
fn named_tables<T>(
    reader: &mut Reader<'_>,
    item: &Item<'_>,
    mut read: impl FnMut(&mut Reader<'_>, Located<Box<str>>, &mut Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let DeValue::Table(table) = item.get_ref() else {
        reader.expected::<()>(item, Expected::Table);
        return Vec::new();
    };
    if table.len() > MAX_ACCOUNTS {
        reader.fault(place(item), ProblemKind::Unexpected(Expected::List(MAX_ACCOUNTS)));
        return Vec::new();
    }
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    let mut found = Vec::with_capacity(entries.len());
    for (name, item) in entries {
        let name = Located { value: name.get_ref().as_ref().into(), at: at(name.span()) };
        if let Some(mut fields) = table_of(reader, item) {
            found.extend(read(reader, name, &mut fields));
            fields.finish(reader);
        }
    }
    found
}

/// Source: Organizations API Reference, `Organization`, pattern of `Id`.
fn is_organization_id(text: &str) -> bool {
    text.strip_prefix("o-").is_some_and(|rest| {
        (10..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}
