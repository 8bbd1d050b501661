/** How urgently a notice should be read. */
export type NoticeSeverity = 'information' | 'warning' | 'critical';

/**
 * One message to operators. `id` is its identity: the same decision always carries the same one, so that a channel
 * that drops repeats shows it once. The text holds no vendor secret; buyers' data stands in `buyerLines` and nowhere
 * else.
 */
export interface Notice {
  readonly id: string;
  readonly kind: 'opening' | 'reminder' | 'acknowledgement' | 'resolution';
  readonly severity: NoticeSeverity;
  readonly account: string;
  readonly workflowId: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** Lines that hold buyers' data: they go only where the configuration says that buyers may be shown. */
  readonly buyerLines?: readonly string[];
  readonly nextStep: string;
  /** ISO 8601, where there is a date to keep. */
  readonly dueAt?: string;
}
