import { setTimeout as pause } from 'node:timers/promises';
import type { FaultLine } from '../records.ts';
import { now } from './lines.ts';
import type { Part, PartKind } from './parts.ts';
import { drawnFrom } from './random.ts';
import type { Receivers } from './receivers.ts';
import { resetOne } from './resetting.ts';
import type { Fault } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import { controlCallOf } from './vendorFaults.ts';

/** What faults are done to. */
export interface FaultOptions {
  readonly seed: number;
  readonly stage: Stage;
  readonly receivers: Receivers;
  readonly secrets: Secrets;
  readonly write: (line: FaultLine) => void;
  readonly signal: AbortSignal;
}

/** Brings faults about as a stream comes to them. */
export interface FaultPlayer {
  /** So much of the stream has set out. */
  readonly at: (share: number) => void;
  /** Resolves once all that was begun has ended; rejects where one could not be brought about. */
  readonly ended: () => Promise<void>;
  /** How many kills were done. */
  readonly kills: () => number;
}

const upWithinMs = 30_000;

/** Makes one for a schedule. */
export function faultPlayer(schedule: readonly Fault[], options: FaultOptions): FaultPlayer {
  const { write, signal, stage, seed } = options;
  const begun: Array<Promise<void>> = [];
  let next = 0;
  let kills = 0;
  const note = (fault: string, what: string): void => write({ at: now(), fault, what });

  /** One of a kind, once it runs: what is down or frozen is waited for. */
  async function runningPart(kind: PartKind, number: number): Promise<Part | undefined> {
    const untilMs = performance.now() + upWithinMs;
    for (;;) {
      const running = stage.parts.filter((part) => part.kind === kind && part.isUp());
      if (running.length > 0) return drawnFrom(running, seed, 'part', number);
      if (performance.now() > untilMs) return undefined;
      await pause(100, undefined, { signal });
    }
  }

  async function happen(fault: Fault): Promise<void> {
    switch (fault.fault) {
      case 'kill': {
        const part = await runningPart(fault.part, fault.number);
        if (part === undefined) return note('kill', `${fault.part}: none came up`);
        note('kill', part.name);
        await part.kill();
        kills += 1;
        await pause(fault.restartAfterMs, undefined, { signal });
        await part.start();
        return note('start', part.name);
      }
      case 'freeze': {
        const part = await runningPart(fault.part, fault.number);
        if (part === undefined) return note('stop', `${fault.part}: none came up`);
        note('stop', part.name);
        part.freeze();
        await pause(fault.forMs, undefined, { signal });
        part.thaw();
        return note('continue', part.name);
      }
      case 'reset':
        return note(
          'reset',
          (await resetOne(stage.client, fault.of, [seed, fault.number], signal)) ?? 'nothing was there',
        );
      case 'vendor': {
        note(fault.what, fault.vendor);
        return stage.vendors[fault.vendor].control(controlCallOf(fault.what, options.secrets, seed, fault.number));
      }
      case 'channelDown': {
        note('channelDown', 'operations');
        options.receivers.isChannelDown = true;
        await pause(fault.forMs, undefined, { signal });
        options.receivers.isChannelDown = false;
        return note('channelUp', 'operations');
      }
      case 'configure':
        stage.configure();
        return note('configure', 'policies');
      case 'deploy':
        note('deploy', 'a worker of another version');
        return note('deployed', await stage.deploy());
    }
  }

  return {
    at(share) {
      for (let fault = schedule[next]; fault !== undefined && fault.at <= share; fault = schedule[next]) {
        next += 1;
        const happening = happen(fault);
        // It is seen at the end; until then the stream goes on.
        happening.catch(() => undefined);
        begun.push(happening);
      }
    },
    async ended() {
      await Promise.all(begun);
    },
    kills: () => kills,
  };
}
