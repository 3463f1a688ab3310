//! All that a client is told: nothing else is looked at.

/// Longest configuration text that is read. AWS sets no limit; nobody's file comes near this.
pub const MAX_CONFIG_BYTES: usize = 1 << 20;

/// What a client is run with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings<'a> {
    /// The Region given in code or on the command line. `aws-global` is one.
    pub region: Option<&'a str>,
    /// The whole environment of the program.
    pub env: &'a [(&'a str, &'a str)],
    /// The text of the configuration file, `~/.aws/config`; `None` where there is none.
    pub config: Option<&'a str>,
    /// The text of the credentials file, `~/.aws/credentials`; `None` where there is none.
    pub credentials: Option<&'a str>,
    /// The profile given in code or on the command line.
    pub profile: Option<&'a str>,
    /// Options given in code or on the command line, by the names this client has for them.
    pub options: &'a [(&'a str, OptionValue<'a>)],
    /// The Region that the place tells those who ask its metadata service; `None` where there is none to ask.
    pub place_region: Option<&'a str>,
    /// The credentials that the place gives to those who ask there.
    pub provided: Provided,
}

impl<'a> Settings<'a> {
    /// The variable's value, also when it is empty. The last one of a name counts, as in an environment built by adding.
    pub(crate) fn variable(&self, name: &str) -> Option<&'a str> {
        self.env.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }

    pub(crate) fn option(&self, name: &str) -> Option<OptionValue<'a>> {
        self.options.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

/// The value of an option given in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionValue<'a> {
    /// A text.
    Text(&'a str),
    /// A switch.
    Boolean(bool),
}

/// Where the place hands out credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Provided {
    /// Nowhere.
    #[default]
    None,
    /// At the address in `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, as ECS does. The variable need not be set here.
    Container,
    /// At the address in `AWS_CONTAINER_CREDENTIALS_FULL_URI` for the token in the file that
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` names, as EKS Pod Identity does. The variables need not be set here.
    PodIdentity,
    /// The same at the agent's IPv6 address, where the pod has no other.
    PodIdentityIpv6,
    /// By the instance metadata service, as EC2 does.
    InstanceMetadata,
    /// In the environment, as Lambda does. The variables need not be set here.
    Environment,
}
