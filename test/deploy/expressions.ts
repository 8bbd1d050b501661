/** As much of PromQL as the board and the rules use: which series an expression asks for, and whether it is well formed. */

/** A selector of series in an expression. */
interface Selected {
  readonly metric: string;
  /** Its label matchers; what a regular expression names stands apart, one value each. */
  readonly labels: ReadonlyArray<{ readonly label: string; readonly values: readonly string[] }>;
}

/** What an expression asks for. */
export interface AskedFor {
  readonly selected: readonly Selected[];
  /** Labels that it groups or matches by. */
  readonly groupedBy: readonly string[];
}

const functions = ['absent', 'histogram_quantile', 'increase', 'min_over_time', 'rate'];
const aggregations = ['max', 'min', 'sum', 'topk'];
const words = ['and', 'or', 'unless'];
const grouping = ['by', 'on'];

const token =
  /\s+|(?<string>"[^"\\]*")|(?<range>\[(?:\d+[smhd]|\$__rate_interval|\$__range)\])|(?<offset>offset (?:\d+[smhd]|\$__range))|(?<number>\d+(?:\.\d+)?(?:e\d+)?)|(?<name>[a-z_]\w*)|(?<sign>=~|!~|!=|==|>=|<=|[-+*/><={}(),])/iy;

function tokensOf(expression: string): ReadonlyArray<{ readonly kind: string; readonly text: string }> {
  const tokens: Array<{ kind: string; text: string }> = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.length) {
    const at = token.lastIndex;
    const found = token.exec(expression);
    if (found === null) throw new Error(`no PromQL at ${expression.slice(at, at + 20)}`);
    const [[kind, text] = ['', '']] = Object.entries(found.groups ?? {}).filter(([, part]) => part !== undefined);
    if (kind !== '') tokens.push({ kind, text: text ?? '' });
  }
  return tokens;
}

/**
 * Reads an expression by recursive descent.
 * @throws Error where it is not well formed, or uses what the table of functions does not have.
 */
export function askedFor(expression: string): AskedFor {
  const tokens = tokensOf(expression);
  const selected: Selected[] = [];
  const groupedBy: string[] = [];
  let at = 0;
  const peek = () => tokens[at] ?? { kind: 'end', text: '' };
  const take = (wanted?: string): string => {
    const { text } = peek();
    if (wanted !== undefined && text !== wanted) throw new Error(`${wanted} is missing before ${text || 'the end'}`);
    at += 1;
    return text;
  };
  const takeKind = (wanted: string): string => {
    if (peek().kind !== wanted) throw new Error(`a ${wanted} is missing before ${peek().text || 'the end'}`);
    return take();
  };
  const list = (end: string, item: () => void): void => {
    while (peek().text !== end) {
      item();
      if (peek().text !== end) take(',');
    }
    take(end);
  };
  const takeGrouping = (): void => {
    if (!grouping.includes(peek().text)) return;
    take();
    take('(');
    list(')', () => groupedBy.push(takeKind('name')));
  };
  const selector = (metric: string): void => {
    const labels: Array<Selected['labels'][number]> = [];
    if (peek().text === '{') {
      take();
      list('}', () => {
        const label = takeKind('name');
        const operator = takeKind('sign');
        const value = takeKind('string').slice(1, -1);
        labels.push({ label, values: operator.includes('~') ? value.split('|') : [value] });
      });
    }
    if (peek().kind === 'range') take();
    if (peek().kind === 'offset') take();
    selected.push({ metric, labels });
  };
  const operand = (): void => {
    const { kind, text } = peek();
    if (kind === 'number') return void take();
    if (text === '(') {
      take();
      binary();
      return void take(')');
    }
    const name = takeKind('name');
    if (![...functions, ...aggregations].includes(name)) return selector(name);
    if (aggregations.includes(name)) takeGrouping();
    take('(');
    list(')', binary);
  };
  function binary(): void {
    operand();
    while (words.includes(peek().text) || /^(==|!=|>=|<=|[-+*/><])$/.test(peek().text)) {
      take();
      takeGrouping();
      operand();
    }
  }
  binary();
  if (peek().kind !== 'end') throw new Error(`nothing may follow before ${peek().text}`);
  return { selected, groupedBy };
}
