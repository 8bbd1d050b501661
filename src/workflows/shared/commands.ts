/** What an operator sends with any command: who, and why. The Web UI records neither by itself. */
export interface OperatorCommand {
  readonly actor: string;
  readonly reason: string;
}

/** The answer to an accepted command: the state that it led to, and whether it changed anything. */
export interface CommandAnswer {
  readonly state: string;
  readonly changed: boolean;
  readonly message: string;
}

/** One line of the record of what operators did. */
export interface AuditEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly command: string;
  readonly actor: string;
  readonly reason: string;
}
