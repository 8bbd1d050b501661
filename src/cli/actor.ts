import { userInfo } from 'node:os';
import { Option } from 'commander';
import { secretTextProblem } from '../workflows/shared/fitForHistory.ts';
import { usageProblem } from './command.ts';
import { said } from './options.ts';

/** The name that this process runs under; undefined where the system has none for its number, as in many containers. */
function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** `--actor`: who decides. Every command that changes something records it. */
export function actorOption(): Option {
  const user = systemUser();
  const option = new Option('--actor <name>', 'who decides, which is recorded; else the user of this system')
    .env('STEWARD_ACTOR')
    .argParser(said('actor'))
    .makeOptionMandatory();
  return user === undefined ? option : option.default(user);
}

/** Refuses an actor or a reason that holds a secret, for commands whose texts Temporal keeps elsewhere than in a workflow. */
export function refuseSecretTexts(texts: { readonly actor: string; readonly reason: string }): void {
  const problem = secretTextProblem(texts);
  if (problem !== undefined) throw usageProblem(`${problem} Nothing was changed.`);
}
