import { parseSync } from '@swc/core';

/** One change of the workflows that makes a command less, more, or in another place. */
export interface Mutant {
  readonly number: number;
  /** What is changed, where: the same as long as the code around it is. */
  readonly label: string;
  /** Whether it changes what makes a command, or makes one more in a branch. */
  readonly kind: 'command' | 'branch';
}

/** What an instrumented file imports the switch as. */
const library = '__mutations';

/** A node of swc's syntax tree. */
interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [member: string]: unknown;
}

/** Inserts a text, or puts it in the place of a range. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: () => string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function nodeIn(node: Node, member: string): Node | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}

function nodesIn(node: Node, member: string): readonly Node[] {
  const value = node[member];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function childrenOf(node: Node): readonly Node[] {
  const inside = (value: unknown): readonly Node[] => {
    if (Array.isArray(value)) return value.flatMap(inside);
    if (isNode(value)) return [value];
    // An argument or an element stands in an object without a type.
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(inside) : [];
  };
  return Object.entries(node).flatMap(([member, value]) => (member === 'span' ? [] : inside(value)));
}

/** A node and all in it, the outer first. */
function* within(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* within(child);
}

const parse = (source: string): Node =>
  // The parser counts bytes, from the first statement on: the empty one marks the beginning.
  parseSync(`;${source}`, { syntax: 'typescript', target: 'es2024' }) as unknown as Node;

const nameOf = (node: Node | undefined): string | undefined =>
  typeof node?.['value'] === 'string' ? node['value'] : undefined;

/** The last name of what is called: of `activities.checkAccounts()` the second. */
function calledName(call: Node): string | undefined {
  const callee = nodeIn(call, 'callee');
  return callee?.type === 'MemberExpression' ? nameOf(nodeIn(callee, 'property')) : nameOf(callee);
}

function argumentsOf(call: Node): readonly Node[] {
  return (call['arguments'] as ReadonlyArray<{ readonly expression: Node }>).map(({ expression }) => expression);
}

/** The names of all activities, by the interfaces that declare them. */
export function activityNames(source: string): readonly string[] {
  return [...within(parse(source))].flatMap((node) => {
    if (node.type !== 'TsInterfaceDeclaration' || !nameOf(nodeIn(node, 'id'))?.endsWith('Activities')) return [];
    const body = nodeIn(node, 'body');
    return (body === undefined ? [] : nodesIn(body, 'body')).flatMap((member) => nameOf(nodeIn(member, 'key')) ?? []);
  });
}

/** What the SDK makes a command of, and our one timer. */
const commands = new Set(['sleep', 'sleepUntil', 'upsertSearchAttributes', 'continueAsNew', 'cancel']);
/** These end a run, or have an effect once. */
const onlyOnce = new Set(['continueAsNew', 'cancel', 'setHandler']);

/** Whether a call makes a command itself. */
function isCommand(node: Node, activities: ReadonlySet<string>): boolean {
  if (node.type !== 'CallExpression') return false;
  const name = calledName(node);
  if (name === undefined) return false;
  const given = argumentsOf(node);
  if (name === 'condition') return given.length > 1;
  // An update is accepted and completed; queries and signals make no command.
  if (name === 'setHandler') return given.some((one) => [...within(one)].some((part) => isNamed(part, 'validator')));
  if (name === 'cancel') return given.length === 0;
  return commands.has(name) || activities.has(name);
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' ? nameOf(node) === name : nameOf(nodeIn(node, 'key')) === name;
}

/** `{ … }` with statements, of a function or within one. */
const isBlock = ({ type }: Node): boolean => type === 'BlockStatement' || type === 'FunctionBody';

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'MethodProperty']);

/** The names of the functions of a file, each with its node. */
function namedFunctions(module: Node): ReadonlyArray<readonly [string, Node]> {
  return [...within(module)].flatMap((node): ReadonlyArray<readonly [string, Node]> => {
    const name =
      node.type === 'FunctionDeclaration'
        ? nameOf(nodeIn(node, 'identifier'))
        : node.type === 'MethodProperty'
          ? nameOf(nodeIn(node, 'key'))
          : node.type === 'VariableDeclarator' && functions.has(nodeIn(node, 'init')?.type ?? '')
            ? nameOf(nodeIn(node, 'id'))
            : undefined;
    return name === undefined ? [] : [[name, node]];
  });
}

