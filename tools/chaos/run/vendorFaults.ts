import { drawnFrom } from './random.ts';
import type { VendorFault } from './schedule.ts';
import { signedAddress, type Secrets } from './secrets.ts';

/** A body for the control of a simulator, and the name of the control. */
export interface ControlCall {
  readonly name: string;
  readonly body: object;
}

const reads = ['DescribeChangeSet', 'ListChangeSets', 'DescribeEntity'] as const;
/** Shorter than the steward counts on the listing's delay. */
const invisibleForMs = 4_000;
const slowMs = 4_000;

/** The control call that brings a fault about, once. */
export function controlCallOf(
  what: VendorFault,
  secrets: Secrets,
  ...words: ReadonlyArray<string | number>
): ControlCall {
  const start = { operation: 'StartChangeSet' };
  const any = { operation: drawnFrom([...reads, 'StartChangeSet', 'StartChangeSet'], ...words) };
  const message = `The upload at ${signedAddress(secrets)} could not be read`;
  const faults = (body: object): ControlCall => ({ name: 'faults', body });
  switch (what) {
    case 'throttle':
      return faults({ fault: 'throttle', ...any, times: 2 });
    case 'serverError':
      return faults({ fault: 'error', ...any, type: 'InternalServiceException', status: 500, message: 'Failed' });
    case 'signedError':
      return faults({ fault: 'error', ...any, type: 'InternalServiceException', status: 500, message });
    case 'htmlPage':
      return faults({ fault: 'htmlError', ...any, status: 503 });
    case 'htmlPageAfter':
      return faults({ fault: 'htmlError', ...start, status: 502, carriedOut: true });
    case 'resetBefore':
      return faults({ fault: 'resetBefore', ...any });
    case 'resetAfter':
      return faults({ fault: 'resetAfter', ...start });
    case 'truncated':
      return faults({ fault: 'truncated', ...any });
    case 'empty':
      return faults({ fault: 'empty', ...any });
    case 'slow':
      return faults({ fault: 'slow', ...any, delayMs: slowMs });
    case 'forgetToken':
      return faults({ fault: 'forgetToken', ...start });
    case 'invisible':
      return faults({ fault: 'invisible', ...start, hiddenMs: invisibleForMs });
    case 'tokensEnd':
      return { name: 'tokens', body: { expireAll: true } };
    case 'tokenRefused':
      return { name: 'tokens', body: { answers: [{ http: 503 }, { http: 'html' }] } };
  }
}
