//! Credentials as AWS hands them out: container credentials, EKS Pod Identity, the instance metadata service, Lambda.
