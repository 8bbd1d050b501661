import { followed, planOf } from '../../../src/activities/securityCase/followed.ts';
import { readSecurityCase } from '../../../src/workflows/securityCase/carried.ts';
import { securityDefaults } from '../../../src/policies/defaults.ts';
import type { SecurityPolicy } from '../../../src/workflows/securityCase/policyValues.ts';
import type {
  AffectedProducts,
  SecurityReportMessage,
  SnoozeCommand,
} from '../../../src/workflows/securityCase/contract.ts';
import { next } from '../../../src/workflows/securityCase/transitions/next.ts';
import {
  newCase,
  wakeAtMs,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityMessage,
} from '../../../src/workflows/securityCase/state.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

export const dayMs = 86_400_000;
export const account = '123456789012';
export const startMs = Date.parse('2026-03-02T12:00:00Z');

/** An ISO time, in days from the simulation's start. */
export const day = (days: number): string => new Date(startMs + days * dayMs).toISOString();

export interface Sent {
  readonly atMs: number;
  readonly notice: Notice;
}

/** A report of this identity, issued on a day of the simulation. */
export function report(
  eventId: string,
  reportedOnDay: number,
  more: Partial<SecurityReportMessage> = {},
): SecurityReportMessage {
  return {
    eventId,
    reportedAt: day(reportedOnDay),
    numberOfProductsWithIssues: 2,
    numberOfVersionsWithIssues: 5,
    numberOfLatestVersionsWithIssues: 1,
    newIssuesFound: false,
    upcomingResolutionDueDate: day(60),
    ...more,
  };
}

/** A report of the same kind without any issue. */
export function clean(eventId: string, reportedOnDay: number): SecurityReportMessage {
  const { upcomingResolutionDueDate: _, ...message } = report(eventId, reportedOnDay);
  return {
    ...message,
    numberOfProductsWithIssues: 0,
    numberOfVersionsWithIssues: 0,
    numberOfLatestVersionsWithIssues: 0,
  };
}

/** What an account without the permission is shown. */
const denied: AffectedProducts = {
  readable: false,
  missing: ['aws-marketplace:ListAssessments'],
  fingerprint: 'denied',
};

/** Delivery options that have failed, and those of the ones before that have passed since. */
export function assessments(failed: readonly string[], passed: readonly string[] = []): AffectedProducts {
  return {
    readable: true,
    options: failed.map((deliveryOptionId) => ({
      entityId: 'prod-1',
      productTitle: 'My AMI',
      deliveryOptionId,
      versionTitle: `of ${deliveryOptionId}`,
      problems: ['ports: OPEN (port 22)'],
    })),
    total: failed.length,
    failed: failed.map((subject) => ({ subject, failedAt: day(0) })),
    passed,
    missing: [],
    fingerprint: JSON.stringify([failed, passed]),
  };
}

/** The state machine on a clock of its own: plans with the real planner, and wakes when the workflow's timer would. */
export class Simulation {
  nowMs = startMs;
  state: SecurityCaseState = newCase(account);
  readonly sent: Sent[] = [];
  policy: SecurityPolicy;
  /** What the assessments show from now on. */
  assessments: AffectedProducts = denied;
  /** Everything that a check has shown as failed. */
  readonly shownFailing = new Set<string>();

  constructor(policy: Partial<SecurityPolicy> = {}) {
    this.policy = { ...securityDefaults, ...policy };
  }

  apply(message: SecurityMessage): void {
    const { state, notices } = next(this.state, message, { nowMs: this.nowMs });
    // What is carried through continue-as-new is JSON.
    this.state = readSecurityCase(JSON.parse(JSON.stringify(state)));
    for (const notice of notices) this.sent.push({ atMs: this.nowMs, notice });
    const { phase } = this.state;
    if (phase.name === 'open' && (phase.schedule === undefined || phase.affected === undefined)) this.prepare(phase);
  }

  private prepare({ dueAt, schedule, affected }: OpenPhase): void {
    const plan = (due: string) => {
      return planOf(this.policy, due, this.nowMs);
    };
    this.apply({
      type: 'prepared',
      ...(affected === undefined && { check: this.check() }),
      ...(schedule === undefined && dueAt !== undefined && { plan: plan(dueAt) }),
    });
  }

  private check() {
    if (this.assessments.readable) {
      for (const { subject } of this.assessments.failed) this.shownFailing.add(subject);
    }
    return { found: this.assessments, at: new Date(this.nowMs).toISOString() };
  }

  /** The watch ends with what the configuration says now. */
  configure(securityCase: Partial<SecurityPolicy>): void {
    const { phase } = this.state;
    if (phase.name !== 'open') return;
    const { dueAt } = phase;
    const recorded = { policy: this.policy, ...(dueAt !== undefined && { dueAt }) };
    const { policy, plan } = followed({ policies: { securityCase } }, recorded, this.nowMs);
    if (policy === undefined) return;
    this.policy = policy;
    this.apply({ type: 'prepared', followed: true, ...(plan !== undefined && { plan }) });
  }

  /** The watch ends with what the assessments show now. */
  watch(): void {
    this.apply({ type: 'prepared', check: this.check() });
  }

  hear(message: SecurityReportMessage): void {
    this.apply({ type: 'report', report: message });
  }

  command(type: 'acknowledge' | 'resolve' | 'reopen' | 'recheck'): void {
    this.apply({ type, command: { actor: 'ann', reason: 'because' } });
  }

  snooze(data: Omit<SnoozeCommand, 'actor' | 'reason'>): void {
    this.apply({ type: 'snooze', command: { actor: 'ann', reason: 'because', ...data } });
  }

  wakeMs(): number | undefined {
    return this.state.phase.name === 'open' ? wakeAtMs(this.state.phase) : undefined;
  }

  /** Lets time pass with a worker that is there. */
  advanceTo(targetMs: number): void {
    for (let wakeMs = this.wakeMs(); wakeMs !== undefined && wakeMs <= targetMs; wakeMs = this.wakeMs()) {
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.apply({ type: 'woken' });
    }
    this.nowMs = targetMs;
  }

  /** Lets time pass without a worker: what the timer meant to do is done at the end. */
  sleepTo(targetMs: number): void {
    const wakeMs = this.wakeMs();
    this.nowMs = targetMs;
    if (wakeMs !== undefined && wakeMs <= targetMs) this.apply({ type: 'woken' });
  }

  /** The reminders' names, each after its due date, in the order in which they were sent. */
  reminders(): string[] {
    const prefix = `security:${account}:`;
    return this.sent
      .filter(({ notice }) => notice.kind === 'reminder')
      .map(({ notice }) => notice.id.slice(prefix.length));
  }
}
