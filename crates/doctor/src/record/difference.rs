//! Two records beside each other: what differs between a call that was let in and one that was not, and why it matters.

use super::{
    Agent, Record, Source, What,
    model::{EndpointType, GLOBAL_HOST},
};
use rolecall_clients::{Settings, endpoint};
use rolecall_names::AccountId;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub what: What,
    /// What the first record has; `None` for nothing.
    pub before: Option<String>,
    /// What the second record has; `None` for nothing.
    pub after: Option<String>,
    /// Why it matters, sentences with their full stops.
    pub matters: String,
}

/// Two records beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison<'r> {
    /// The one that was let in, where one was and the other was not; else the one handed in first.
    pub before: &'r Record,
    /// The other.
    pub after: &'r Record,
    /// What differs, what matters most first.
    pub differences: Vec<Difference>,
}

impl Comparison<'_> {
    /// Whether the one was let in and the other was not.
    #[must_use]
    pub fn is_success_and_failure(&self) -> bool {
        self.before.is_success() && !self.after.is_success()
    }

    /// What the two are called.
    #[must_use]
    pub fn names(&self) -> (&'static str, &'static str) {
        if self.is_success_and_failure() { ("the success", "the failure") } else { ("the first", "the second") }
    }
}

/// Puts two records beside each other, the one that was let in first.
#[must_use]
pub fn compare<'r>(one: &'r Record, other: &'r Record) -> Comparison<'r> {
    let (before, after) = if other.is_success() && !one.is_success() { (other, one) } else { (one, other) };
    let mut comparison = Comparison { before, after, differences: Vec::new() };
    let looking = Looking { before, after, names: comparison.names() };
    comparison.differences = looking.all();
    comparison
}

struct Looking<'r> {
    before: &'r Record,
    after: &'r Record,
    names: (&'static str, &'static str),
}

impl<'r> Looking<'r> {
    fn all(&self) -> Vec<Difference> {
        let found = [
            self.on(
                What::Role,
                |record| record.role_arn().map(str::to_owned),
                |_, _| "The two calls ask for different roles: their trust policies differ too.".to_owned(),
            ),
            self.on(What::Region, |record| Some(record.region.to_string()), |_, _| self.region()),
            self.on(What::Endpoint, host, |_, _| self.endpoint()),
            self.on(What::SourceAddress, |record| Some(record.source.to_string()), |_, _| self.address()),
            self.on(What::VpcEndpoint, |record| text(&record.vpc_endpoint), |_, _| self.vpc_endpoint()),
            self.on(What::Client, client, |_, _| self.client()),
            self.on(
                What::CallerSessionName,
                |record| record.identity.session_name().map(str::to_owned),
                |_, _| self.caller_session(),
            ),
            self.caller(),
            self.on(What::SessionIssuer, issuer, |_, _| {
                "It is another role's session: aws:PrincipalArn is another, and so are the policies it brings."
                    .to_owned()
            }),
            self.on(What::Mfa, mfa, |_, after| match after {
                Some("yes") => "aws:MultiFactorAuthPresent is true in the second alone.".to_owned(),
                _ => format!(
                    "aws:MultiFactorAuthPresent is false in {}: its session began without a code, and a condition that \
                     asks for MFA does not hold.",
                    self.names.1
                ),
            }),
            self.asked(What::ExternalId, |asked| text(&asked.external_id), "sts:ExternalId"),
            self.asked(What::SessionName, |asked| text(&asked.session_name), "sts:RoleSessionName"),
            self.asked(What::SourceIdentity, |asked| text(&asked.source_identity), "sts:SourceIdentity"),
            self.on(What::Tags, tags, |_, _| {
                "aws:RequestTag and aws:TagKeys differ, and a tagged session needs sts:TagSession on both sides."
                    .to_owned()
            }),
            self.asked(What::MfaSerial, |asked| text(&asked.mfa_serial), "aws:MultiFactorAuthPresent"),
            self.on(
                What::Duration,
                |record| Some(record.request.as_ref()?.duration_seconds?.to_string()),
                |_, _| {
                    "A session longer than the role's maximum, or than an hour when roles are chained, is refused."
                        .to_owned()
                },
            ),
            self.on(What::SessionPolicy, policies, |_, _| {
                "The session policy bounds what the new session may do, not whether it is given.".to_owned()
            }),
            self.on(
                What::Tls,
                |record| text(&record.tls_version),
                |_, _| "Policies see aws:SecureTransport alone.".to_owned(),
            ),
            self.on(What::Time, |record| Some(record.time.iso8601()), |_, _| self.time()),
        ];
        found.into_iter().flatten().collect()
    }

    /// A difference, where the two have not the same.
    fn on(
        &self,
        what: What,
        read: impl Fn(&Record) -> Option<String>,
        matters: impl Fn(Option<&str>, Option<&str>) -> String,
    ) -> Option<Difference> {
        let (before, after) = (read(self.before), read(self.after));
        if before == after {
            return None;
        }
        let matters = matters(before.as_deref(), after.as_deref());
        Some(Difference { what, before, after, matters })
    }

