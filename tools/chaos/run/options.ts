import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { breachNamed, type Breach } from '../breach/breaches.ts';

/** What the command line asks for. */
export interface ChaosFlags {
  readonly seed: number;
  readonly events: number;
  readonly kills: number;
  readonly json: boolean;
  /** The folder of the run stays, whatever it found; else it goes where every promise held. */
  readonly keep: boolean;
  /** How long the stream takes where nothing slows it, in seconds. */
  readonly seconds?: number;
  /** A promise that is broken on purpose. */
  readonly breach?: Breach;
  /** The folder of an undisturbed run of the same seed, in place of one that is made. */
  readonly undisturbed?: string;
  /** On the four roles over PostgreSQL, in place of the dev server. */
  readonly onCluster: boolean;
  /** The plan's own ends are enough: no second run. */
  readonly alone: boolean;
}

/** What `--help` and a wrong word show. */
export const usage = `npm run chaos [-- --seed N] [--events M] [--kills K] [--json]
  --seed N       makes the same stream and the same schedule again: a whole
                 number; left out, one is chosen and shown
  --events M     events of the stream: 300 unless given
  --kills K      SIGKILLs: 6 unless given; the other faults are in proportion
  --seconds S    how long the stream takes where nothing slows it
  --alone        no undisturbed run: ends are compared with the plan alone
  --undisturbed FOLDER  compare with that run of the same seed and events
  --cluster      on Temporal's four roles over PostgreSQL (npm run cluster)
  --breach NAME  break a promise on purpose: the run has to report it
  --keep         keep the folder of the run where every promise held
  --json         print one JSON document on standard output and nothing else`;

const defaults = { events: '300', kills: '6' } as const;

function wholeNumber(name: string, text: string, least = 0): number {
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll(/[_,]/g, ''));
  if (!Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`--${name} must be a whole number from ${least}, found ${text || 'nothing'}`);
  }
  return value;
}

/**
 * Reads the command line.
 * @param anySeed the seed where none is given
 * @returns 'help' where it asks for help
 * @throws TypeError that names what is wrong
 */
export function readFlags(words: readonly string[], anySeed: number): ChaosFlags | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: text,
      events: text,
      kills: text,
      seconds: text,
      breach: text,
      undisturbed: text,
      alone: flag,
      cluster: flag,
      keep: flag,
      json: flag,
      help: flag,
    },
  });
  if (values.help) return 'help';
  const { undisturbed } = values;
  if (undisturbed !== undefined && values.alone)
    throw new TypeError('--alone compares with no run: leave out --undisturbed');
  if (undisturbed !== undefined && !existsSync(join(undisturbed, 'plan.json'))) {
    throw new TypeError(
      `--undisturbed must be the folder of a run that was kept (--keep), found no plan.json in ${undisturbed}`,
    );
  }
  return {
    seed: values.seed === undefined ? anySeed : wholeNumber('seed', values.seed),
    events: wholeNumber('events', values.events ?? defaults.events, 1),
    kills: wholeNumber('kills', values.kills ?? defaults.kills),
    json: values.json,
    keep: values.keep,
    alone: values.alone,
    onCluster: values.cluster,
    ...(values.seconds !== undefined && { seconds: wholeNumber('seconds', values.seconds, 1) }),
    ...(values.breach !== undefined && { breach: breachNamed(values.breach) }),
    ...(undisturbed !== undefined && { undisturbed }),
  };
}
