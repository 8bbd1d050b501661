import type { z } from 'zod';
import type { Journal } from '../journal.ts';
import type { faultSchema } from './controlSchemas.ts';
import type { OperationName } from './operationNames.ts';

/** A fault: see `faultSchema`. */
export type Fault = z.output<typeof faultSchema>;
/** A fault of the service's memory or listings, which leaves the answer as it is. */
type HiddenFault = Extract<Fault, { fault: 'forgetToken' | 'invisible' }>;
/** A fault that the caller meets in the answer. */
export type AnswerFault = Exclude<Fault, HiddenFault>;

interface PendingFault {
  readonly fault: Fault;
  readonly left: number;
}

/** The faults still to come, in the order in which they were put. */
export class Faults {
  readonly #pending;
  #lastNumber: number;

  constructor(journal: Journal) {
    this.#pending = journal.table<PendingFault>('faults');
    this.#lastNumber = Math.max(0, ...[...this.#pending.entries()].map(([key]) => Number(key)));
  }

  /** Puts a fault after those that are there. */
  put(fault: Fault): void {
    this.#lastNumber += 1;
    this.#pending.set(String(this.#lastNumber), { fault, left: fault.times });
  }

  /** Drops all faults. */
  clear(): void {
    this.#pending.clear();
  }

  /** The fault that the next answer to this account and operation meets; it stays until `use` is called for it. */
  forAnswer(operation: OperationName, account: string): AnswerFault | undefined {
    for (const { fault } of this.#pending.values()) {
      if (fault.fault !== 'forgetToken' && fault.fault !== 'invisible' && fits(fault, operation, account)) return fault;
    }
    return undefined;
  }

  /** Takes one of the times that a fault is to happen. */
  use(fault: Fault): void {
    const found = [...this.#pending.entries()].find(([, pending]) => pending.fault === fault);
    if (found === undefined) return;
    const [key, { left }] = found;
    if (left === 1) this.#pending.delete(key);
    else this.#pending.set(key, { fault, left: left - 1 });
  }

  /** Takes a fault `forgetToken` for the account; true: there was one. */
  takeForgetToken(account: string): boolean {
    return this.#take('forgetToken', account) !== undefined;
  }

  /** Takes a fault `invisible` for the account: for how many milliseconds a set is not listed, 0 without such a fault. */
  takeHiddenMs(account: string): number {
    const fault = this.#take('invisible', account);
    return fault?.fault === 'invisible' ? fault.hiddenMs : 0;
  }

  #take(kind: HiddenFault['fault'], account: string): Fault | undefined {
    const found = [...this.#pending.values()].find(
      ({ fault }) => fault.fault === kind && (fault.account === undefined || fault.account === account),
    )?.fault;
    if (found !== undefined) this.use(found);
    return found;
  }
}

function fits(fault: AnswerFault, operation: OperationName, account: string): boolean {
  return (
    (fault.operation === '*' || fault.operation === operation) &&
    (fault.account === undefined || fault.account === account)
  );
}
