//! What is counted, for Prometheus.

use crate::connections::Refusal;
use metrics::{
    Counter, Gauge, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use rolecall_wire::{Fault, Service};
use std::time::Duration;

/// Seconds; from what a cached answer takes to what a stuck disk takes.
const BUCKETS: [f64; 12] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

/// Counters that are looked up once, since the answering path cannot afford to look them up each time.
pub(crate) struct Meters {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    answered: [Counter; 3],
    seconds: [Histogram; 3],
    pub(crate) connections: Gauge,
    pub(crate) turned_away: Counter,
}

fn place(service: Service) -> usize {
    match service {
        Service::Sts => 0,
        Service::Iam => 1,
        Service::CloudTrail => 2,
    }
}

impl Meters {
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new();
        let recorder = builder
            .set_buckets_for_metric(Matcher::Full("rolecall_request_seconds".to_owned()), &BUCKETS)
            .unwrap_or_default()
            .build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            describe_counter!("rolecall_requests_total", "Requests answered as asked, by service.");
            describe_counter!("rolecall_refusals_total", "Requests refused, by service and code.");
            describe_histogram!("rolecall_request_seconds", "From the whole request read to the answer ready.");
            describe_gauge!("rolecall_connections", "Connections open.");
            describe_counter!("rolecall_connections_refused_total", "Connections closed for want of room.");
            describe_counter!(
                "rolecall_arrivals_refused_total",
                "Connections closed because what was said of their way is not believed or not known, by reason."
            );
            describe_gauge!("rolecall_log_seq", "The last durable sequence number.");
            describe_gauge!("rolecall_log_queued", "Events that wait to become durable.");
            describe_gauge!("rolecall_log_unindexed", "Durable events that the index does not hold yet.");
        });
        let names = ["sts", "iam", "cloudtrail"];
        let (answered, seconds, connections, turned_away) = metrics::with_local_recorder(&recorder, || {
            (
                names.map(|service| counter!("rolecall_requests_total", "service" => service)),
                names.map(|service| histogram!("rolecall_request_seconds", "service" => service)),
                gauge!("rolecall_connections"),
                counter!("rolecall_connections_refused_total"),
            )
        });
        metrics::with_local_recorder(&recorder, || {
            for reason in Refusal::NAMES {
                // Named, it stands at nought from the start.
                let _ = counter!("rolecall_arrivals_refused_total", "reason" => reason);
            }
        });
        Self { recorder, handle, answered, seconds, connections, turned_away }
    }

    pub(crate) fn answered(&self, service: Service, took: Duration) {
        if let (Some(counter), Some(seconds)) = (self.answered.get(place(service)), self.seconds.get(place(service))) {
            counter.increment(1);
            seconds.record(took);
        }
    }

    pub(crate) fn refused(&self, service: Service, fault: &Fault) {
        metrics::with_local_recorder(&self.recorder, || {
            counter!(
                "rolecall_refusals_total",
                "service" => service.signing_name(),
                "code" => fault.code.name(service)
            )
            .increment(1);
        });
    }

    /// Counts a connection that was closed before its first request.
    pub(crate) fn not_believed(&self, refusal: &Refusal) {
        metrics::with_local_recorder(&self.recorder, || {
            counter!("rolecall_arrivals_refused_total", "reason" => refusal.name()).increment(1);
        });
    }

    /// The text of `/metrics`.
    pub(crate) fn render(&self, status: &rolecall_store::Status) -> String {
        metrics::with_local_recorder(&self.recorder, || {
            gauge!("rolecall_log_seq").set(float(status.committed.0));
            gauge!("rolecall_log_queued").set(float(status.queued));
            gauge!("rolecall_log_unindexed").set(float(status.unindexed));
        });
        self.handle.render()
    }

    /// Moves what was recorded into its buckets; without it recordings pile up until somebody asks.
    pub(crate) fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a double; beyond 2^53 the last digits do not matter")]
fn float(number: u64) -> f64 {
    number as f64
}
