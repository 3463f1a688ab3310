//! What places hand out, asked for over real HTTP.

#[cfg(test)]
mod metadata;
#[cfg(test)]
mod support;

use serde_json::Value;
use std::{net::SocketAddr, sync::atomic::Ordering};
use support::{HOUR, Numbered, Service, env, offer};

#[tokio::test]
async fn a_task_gets_its_roles_credentials() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = &env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
    assert!(path.starts_with("/v2/credentials/"));
    let document = service.json(path, &[]).await;
    assert_eq!(
        document,
        serde_json::json!({
            "RoleArn": "arn:aws:iam::111111111111:role/role-a",
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
}

#[tokio::test]
async fn others_take_the_place_of_credentials_before_they_end() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].clone();
    for (seconds, failing, expected) in [
        (0, false, Some("ASIA1")),
        (HOUR - 15 * 60 - 1, false, Some("ASIA1")),
        // The old ones are good for fifteen minutes more, and given while no others are to be had.
        (HOUR - 15 * 60, true, Some("ASIA1")),
        (HOUR - 5 * 60, false, Some("ASIA2")),
        (HOUR, false, Some("ASIA2")),
        (3 * HOUR, true, None),
        (3 * HOUR, false, Some("ASIA3")),
    ] {
        source.at(seconds);
        source.failing.store(failing, Ordering::SeqCst);
        let (status, body) = service.get(&path, &[]).await;
        let given: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(given["AccessKeyId"].as_str(), expected, "{seconds}: {status} {body}");
    }
}

#[tokio::test]
async fn a_task_is_refused_as_by_the_agent() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let path = env(&offer)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].clone();
    let bare = Service::begin(&self::offer("bare-task"), &source).await;
    let unknown = "/v2/credentials/6a9a3f0c-0000-4000-8000-000000000000";
    for (asked, path, status, code) in [
        (&service, "/v2/credentials", 400, "NoIdInRequest"),
        (&service, "/v2/credentials/", 400, "NoIdInRequest"),
        (&service, unknown, 400, "InvalidIdInRequest"),
        (&bare, &*path, 400, "InvalidIdInRequest"),
    ] {
        let (found, body) = asked.get(path, &[]).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{path}");
        assert_eq!(body["HTTPErrorCode"], 400);
        assert!(body["message"].as_str().unwrap().starts_with("CredentialsV2Request: "));
    }
    assert_eq!(service.get("/", &[]).await.0, 404);
    assert_eq!(service.get("/v4/another", &[]).await.0, 404);
    assert_eq!(service.ask("POST", &path, &[]).await.0, 404);
    source.failing.store(true, Ordering::SeqCst);
    let (status, body) = service.get(&path, &[]).await;
    assert_eq!(status, 503);
    assert!(body.contains("CredentialsUninitialized") && !body.contains("secret"), "{body}");
}