    /// A parameter that a condition key holds.
    fn asked(&self, what: What, read: impl Fn(&super::Request) -> Option<String>, key: &str) -> Option<Difference> {
        self.on(
            what,
            |record| read(record.request.as_ref()?),
            |before, after| match (before, after) {
                (Some(_), None) => format!("{} sends none: {key} is not there.", capital(self.names.1)),
                (None, _) => format!("{} sends none: {key} is not there.", capital(self.names.0)),
                _ => format!("A condition on {key} sees another value."),
            },
        )
    }

    fn region(&self) -> String {
        let (before, after) = self.names;
        format!(
            "aws:RequestedRegion is another. The event history of one Region does not show what another recorded: {before} \
             is in that of {}, {after} in that of {}.",
            self.before.region, self.after.region
        )
    }

    fn endpoint(&self) -> String {
        use EndpointType::{Global, Regional};
        match (self.before.endpoint(), self.after.endpoint()) {
            (Some(Global), Some(Regional)) => format!(
                "{} called the global endpoint, {} that of a Region. The private DNS names of a VPC endpoint cover the \
                 Region's name and not the global one, so the call may take another way and arrive from another address.",
                capital(self.names.0),
                self.names.1
            ),
            (Some(Regional), Some(Global)) => format!(
                "{} called the endpoint of a Region, {} the global one. No VPC endpoint has the global name: the call \
                 leaves through a gateway and arrives from its address. It is recorded in us-east-1, and its token may be \
                 one of version 1, which opt-in Regions do not take.",
                capital(self.names.0),
                self.names.1
            ),
            _ => {
                "The name is another: it may lead another way, and it wants a signature for its own Region.".to_owned()
            }
        }
    }

    fn address(&self) -> String {
        let through = |record: &Record| record.vpc_endpoint.is_some();
        let (before, after) = (&self.before.source, &self.after.source);
        if matches!((before, after), (Source::Service(_), _) | (_, Source::Service(_))) {
            return "An AWS service made one of the calls: its address is not told, and aws:SourceIp is the service's."
                .to_owned();
        }
        match (through(self.before), through(self.after)) {
            (false, true) => format!(
                "aws:SourceIp was {before}. {} came through a VPC endpoint, where there is no aws:SourceIp at all: \
                 aws:VpcSourceIp holds {after}. A condition on aws:SourceIp no longer holds.",
                capital(self.names.1)
            ),
            (true, false) => format!(
                "aws:VpcSourceIp was {before}. {} did not come through a VPC endpoint: aws:SourceIp holds {after}, and \
                 there is no aws:VpcSourceIp.",
                capital(self.names.1)
            ),
            (true, true) => format!("aws:VpcSourceIp was {before} and is {after}."),
            (false, false) => format!(
                "aws:SourceIp was {before} and is {after}: another gateway, or another machine. A condition that names \
                 the one does not hold for the other."
            ),
        }
    }

    fn vpc_endpoint(&self) -> String {
        match (&self.before.vpc_endpoint, &self.after.vpc_endpoint) {
            (None, Some(id)) => format!(
                "Only {} came through a VPC endpoint: aws:SourceVpce is {id}, and the endpoint's own policy has to let the \
                 call through too.",
                self.names.1
            ),
            (Some(id), None) => format!(
                "Only {} came through a VPC endpoint ({id}): aws:SourceVpce and aws:SourceVpc are not there any more, and \
                 conditions on them do not hold.",
                self.names.0
            ),
            _ => "aws:SourceVpce is another, and another endpoint's policy had to let the call through.".to_owned(),
        }
    }

    fn client(&self) -> String {
        let agents = (agent(self.before), agent(self.after));
        let (Some(old), Some(new)) = agents else {
            return "One of the agents names no client that is known; what it does by default is not known either."
                .to_owned();
        };
        let (old, new) = match (old.client(), new.client()) {
            (Ok(old), Ok(new)) => (old, new),
            (Err(error), _) | (_, Err(error)) => return format!("What they do by default is not known: {error}."),
        };
        // The Region the clients are set to is not told. The one that a Regional call went to is the likeliest.
        let regions = [self.after, self.before].map(|record| &*record.region);
        let region = regions.into_iter().find(|region| *region != "us-east-1").unwrap_or("us-east-1");
        let settings = Settings { region: Some(region), ..Settings::default() };
        match (endpoint(&old, &settings), endpoint(&new, &settings)) {
            (Ok(before), Ok(after)) if before.host != after.host => format!(
                "The default endpoint moved between them: set to {region} and told nothing else, {old} calls {} and {new} \
                 calls {}.",
                before.host, after.host
            ),
            (Ok(before), Ok(_)) => format!(
                "The default endpoint did not move between them: set to {region} and told nothing else, both call {}.",
                before.host
            ),
            _ => "What they do by default is not known.".to_owned(),
        }
    }

    fn caller_session(&self) -> String {
        let made_up = |record: &Record| record.identity.session_name().is_some_and(is_made_up);
        let user_id = "aws:userid holds it behind the role's id, and conditions on that key see another value.";
        match (made_up(self.before), made_up(self.after)) {
            (false, true) => {
                format!("{user_id} The name in {} is made up by the client: its profile sets none.", self.names.1)
            }
            (true, true) => "Both names are made up by the client, new for each session.".to_owned(),
            _ => user_id.to_owned(),
        }
    }

