import { identityOf, type Notice } from '../shared/notices.ts';
import { vendorText } from '../shared/markdown.ts';
import { changeSetWorkflowId, type AppliedChange, type SuccessDescription } from './contract.ts';
import { submittedWithoutEntityTags } from './entityTags.ts';
import { portalLink } from './report.ts';
import { newestMember, type ChangeSetCase } from './state.ts';

/** Changes that are named one by one; a change set holds twenty at most. */
const shownChanges = 10;
/** Products and versions that a title names. */
const namedInTitle = 2;
/** In characters: every channel shows a title of 250. */
const longest = { name: 100, title: 70, version: 30 };

function several(names: readonly string[], shown: number): string {
  const more = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A product by its title, else by its type and id. */
function nameOf({ title, entityType, entityId }: AppliedChange): string {
  if (title !== undefined) return `“${vendorText(title, longest.title)}”`;
  return entityId === undefined ? `a new ${entityType}` : `${entityType} ${entityId}`;
}

function changeLine(change: AppliedChange): string {
  const { changeType, entityType, entityId, title, versionTitle } = change;
  const where = entityId === undefined ? nameOf(change) : `${entityType} ${entityId}`;
  const called = title === undefined || entityId === undefined ? '' : ` (“${title}”)`;
  const version = versionTitle === undefined ? '' : `, version “${versionTitle}”`;
  return `${changeType} on ${where}${called}${version}.`;
}

/** What was published or changed, in a few words; the change set itself where nothing is known of it. */
function titleOf(set: string, { intent, changes }: SuccessDescription): string {
  if (intent === 'VALIDATE') return `${set} passed its validation; nothing was published`;
  const versions = changes.filter(({ versionTitle }) => versionTitle !== undefined);
  if (versions.length > 0) {
    const names = versions.map(
      (one) => `${nameOf(one)}, version “${vendorText(one.versionTitle ?? '', longest.version)}”`,
    );
    return `${several([...new Set(names)], namedInTitle)}: published`;
  }
  if (changes.length === 0) return `${set} succeeded`;
  const names = [...new Set(changes.map(nameOf))];
  const types = [...new Set(changes.map(({ changeType }) => changeType))];
  return `${several(names, namedInTitle)}: AWS applied ${several(types, namedInTitle + 1)}`;
}

/**
 * The notice that AWS applied a change set: its products and versions, without contents. It has the topic
 * `changeSet.succeeded`, and one identity for a change set.
 */
export function successNotice(lineage: ChangeSetCase, success: SuccessDescription): Notice {
  const { account, originId, originName, notes } = lineage;
  const { changeSetId, changes, intent } = success;
  const { attempt, eventName } = newestMember(lineage);
  const name = originName ?? success.name ?? eventName;
  const set = `Change set ${name === undefined ? changeSetId : `“${vendorText(name, longest.name)}” (${changeSetId})`}`;
  const what = intent === 'VALIDATE' ? 'validated' : 'applied';
  return {
    ...identityOf(changeSetWorkflowId(originId), account, `succeeded:${changeSetId}`),
    kind: 'report',
    topic: 'changeSet.succeeded',
    severity: 'information',
    title: titleOf(set, success),
    lines: [
      `AWS ${what} ${set.replace('Change', 'change')}.`,
      ...(attempt === 0 ? [] : [`It is attempt ${attempt} of ${originId}, which had failed.`]),
      ...(notes.includes(submittedWithoutEntityTags) ? [submittedWithoutEntityTags] : []),
      ...changes.slice(0, shownChanges).map(changeLine),
      ...(changes.length > shownChanges ? [`And ${changes.length - shownChanges} more changes.`] : []),
      ...(changes.length === 0 ? ['What it changed could not be read.'] : []),
      `The request in the AWS Marketplace Management Portal: ${portalLink(changeSetId)}`,
    ],
    nextStep: 'Nothing to do.',
  };
}
