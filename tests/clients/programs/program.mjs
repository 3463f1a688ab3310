// The AWS SDK for JavaScript as a program: one JSON document of steps on standard input, one of answers on standard
// output. What the document holds stands in README.md beside this folder.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.ROLECALL_NODE, "package.json"));
const { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const { CloudTrailClient, paginateLookupEvents } = require("@aws-sdk/client-cloudtrail");

const asked = JSON.parse(readFileSync(0, "utf8"));
const kept = { "": asked.credentials };

function settings(keys) {
  return {
    region: asked.region,
    endpoint: asked.endpoint,
    maxAttempts: 1,
    credentials: {
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
      sessionToken: keys.SessionToken ?? undefined,
    },
  };
}

const steps = {
  async AssumeRole(keys, input) {
    const answer = await new STSClient(settings(keys)).send(new AssumeRoleCommand(input));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials;
    return {
      Credentials: { AccessKeyId, SecretAccessKey, SessionToken },
      Expiration: Math.floor(Expiration.getTime() / 1000),
      AssumedRoleUser: answer.AssumedRoleUser,
    };
  },

  async GetCallerIdentity(keys) {
    const { Arn, UserId, Account } = await new STSClient(settings(keys)).send(new GetCallerIdentityCommand({}));
    return { Arn, UserId, Account };
  },

  async LookupEvents(keys, input) {
    const client = new CloudTrailClient(settings(keys));
    const by = input.EventName ? [{ AttributeKey: "EventName", AttributeValue: input.EventName }] : undefined;
    const [pages, events] = [[], []];
    for await (const page of paginateLookupEvents({ client, pageSize: input.PageSize }, { LookupAttributes: by })) {
      pages.push(page.Events.length);
      events.push(...page.Events.map((event) => event.CloudTrailEvent));
    }
    return { Pages: pages, Events: events };
  },
};

const answers = [];
for (const step of asked.steps) {
  try {
    const answer = { ok: await steps[step.do](kept[step.as ?? ""], step.input ?? {}) };
    if (step.keep) kept[step.keep] = answer.ok.Credentials;
    answers.push(answer);
  } catch (error) {
    // What is no answer of the service is a failure of the program.
    if (!error.$metadata?.httpStatusCode) throw error;
    const Message = error.message;
    answers.push({ error: { Code: error.Code ?? error.name, Message, Status: error.$metadata.httpStatusCode } });
  }
}
process.stdout.write(JSON.stringify(answers));
