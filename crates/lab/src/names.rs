//! DNS in the lab: at each resolver's address, what that resolver says to this place.

use hickory_proto::{
    op::{Edns, Metadata, OpCode, ResponseCode},
    rr::{LowerName, Name, RData, Record, RecordType},
};
use hickory_server::{
    Server,
    net::runtime::Time,
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};
use rolecall_names::Instant;
use rolecall_network::{Lookup, Network, Place};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::net::{TcpListener, UdpSocket};

/// Seconds that an answer may be kept: as AWS's own, sixty at most.
const TTL: u32 = 60;
/// How long a connection may stay without a question.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of answers that a connection may have waiting.
const WAITING: usize = 64 * 1024;
/// The largest answer over UDP to who says that it can take more. Source: DNS Flag Day 2020.
const MAX_UDP: u16 = 1232;

/// Who answers what: the world's network, and the ways out that were allowed.
pub(crate) struct Names {
    /// The network.
    pub(crate) network: Network,
    /// Who asks.
    pub(crate) place: Place,
    /// Names beside the world's, in lower case and without a dot at the end, and their addresses here.
    pub(crate) allowed: HashMap<String, IpAddr>,
    /// The time that is played, while one is.
    pub(crate) played: Mutex<Option<Instant>>,
}

enum Answer {
    Addresses(Vec<IpAddr>),
    NoSuchName,
    NoServer,
}

impl Names {
    /// The time it is here.
    pub(crate) fn now(&self) -> Instant {
        self.played.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(rolecall_server::now)
    }

    /// Whether a DNS server of the place's knows a name without being told of it. Names below `localhost` are known to
    /// everybody (RFC 6761).
    pub(crate) fn knows(&self, name: &str) -> bool {
        let found = |server| self.network.lookup(&self.place, server, name, self.now());
        let mut servers = self.network.dns_servers(&self.place).into_iter();
        servers.any(|server| match found(server) {
            Lookup::Addresses(addresses) => !addresses.iter().all(IpAddr::is_loopback),
            Lookup::NoSuchName | Lookup::NoServer => false,
        })
    }

    fn answer(&self, server: IpAddr, name: &str) -> Answer {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(address) = self.allowed.get(&name) {
            return Answer::Addresses(vec![*address]);
        }
        match self.network.lookup(&self.place, server, &name, self.now()) {
            Lookup::Addresses(addresses) => Answer::Addresses(addresses.into_vec()),
            Lookup::NoSuchName => Answer::NoSuchName,
            Lookup::NoServer => Answer::NoServer,
        }
    }
}

/// The resolver at one address.
struct Resolver {
    at: IpAddr,
    names: Arc<Names>,
}

/// Begins the resolver at `at`; it ends when what is returned is dropped.
pub(crate) fn serve(names: Arc<Names>, at: IpAddr, datagrams: UdpSocket, connections: TcpListener) -> impl Send {
    let mut server = Server::new(Resolver { at, names });
    server.register_socket(datagrams);
    server.register_listener(connections, PATIENCE, WAITING);
    server
}

#[async_trait::async_trait]
impl RequestHandler for Resolver {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut handle: R) -> ResponseInfo {
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.recursion_available = true;
        let mut records = Vec::new();
        match request.request_info() {
            Ok(info) if request.metadata.op_code == OpCode::Query => {
                metadata.response_code = self.records(info.query.name(), info.query.query_type(), &mut records);
            }
            Ok(_) => metadata.response_code = ResponseCode::NotImp,
            Err(_) => metadata.response_code = ResponseCode::FormErr,
        }
        let edns = request.edns.as_ref().map(|_| {
            let mut edns = Edns::new();
            edns.set_max_payload(MAX_UDP);
            edns
        });
        let mut builder = MessageResponseBuilder::from_message_request(request);
        if let Some(edns) = &edns {
            builder.edns(edns);
        }
        let response = builder.build(metadata, &records, [], [], []);
        match handle.send_response(response).await {
            Ok(info) => info,
            Err(error) => {
                tracing::debug!(%error, "an answer could not be sent");
                hickory_proto::op::Header { metadata, counts: hickory_proto::op::HeaderCounts::default() }.into()
            }
        }
    }
}

impl Resolver {
    fn records(&self, name: &LowerName, kind: RecordType, records: &mut Vec<Record>) -> ResponseCode {
        let owner: Name = name.into();
        match self.names.answer(self.at, &owner.to_utf8()) {
            Answer::NoServer => ResponseCode::Refused,
            Answer::NoSuchName => ResponseCode::NXDomain,
            Answer::Addresses(addresses) => {
                for address in addresses {
                    let data = match (address, kind) {
                        (IpAddr::V4(address), RecordType::A | RecordType::ANY) => RData::A(address.into()),
                        (IpAddr::V6(address), RecordType::AAAA | RecordType::ANY) => RData::AAAA(address.into()),
                        _ => continue,
                    };
                    records.push(Record::from_rdata(owner.clone(), TTL, data));
                }
                ResponseCode::NoError
            }
        }
    }
}
