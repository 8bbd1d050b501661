import { defined } from '../defined.ts';
import type { ReadSecret, Secret } from './secret.ts';
import type { FileTelemetry } from './telemetrySchema.ts';

/** How traces are exported. */
export interface TracesConfiguration {
  readonly url: string;
  /** `name=value`, several with commas. */
  readonly headers?: Secret;
  readonly ratio: number;
}

/** Absent members are off. */
export interface TelemetryConfiguration {
  readonly traces?: TracesConfiguration;
}

const headerList =
  /^[A-Za-z0-9-]{1,100}=[^,=\s][^,\r\n]{0,4000}(?:,[A-Za-z0-9-]{1,100}=[^,=\s][^,\r\n]{0,4000}){0,19}$/;
const headersForm = {
  isRight: (text: string): boolean => headerList.test(text),
  expected: 'name=value, several with commas',
};

/** Reads the section's secrets. */
export function telemetryOf({ traces }: FileTelemetry, read: ReadSecret): TelemetryConfiguration {
  if (traces === undefined) return {};
  const { url, ratio, headersVariable } = traces;
  const headers = headersVariable && read(headersVariable, 'telemetry.traces.headersVariable', headersForm);
  return { traces: { url, ratio, ...defined({ headers: headers || undefined }) } };
}