    /// The caller, where it is more than the name of the session that differs.
    fn caller(&self) -> Option<Difference> {
        let (before, after) = (&self.before.identity, &self.after.identity);
        let head = |record: &Record| {
            let id = record.identity.principal_id.as_deref()?;
            Some(id.split_once(':').map_or(id, |(head, _)| head).to_owned())
        };
        if head(self.before) == head(self.after) && before.kind == after.kind && before.account == after.account {
            return None;
        }
        let accounts: (Option<AccountId>, Option<AccountId>) = (before.account, after.account);
        self.on(What::Caller, caller, |_, _| match accounts {
            (Some(old), Some(new)) if old != new => {
                format!("The callers are of different accounts, {old} and {new}: a trust policy names each by itself.")
            }
            _ => "aws:PrincipalArn and aws:userid are other ones: a trust policy that names the one does not name the \
                  other."
                .to_owned(),
        })
    }

    fn time(&self) -> String {
        let seconds = self.after.time.seconds() - self.before.time.seconds();
        let order = if seconds < 0 { "earlier" } else { "later" };
        format!(
            "{} is {} {order}: policies and networks may have been changed between them.",
            capital(self.names.1),
            span(seconds.unsigned_abs())
        )
    }
}

fn text(value: &Option<Box<str>>) -> Option<String> {
    value.as_deref().map(str::to_owned)
}

/// The host, in its public name: `sts-global.eu-north-1.amazonaws.com` is the global endpoint, served in a Region.
fn host(record: &Record) -> Option<String> {
    match (record.endpoint(), record.host.as_deref()) {
        (Some(EndpointType::Global), _) => Some(GLOBAL_HOST.to_owned()),
        (_, Some(host)) => Some(host.to_owned()),
        (Some(EndpointType::Regional), None) => Some(format!("the endpoint of {}", record.region)),
        (None, None) => None,
    }
}

fn agent(record: &Record) -> Option<Agent<'_>> {
    Agent::parse(record.user_agent.as_deref()?)
}

fn client(record: &Record) -> Option<String> {
    match agent(record) {
        Some(agent) => Some(format!("{} {}", agent.name, agent.version)),
        None => text(&record.user_agent),
    }
}

fn caller(record: &Record) -> Option<String> {
    let identity = &record.identity;
    text(&identity.arn).or_else(|| text(&identity.principal_id)).or_else(|| text(&identity.invoked_by))
}

fn issuer(record: &Record) -> Option<String> {
    text(&record.identity.session.as_ref()?.issuer.as_ref()?.arn)
}

fn mfa(record: &Record) -> Option<String> {
    let mfa = record.identity.session.as_ref()?.mfa?;
    Some(if mfa { "yes" } else { "no" }.to_owned())
}

fn tags(record: &Record) -> Option<String> {
    let asked = record.request.as_ref()?;
    let mut all: Vec<String> = asked.tags.iter().map(|tag| format!("{} = {}", tag.key, tag.value)).collect();
    all.extend(asked.transitive_tag_keys.iter().map(|key| format!("{key} handed on")));
    all.extend(asked.incoming_tags.iter().map(|tag| format!("{} = {} inherited", tag.key, tag.value)));
    all.sort();
    (!all.is_empty()).then(|| all.join(", "))
}

fn policies(record: &Record) -> Option<String> {
    let asked = record.request.as_ref()?;
    let all: Vec<&str> = asked.policy.iter().chain(&asked.policy_arns).map(|policy| &**policy).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Names that clients make up: words of theirs, and a time.
///
/// Source: the client table, `role_session_name` left out.
fn is_made_up(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "botocore-session-",
        "aws-sdk-js-",
        "aws-go-sdk-",
        "aws-sdk-java-",
        "aws-dotnet-sdk-session-",
        "aws-sdk-kotlin-",
        "assume-role-from-profile-",
        "assume-role-provider-",
        "web-identity-token-",
    ];
    let digits = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    WORDS.iter().any(|word| name.strip_prefix(word).is_some_and(digits)) || (name.len() >= 19 && digits(name))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A span of time in its largest unit.
fn span(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (count, unit) = units
        .into_iter()
        .find_map(|(size, unit)| (seconds >= size).then_some((seconds / size, unit)))
        .unwrap_or((0, "second"));
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_names_are_told_from_given_ones() {
        for (name, made_up) in [
            ("botocore-session-1753952400", true),
            ("aws-go-sdk-1684964866909507151", true),
            ("1684964866909507151", true),
            ("botocore-session-", false),
            ("my-session", false),
            ("i-0123456789abcdef0", false),
            ("20260731", false),
        ] {
            assert_eq!(is_made_up(name), made_up, "{name}");
        }
    }

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        for (seconds, text) in
            [(0, "0 seconds"), (1, "1 second"), (119, "1 minute"), (7_200, "2 hours"), (90_000, "1 day")]
        {
            assert_eq!(span(seconds), text);
        }
    }
}
