//! What an instance's metadata service tells.

use crate::support::{HOUR, Numbered, Service, TOKEN, TTL, env, offer};
use rolecall_lab::credentials::MetadataOptions;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn an_instance_gets_its_roles_credentials_for_a_token() {
    let (offer, source) = (offer("instance"), Numbered::begin());
    assert!(env(&offer).is_empty());
    let service = Service::begin(&offer, &source).await;
    let token = service.imds_token("60").await;
    let with = [(TOKEN, &*token)];
    let list = "/latest/meta-data/iam/security-credentials/";
    assert_eq!(service.get(list, &with).await, (200, "role-a".to_owned()));
    let document = service.json(&format!("{list}role-a"), &with).await;
    assert_eq!(
        document,
        serde_json::json!({
            "Code": "Success",
            "LastUpdated": "2026-01-01T00:00:00Z",
            "Type": "AWS-HMAC",
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
    let info = service.json("/latest/meta-data/iam/info", &with).await;
    assert_eq!(info["InstanceProfileArn"], "arn:aws:iam::111111111111:instance-profile/role-a");
    assert!(info["InstanceProfileId"].as_str().unwrap().starts_with("AIPA"));
    let identity = service.json("/latest/dynamic/instance-identity/document", &with).await;
    assert_eq!(identity["region"], "ap-northeast-1");
    assert_eq!(identity["accountId"], "111111111111");
    assert_eq!(identity["privateIp"], "10.0.1.24");
    source.at(2 * HOUR);
    source.failing.store(true, Ordering::SeqCst);
    let token = service.imds_token("60").await;
    let document = service.json(&format!("{list}role-a"), &[(TOKEN, &*token)]).await;
    assert_eq!(document["Code"], "AssumeRoleUnauthorizedAccess");
    assert!(document["AccessKeyId"].is_null() && !document.to_string().contains("secret"));
}

#[tokio::test]
async fn an_instance_is_told_of_itself() {
    let source = Numbered::begin();
    let service = Service::begin(&offer("instance"), &source).await;
    let token = service.imds_token("21600").await;
    let (_, head, mac) = service.ask("GET", "/latest/meta-data/mac", &[(TOKEN, &token)]).await;
    assert!(head.contains("x-aws-ec2-metadata-token-ttl-seconds: 21600") && head.contains("server: ec2ws"), "{head}");
    let macs = "/latest/meta-data/network/interfaces/macs";
    let list = "dynamic\nmeta-data";
    let name = "ip-10-0-1-24.ap-northeast-1.compute.internal";
    for (path, expected) in [
        ("/", "latest"),
        ("/latest/", list),
        ("/2021-07-15", list),
        ("/latest/meta-data/iam/", "info\nsecurity-credentials/"),
        ("/latest/meta-data/placement", "availability-zone\nregion"),
        ("/latest/meta-data/placement/availability-zone/", "ap-northeast-1c"),
        ("/latest/meta-data/placement/region", "ap-northeast-1"),
        ("/latest/meta-data/local-ipv4", "10.0.1.24"),
        ("/latest/meta-data/public-ipv4", "203.0.113.24"),
        ("/latest/meta-data/hostname", name),
        ("/latest/meta-data/local-hostname", name),
        (&*format!("{macs}/"), &*format!("{mac}/")),
        (&*format!("{macs}/{mac}/vpc-id"), "vpc-0a"),
        (&*format!("{macs}/{mac}/subnet-id"), "subnet-0a"),
        (&*format!("{macs}/{mac}/subnet-ipv4-cidr-block"), "10.0.1.0/24"),
        (&*format!("{macs}/{mac}/vpc-ipv4-cidr-block"), "10.0.0.0/16"),
        (&*format!("{macs}/{mac}/owner-id"), "111111111111"),
    ] {
        assert_eq!(service.get(path, &[(TOKEN, &token)]).await, (200, expected.to_owned()), "{path}");
    }
    let (_, id) = service.get("/latest/meta-data/instance-id", &[(TOKEN, &token)]).await;
    assert!(id.starts_with("i-") && id.len() == 19, "{id}");

    // Of another without a role, in the Region whose names are older than the others'.
    let service = Service::begin(&offer("bare-instance"), &source).await;
    let token = service.imds_token("60").await;
    let with = [(TOKEN, &*token)];
    assert_eq!(service.get("/latest/meta-data/hostname", &with).await.1, "ip-10-9-1-25.ec2.internal");
    assert_eq!(service.get("/latest/meta-data/placement/availability-zone", &with).await.1, "us-east-1a");
    for path in ["iam/", "iam/info", "iam/security-credentials/", "public-ipv4"] {
        assert_eq!(service.get(&format!("/latest/meta-data/{path}"), &with).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn an_instance_is_refused_as_by_its_metadata_service() {
    let (offer, source) = (offer("instance"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let put = |headers: &'static [(&str, &str)]| service.ask("PUT", "/latest/api/token", headers);
    assert_eq!(put(&[]).await.0, 400);
    for (ttl, status) in [("0", 400), ("-1", 400), ("21601", 400), ("soon", 400), ("1", 200), ("21600", 200)] {
        assert_eq!(service.ask("PUT", "/latest/api/token", &[(TTL, ttl)]).await.0, status, "{ttl}");
    }
    assert_eq!(put(&[(TTL, "60"), ("X-Forwarded-For", "192.0.2.1")]).await.0, 403);
    assert_eq!(service.ask("PUT", "/latest/meta-data/mac", &[(TTL, "60")]).await.0, 405);
    assert_eq!(service.ask("DELETE", "/latest/meta-data/mac", &[]).await.0, 405);

    let token = service.imds_token("60").await;
    let path = "/latest/meta-data/iam/security-credentials/role-a";
    assert_eq!(service.get(path, &[]).await.0, 401);
    assert_eq!(service.get(path, &[(TOKEN, "made-up")]).await.0, 401);
    for path in ["/latest/meta-data/ami-id", "/latest/user-data", "/oldest/meta-data", "/latest/meta-data/hostnam"] {
        let (status, body) = service.get(path, &[(TOKEN, &token)]).await;
        assert_eq!(status, 404, "{path}");
        assert!(body.contains("404 - Not Found"));
    }
    source.at(59);
    assert_eq!(service.get(path, &[(TOKEN, &token)]).await.0, 200);
    source.at(60);
    assert_eq!(service.get(path, &[(TOKEN, &token)]).await.0, 401);

    // Version 1, where the instance's options let it.
    let mut offer = offer;
    offer.metadata = MetadataOptions { tokens_required: false, ..MetadataOptions::default() };
    let service = Service::begin(&offer, &source).await;
    assert_eq!(service.get(path, &[]).await.0, 200);
    assert_eq!(service.get(path, &[(TOKEN, "made-up")]).await.0, 401);
}
