// What version 3 of the AWS SDK for JavaScript does with its settings: rows of JSON in, what it would have sent out.
// support/habits.py tells the form of a row.

import { createServer } from "node:http";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.ROLECALL_NODE}/`);
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const home = process.env.HOME;
process.chdir(home);
writeFileSync("token", "a token that nobody checks");
writeFileSync(
  "process",
  `echo '{"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "secret", "SessionToken": "token"}'`,
);
mkdirSync("files", { recursive: true });
const path = process.env.PATH;

const names = {
  endpoint_url: "endpoint",
  use_fips_endpoint: "useFipsEndpoint",
  use_dualstack_endpoint: "useDualstackEndpoint",
  use_global_endpoint: "useGlobalEndpoint",
  ignore_configured_endpoint_urls: "ignoreConfiguredEndpointUrls",
};

// Gives credentials as a container's or an instance's metadata service does, and tells no Region.
const provided = { AccessKeyId: "provided", SecretAccessKey: "secret", Token: "token", Expiration: "2099-01-01T00:00:00Z" };
const metadata = createServer((request, response) => {
  if (request.url.endsWith("/api/token")) return response.end("token");
  if (request.url.endsWith("/placement/region")) return response.writeHead(404).end();
  if (request.url.endsWith("/security-credentials/")) return response.end("role");
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ ...provided, Code: "Success" }));
});
await new Promise((ready) => metadata.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${metadata.address().port}`;

let sent = [];

const requestHandler = {
  async handle(request) {
    const body = new URLSearchParams(request.body ?? "");
    sent.push({ request, body });
    const action = body.get("Action");
    const text =
      `<${action}Response><${action}Result><Credentials><AccessKeyId>ASIA${sent.length}</AccessKeyId>` +
      "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>" +
      `<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`;
    const { HttpResponse } = require("@smithy/core/protocols");
    const response = new HttpResponse({ statusCode: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) });
    return { response };
  },
  metadata: { handlerProtocol: "http/1.1" },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
  destroy() {},
};

function call({ request, body }) {
  const authorization = request.headers.authorization ?? request.headers.Authorization ?? "";
  const scope = authorization.match(/Credential=([^/]*)\/\d+\/(?:([^/]*)\/)?sts\/aws4_request/);
  const port = request.port ? `:${request.port}` : "";
  const where = request.path === "/" ? "" : request.path.replace(/\/$/, "");
  return {
    target: {
      url: `${request.protocol}//${request.hostname}${port}${where}`,
      signing_region: scope?.[2] ?? null,
      signing: authorization.startsWith("AWS4-ECDSA") ? "v4a" : authorization ? "v4" : null,
    },
    key: scope?.[1] ?? null,
    operation: body.get("Action"),
    ...Object.fromEntries(
      ["RoleArn", "RoleSessionName", "ExternalId", "SerialNumber", "SourceIdentity"].map((name) => [name, body.get(name)]),
    ),
    DurationSeconds: body.has("DurationSeconds") ? Number(body.get("DurationSeconds")) : null,
  };
}

function settle(row) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  const file = (kind, text) => {
    const name = `${home}/files/${kind}-${row.id}`;
    if (text != null) writeFileSync(name, text);
    return name;
  };
  Object.assign(process.env, {
    PATH: path,
    HOME: home,
    AWS_CONFIG_FILE: file("config", row.config),
    AWS_SHARED_CREDENTIALS_FILE: file("credentials", row.credentials),
    ...(row.provided === "instance"
      ? { AWS_EC2_METADATA_SERVICE_ENDPOINT: address }
      : { AWS_EC2_METADATA_DISABLED: "true" }),
    ...(row.provided === "container" ? { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/role` } : {}),
    ...row.env,
  });
}

async function judge(row) {
  sent = [];
  settle(row);
  try {
    const options = Object.entries(row.options ?? {}).map(([name, value]) => [names[name], value]);
    const client = new STSClient({
      requestHandler,
      ...Object.fromEntries(options),
      ...(row.region != null ? { region: row.region } : {}),
      ...(row.profile != null ? { profile: row.profile } : {}),
      ...(row.ask === "endpoint" ? { credentials: { accessKeyId: "AKIDEXPLICIT", secretAccessKey: "secret" } } : {}),
    });
    await client.send(new GetCallerIdentityCommand({}));
  } catch (error) {
    // Calls for the credentials of a source profile may still be under way.
    if (error.name === "CredentialsProviderError") await new Promise((later) => setTimeout(later, 20));
    return { error: error.name, text: error.message, calls: sent.map(call) };
  }
  return row.ask === "endpoint" ? call(sent.at(-1)).target : { calls: sent.map(call) };
}

console.warn = () => {};
process.on("unhandledRejection", () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const row = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: row.id, ...(await judge(row)) })}\n`);
}
metadata.close();
