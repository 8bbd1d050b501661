import type { FastifyInstance } from 'fastify';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** One change: a row as it is from now on, a row that is gone, or a table that is empty. */
type Change = readonly [table: string] | readonly [table: string, key: string, row?: unknown];

/** Rows by key, in the order in which they came. Each change of them is noted in the journal that gave the table. */
export class Table<Row> {
  readonly #name: string;
  readonly #rows: Map<string, Row>;
  readonly #note: (change: Change) => void;

  constructor(name: string, rows: Map<string, Row>, note: (change: Change) => void) {
    this.#name = name;
    this.#rows = rows;
    this.#note = note;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** Keeps a row, of JSON only. One that is changed in place is set again. */
  set(key: string, row: Row): void {
    this.#rows.set(key, row);
    this.#note([this.#name, key, row]);
  }

  delete(key: string): void {
    if (this.#rows.delete(key)) this.#note([this.#name, key]);
  }

  clear(): void {
    this.#rows.clear();
    this.#note([this.#name]);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, Row]> {
    return this.#rows.entries();
  }
}

const CHUNK_BYTES = 1024 * 1024;
const LINE_END = 0x0a;

/**
 * The state of a simulator in a file, so that it outlasts a SIGKILL: lines of JSON, each with the changes of one step,
 * which are there all or not at all. A step is what runs without a pause: it is written at its end, and by `commit` before
 * an answer goes out. The system's buffers are trusted; a machine that loses power may lose lines.
 */
export class Journal {
  readonly #read = new Map<string, Map<string, unknown>>();
  readonly #pending = new Map<string, Change>();
  #file: number | undefined;
  /** Bytes of whole lines in the file. */
  #size = 0;

  /**
   * Opens the file, made where it is missing and readable by its owner only; without one, the state lives in memory. A last
   * line that was cut short is cut off: the step was not answered.
   * @param kind whose state it is. @throws Error where the file holds another's, or no state at all
   */
  constructor(kind: string, file: string | undefined) {
    if (file === undefined) return;
    this.#file = openSync(file, 'a+', 0o600);
    const header = JSON.stringify([['journal', kind, 1]]);
    const end = eachLine(this.#file, (line, index) => {
      if (index === 0 && line !== header) throw new Error(`${file} does not hold the state of ${kind}`);
      if (index > 0) this.#apply(line);
    });
    if (end === 0 && !header.startsWith(beginOf(this.#file, header.length + 1))) {
      throw new Error(`${file} does not hold the state of ${kind}`);
    }
    ftruncateSync(this.#file, end);
    this.#size = end;
    if (end === 0) this.#append(this.#file, `${header}\n`);
  }

  /** The table of that name, with the rows that were read; asked for once. The rows are of the shape they were set with. */
  table<Row>(name: string): Table<Row> {
    const rows = this.#read.get(name) as Map<string, Row> | undefined;
    this.#read.delete(name);
    return new Table(name, rows ?? new Map<string, Row>(), (change) => this.#note(change));
  }

  /** Writes the changes of this step now. @throws where they cannot be written, as on a full disk: the next call writes them too */
  commit(): void {
    if (this.#pending.size === 0) return;
    const line = JSON.stringify([...this.#pending.values()]);
    if (this.#file !== undefined) this.#append(this.#file, `${line}\n`);
    this.#pending.clear();
  }

  /** Writes what is left; later changes are kept in memory only. */
  close(): void {
    this.commit();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** All of a line, or nothing: behind half of one, no later line could be read. */
  #append(file: number, line: string): void {
    try {
      writeWhole(file, line);
    } catch (error) {
      ftruncateSync(file, this.#size);
      throw error;
    }
    this.#size += Buffer.byteLength(line);
  }

  #note(change: Change): void {
    if (this.#file === undefined) return;
    if (this.#pending.size === 0) queueMicrotask(() => this.commit());
    const [table, key] = change;
    const place = `${table}\n`;
    if (key !== undefined) {
      this.#pending.set(`${place}${key}`, change);
      return;
    }
    for (const earlier of this.#pending.keys()) if (earlier.startsWith(place)) this.#pending.delete(earlier);
    this.#pending.set(place, change);
  }

  #apply(line: string): void {
    for (const [table, ...change] of JSON.parse(line) as Change[]) {
      const rows = this.#read.get(table) ?? new Map<string, unknown>();
      this.#read.set(table, rows);
      const [key, row] = change;
      if (key === undefined) rows.clear();
      else if (change.length === 1) rows.delete(key);
      else rows.set(key, row);
    }
  }
}

/** No answer of the server goes out before what it says is in the journal. */
export function keepBeforeAnswers(server: FastifyInstance, journal: Journal): void {
  server.addHook('onSend', (_request, _reply, _payload, done) => {
    journal.commit();
    done();
  });
}

/** The first bytes of a file as text. */
function beginOf(file: number, bytes: number): string {
  const begin = Buffer.alloc(bytes);
  return begin.toString('utf8', 0, readSync(file, begin, 0, bytes, 0));
}

function writeWhole(file: number, text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSync(file, left));
}

/** Reads the whole lines of a file; gives the bytes that they take, with which what is behind them can be cut off. */
function eachLine(file: number, take: (line: string, index: number) => void): number {
  const size = fstatSync(file).size;
  let rest: Buffer = Buffer.alloc(0);
  let taken = 0;
  let index = 0;
  for (let at = 0; at < size;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const bytes = readSync(file, chunk, 0, CHUNK_BYTES, at);
    if (bytes === 0) break;
    at += bytes;
    rest = Buffer.concat([rest, chunk.subarray(0, bytes)]);
    let from = 0;
    for (let end = rest.indexOf(LINE_END); end >= 0; end = rest.indexOf(LINE_END, from)) {
      take(rest.toString('utf8', from, end), index);
      index += 1;
      from = end + 1;
    }
    taken += from;
    rest = rest.subarray(from);
  }
  return taken;
}
