import type { CompletedCommand, CompletedFlag } from './completionTree.ts';

/** The shells that there is a completion for. */
export const completedShells = ['bash', 'zsh', 'fish'] as const;

/** One of {@link completedShells}. */
export type CompletedShell = (typeof completedShells)[number];

/** A command and the words that lead to it: `steward quarantine show`. */
interface Place {
  readonly path: string;
  readonly command: CompletedCommand;
}

/** Any other word would need quotes, which a list of words cannot have. */
const plainWord = /^[\w.:@%+-]+$/;

function placesIn(command: CompletedCommand, before: string): readonly Place[] {
  const path = before === '' ? command.name : `${before} ${command.name}`;
  return [{ path, command }, ...command.commands.flatMap((part) => placesIn(part, path))];
}

/** As POSIX shells and fish read it back: without a backslash, within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '’')}'`;
}

/** The first sentence of a description, which a list has room for. */
function short(description: string): string {
  return (/^.*?[.;](?= |$)|^.*/.exec(description)?.[0] ?? '').replace(/[.;]$/, '').slice(0, 100);
}

const plain = (words: readonly string[]): readonly string[] => words.filter((word) => plainWord.test(word));
const namesOf = (flags: readonly CompletedFlag[]): readonly string[] => plain(flags.flatMap(({ names }) => names));

/** The patterns of a `case` for flags after which a value stands, by the values that are known. */
function valued(places: readonly Place[]) {
  const all = places.flatMap(({ path, command }) =>
    command.flags.filter(({ takesValue }) => takesValue).map((flag) => ({ path, flag })),
  );
  const patterns = ({ path, flag }: (typeof all)[number]) => flag.names.map((name) => quoted(`${path} ${name}`));
  return {
    chosen: all
      .filter(({ flag }) => flag.values.length > 0)
      .map((one) => ({ pattern: patterns(one).join('|'), values: plain(one.flag.values).join(' ') })),
    free: all.filter(({ flag }) => flag.values.length === 0).map((one) => patterns(one).join('|')),
  };
}

const commandPaths = (places: readonly Place[]): readonly string[] => places.slice(1).map(({ path }) => quoted(path));

function bash(places: readonly Place[]): string {
  const { chosen, free } = valued(places);
  const offered = places.map(({ path, command }) => {
    const words = [
      ...plain(command.commands.map(({ name }) => name)),
      ...plain(command.values),
      ...namesOf(command.flags),
    ];
    return `    ${quoted(path)}) offered=${quoted(words.join(' '))} ;;`;
  });
  return [
    '# Completion of steward for bash, made by: steward completion bash',
    '_steward() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} here=steward offered= at',
    '  for ((at = 1; at < COMP_CWORD; at += 1)); do',
    '    case "$here ${COMP_WORDS[at]}" in',
    `      ${commandPaths(places).join('|')}) here+=" \${COMP_WORDS[at]}" ;;`,
    '    esac',
    '  done',
    '  # bash takes --flag=value apart.',
    '  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi',
    '  case "$here $before" in',
    ...chosen.map(({ pattern, values }) => `    ${pattern}) offered=${quoted(values)} ;;`),
    ...free.map((pattern) => `    ${pattern}) COMPREPLY=(); return ;;`),
    '    *) case "$here" in',
    ...offered,
    '    esac ;;',
    '  esac',
    '  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$word")',
    '}',
    'complete -o default -F _steward steward',
  ].join('\n');
}

/** `name:description`, in which a colon of either is escaped. */
function described(name: string, description: string): string {
  const escape = (text: string): string => text.replaceAll('’', "'").replaceAll(/[\\']/g, '’').replaceAll(':', '\\:');
  return `'${escape(name)}:${escape(short(description))}'`;
}

function zsh(places: readonly Place[]): string {
  const { chosen, free } = valued(places);
  const offered = places.map(({ path, command }) => {
    const words = command.commands.map(({ name, description }) => described(name, description));
    const values = plain(command.values).map((value) => quoted(value));
    const flags = command.flags.flatMap(({ names, description }) =>
      plain(names).map((name) => described(name, description)),
    );
    return `    (${quoted(path)}) offered=(${[...words, ...values].join(' ')}); flags=(${flags.join(' ')}) ;;`;
  });
  return [
    '#compdef steward',
    '# Completion of steward for zsh, made by: steward completion zsh',
    '_steward() {',
    '  local here=steward before=${words[CURRENT-1]} at',
    '  local -a offered flags',
    '  for ((at = 2; at < CURRENT; at += 1)); do',
    '    case "$here ${words[at]}" in',
    `      (${commandPaths(places).join('|')}) here+=" \${words[at]}" ;;`,
    '    esac',
    '  done',
    '  case "$here $before" in',
    ...chosen.map(({ pattern, values }) => `    (${pattern}) compadd -- ${values}; return ;;`),
    ...free.map((pattern) => `    (${pattern}) _files; return ;;`),
    '  esac',
    '  case "$here" in',
    ...offered,
    '  esac',
    '  if [[ $PREFIX == -* ]]; then _describe -o flag flags',
    '  elif (( $#offered )); then _describe command offered',
    '  else _files; fi',
    '}',
    'if [[ $funcstack[1] == _steward ]]; then _steward "$@"; else compdef _steward steward; fi',
  ].join('\n');
}

function fishFlag({ names, description, takesValue, values }: CompletedFlag): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = values.length > 0 ? ` -x -a ${quoted(plain(values).join(' '))}` : takesValue ? ' -r -F' : ' -f';
  return `${words.join(' ')}${value} -d ${quoted(short(description))}`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, command }) => {
    const at = `complete -c steward -n "__steward_at ${quoted(path)}"`;
    return [
      ...command.commands.map(
        ({ name, description }) => `${at} -f -a ${quoted(name)} -d ${quoted(short(description))}`,
      ),
      ...(command.values.length === 0 ? [] : [`${at} -f -a ${quoted(plain(command.values).join(' '))}`]),
      ...command.flags.map((flag) => `${at} ${fishFlag(flag)}`),
    ];
  });
  return [
    '# Completion of steward for fish, made by: steward completion fish',
    'function __steward_at',
    '  set -l here steward',
    '  set -l typed (commandline -opc)',
    '  set -e typed[1]',
    '  for word in $typed',
    '    switch "$here $word"',
    `      case ${commandPaths(places).join(' ')}`,
    '        set here "$here $word"',
    '    end',
    '  end',
    '  test "$here" = "$argv[1]"',
    'end',
    'complete -c steward -e',
    ...lines,
  ].join('\n');
}

const scripts = { bash, zsh, fish } as const;

/** The script by which a shell completes the command: its commands, flags and the values of choices. */
export function completionScript(shell: CompletedShell, program: CompletedCommand): string {
  return scripts[shell](placesIn(program, ''));
}
