/** One entry of ValidationExceptionFieldList, keyed as on the wire. */
export interface ValidationField {
  readonly Reason: 'UnknownOperation' | 'CannotParse' | 'FieldValidationFailed' | 'Other';
  readonly Field?: string;
  readonly EntityType?: string;
  readonly EntityId?: string;
  readonly ChangeType?: string;
  readonly Message: string;
}

/** The longest message the service gives, in characters (service model). */
const MESSAGE_LIMIT = 2048;

/** A refusal as the service makes it: the type goes into x-amzn-errortype, the rest into status and body. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;
  readonly fields: readonly ValidationField[];

  constructor(type: string, status: number, message: string, fields: readonly ValidationField[] = []) {
    super(message.slice(0, MESSAGE_LIMIT));
    this.name = 'ServiceError';
    this.type = type;
    this.status = status;
    this.fields = fields;
  }
}

/** 422, with the fields at fault in its list. */
export function validationError(fields: readonly ValidationField[]): ServiceError {
  const summary = fields.map((field) => field.Message).join('; ');
  return new ServiceError('ValidationException', 422, summary, fields);
}

/** 422 for one field. */
export function invalidField(field: string, message: string, more: Partial<ValidationField> = {}): ServiceError {
  return validationError([{ Reason: 'FieldValidationFailed', Field: field, ...more, Message: `${field}: ${message}` }]);
}

/** 404: what is named does not exist for the caller. */
export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', 404, message);
}

/** 423: what is named is in use. */
export function inUse(message: string): ServiceError {
  return new ServiceError('ResourceInUseException', 423, message);
}

/** 429: more calls than the quota of the account and operation allows. */
export function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 429, 'Rate exceeded');
}
