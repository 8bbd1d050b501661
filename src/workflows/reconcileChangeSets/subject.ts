import { countText, subjectOf } from '../shared/subjects.ts';
import type { Reconciliation } from './state.ts';

/** The subject of a check for lost events: `Events of account 111122223333: 2 lost`. */
export function reconcileSubject({ account, accounts, state }: Reconciliation): string {
  const about = account === undefined ? 'Events of all accounts' : `Events of account ${account}`;
  switch (state) {
    case 'checking':
      return subjectOf([about], 'checked for lost ones');
    case 'allKnown':
      return subjectOf([about], 'none lost');
    case 'missedFound':
      return subjectOf([about], `${accounts.reduce((sum, { missed }) => sum + missed, 0)} lost`);
    case 'incomplete': {
      const failed = accounts.filter(({ outcome }) => outcome !== 'checked' && outcome !== 'paused').length;
      return subjectOf([about], `${countText(failed, 'account')} not checked`);
    }
    case 'abandoned':
    case 'failed':
      return subjectOf([about], `check ${state}`);
  }
}
