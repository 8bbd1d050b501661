import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A rule on the default bus, as a test has it. */
export interface AnsweredRule {
  readonly Name: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly EventPattern: string;
  readonly targets: ReadonlyArray<{ readonly Id: string; readonly Arn: string; readonly DeadLetterConfig?: object }>;
}

/** The answers of EventBridge (ListRules, ListTargetsByRule) and of IAM (SimulatePrincipalPolicy), on loopback. */
export interface AwsAnswers {
  readonly url: string;
  /** `denied`: the caller may not list them. */
  rules: readonly AnsweredRule[] | 'denied';
  /** The actions that the policies allow; `denied`: the caller may not ask. */
  allowed: readonly string[] | 'denied';
  /** What was called, oldest first. */
  readonly called: string[];
  close(): Promise<void>;
}

const denied = 'is not authorized to perform it';

function eventBridge({ rules }: AwsAnswers, operation: string, body: string): readonly [status: number, body: object] {
  if (rules === 'denied') return [400, { __type: 'AccessDeniedException', message: denied }];
  if (operation === 'ListRules') return [200, { Rules: rules.map(({ targets: _targets, ...rule }) => rule) }];
  const { Rule } = JSON.parse(body) as { readonly Rule: string };
  return [200, { Targets: rules.find(({ Name }) => Name === Rule)?.targets ?? [] }];
}

function iam({ allowed }: AwsAnswers, form: URLSearchParams): readonly [status: number, body: string] {
  const error = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${denied}</Message></Error></ErrorResponse>`;
  if (allowed === 'denied') return [403, error];
  const action = form.get('ActionNames.member.1') ?? '';
  const decision = allowed.includes(action) ? 'allowed' : 'implicitDeny';
  const member = `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`;
  const result = `<EvaluationResults>${member}</EvaluationResults>`;
  return [
    200,
    `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult>${result}</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
  ];
}

/** Starts the server; it checks no signature. */
export async function startAwsAnswers(): Promise<AwsAnswers> {
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = String(request.headers['x-amz-target'] ?? '');
      if (target.startsWith('AWSEvents.')) {
        const operation = target.slice('AWSEvents.'.length);
        answers.called.push(operation);
        const [status, answer] = eventBridge(answers, operation, body);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
      } else {
        const form = new URLSearchParams(body);
        answers.called.push(form.get('Action') ?? 'unknown');
        const [status, answer] = iam(answers, form);
        response.writeHead(status, { 'content-type': 'text/xml' }).end(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answers: AwsAnswers = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rules: [],
    allowed: [],
    called: [],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return answers;
}