#[tokio::test]
async fn a_task_is_told_of_itself() {
    let (offer, source) = (offer("task"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let env = env(&offer);
    assert_eq!(env["AWS_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_DEFAULT_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_EXECUTION_ENV"], "AWS_ECS_FARGATE");
    let path = env["ECS_CONTAINER_METADATA_URI_V4"].strip_prefix("http://169.254.170.2").unwrap();
    let container = service.json(path, &[]).await;
    assert_eq!(container["Networks"][0]["IPv4Addresses"][0], "10.0.1.20");
    assert_eq!(container["Networks"][0]["IPv4SubnetCIDRBlock"], "10.0.1.0/24");
    assert_eq!(container["Networks"][0]["PrivateDNSName"], "ip-10-0-1-20.ap-northeast-1.compute.internal");
    let task = service.json(&format!("{path}/task"), &[]).await;
    assert_eq!(task["AvailabilityZone"], "ap-northeast-1c");
    assert_eq!(task["Containers"][0], container);
    let arn = task["TaskARN"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:ecs:ap-northeast-1:111111111111:task/default/"), "{arn}");
    // Without a role there are no credentials to tell of.
    let bare = self::env(&self::offer("bare-task"));
    assert!(!bare.contains_key("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), "{bare:?}");
    assert!(bare.contains_key("ECS_CONTAINER_METADATA_URI_V4"));
}

#[tokio::test]
async fn a_pod_gets_its_roles_credentials_for_its_token() {
    let (offer, source) = (offer("pod"), Numbered::begin());
    let service = Service::begin(&offer, &source).await;
    let env = env(&offer);
    assert_eq!(env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], "http://169.254.170.23/v1/credentials");
    assert_eq!(env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], "/inside/eks-pod-identity-token");
    assert_eq!(env["AWS_STS_REGIONAL_ENDPOINTS"], "regional");
    assert_eq!(env["AWS_REGION"], "ap-northeast-1");
    assert_eq!(env["AWS_DEFAULT_REGION"], "ap-northeast-1");
    let token = &offer.token_file.as_ref().unwrap().1;
    assert_eq!(
        service.json("/v1/credentials", &[("Authorization", token)]).await,
        serde_json::json!({
            "AccessKeyId": "ASIA1",
            "SecretAccessKey": "secret-1",
            "Token": "token-1",
            "AccountId": "111111111111",
            "Expiration": "2026-01-01T01:00:00Z",
        })
    );
    let by = |host| [("Authorization", &**token), ("Host", host)];
    assert_eq!(service.get("/v1/credentials", &by("169.254.170.23")).await.0, 200);
    assert_eq!(service.get("/v1/credentials", &by("[fd00:ec2::23]:80")).await.0, 200);

    let (status, body) = service.get("/v1/credentials", &by("agent.example.com")).await;
    assert_eq!(status, 403);
    assert!(body.starts_with("Access Denied. Called agent through invalid address"), "{body}");
    let (status, body) = service.get("/v1/credentials", &[]).await;
    assert_eq!((status, &*body), (400, "Service account token cannot be empty\n"));
    let (status, body) = service.get("/v1/credentials", &[("Authorization", "Bearer")]).await;
    assert_eq!(status, 400);
    assert!(body.starts_with("Service account token cannot be parsed: "), "{body}");
    let other = format!("{}x", &token[..token.len() - 1]);
    let (status, body) = service.get("/v1/credentials", &[("Authorization", &other)]).await;
    assert_eq!(status, 400);
    assert!(body.contains("InvalidTokenException"), "{body}");
    assert_eq!(service.get("/v1/other", &[("Authorization", token)]).await.0, 404);
    source.failing.store(true, Ordering::SeqCst);
    source.at(2 * HOUR);
    let (status, body) = service.get("/v1/credentials", &[("Authorization", token)]).await;
    assert_eq!(status, 400);
    assert!(body.contains("]: (AccessDeniedException): ") && !body.contains("secret"), "{body}");
    // Without an association the webhook leaves a pod alone.
    let bare = self::offer("bare-pod");
    assert!(bare.env.is_empty() && bare.listen.is_empty() && bare.token_file.is_none() && !bare.unset.is_empty());
}

#[test]
fn a_function_is_told_by_variables() {
    let offer = offer("function");
    assert!(offer.listen.is_empty() && offer.token_file.is_none());
    let env = env(&offer);
    for (name, expected) in [
        ("AWS_ACCESS_KEY_ID", "ASIA1"),
        ("AWS_SECRET_ACCESS_KEY", "secret-1"),
        ("AWS_SESSION_TOKEN", "token-1"),
        ("AWS_REGION", "ap-northeast-1"),
        ("AWS_DEFAULT_REGION", "ap-northeast-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/function"),
    ] {
        assert_eq!(env[name], expected, "{name}");
    }
    let failing = Numbered::begin();
    failing.failing.store(true, Ordering::SeqCst);
    assert!(offer.environment(&*failing, std::path::Path::new("/inside")).is_err());
}

#[test]
fn what_is_the_hosts_is_taken_away_inside_aws_alone() {
    for (place, addresses) in [
        ("task", &["169.254.170.2:80"][..]),
        ("pod", &["169.254.170.23:80", "[fd00:ec2::23]:80"]),
        ("instance", &["169.254.169.254:80", "[fd00:ec2::254]:80"]),
        ("function", &[]),
    ] {
        let offer = offer(place);
        let listen: Vec<String> = offer.listen.iter().map(SocketAddr::to_string).collect();
        assert_eq!(listen, addresses, "{place}");
        for name in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_ROLE_ARN"] {
            assert!(offer.unset.contains(&name), "{place}: {name}");
        }
    }
    let laptop = offer("laptop");
    assert!(laptop.unset.is_empty() && laptop.env.is_empty() && laptop.listen.is_empty());
}
