import type { HttpFigures } from './http/run.ts';
import type { FuzzFigures } from './run.ts';

const count = (value: number): string => value.toLocaleString('en');

/** What was found of inputs, for a terminal. */
export function inputsText({ inputs, megabytes, outcomes, slowest, failures }: FuzzFigures, seconds: number): string {
  const rows = Object.entries(outcomes).toSorted(([, one], [, other]) => other - one);
  return [
    `${count(inputs)} inputs, ${megabytes.toFixed(0)} MB, in ${seconds.toFixed(0)} s`,
    ...rows.map(([outcome, found]) => `  ${count(found).padStart(10)}  ${outcome}`),
    `slowest: ${slowest.cpuMs.toFixed(1)} ms of processor time for ${count(slowest.bytes)} bytes (--seed ${slowest.seed} --count 1000)`,
    failures.length === 0 ? 'every promise held' : `${failures.length} broken promises: see above`,
  ].join('\n');
}

/** What was found over HTTP. */
export function httpText({
  exchanges,
  requests,
  answers,
  workflows,
  honest,
  megabytes,
  problems,
}: HttpFigures): string {
  const rows = Object.entries(answers).toSorted(([, one], [, other]) => other - one);
  const { accepted, later, latencyMs } = honest;
  const latency = latencyMs === null ? '' : `, p50 ${latencyMs.p50.toFixed(0)} ms, p99 ${latencyMs.p99.toFixed(0)} ms`;
  return [
    `${count(exchanges)} connections with ${count(requests)} requests`,
    ...rows.map(([answer, found]) => `  ${count(found).padStart(10)}  ${answer}`),
    `workflows of 202s: ${count(workflows.named)}, of which Temporal was asked for ${count(workflows.checked)}`,
    `another sender meanwhile: ${count(accepted)} events taken, ${count(later)} put off${latency}`,
    ...(megabytes === null
      ? []
      : [`memory: ${megabytes.before.toFixed(0)} MB after a fifth, ${megabytes.after.toFixed(0)} MB at the end`]),
    ...problems.map((problem) => `BROKEN ${problem}`),
    problems.length === 0 ? 'every promise held' : `${problems.length} broken promises over HTTP`,
  ].join('\n');
}
