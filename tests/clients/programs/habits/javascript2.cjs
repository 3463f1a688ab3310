// What version 2 of the AWS SDK for JavaScript does with its settings: rows of JSON in, what it would have sent out.
// support/habits.py tells the form of a row.

const { createServer } = require("node:http");
const { mkdirSync, rmSync, writeFileSync } = require("node:fs");
const { createInterface } = require("node:readline");

const home = process.env.HOME;
process.chdir(home);
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
const AWS = require(`${process.env.ROLECALL_NODE}/node_modules/aws-sdk`);
writeFileSync("token", "a token that nobody checks");
writeFileSync(
  "process",
  `echo '{"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "secret", "SessionToken": "token"}'`,
);
mkdirSync(".aws", { recursive: true });
const path = process.env.PATH;

const names = {
  endpoint_url: "endpoint",
  use_ssl: "sslEnabled",
  use_fips_endpoint: "useFipsEndpoint",
  use_dualstack_endpoint: "useDualstackEndpoint",
  sts_regional_endpoints: "stsRegionalEndpoints",
};

const provided = { AccessKeyId: "provided", SecretAccessKey: "secret", Token: "token", Expiration: "2099-01-01T00:00:00Z" };
const metadata = createServer((request, response) => {
  if (request.url.endsWith("/api/token")) return response.end("token");
  if (request.url.endsWith("/security-credentials/")) return response.end("role");
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ ...provided, Code: "Success" }));
});

let sent = [];

// Takes the place of the step that sends.
AWS.EventListeners.Core.removeListener("send", AWS.EventListeners.Core.SEND);
AWS.EventListeners.Core.addNamedListeners((_, addAsync) => {
  addAsync("SEND", "send", (response, done) => {
    const request = response.request.httpRequest;
    sent.push(request);
    const action = new URLSearchParams(request.body).get("Action");
    const text =
      `<${action}Response><${action}Result><Credentials><AccessKeyId>ASIA${sent.length}</AccessKeyId>` +
      "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>" +
      `<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`;
    response.httpResponse._abortCallback = done;
    response.request.emit("httpHeaders", [200, { "content-type": "text/xml" }, response, "OK"]);
    response.request.emit("httpData", [Buffer.from(text), response]);
    response.request.emit("httpDone", [response]);
    done();
  });
});

function call(request) {
  const body = new URLSearchParams(request.body);
  const authorization = request.headers.Authorization ?? "";
  const scope = authorization.match(/Credential=([^/]*)\/\d+\/([^/]*)\/sts\/aws4_request/);
  const { protocol, host } = request.endpoint;
  const where = request.path === "/" ? "" : request.path.replace(/\/$/, "");
  return {
    target: {
      url: `${protocol}//${host}${where}`,
      signing_region: scope?.[2] ?? null,
      signing: authorization ? "v4" : null,
    },
    key: scope?.[1] ?? null,
    operation: body.get("Action"),
    ...Object.fromEntries(
      ["RoleArn", "RoleSessionName", "ExternalId", "SerialNumber", "SourceIdentity"].map((name) => [name, body.get(name)]),
    ),
    DurationSeconds: body.has("DurationSeconds") ? Number(body.get("DurationSeconds")) : null,
  };
}

function settle(row, address) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const [kind, text] of [["config", row.config], ["credentials", row.credentials]]) {
    if (text == null) rmSync(`.aws/${kind}`, { force: true });
    else writeFileSync(`.aws/${kind}`, text);
  }
  Object.assign(process.env, {
    PATH: path,
    HOME: home,
    ...(row.provided === "instance" ? {} : { AWS_EC2_METADATA_DISABLED: "true" }),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
    ...(row.provided === "container" ? { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/role` } : {}),
    ...row.env,
  });
  // As when the package is loaded.
  AWS.util.iniLoader.clearCachedFiles();
  AWS.config = new AWS.Config();
}

async function judge(row, address) {
  sent = [];
  try {
    settle(row, address);
    if (row.profile != null) AWS.config.credentials = new AWS.SharedIniFileCredentials({ profile: row.profile });
    const options = Object.entries(row.options ?? {}).map(([name, value]) => [names[name], value]);
    const client = new AWS.STS({
      ...Object.fromEntries(options),
      ...(row.region != null ? { region: row.region } : {}),
      ...(row.ask === "endpoint" ? { credentials: new AWS.Credentials("AKIDEXPLICIT", "secret") } : {}),
    });
    await client.getCallerIdentity().promise();
  } catch (error) {
    return { error: error.code ?? error.name, text: error.message, calls: sent.map(call) };
  }
  return row.ask === "endpoint" ? call(sent.at(-1)).target : { calls: sent.map(call) };
}

async function main() {
  await new Promise((ready) => metadata.listen(0, "127.0.0.1", ready));
  const address = `http://127.0.0.1:${metadata.address().port}`;
  for await (const line of createInterface({ input: process.stdin })) {
    const row = JSON.parse(line);
    process.stdout.write(`${JSON.stringify({ id: row.id, ...(await judge(row, address)) })}\n`);
  }
  metadata.close();
}

main();
