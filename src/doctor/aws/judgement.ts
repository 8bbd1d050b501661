import { agreementCreatedTypes } from '../../events/schemas/agreements.ts';
import { marketplaceCatalogTypes } from '../../events/schemas/marketplace.ts';
import { reporterOf, type Finding, type Reporter } from '../finding.ts';
import { isUnanswered, type ProbeFailure } from '../probe.ts';
import type { AccountFacts } from './facts.ts';
import { readActions, type ReadAction } from './reads.ts';
import type { BusRule } from './rules.ts';
import { submitActions } from './simulation.ts';

/** Queues that the configuration names: `{region}:{account}:{name}`, which their ARNs end with; undefined: nobody knows. */
export type ConfiguredQueues = ReadonlySet<string> | undefined;

const refusals: ReadonlySet<string> = new Set(['CredentialsRejected', 'AccessDenied']);
/** Only security cases use them, and say what they cannot read. */
const ofSecurityCases: ReadonlySet<ReadAction> = new Set(['ListAssessments', 'DescribeAssessment']);

/** Without its operation, which the line names itself. */
const reasonOf = ({ text }: ProbeFailure): string => text.replace(/^[A-Za-z]{1,40}: /, '');

/** Whether nothing was asked, since there was nothing to sign with: the SDK's error is the failure itself, or is named in it. */
const lacksCredentials = ({ type, text }: ProbeFailure): boolean =>
  /CredentialsProviderError|TokenProviderError/.test(`${type} ${text}`);

function identityMend({ account, roleArn }: AccountFacts, failure: ProbeFailure): string {
  const { type } = failure;
  if (lacksCredentials(failure)) {
    return `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or accounts.${account}.credentials, or run where the machine has a role (docs/accounts.md)`;
  }
  if (!refusals.has(type)) return 'Check the network to AWS, and the clock of this machine';
  if (roleArn === undefined)
    return `Check accounts.${account}.credentials, or what the AWS SDK finds (docs/accounts.md)`;
  return 'Its trust policy has to name the steward and the external id of the configuration, and the steward needs sts:AssumeRole (docs/accounts.md)';
}

function identityFinding(report: Reporter, facts: AccountFacts): Finding {
  const { account, identity } = facts;
  if ('failure' in identity) {
    const { failure } = identity;
    const refused = isUnanswered(failure) ? 'AWS does not answer' : 'AWS does not take its credentials';
    const what = lacksCredentials(failure) ? 'The AWS SDK finds no credentials here' : refused;
    return report.bad(`${what}: ${reasonOf(failure)}`, { mend: identityMend(facts, failure) });
  }
  const { account: found, arn } = identity.value;
  if (found === account) return report.ok(`AWS knows the calls as ${arn}`);
  return report.bad(`Its credentials are those of account ${found} (${arn})`, {
    mend: `Name a role of ${account}, or a key of it, at accounts.${account}`,
  });
}

function readFindings(report: Reporter, { reads, roleArn }: AccountFacts): readonly Finding[] {
  if (reads === undefined)
    return [report.unknown('Its permissions were not tried: its calls have to be its own first')];
  const passed = readActions.filter((action) => reads[action] !== 'nothingToRead' && 'value' in reads[action]);
  const untried = readActions.filter((action) => reads[action] === 'nothingToRead');
  const failed = readActions.flatMap((action) => {
    const tried = reads[action];
    if (tried === 'nothingToRead' || 'value' in tried) return [];
    const { type } = tried.failure;
    if (type !== 'AccessDenied') {
      const text = `${action} gave no answer that counts: ${reasonOf(tried.failure)}`;
      return [
        isUnanswered(tried.failure) ? report.bad(text, { mend: 'Check the network to AWS' }) : report.unknown(text),
      ];
    }
    const isLesser = ofSecurityCases.has(action);
    const text = `It may not call ${action}`;
    const of = roleArn === undefined ? 'the user or role that signs' : roleArn;
    const mend = { mend: `Allow aws-marketplace:${action} to ${of} (docs/accounts.md)` };
    return [isLesser ? report.warn(text, mend) : report.bad(text, mend)];
  });
  return [
    ...(passed.length === 0 ? [] : [report.ok(`It may call ${passed.join(', ')}`)]),
    ...failed,
    ...(untried.length === 0
      ? []
      : [
          report.unknown(`Not tried, since the account has nothing to read with them: ${untried.join(', ')}`, {
            mend: 'Compare its policy with docs/accounts.md',
          }),
        ]),
  ];
}

