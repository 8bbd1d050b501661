import { megabytes, section, type Colors, type Row } from '../sections.ts';
import { holdsAccounts, type AccountsFigures } from './figures.ts';

/** What the accounts of a worker came to. */
export function accountLines(figures: AccountsFigures | null): string[] {
  const title = 'Accounts of one worker process, each reconciled at production’s interval and nothing else';
  return section(figures, title, ({ one, many }) => [
    ['accounts', 'RSS, MB', 'kB for each more', 'idle CPU, %', 'first check, s', 'reload, CPU ms'],
    ...[one, ...many].map((row): Row => [
      String(row.accounts),
      megabytes(row.rssKilobytes),
      row === one ? '' : ((row.rssKilobytes - one.rssKilobytes) / (row.accounts - one.accounts)).toFixed(0),
      (row.idleCpuShare * 100).toFixed(2),
      row.firstCheckSeconds.toFixed(1),
      row.reloadCpuMs.toFixed(0),
    ]),
  ]);
}

/** Whether they took no more than they may, in a sentence. */
export function accountsVerdict(figures: AccountsFigures, { green, red }: Colors): string {
  return holdsAccounts(figures)
    ? green('The accounts take no more of a worker than they may.')
    : red('The accounts take more of a worker than they may: see above.');
}
