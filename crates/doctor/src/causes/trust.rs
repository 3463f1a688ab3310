//! Trust policies in which no statement lets the caller in, whatever its conditions.

use super::{Cause, Clue, Code, listed, policy::Looking};
use rolecall_names::{Arn, UniqueId};
use rolecall_policy::{Document, DocumentRef, PolicyType, Span, Step};

impl Looking<'_, '_> {
    /// No statement of the trust policy lets the caller in, whatever its conditions.
    pub(super) fn trust(&self, nearest: Option<Step>) -> Cause {
        let trust = DocumentRef { policy: PolicyType::Resource, level: 0, index: 0 };
        let Some(found) = self.found(trust) else { return self.missing() };
        let document = &found.policy.document;
        let caller = &self.hop.caller;
        let extra = match &*self.weighing.action {
            "sts:TagSession" => Some((Code::TagSessionMissing, "the call tags the session, or hands on tags")),
            "sts:SetSourceIdentity" => {
                Some((Code::SourceIdentityMissing, "the call sets a source identity, or hands one on"))
            }
            _ => None,
        };
        if let Some((code, what)) = extra {
            let statement = self.letting_in(document).unwrap_or(0);
            let text = format!("{what}, and the trust policy does not allow {}", self.weighing.action);
            let action = self.weighing.action.to_string();
            let at = Some(self.at(&found, first_action(document, statement)));
            return Cause { code, text, at, clue: Clue::Action { document: trust, statement, action } };
        }
        let Some(step) = nearest else {
            let text = "the trust policy has no statement that allows anything".to_owned();
            let at = Some(self.at(&found, Span::new(0, 0)));
            return Cause { code: Code::TrustPrincipalMismatch, text, at, clue: Clue::Plain };
        };
        let statement = usize::from(step.statement);
        if step.misses.action() {
            let view = document.statement(statement);
            let actions: Vec<&str> = view.iter().flat_map(|view| view.actions()).map(|(text, _)| text).collect();
            let text = format!("the trust policy allows {}, and the call is {}", listed(actions), self.weighing.action);
            let at = Some(self.at(&found, first_action(document, statement)));
            let action = self.weighing.action.to_string();
            return Cause {
                code: Code::WrongAssumeAction,
                text,
                at,
                clue: Clue::Action { document: trust, statement, action },
            };
        }
        let named: Vec<_> = document.principals().filter(|principal| principal.statement == statement).collect();
        let gone = named.iter().position(|principal| {
            let id = principal.value.parse::<UniqueId>();
            id.is_ok_and(|id| self.case.directory.named(&id).is_none())
        });
        let place = |index: usize| named.get(index).map(|principal| self.at(&found, principal.span));
        if let Some(index) = gone {
            let id = named.get(index).map(|principal| principal.value).unwrap_or_default();
            let text = format!(
                "the trust policy names {id}, the unique id of a principal that was deleted; one made anew under the same \
                 name is another"
            );
            let clue = Clue::Principal { statement, value: Some(index) };
            return Cause { code: Code::TrustPrincipalDeleted, text, at: place(index), clue };
        }
        let elsewhere = named.iter().position(|principal| self.is_elsewhere(principal.value));
        if let Some(index) = elsewhere {
            let value = named.get(index).map(|principal| principal.value).unwrap_or_default();
            let text =
                format!("the trust policy names {value}, an ARN of another partition than that of {}", caller.arn);
            let clue = Clue::Principal { statement, value: None };
            return Cause { code: Code::PartitionMismatch, text, at: place(index), clue };
        }
        let values = listed(named.iter().map(|principal| principal.value));
        let (code, text) = if self.case.role_by_arn(&self.hop.hop.role_arn.value).map(|role| &role.entity.id)
            == self.case.role_by_arn(&caller.principal_arn).map(|role| &role.entity.id)
        {
            let text = format!("a role does not trust itself by itself: the trust policy names {values}, not the role");
            (Code::SelfAssume, text)
        } else {
            (Code::TrustPrincipalMismatch, format!("the trust policy names {values}; the caller is {}", caller.arn))
        };
        Cause { code, text, at: place(0), clue: Clue::Principal { statement, value: None } }
    }

    /// Whether an ARN is of the caller's account, and of another partition.
    fn is_elsewhere(&self, value: &str) -> bool {
        let caller = &self.hop.caller;
        let (named, own) = (Arn::parse(value).ok(), Arn::parse(&caller.arn).ok());
        let other = |arn: Arn<'_>| own.is_some_and(|own| own.partition != arn.partition);
        named.is_some_and(|arn| arn.account_id() == Some(caller.account) && other(arn))
    }

    /// The statement that let `sts:AssumeRole` itself in.
    fn letting_in(&self, document: &Document) -> Option<usize> {
        let asked = self.hop.weighings.iter().find(|weighing| &*weighing.action == "sts:AssumeRole")?;
        let step = asked
            .decision
            .trace
            .iter()
            .find(|step| step.matched() && !step.denies && step.document.policy == PolicyType::Resource)?;
        let statement = usize::from(step.statement);
        document.statement(statement).map(|_| statement)
    }
}

fn first_action(document: &Document, statement: usize) -> Span {
    let view = document.statement(statement);
    view.map_or(Span::new(0, 0), |view| view.actions().next().map_or(view.span(), |(_, span)| span))
}