/** The names of the functions that make a command, or call one that does. */
export function commandingFunctions(sources: readonly string[], activities: ReadonlySet<string>): ReadonlySet<string> {
  const all = sources.flatMap((source) => namedFunctions(parse(source)));
  const found = new Set<string>();
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [name, node] of all) {
      const makes = [...within(node)].some(
        (one) => isCommand(one, activities) || (one.type === 'CallExpression' && found.has(calledName(one) ?? '')),
      );
      if (makes) found.add(name);
    }
  }
  return found;
}

/** What the instrumentation of a file goes by. */
export interface Instrumenting {
  /** The file, below the folder of the workflows. */
  readonly file: string;
  readonly source: string;
  /** The number of the first mutant. */
  readonly first: number;
  readonly activities: ReadonlySet<string>;
  readonly commanding: ReadonlySet<string>;
  /** How the file imports the switch. */
  readonly switchPath: string;
}

/** True for a file whose every branch may make a command: what a workflow does, and the transitions that say what it sends. */
const hasBranches = (file: string): boolean =>
  /(^|\/)(work|workflow)\.ts$|\/transitions\/|^shared\/(case|outbox|sending|publishing|timers)\.ts$|\/permits\.ts$/.test(
    file,
  );

/**
 * Puts all changes of a file's commands into it; the id of the replayed workflow chooses which one is carried out.
 * Each call that makes a command is left out and made twice, as is what a transition sends; neighbours change their places;
 * and at the beginning of every branch a command more is made.
 */
