//! Metrics and health.

use crate::house::{House, Said, ask, house, plain};

pub(crate) async fn get(house: &House, path: &str) -> Said {
    let request = format!("GET {path} HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n");
    ask(house.running.admin_address.unwrap(), request.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_by_what_became_of_them() {
    let house = house(plain).await;
    assert_eq!(house.ask(&house.assume_role("one")).await.status, 200);
    assert_eq!(house.ask(b"POST / HTTP/1.1\r\nhost: sts.amazonaws.com\r\nconnection: close\r\n\r\n").await.status, 403);
    let metrics = get(&house, "/metrics").await.text;
    for line in [
        r#"rolecall_requests_total{service="sts"} 1"#,
        r#"rolecall_refusals_total{service="sts",code="MissingAuthenticationToken"} 1"#,
        r#"rolecall_request_seconds_count{service="sts"} 1"#,
        "rolecall_log_seq",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert_eq!(get(&house, "/health").await.status, 200);
    assert_eq!(get(&house, "/").await.status, 404);
}
