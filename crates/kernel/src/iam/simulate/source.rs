//! The policies of a simulation, each with the name under which results speak of it.

use super::{exclusion::Exclusions, invalid};
use crate::{authorize, iam::entity::Holder, sight::Sight};
use rolecall_directory::Account;
use rolecall_policy::{Document, Kind, Places, Span, check};
use rolecall_wire::{
    Fault,
    call::OrganizationPolicies,
    reply::{MatchedStatement, Position},
};
use std::sync::Arc;

/// AWS's words for the source of statements in identity-based policies, which its model does not list
/// (soto-project/soto pull request 230). The one for the resource's policy is made in its likeness.
pub(super) const IDENTITY: &str = "IAM Policy";
pub(super) const RESOURCE: &str = "Resource Policy";

/// One policy.
pub(super) struct Source {
    pub(super) document: Arc<Document>,
    id: String,
    kind: &'static str,
    places: Vec<(Position, Position)>,
}

/// Everything that binds the simulated caller.
pub(super) struct Sources {
    pub(super) identity: Vec<Source>,
    pub(super) boundary: Option<Source>,
    pub(super) service_control: Option<Vec<Vec<Arc<Document>>>>,
}

impl Source {
    pub(super) fn new(id: String, kind: &'static str, document: Arc<Document>) -> Self {
        let places = places(&document);
        Self { document, id, kind, places }
    }

    /// The same with the places of `shown`, the form in which the document is handed out.
    pub(super) fn shown_as(self, shown: &str) -> Self {
        match Document::parse(shown) {
            Ok(shown) => Self { places: places(&shown), ..self },
            Err(_) => self,
        }
    }

    pub(super) fn statement(&self, index: u16) -> Option<MatchedStatement> {
        let (start_position, end_position) = *self.places.get(usize::from(index))?;
        let (source_policy_id, source_policy_type) = (self.id.clone(), self.kind);
        Some(MatchedStatement { source_policy_id, source_policy_type, start_position, end_position })
    }
}

/// Where each statement begins and ends as AWS counts: from right behind the bracket or comma before it, or behind the
/// brace that opens one without brackets, to behind the brace that closes it.
///
/// Source: AWS CLI Command Reference, `simulate-principal-policy` and `simulate-custom-policy` (which has the one
/// without brackets), examples; IAM API Reference, `SimulateCustomPolicy`, sample response.
fn places(document: &Document) -> Vec<(Position, Position)> {
    let text = document.text();
    let mut seen = Places::new(text);
    let mut place = |offset: u32| {
        let place = seen.of(Span::new(offset, offset));
        let count = |number| i32::try_from(number).unwrap_or(i32::MAX);
        Position { line: count(place.line), column: count(place.column) }
    };
    let spans = (0..document.statement_count()).filter_map(|index| document.statement(index));
    spans
        .map(|statement| {
            let span = statement.span();
            let before = text.get(..span.start as usize).unwrap_or_default().trim_end();
            let alone = before.ends_with(':');
            let start = if alone { span.start + 1 } else { u32::try_from(before.len()).unwrap_or(span.start) };
            (place(start), place(span.end))
        })
        .collect()
}

/// The policies in a list of the call's own.
pub(super) fn given(list: &str, texts: &[String]) -> Result<Vec<Source>, Fault> {
    let one = |(index, text): (usize, &String)| {
        // The rules for permissions that demand no version: simulating an old document is no fault.
        let document =
            check(Kind::Session, text).map_err(|malformed| refused(list, index, &malformed.aws_message(text)))?;
        Ok(Source::new(format!("{list}.{}", index + 1), IDENTITY, Arc::new(document)))
    };
    texts.iter().enumerate().map(one).collect()
}

/// The boundary that the call gives, of which there is one at most.
pub(super) fn boundary(texts: &[String]) -> Result<Option<Source>, Fault> {
    const LIST: &str = "PermissionsBoundaryPolicyInputList";
    if texts.len() > 1 {
        return Err(invalid("Only one permissions boundary can be given."));
    }
    Ok(given(LIST, texts)?.pop())
}

/// The service control policies that the call gives; `None` when it gives no levels.
pub(super) fn levels(levels: &[OrganizationPolicies]) -> Result<Option<Vec<Vec<Arc<Document>>>>, Fault> {
    let document = |(index, text): (usize, &String)| match check(Kind::ServiceControl, text) {
        Ok(document) => Ok(Arc::new(document)),
        Err(malformed) => Err(refused("ServiceControlPolicyInputList", index, &malformed.aws_message(text))),
    };
    let level = |level: &OrganizationPolicies| {
        level.service_control_policy_input_list.iter().enumerate().map(document).collect::<Result<Vec<_>, _>>()
    };
    let read: Vec<_> = levels.iter().map(level).collect::<Result<_, _>>()?;
    Ok((!read.is_empty()).then_some(read))
}

/// The policy that every resource of the simulation has.
pub(super) fn resource(text: &str) -> Result<Source, Fault> {
    let document = Document::parse(text).map_err(|error| invalid(format!("ResourcePolicy: {error}")))?;
    Ok(Source::new("ResourcePolicy".to_owned(), RESOURCE, Arc::new(document)))
}

fn refused(list: &str, index: usize, why: &str) -> Fault {
    invalid(format!("{list}.{}: {why}", index + 1))
}

/// What hangs on a user or role: inline policies as `user_alice_name`, managed ones by their names.
///
/// Source: acceptance test of terraform-provider-aws, `iam_principal_policy_simulation`; AWS CLI Command Reference,
/// `simulate-principal-policy`, examples.
pub(super) fn of_holder<H: Holder>(
    sight: &Sight<'_>,
    account: &Account,
    holder: &H,
    left_out: &Exclusions<'_>,
) -> Result<Vec<Source>, Fault> {
    let mut sources = Vec::new();
    for (policy, text) in holder.inline() {
        if !left_out.inline(H::NOUN, holder.name(), policy) {
            let id = format!("{}_{}_{policy}", H::NOUN, holder.name());
            sources.push(Source::new(id, IDENTITY, authorize::compiled(sight, text)?));
        }
    }
    for arn in holder.attached().iter().filter(|arn| !left_out.managed(arn)) {
        sources.push(managed(sight, account, arn)?);
    }
    Ok(sources)
}

/// A managed policy, under its name.
pub(super) fn managed(sight: &Sight<'_>, account: &Account, arn: &str) -> Result<Source, Fault> {
    let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
    Ok(Source::new(name, IDENTITY, authorize::managed_policy(sight, account.id(), arn)?))
}
