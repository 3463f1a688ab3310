//! Faults to bytes.

use super::{Fault, FaultCode};
use crate::{Protocol, Service, xml::Xml};

impl Fault {
    /// The HTTP status with which `service` answers the fault.
    #[must_use]
    pub fn status(&self, service: Service) -> u16 {
        self.code.status(service)
    }

    /// Appends the fault's body as `service` lays it out.
    pub fn write(&self, service: Service, request_id: &str, out: &mut Vec<u8>) {
        match service.protocol() {
            Protocol::Query => self.write_xml(service, request_id, out),
            Protocol::Json => self.write_json(service, out),
        }
    }

    fn write_xml(&self, service: Service, request_id: &str, out: &mut Vec<u8>) {
        // The layer that looks an operation up is not the service's own, and says so by its namespace. Seen of STS in
        // source/extensions/common/aws of Envoy, of IAM in versitygw's tests.
        let namespace = match self.code {
            FaultCode::InvalidAction | FaultCode::MissingAction => "http://webservices.amazon.com/AWSFault/2005-15-09",
            _ => service.namespace(),
        };
        let mut xml = Xml::new(out);
        xml.root("ErrorResponse", namespace, |xml| {
            xml.within("Error", |xml| {
                xml.text("Type", self.code.blame().as_str());
                xml.text("Code", self.code.name(service));
                xml.text("Message", &self.message);
            });
            xml.text("RequestId", request_id);
        });
    }

    fn write_json(&self, service: Service, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"__type\":\"");
        out.extend_from_slice(self.code.name(service).as_bytes());
        out.push(b'"');
        if !self.message.is_empty() {
            out.extend_from_slice(b",\"message\":");
            crate::json::write(&self.message, out);
        }
        out.push(b'}');
    }
}
