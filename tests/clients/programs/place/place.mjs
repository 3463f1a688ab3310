// The AWS SDK for JavaScript as an ordinary application: version 3, or version 2 when called with `2`. The document it
// reads, and the one it writes, stand in README.md of the folder above `programs`.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getSystemErrorName } from "node:util";

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
const require = createRequire(join(process.env.ROLECALL_NODE, "package.json"));
const asked = JSON.parse(readFileSync(0, "utf8"));
const milliseconds = asked.timeout * 1000;
const seconds = [];

async function timed(call) {
  const begun = performance.now();
  try {
    return await call();
  } finally {
    seconds.push(Math.round(performance.now() - begun) / 1000);
  }
}

/** Version 3: a client's calls by name, with its default credentials or those made. */
function third(made) {
  const { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
  const client = new STSClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: milliseconds, requestTimeout: milliseconds, throwOnRequestTimeout: true },
    ...(asked.region ? { region: asked.region } : {}),
    ...(asked.endpoint_url ? { endpoint: asked.endpoint_url } : {}),
    ...(asked.profile ? { profile: asked.profile } : {}),
    ...(made
      ? {
          credentials: {
            accessKeyId: made.AccessKeyId,
            secretAccessKey: made.SecretAccessKey,
            sessionToken: made.SessionToken,
          },
        }
      : {}),
  });
  return {
    AssumeRole: (input) => client.send(new AssumeRoleCommand(input)),
    GetCallerIdentity: () => client.send(new GetCallerIdentityCommand({})),
  };
}

/** Version 2, likewise. */
function second(made) {
  const AWS = require("aws-sdk");
  if (asked.profile) AWS.config.credentials = new AWS.SharedIniFileCredentials({ profile: asked.profile });
  const client = new AWS.STS({
    maxRetries: 0,
    httpOptions: { connectTimeout: milliseconds, timeout: milliseconds },
    ...(asked.region ? { region: asked.region } : {}),
    ...(asked.endpoint_url ? { endpoint: asked.endpoint_url } : {}),
    ...(made ? { credentials: new AWS.Credentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken) } : {}),
  });
  return {
    AssumeRole: (input) => client.assumeRole(input).promise(),
    GetCallerIdentity: () => client.getCallerIdentity().promise(),
  };
}

function tell(error) {
  const status = error.$metadata?.httpStatusCode ?? error.statusCode;
  if (status) return { error: { Code: error.Code ?? error.code ?? error.name, Message: error.message, Status: status } };
  const words = `${error.code ?? error.name}: ${error.message}`;
  // What a chain of credentials ended with is no endpoint of the service.
  if (error.code === "CredentialsError") return { client_error: words };
  // A name with several addresses fails with one error for each. Version 2 calls every failure of the system's
  // UnknownEndpoint, and keeps only its number.
  const codes = [error, error.cause, error.originalError, ...(error.errors ?? [])]
    .flatMap((one) => [one?.code, Number.isInteger(one?.errno) ? getSystemErrorName(one.errno) : one?.errno, one?.name])
    .filter(Boolean);
  const kind = kinds.find(([codeLike]) => codes.some((code) => codeLike.test(code)))?.[1];
  if (kind) return { unreachable: words, kind };
  if (/^(UnknownEndpoint|NetworkingError)$/.test(error.code)) {
    return { unreachable: words, kind: /certificate/.test(words) ? "tls" : null };
  }
  return { client_error: words };
}

const kinds = [
  [/^(ENOTFOUND|EAI_\w+)$/, "name"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(TimeoutError|ETIMEDOUT)$/, "timeout"],
  [/CERT|^ERR_(TLS|SSL)/, "tls"],
];

const connect = process.argv[2] === "2" ? second : third;
let answer;
try {
  const done = {};
  const own = connect();
  let user = own;
  if (asked.assume) {
    let made;
    for (let time = 0; time < (asked.repeat ?? 1); time += 1) made = await timed(() => own.AssumeRole(asked.assume));
    done.AssumedRoleUser = made.AssumedRoleUser;
    const { AccessKeyId, Expiration } = made.Credentials;
    done.Credentials = { AccessKeyId, Expiration: Math.floor(Expiration.getTime() / 1000) };
    user = connect(made.Credentials);
  }
  done.then = [];
  for (const name of asked.then ?? []) {
    const { Arn, UserId, Account } = await timed(() => user[name]());
    done.then.push({ Arn, UserId, Account });
  }
  answer = { ok: done };
} catch (error) {
  answer = tell(error);
}
process.stdout.write(JSON.stringify({ ...answer, seconds }));
