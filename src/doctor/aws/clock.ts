import { reporterOf, type Finding } from '../finding.ts';
import type { Probed } from '../probe.ts';

/** AWS refuses a signature that is more than five minutes old or early (AWS Signature Version 4). */
const refusedFromMs = 300_000;
const noticedFromMs = 30_000;

const report = reporterOf('clock');

/** What it means by how much this machine's clock is ahead of AWS's, in milliseconds; undefined where nobody asked. */
export function judgeClock(ahead: Probed<number> | undefined): Finding {
  if (ahead === undefined) return report.unknown('Not compared: no account and no queue is configured');
  if ('failure' in ahead) return report.unknown(`Not compared with AWS’s: ${ahead.failure.text}`);
  const seconds = Math.round(Math.abs(ahead.value) / 1_000);
  const text = `The clock of this machine is ${seconds} s ${ahead.value > 0 ? 'ahead of' : 'behind'} AWS’s`;
  const mend = 'Let NTP or chrony keep it';
  if (seconds * 1_000 > refusedFromMs) return report.bad(`${text}: signed calls fail`, { mend });
  if (seconds * 1_000 > noticedFromMs) return report.warn(text, { mend });
  return report.ok(`The clock of this machine is right to ${Math.max(seconds, 1)} s`);
}
