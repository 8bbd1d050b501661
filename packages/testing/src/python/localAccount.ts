import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { startServerProcess } from '../temporal/serverProcess.ts';
import { until } from '../until.ts';
import { installPythonTool } from './pythonTool.ts';

/** What EventBridge answers for an event that it did not take. */
interface PutEventsEntry {
  readonly EventId?: string;
  readonly ErrorCode?: string;
}

/** An event to put on the bus. */
export interface PutEvent {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON. */
  readonly Detail: string;
}

/** An AWS account on a server that speaks CloudFormation, EventBridge, SQS, IAM and STS. */
export interface LocalAccount {
  /** Of the server, on loopback. */
  readonly endpoint: string;
  readonly account: string;
  /** Creates a stack from a template, and returns its outputs. */
  createStack(
    name: string,
    template: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>>;
  /** The outputs of a stack that is there. */
  outputsOf(name: string): Promise<Readonly<Record<string, string>>>;
  /** Puts events on the default bus. */
  putEvents(entries: readonly PutEvent[]): Promise<readonly PutEventsEntry[]>;
  /** Any other call to EventBridge. */
  events<Answer>(operation: string, input: object): Promise<Answer>;
  /** Whether the pattern of a rule on the default bus takes an event. */
  ruleTakes(rule: string, event: object): Promise<boolean>;
  close(): Promise<void>;
}

const account = '000000000000';
const region = 'us-east-1';
const services = 'cloudformation,events,sqs,iam,sts,cloudwatch,sns';
const [readyWithinMs, stackWithinMs, graceMs] = [60_000, 30_000, 5_000];

/** It checks no signature, and reads the name of the service from it. */
const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
});

async function bodyOf(answer: Response, what: string): Promise<string> {
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${what}: status ${answer.status}, ${body.slice(0, 1_000)}`);
  return body;
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

function outputsIn(description: string): Readonly<Record<string, string>> {
  const outputs = description.matchAll(/<OutputKey>([^<]*)<\/OutputKey><OutputValue>([^<]*)/g);
  return Object.fromEntries([...outputs].map(([, key = '', value = '']) => [key, unescaped(value)]));
}

/** Starts MiniStack, on loopback only. */
export async function startLocalAccount(): Promise<LocalAccount> {
  const packages = await installPythonTool('ministack');
  const folder = await mkdtemp(join(tmpdir(), 'steward-account-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = {
    PYTHONPATH: packages,
    GATEWAY_PORT: String(port),
    // Without these it binds to every interface, listens for MQTT and SFTP too, and ends containers of an earlier start.
    BIND_HOST: '127.0.0.1',
    SERVICES: services,
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    DOCKER_HOST: 'unix:///nowhere',
    TMPDIR: folder,
  };
  const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const server = await startServerProcess('env', [...variables, 'python3', '-m', 'ministack']);
  async function close(): Promise<void> {
    await server.stop(graceMs);
    await rm(folder, { recursive: true, force: true });
  }

  async function query(parameters: Readonly<Record<string, string>>): Promise<string> {
    const body = new URLSearchParams({ Version: '2010-05-15', ...parameters });
    const answer = await fetch(endpoint, { method: 'POST', headers: signed('cloudformation'), body });
    return bodyOf(answer, parameters['Action'] ?? '');
  }
  async function events<Answer>(operation: string, input: object): Promise<Answer> {
    const headers = {
      ...signed('events'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSEvents.${operation}`,
    };
    const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    return JSON.parse(await bodyOf(answer, operation)) as Answer;
  }

  try {
    await until(async () => {
      if (server.hasEnded()) throw new Error(`MiniStack ended:\n${server.lastLines()}`);
      return fetch(`${endpoint}/_ministack/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, readyWithinMs);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    endpoint,
    account,
    async createStack(name, template, parameters) {
      const given = Object.entries(parameters).flatMap(([key, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.ParameterValue`, value],
      ]);
      const capability = { 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' };
      const stack = { StackName: name };
      await query({
        Action: 'CreateStack',
        ...stack,
        ...capability,
        TemplateBody: template,
        ...(Object.fromEntries(given) as Record<string, string>),
      });
      const description = await until(async () => {
        const described = await query({ Action: 'DescribeStacks', ...stack });
        return described.includes('<StackStatus>CREATE_IN_PROGRESS') ? undefined : described;
      }, stackWithinMs);
      if (!description.includes('<StackStatus>CREATE_COMPLETE</StackStatus>')) {
        const failures = await query({ Action: 'DescribeStackEvents', ...stack });
        const reasons = [...failures.matchAll(/<ResourceStatusReason>([^<]+)/g)].map(([, reason]) => reason);
        throw new Error(`The stack ${name} was not created: ${reasons.join('; ')}`);
      }
      return outputsIn(description);
    },
    async outputsOf(name) {
      return outputsIn(await query({ Action: 'DescribeStacks', StackName: name }));
    },
    async putEvents(entries) {
      const { Entries } = await events<{ Entries: readonly PutEventsEntry[] }>('PutEvents', { Entries: entries });
      return Entries;
    },
    events,
    async ruleTakes(rule, event) {
      const { EventPattern } = await events<{ EventPattern: string }>('DescribeRule', { Name: rule });
      const asked = { EventPattern, Event: JSON.stringify(event) };
      return (await events<{ Result: boolean }>('TestEventPattern', asked)).Result;
    },
    close,
  };
}
