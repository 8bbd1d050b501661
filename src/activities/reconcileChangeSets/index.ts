import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import pMap, { pMapSkip } from 'p-map';
import { defined } from '../../defined.ts';
import type { RouteContext } from '../../delivery/delivery.ts';
import type { LateChangeSets } from '../../delivery/lateChangeSets.ts';
import type { OpenLineage, OpenLineages } from '../../delivery/openLineages.ts';
import type { ListedChangeSets } from '../../delivery/listedChangeSets.ts';
import { failureTypeOf } from '../../failures.ts';
import type { MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type {
  AccountCheck,
  AccountChecked,
  AccountUnchecked,
  FoundRow,
  ReconcileActivities,
} from '../../workflows/reconcileChangeSets/contract.ts';
import { vendorText } from '../../workflows/shared/markdown.ts';
import type { ListedChangeSet } from '../../workflows/shared/listedChangeSet.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { asOwnAttempt } from './accountContext.ts';
import { compareAccount, type Compared, type ComparisonParts } from './compare.ts';
import { checkEntities } from './externalWork.ts';
import { reportToLineages, type EndedRow } from './report.ts';
import { findLate } from './late.ts';

/** What the activities are made from. */
export interface ReconcileOptions {
  readonly catalog: Pick<
    MarketplaceCatalog,
    'listChangeSets' | 'describeChangeSet' | 'describeEntity' | 'expecting' | 'expects'
  >;
  readonly found: ListedChangeSets;
  readonly lineages: OpenLineages;
  readonly late: LateChangeSets;
  /** Reports what is to be known regularly: workflows whose task fails, how many need a decision. Never throws. */
  readonly reportRegularly: () => Promise<void>;
  /** Read at each check: the configuration may have changed. */
  readonly context: Pick<RouteContext, 'accounts'>;
}

/** Missed ones of all accounts in one answer: some 150 kB in the history. */
const mostMissed = 500;
/** Late ones of one account in one answer. */
const mostLate = 20;
/** The next attempt begins again: a check changes nothing, and a repeated delivery is recognized. */
const noProgress = (): undefined => undefined;
/** Deliveries to Temporal at once. */
const atOnce = 10;
/** In characters, as it enters the history. */
const longestSentence = 200;

/** Gives the lineages of the whole batch about which an operator is asked. */
interface Asking {
  readonly asked: () => Promise<readonly OpenLineage[]>;
}

/** Asks at the first use, and once for all. */
function onceAsked(ask: () => Promise<readonly OpenLineage[]>): Asking['asked'] {
  let asking: Promise<readonly OpenLineage[]> | undefined;
  return () => (asking ??= ask());
}

/** What was found of one account: it holds, whatever becomes of the rest of the check. */
interface Findings {
  readonly missed: FoundRow[];
  readonly late: FoundRow[];
  /** What need not be reported again. */
  reported?: readonly string[];
}

/** What one account of a batch came to, with its findings. */
type Found = Findings & { readonly result: AccountChecked | AccountUnchecked };

/** Makes the activities from AWS's listing and the deliveries to the change sets' workflows. */
export function createReconcileActivities(options: ReconcileOptions): ReconcileActivities {
  const { catalog, found, lineages, late, reportRegularly, context } = options;

  /** One more listing for each catalog of a run. */
  async function lateIn({ account, catalogs }: AccountCheck): Promise<readonly FoundRow[]> {
    const byCatalog = await pMap(
      catalogs,
      async (name): Promise<readonly FoundRow[]> => {
        const scope = { account, catalog: name };
        const isOwned = async (row: ListedChangeSet): Promise<boolean> => (await found.ownershipOf(scope, row)).owned;
        const rows = await findLate(catalog, scope, isOwned, Date.now());
        return rows.map((row) => ({ account, catalog: name, row }));
      },
      { concurrency: 1 },
    );
    return byCatalog.flat().slice(0, mostLate);
  }

  /** What lineages are reported comes last: what is missing is found in time, however many there are. */
  async function report(
    check: AccountCheck,
    ended: readonly EndedRow[],
    { asked, findings }: Asking & { readonly findings: Findings },
  ) {
    const nowMs = Date.now();
    const before = check.reporting ?? {};
    const goesOn = check.goesOn === true;
    const progress = (reported: readonly string[]): void => void (findings.reported = reported);
    await reportToLineages({ lineages, progress, nowMs }, check.account, ended, {
      reported: before.reported ?? [],
      goesOn,
    });
    const open = goesOn ? [] : (await asked()).filter(({ account }) => account === check.account);
    const entitiesUntil = goesOn
      ? before.entitiesUntil
      : (await checkEntities({ catalog, lineages }, check, open, nowMs)).entitiesUntil;
    return defined({ reported: findings.reported, entitiesUntil });
  }

  /** Begins with a listing; what follows is known after it. */
  async function checkAccount(
    check: AccountCheck,
    parts: Pick<ComparisonParts, 'signal' | 'takeRoom'> & Asking & { readonly findings: Findings },
  ): Promise<AccountChecked> {
    requireConfigured(check, context);
    const scope = { account: check.account, catalog: check.catalogs[0] ?? '' };
    return catalog.expecting(scope, { listings: 1 }, () => checkNow(check, parts));
  }

  async function checkNow(
    check: AccountCheck,
    { findings, ...given }: Pick<ComparisonParts, 'signal' | 'takeRoom'> & Asking & { readonly findings: Findings },
  ): Promise<AccountChecked> {
    const ended: EndedRow[] = [];
    const onEnded = check.reporting && ((rows: readonly EndedRow[]): void => void ended.push(...rows));
    const { startToCloseTimeoutMs: withinMs } = Context.current().info;
    const onMissed = (one: FoundRow): void => void findings.missed.push(one);
    const parts = { catalog, found, ...given, withinMs, onMissed, ...defined({ onEnded }) };
    const compared: Compared = await compareAccount(parts, check);
    if (check.goesOn !== true) findings.late.push(...(await lateIn(check)));
    const reporting = check.reporting && (await report(check, ended, { asked: given.asked, findings }));
    return { account: check.account, outcome: 'checked', ...compared, ...defined({ reporting }) };
  }

  return {
    checkAccounts: ({ accounts, withinMs, first }) =>
      withHeartbeat(noProgress, async () => {
        if (first !== undefined || withinMs === undefined) await reportRegularly();
        let room = mostMissed;
        const takeRoom = (): boolean => (room -= 1) > 0;
        const asked = onceAsked(() =>
          lineages.asked(accounts.flatMap(({ account, reporting }) => (reporting === undefined ? [] : [account]))),
        );
        const [only] = accounts;
        if (withinMs === undefined && only !== undefined) {
          const findings: Findings = { missed: [], late: [] };
          const signal = Context.current().cancellationSignal;
          return joined([{ result: await checkAccount(only, { signal, takeRoom, asked, findings }), ...findings }]);
        }
        const allMs = withinMs ?? Context.current().info.startToCloseTimeoutMs;
        const checks = accounts.map(async (check): Promise<Found> => {
          const findings: Findings = { missed: [], late: [] };
          try {
            const checking = (signal: AbortSignal) => checkAccount(check, { signal, takeRoom, asked, findings });
            return { result: await asOwnAttempt(check, allMs, checking), ...findings };
          } catch (error) {
            Context.current().cancellationSignal.throwIfAborted();
            const { reported } = findings;
            const why = failed(error, check.account, allMs);
            const listed = findings.missed.length > 0 ? findings.missed.length : undefined;
            const result = {
              account: check.account,
              outcome: 'failed',
              ...why,
              ...defined({ listed, reported }),
            } as const;
            // A copy: what is given up may still find something.
            return { result, missed: [...findings.missed], late: [...findings.late] };
          }
        });
        return joined(await Promise.all(checks));
      }),
    openLate: (rows) =>
      withHeartbeat(noProgress, () =>
        pMap(
          rows,
          async ({ account, catalog: name, row }) => {
            await late.open({ account, catalog: name }, row);
            return row.changeSetId;
          },
          { concurrency: atOnce },
        ),
      ),
    deliverMissed: ({ missed, onlyNow }) =>
      withHeartbeat(noProgress, async () => {
        const left: string[] = [];
        const undelivered = await pMap(
          missed,
          async ({ account, catalog: name, row }) => {
            try {
              await found.deliver({ account, catalog: name }, row);
              return pMapSkip;
            } catch (error) {
              const type = failureTypeOf(error);
              // Another attempt would not make an event of it, and the others must not wait for it.
              if (error instanceof Error && type === 'RequestRejected')
                return { changeSetId: row.changeSetId, reason: error.message };
              if (onlyNow === undefined || type === undefined) throw error;
              left.push(row.changeSetId);
              return pMapSkip;
            }
          },
          { concurrency: atOnce },
        );
        return { undelivered, left };
      }),
  };
}

function joined(found: readonly Found[]) {
  return {
    accounts: found.map(({ result }) => result),
    missed: found.flatMap(({ missed }) => missed),
    late: found.flatMap(({ late }) => late),
  };
}

/** Why one account could not be checked: the others go on, whatever it is. */
function failed(error: unknown, account: string, withinMs: number): Pick<AccountUnchecked, 'type' | 'sentence'> {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return { sentence: `It took longer than ${Math.ceil(withinMs / 1_000)} s, and was given up for this round.` };
  }
  const type = failureTypeOf(error);
  if (type !== undefined && error instanceof Error)
    return { type, sentence: vendorText(error.message, longestSentence) };
  if (error instanceof ApplicationFailure) return { sentence: vendorText(error.message, longestSentence) };
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // Its words may hold anything: the log gets where it came from.
  log.error('the check of an account has a bug', {
    account,
    frames: stack.split('\n').filter((line) => /^\s+at /.test(line)),
  });
  return {
    type: 'Bug',
    sentence: 'The check met an error in the code of the service. Report it with the worker’s log.',
  };
}

/** An account or catalog outside this worker's configuration is the mistake of the operator who typed it. */
function requireConfigured(
  { account, catalogs }: Pick<AccountCheck, 'account' | 'catalogs'>,
  { accounts }: ReconcileOptions['context'],
): void {
  const configured = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  if (configured === undefined) {
    throw invalidInput(`"account" must be one of the configuration, but there is no accounts.${account}`);
  }
  const unknown = catalogs.find((name) => !configured.catalogs.includes(name));
  if (unknown === undefined) return;
  const right = configured.catalogs.join(', ');
  throw invalidInput(`"catalogs" must be of accounts.${account}.catalogs (${right}), but it names ${unknown}`);
}

function invalidInput(sentence: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(sentence, 'InvalidInput');
}
