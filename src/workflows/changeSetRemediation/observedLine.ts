import { longestTitle } from '../noticeDigest/contract.ts';
import { oneLine, readableTime } from '../shared/markdown.ts';
import type { ChangeSetReport, ReportedChange } from './reportShape.ts';

const shownChanges = 2;
/** In characters. */
const longest = { name: 60, id: 60 };

function changeText({ changeType, entityType, entityId }: ReportedChange): string {
  return `${changeType} on ${entityId ?? `a new ${entityType}`}`;
}

/**
 * What observe mode kept back, in one line for the daily digest: whose it is, which attempt, by which rule and when, what it
 * holds, and AWS's page. Undefined where nothing was kept back.
 * @param originId the change set by which commands know the lineage.
 */
export function observedLine({ question, name, changes, link }: ChangeSetReport, originId: string): string | undefined {
  const kept = question?.wouldHaveSubmitted;
  if (kept === undefined) return undefined;
  const id = oneLine(originId, longest.id);
  const whose = name === undefined ? id : `“${oneLine(name, longest.name)}” (${id})`;
  // Without a row the table did not decide: an operator's command did.
  const by = kept.row === undefined ? '' : ` by rule ${kept.row}`;
  const shown = changes.slice(0, shownChanges).map(changeText);
  const more = changes.length > shown.length ? ` and ${changes.length - shown.length} more` : '';
  const what = shown.length === 0 ? '' : `, ${shown.join(', ')}${more}`;
  const text = `${whose}: attempt ${kept.attempt}${by} at ${readableTime(kept.at)}${what}`;
  const room = longestTitle.observed - link.length - 1;
  return room < longest.id ? oneLine(text, longestTitle.observed) : `${oneLine(text, room)} ${link}`;
}