export function instrument({ file, source, first, activities, commanding, switchPath }: Instrumenting): {
  readonly source: string;
  readonly mutants: readonly Mutant[];
} {
  const module = parse(source);
  const [beginning] = nodesIn(module, 'body');
  const base = (beginning?.span.start ?? 0) + 1;
  const bytes = Buffer.from(source);
  const edits: Edit[] = [];
  const mutants: Mutant[] = [];
  const labels = new Map<string, number>();
  const startOf = ({ span }: Node): number => span.start - base;
  const endOf = ({ span }: Node): number => span.end - base;
  const raw = (start: number, end: number): string => bytes.subarray(start, end).toString();
  const brief = (node: Node): string => raw(startOf(node), endOf(node)).replaceAll(/\s+/g, ' ').slice(0, 60);

  function add(where: string, what: string): number {
    const label = `${file} ${where}: ${what}`;
    const count = (labels.get(label) ?? 0) + 1;
    labels.set(label, count);
    mutants.push({
      number: first + mutants.length,
      label: count === 1 ? label : `${label} (${count})`,
      kind: what.startsWith('one more ') ? 'branch' : 'command',
    });
    return first + mutants.length - 1;
  }

  const insert = (at: number, text: string): void => void edits.push({ start: at, end: at, text: () => text });
  const replace = (start: number, end: number, text: () => string): void => void edits.push({ start, end, text });

  /**
   * A range of the file with all that is put into it.
   * @param outer the edit that asks: of those of the same range only later ones are inside of it.
   */
  function rendered(start: number, end: number, outer?: Edit): string {
    let text = '';
    let copied = start;
    for (const edit of outer === undefined ? edits : edits.slice(edits.indexOf(outer) + 1)) {
      if (edit.start < copied || edit.end > end) continue;
      text += raw(copied, edit.start) + edit.text();
      copied = edit.end;
    }
    return text + raw(copied, end);
  }

  function makesCommand(node: Node): boolean {
    return [...within(node)].some(
      (one) =>
        // Where a handler is registered, nothing is commanded yet.
        (isCommand(one, activities) && calledName(one) !== 'setHandler') ||
        (one.type === 'CallExpression' &&
          nodeIn(one, 'callee')?.type === 'Identifier' &&
          commanding.has(calledName(one) ?? '')),
    );
  }

  function wrapCommand(node: Node, where: string): void {
    const once = onlyOnce.has(calledName(node) ?? '');
    const number = add(where, `left out: ${brief(node)}`);
    if (!once) add(where, `made twice: ${brief(node)}`);
    const whole: Edit = {
      start: startOf(node),
      end: endOf(node),
      text: () =>
        `${library}.${once ? 'onlyCommand' : 'command'}(${number}, () => ${rendered(startOf(node), endOf(node), whole)})`,
    };
    edits.push(whole);
  }

  function wrapSent(node: Node, where: string): void {
    const number = add(where, `not sent: ${brief(node)}`);
    add(where, `sent twice: ${brief(node)}`);
    const whole: Edit = {
      start: startOf(node),
      end: endOf(node),
      text: () => `${library}.sent(${number}, ${rendered(startOf(node), endOf(node), whole)})`,
    };
    edits.push(whole);
  }

  /** What is begun side by side, in a list that `Promise.race` or `Promise.all` gets. */
  function orderElements(list: Node, where: string): void {
    const elements =
      (list['elements'] as ReadonlyArray<{ readonly spread: Node | null; readonly expression: Node }>) ?? [];
    if (elements.length < 2 || elements.filter(({ expression }) => makesCommand(expression)).length < 2) return;
    const texts = elements.map(({ expression }) => brief(expression));
    const numbers = texts.slice(1).map((text, index) => add(where, `swapped: ${texts[index]} | ${text}`));
    replace(startOf(list), endOf(list), () => {
      const thunks = elements.map(({ spread, expression }) => {
        const text = rendered(startOf(expression), endOf(expression));
        return `() => [${spread === null ? '' : '...'}${text}]`;
      });
      return `${library}.begun(${numbers[0]}, [${thunks.join(', ')}])`;
    });
  }

  /** Statements that follow each other, where both make commands. */
  function orderStatements(statements: readonly Node[], where: string): void {
    for (let index = 1; index < statements.length; index += 1) {
      const [one, other] = [statements[index - 1], statements[index]];
      if (one === undefined || other === undefined) continue;
      const movable = (node: Node): boolean => /^(Expression|If)Statement$/.test(node.type) && makesCommand(node);
      const returned = other.type === 'ReturnStatement' ? nodeIn(other, 'argument') : undefined;
      if (!movable(one) || !(movable(other) || (returned !== undefined && makesCommand(returned)))) continue;
      const number = add(where, `swapped: ${brief(one)} | ${brief(other)}`);
      replace(startOf(one), endOf(other), () => {
        const firstText = rendered(startOf(one), endOf(one));
        const otherText = rendered(startOf(other), endOf(other));
        const swapped =
          returned === undefined
            ? `${otherText} ${firstText}`
            : `const __made = ${rendered(startOf(returned), endOf(returned))}; ${firstText} return __made;`;
        return `if (${library}.swapped(${number})) { ${swapped} } else { ${firstText} ${otherText} }`;
      });
      index += 1;
    }
  }

  function mark(statements: readonly Node[], at: number, where: string, what: string): void {
    if (statements.length > 0) insert(at, ` ${library}.here(${add(where, `one more ${what}`)}); `);
  }

  /** A branch: a block, or a statement that stands alone. */
  function markBranch(branch: Node | undefined, where: string, what: string): void {
    if (branch === undefined) return;
    if (isBlock(branch)) return mark(nodesIn(branch, 'stmts'), startOf(branch) + 1, where, what);
    if (branch.type === 'IfStatement' && what.startsWith('else')) return;
    const number = add(where, `one more ${what}`);
    const whole: Edit = {
      start: startOf(branch),
      end: endOf(branch),
      text: () => `{ ${library}.here(${number}); ${rendered(startOf(branch), endOf(branch), whole)} }`,
    };
    edits.push(whole);
  }

  function markBranches(node: Node, where: string): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'MethodProperty': {
        const body = nodeIn(node, 'body');
        if (body !== undefined && isBlock(body)) markBranch(body, where, 'at the beginning');
        return;
      }
      case 'IfStatement': {
        const test = nodeIn(node, 'test');
        const text = test === undefined ? '' : brief(test);
        markBranch(nodeIn(node, 'consequent'), where, `where ${text}`);
        return markBranch(nodeIn(node, 'alternate'), where, `else of ${text}`);
      }
      case 'SwitchCase': {
        const statements = nodesIn(node, 'consequent');
        const [begin] = statements;
        const test = nodeIn(node, 'test');
        if (begin !== undefined) mark(statements, startOf(begin), where, `in case ${test ? brief(test) : 'default'}`);
        return;
      }
      case 'CatchClause':
        return markBranch(nodeIn(node, 'body'), where, 'where it fails');
      case 'ForStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
        return markBranch(nodeIn(node, 'body'), where, 'in the loop');
    }
  }

  /** Whether a command more is to be expected of a function: it makes some, or says what is sent, or what is permitted. */
  function mayCommand(node: Node): boolean {
    const returned = nodeIn(node, 'returnType');
    const type = returned === undefined ? '' : raw(startOf(returned), endOf(returned));
    if (file.includes('/transitions/')) return /Transition/.test(type);
    if (file.endsWith('/permits.ts')) return /Permits/.test(type);
    return node['async'] === true || /Promise/.test(type) || makesCommand(node);
  }

  function visit(node: Node, where: string, inDeciding: boolean): void {
    const named = namedHere(node);
    const place = named === undefined ? where : where === 'top' ? named : `${where}.${named}`;
    if (node.type === 'ImportDeclaration' || node.type.startsWith('Ts')) return visitTyped(node, place, inDeciding);
    // The outer comes first: of two edits of the same range the later one is inside.
    const decides = functions.has(node.type) ? mayCommand(node) : inDeciding;
    if (decides && hasBranches(file)) markBranches(node, place);
    // Transitions make no command themselves: what they send has an order of its own.
    if (isBlock(node) && !file.includes('/transitions/')) orderStatements(nodesIn(node, 'stmts'), place);
    if (node.type === 'CallExpression' && /^(race|all)$/.test(calledName(node) ?? '')) {
      const [list] = argumentsOf(node);
      if (list?.type === 'ArrayExpression') orderElements(list, place);
    }
    if (isCommand(node, activities)) wrapCommand(node, place);
    if (node.type === 'KeyValueProperty' && /^(notices|effects)$/.test(nameOf(nodeIn(node, 'key')) ?? '')) {
      const value = nodeIn(node, 'value');
      if (value !== undefined && sendsMore(value) && file.includes('/transitions/')) wrapSent(value, place);
    }
    for (const child of childrenOf(node)) visit(child, place, decides);
  }

  /** `x as T` has a type and a value. */
  function visitTyped(node: Node, where: string, inDeciding: boolean): void {
    const value = nodeIn(node, 'expression');
    if (value !== undefined) visit(value, where, inDeciding);
  }

  visit(module, 'top', false);
  // What is inserted comes before what begins there; the outer comes before the inner.
  const isInserted = ({ start, end }: Edit): number => (start === end ? 0 : 1);
  edits.sort((one, other) => one.start - other.start || isInserted(one) - isInserted(other) || other.end - one.end);
  const imports = `import * as ${library} from '${switchPath}'; `;
  return { source: mutants.length === 0 ? source : imports + rendered(0, bytes.length), mutants };
}

function namedHere(node: Node): string | undefined {
  if (node.type === 'FunctionDeclaration') return nameOf(nodeIn(node, 'identifier'));
  if (node.type === 'MethodProperty' || node.type === 'KeyValueProperty') {
    const value = node.type === 'MethodProperty' ? node : nodeIn(node, 'value');
    return functions.has(value?.type ?? '') ? nameOf(nodeIn(node, 'key')) : undefined;
  }
  if (node.type === 'VariableDeclarator' && functions.has(nodeIn(node, 'init')?.type ?? '')) {
    return nameOf(nodeIn(node, 'id'));
  }
  return undefined;
}

/** True for a list that is more than lists of other transitions. */
function sendsMore(value: Node): boolean {
  return [...within(value)].some(
    (node) =>
      node.type === 'CallExpression' ||
      (node.type === 'ArrayExpression' &&
        (node['elements'] as ReadonlyArray<{ readonly spread: unknown }>).some(({ spread }) => !spread)),
  );
}