function submitFindings(report: Reporter, { mode, submits, roleArn, identity }: AccountFacts): readonly Finding[] {
  if (mode === 'observe') return [report.ok('Mode observe: it submits nothing, and needs no permission to')];
  if (submits === undefined) return [];
  const principal = roleArn ?? ('value' in identity ? identity.value.arn : '<role-arn>');
  const simulate = (action: string): readonly string[] => [
    `aws iam simulate-principal-policy --policy-source-arn ${principal} --action-names ${action}`,
  ];
  if (submits === 'noPrincipal') {
    return [report.unknown(`Whether its policies allow a submit is not known: none of ${principal} can be simulated`)];
  }
  return submitActions.map((action) => {
    const probed = submits[action];
    if ('failure' in probed) {
      return report.unknown(`Whether its policies allow ${action} is not known: ${reasonOf(probed.failure)}`, {
        mend: 'The doctor never calls it. Ask IAM as somebody who may',
        commands: simulate(action),
      });
    }
    if (probed.value) return report.ok(`Its policies allow ${action} (simulated, not called)`);
    return report.bad(`Mode ${mode}, and its policies do not allow ${action}`, {
      mend: `Allow it to ${principal}, or set the mode to observe (docs/going-live.md)`,
    });
  });
}

function ruleFindings(report: Reporter, rule: BusRule, queues: ConfiguredQueues): readonly Finding[] {
  const { name, isEnabled, targets } = rule;
  if (!isEnabled) {
    return [
      report.bad(`Rule ${name} is disabled: it delivers no event`, {
        commands: [`aws events enable-rule --region us-east-1 --name ${name}`],
      }),
    ];
  }
  if (targets.length === 0) {
    return [
      report.bad(`Rule ${name} has no target: what it takes is lost`, {
        mend: 'Give it the queue (docs/going-live.md)',
      }),
    ];
  }
  const ours = targets.filter(
    ({ arn }) => queues?.has(arn.split(':').slice(3).join(':')) !== false || /:api-destination\//.test(arn),
  );
  const aims =
    ours.length > 0
      ? report.ok(`Rule ${name} is enabled, its target is ${ours.map(({ arn }) => arn).join(', ')}`)
      : report.warn(`Rule ${name} has the target ${targets[0]?.arn ?? ''}, which the configuration does not name`, {
          mend: 'Add the queue to ingress.sqs.queues, or see that its events reach the ingress in another way',
        });
  const uncaught = (ours.length > 0 ? ours : targets).filter(({ deadLetterArn }) => deadLetterArn === undefined);
  const lost = uncaught.map(({ arn }) =>
    report.warn(`Rule ${name} has no dead-letter queue for ${arn}: what it cannot deliver in 24 h is lost`, {
      mend: 'Give the target one (docs/going-live.md)',
    }),
  );
  return [aims, ...lost];
}

/** The events that the steward reads and no rule takes. */
function lackingFindings(report: Reporter, rules: readonly BusRule[]): readonly Finding[] {
  const enabled = rules.filter(({ isEnabled }) => isEnabled);
  const isTaken = (type: string): boolean =>
    enabled.some(({ detailTypes }) => detailTypes === undefined || detailTypes.includes(type));
  const lacking = [...marketplaceCatalogTypes, ...agreementCreatedTypes].filter((type) => !isTaken(type));
  if (enabled.length === 0 || lacking.length === 0) return [];
  const mend = 'Add them to the pattern of a rule (docs/ingress.md)';
  return [report.warn(`No rule takes the events ${lacking.join(', ')}`, { mend })];
}

function busFindings(report: Reporter, { rules }: AccountFacts, queues: ConfiguredQueues): readonly Finding[] {
  if (rules === undefined) return [];
  if ('failure' in rules) {
    const { type, text } = rules.failure;
    const isRefused = type === 'AccessDenied';
    return [
      report.unknown(`The rules of EventBridge could not be read: ${text}`, {
        mend: isRefused
          ? 'List them as somebody who may, or allow events:ListRules and events:ListTargetsByRule'
          : 'List them yourself',
        commands: [
          'aws events list-rules --region us-east-1',
          'aws events list-targets-by-rule --region us-east-1 --rule <name>',
        ],
      }),
    ];
  }
  if (rules.value.length === 0) {
    return [
      report.bad('No rule on the default bus in us-east-1 takes events of AWS Marketplace', {
        mend: 'Create the stack (docs/going-live.md); without events, only lost ones are found, in about 25 minutes',
      }),
    ];
  }
  return [
    ...rules.value.flatMap((rule) => ruleFindings(report, rule, queues)),
    ...lackingFindings(report, rules.value),
  ];
}

/** What the facts about an account mean, in a fixed order. */
export function judgeAccount(facts: AccountFacts, queues: ConfiguredQueues): readonly Finding[] {
  const report = reporterOf(`account ${facts.account}`);
  return [
    identityFinding(report, facts),
    ...readFindings(report, facts),
    ...submitFindings(report, facts),
    ...busFindings(report, facts, queues),
  ];
}
