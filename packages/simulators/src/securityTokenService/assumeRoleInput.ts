import { TokenServiceError } from './wire.ts';

/** What AssumeRole is asked for. */
export interface AssumeRoleInput {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly externalId?: string;
  readonly durationSeconds: number;
}

/** Without DurationSeconds a session lasts an hour (STS API reference, AssumeRole). */
const DEFAULT_DURATION_SECONDS = 3_600;

interface Limits {
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp;
}

/** STS API reference, AssumeRole, request parameters. */
const LIMITS = {
  roleArn: { least: 20, most: 2_048, pattern: /^[ -~\u0085\u00A0-\uD7FF\uE000-\uFFFD]+$/ },
  roleSessionName: { least: 2, most: 64, pattern: /^[\w+=,.@-]*$/ },
  externalId: { least: 2, most: 1_224, pattern: /^[\w+=,.@:/-]*$/ },
} as const satisfies Record<string, Limits>;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

function invalid(value: string, member: string, constraint: string): TokenServiceError {
  const message = `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`;
  return new TokenServiceError('ValidationError', 400, message);
}

function checked(value: string, member: keyof typeof LIMITS): string {
  const { least, most, pattern } = LIMITS[member];
  if (value.length < least) {
    throw invalid(`'${value}'`, member, `Member must have length greater than or equal to ${least}`);
  }
  if (value.length > most) throw invalid(`'${value}'`, member, `Member must have length less than or equal to ${most}`);
  if (!pattern.test(value)) {
    throw invalid(`'${value}'`, member, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  return value;
}

function required(form: URLSearchParams, name: string, member: keyof typeof LIMITS): string {
  const value = form.get(name);
  if (value === null) throw invalid('null', member, 'Member must not be null');
  return checked(value, member);
}

function durationOf(form: URLSearchParams): number {
  const text = form.get('DurationSeconds');
  if (text === null) return DEFAULT_DURATION_SECONDS;
  const seconds = Number(text);
  if (!Number.isInteger(seconds)) {
    throw new TokenServiceError('MalformedInput', 400, 'DurationSeconds is not an integer');
  }
  if (seconds < 900) {
    throw invalid(`'${text}'`, 'durationSeconds', 'Member must have value greater than or equal to 900');
  }
  if (seconds > 43_200) {
    throw invalid(`'${text}'`, 'durationSeconds', 'Member must have value less than or equal to 43200');
  }
  return seconds;
}

/** Reads the form of an AssumeRole call. Throws ValidationError, worded as the service does. */
export function assumeRoleInput(form: URLSearchParams): AssumeRoleInput {
  const roleArn = required(form, 'RoleArn', 'roleArn');
  if (!ROLE_ARN.test(roleArn)) throw new TokenServiceError('ValidationError', 400, `${roleArn} is invalid`);
  const externalId = form.get('ExternalId');
  return {
    roleArn,
    roleSessionName: required(form, 'RoleSessionName', 'roleSessionName'),
    ...(externalId === null ? {} : { externalId: checked(externalId, 'externalId') }),
    durationSeconds: durationOf(form),
  };
}
