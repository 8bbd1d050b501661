import { audit, carriedReader } from '../shared/carried.ts';
import {
  checkedElsewhere,
  either,
  flag,
  list,
  members,
  number,
  oneOf,
  optional,
  text,
  variants,
} from '../shared/shapes.ts';
import type { AffectedOption, FailedOption, SecurityReportMessage } from './contract.ts';
import type { Affected, OpenPhase, SecurityCaseState, SecurityPhase, SecurityReminder, Tracking } from './state.ts';

const report = checkedElsewhere<SecurityReportMessage>();
const failed = members<FailedOption>({ subject: text, failedAt: optional(text) });
const option = members<AffectedOption>({
  entityId: optional(text),
  productTitle: optional(text),
  deliveryOptionId: optional(text),
  versionTitle: optional(text),
  problems: list(text),
});
const affected = either(
  members<Extract<Affected, { readable: true }>>({
    readable: oneOf(true),
    checkedAt: text,
    options: list(option),
    total: number,
    missing: list(text),
    fingerprint: text,
  }),
  members<Extract<Affected, { readable: false }>>({
    readable: oneOf(false),
    sentence: text,
    fingerprint: optional(text),
  }),
);
const announcement = oneOf('opened', 'newIssues', 'sooner', 'reopened');

const phase = variants<'name', SecurityPhase>('name', {
  open: members<OpenPhase>({
    name: oneOf('open'),
    report,
    dueAt: optional(text),
    schedule: optional(list(members<SecurityReminder>({ reminder: text, atMs: number, quiet: flag, firm: flag }))),
    affected: optional(affected),
    tracking: optional(members<Tracking>({ failed: list(failed), passed: list(text), complete: flag })),
    announce: optional(announcement),
    acknowledged: optional(members<NonNullable<OpenPhase['acknowledged']>>({ actor: text, at: text })),
    snoozed: optional(members<NonNullable<OpenPhase['snoozed']>>({ actor: text, until: text })),
    recheckedBy: optional(text),
  }),
  clear: members<Extract<SecurityPhase, { name: 'clear' }>>({
    name: oneOf('clear'),
    ground: oneOf('noReport', 'report', 'assessments', 'operator'),
    report: optional(report),
    closedAt: optional(text),
  }),
  ended: members<Extract<SecurityPhase, { name: 'ended' }>>({
    name: oneOf('ended'),
    end: oneOf('abandoned'),
    report: optional(report),
  }),
});

/** Reads what a run before has carried. */
export const readSecurityCase = carriedReader<SecurityCaseState>(
  'securityCase',
  1,
  members<SecurityCaseState>({
    version: oneOf(1),
    account: text,
    phase,
    sent: list(text),
    seen: list(text),
    audit,
    notes: list(text),
    reopenings: optional(number),
    firstRunId: optional(text),
  }),
);
