//! What a call's client is run with, as the world says it.

use rolecall_clients::{At as ClientAt, OptionValue, Provided, Settings};
use rolecall_world::{At, Call, FileId, Place, PlaceKind, World};

/// What [`Settings`] borrows from.
pub(crate) struct Told<'w> {
    env: Vec<(&'w str, &'w str)>,
    options: Vec<(&'w str, OptionValue<'w>)>,
    config: Option<&'w str>,
    credentials: Option<&'w str>,
    call: &'w Call,
    place_region: Option<&'static str>,
    provided: Provided,
}

impl<'w> Told<'w> {
    pub(crate) fn new(world: &'w World, call: &'w Call, place: &'w Place, numbers: &'w [String]) -> Self {
        let mut env: Vec<(&str, &str)> = Vec::new();
        // Source: AWS Lambda Developer Guide, "Defined runtime environment variables"; Amazon ECS Developer Guide, "Amazon ECS
        // environment variables"; for pods with an association aws/amazon-eks-pod-identity-webhook, `pkg/handler`.
        let pod = place.kind == PlaceKind::EksPod && place.role.is_some();
        if (pod || matches!(place.kind, PlaceKind::Lambda | PlaceKind::EcsTask))
            && let Some(region) = region_of(world, place)
        {
            env.extend([("AWS_REGION", region), ("AWS_DEFAULT_REGION", region)]);
        }
        if pod {
            env.push(("AWS_STS_REGIONAL_ENDPOINTS", "regional"));
        }
        env.extend(call.env.iter().map(|(name, value)| (&*name.value, &*value.value)));
        let options = call.options.iter().zip(numbers).map(|((name, value), number)| {
            let value = match &value.value {
                rolecall_world::OptionValue::Text(text) => OptionValue::Text(text),
                rolecall_world::OptionValue::Boolean(flag) => OptionValue::Boolean(*flag),
                rolecall_world::OptionValue::Integer(_) => OptionValue::Text(number),
            };
            (&*name.value, value)
        });
        let text = |file: &Option<rolecall_world::ConfigFile>| file.map(|file| world.files.text(file.file));
        Self {
            env,
            options: options.collect(),
            config: text(&call.config),
            credentials: text(&call.credentials),
            call,
            place_region: region_of(world, place).filter(|_| place.kind == PlaceKind::Ec2),
            provided: match (place.kind, &place.role) {
                (_, None) => Provided::None,
                (PlaceKind::EcsTask, _) => Provided::Container,
                (PlaceKind::EksPod, _) if place.is_ipv6_alone() => Provided::PodIdentityIpv6,
                (PlaceKind::EksPod, _) => Provided::PodIdentity,
                (PlaceKind::Ec2, _) => Provided::InstanceMetadata,
                (PlaceKind::Lambda, _) => Provided::Environment,
                (PlaceKind::OnPremises | PlaceKind::Internet, _) => Provided::None,
            },
        }
    }

    /// With the credentials in hand, whatever the place gives.
    pub(crate) fn with_credentials(self) -> Self {
        Self { provided: Provided::Environment, ..self }
    }

    pub(crate) fn settings(&self) -> Settings<'_> {
        Settings {
            region: self.call.region.as_ref().map(|region| &*region.value),
            env: &self.env,
            config: self.config,
            credentials: self.credentials,
            profile: self.call.profile.as_ref().map(|profile| &*profile.value),
            options: &self.options,
            place_region: self.place_region,
            provided: self.provided,
        }
    }
}

/// The options that are numbers, as text.
pub(crate) fn numbers(call: &Call) -> Vec<String> {
    let text = |value: &rolecall_world::OptionValue| match value {
        rolecall_world::OptionValue::Integer(number) => number.to_string(),
        _ => String::new(),
    };
    call.options.iter().map(|(_, value)| text(&value.value)).collect()
}

/// The Region a place inside AWS is in.
pub(crate) fn region_of(world: &World, place: &Place) -> Option<&'static str> {
    if let Some(region) = &place.region {
        return Some(region.name());
    }
    let subnet = world.subnet(&place.subnet.as_ref()?.value)?;
    Some(world.vpc(&subnet.vpc.value)?.region.name())
}

/// The client's file that a setting stands in.
pub(crate) fn file_of(call: &Call, at: ClientAt) -> Option<FileId> {
    match at {
        ClientAt::Config(_) => call.config.map(|file| file.file),
        ClientAt::Credentials(_) => call.credentials.map(|file| file.file),
        _ => None,
    }
}

/// Where in the world's files a client's setting stands; for what a client does by itself, where its version does.
pub(crate) fn place_of(call: &Call, at: ClientAt) -> At {
    let span = |span: rolecall_clients::Span| rolecall_policy::Span::new(span.start, span.end);
    let found = match at {
        ClientAt::Config(range) => call.config.map(|file| At { file: file.file, span: span(range) }),
        ClientAt::Credentials(range) => call.credentials.map(|file| At { file: file.file, span: span(range) }),
        ClientAt::Env(name) => call.env.iter().find(|(known, _)| &*known.value == name).map(|(_, value)| value.at),
        ClientAt::Option(name) => {
            call.options.iter().find(|(known, _)| &*known.value == name).map(|(_, value)| value.at)
        }
        ClientAt::Region => call.region.as_ref().map(|region| region.at),
        ClientAt::Profile => call.profile.as_ref().map(|profile| profile.at),
        ClientAt::Call(parameter) => match parameter {
            "RoleArn" => call.assume.as_ref().map(|arn| arn.at),
            "RoleSessionName" => call.session_name.as_ref().map(|name| name.at),
            "ExternalId" => call.external_id.as_ref().map(|id| id.at),
            "DurationSeconds" => call.duration_seconds.as_ref().map(|seconds| seconds.at),
            "SerialNumber" => call.mfa.as_ref().map(|mfa| mfa.at),
            "SourceIdentity" => call.source_identity.as_ref().map(|name| name.at),
            _ => None,
        },
        ClientAt::Place => Some(call.place.at),
        ClientAt::Default => None,
    };
    found.unwrap_or(call.client.at)
}
