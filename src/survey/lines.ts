/** Logical lines of Python: what a statement spans when strings, brackets, comments and continuations are read over. */

import { endOfLine, endOfTriple, isStringAt } from "./ends.ts";

export interface Line {
  /** Of the statement's first character and behind its last one. */
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
  readonly lastLine: number;
  /** Columns; a tab goes to the next multiple of eight. */
  readonly indent: number;
  /** The word it begins with, or nothing. */
  readonly word: string;
  readonly isString: boolean;
  readonly isDecorator: boolean;
  /** Its last character is a colon. */
  readonly opens: boolean;
  /** A bracket is opened on it; a string on it begins with `-`. */
  readonly calls: boolean;
  readonly hasFlag: boolean;
}

export interface LogicalLines {
  readonly lines: Iterable<Line>;
  /** Physical lines; complete, as all below, when the lines were gone through. */
  count: number;
  broken?: { readonly line: number; readonly what: string };
  /** A character that only Python 2 has outside of strings. */
  odd?: { readonly line: number; readonly what: string };
}

const [NEWLINE, RETURN, SPACE, TAB, FEED, HASH, BACKSLASH, COLON, SEMICOLON] = [10, 13, 32, 9, 12, 35, 92, 58, 59];
const [QUOTE, DOUBLE, BACKTICK, LESS, MORE, MINUS] = [39, 34, 96, 60, 62, 45];
const isOpening = (char: number): boolean => char === 40 || char === 91 || char === 123;
const isClosing = (char: number): boolean => char === 41 || char === 93 || char === 125;
const isWord = (char: number): boolean =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === 95 || (char >= 48 && char <= 57) || char > 127;
/** Characters that mean something to the lexer; all others are walked over. */
const SPECIAL = new Uint8Array(128);
for (const char of [10, 32, 9, 13, 35, 92, 58, 59, 39, 34, 96, 60, 40, 91, 123, 41, 93, 125]) SPECIAL[char] = 1;
/** What the words begin with that anybody asks for. */
const INITIAL = new Uint8Array(128);
for (const char of "abcdefgilmnprtuwyRU") INITIAL[char.charCodeAt(0)] = 1;
/** Words whose colon may be followed by statements on the same line. */
const COMPOUND = new Set("if elif else for while try except finally with def class async match case".split(" "));
/** A statement after the colon, on the same line. */
const REST = /^[ \t]*[^\s#=\\]/;
/** A statement that begins so in the first column is no continuation: a bracket before it was never closed. */
const FRESH = /(?:def|class|import|from|async def|@\w)[ \w]/y;

/** Cuts a text into logical lines, one at a time. */
export function logicalLines(text: string): LogicalLines {
  const state: LogicalLines = { lines: [], count: 0 };
  (state as { lines: Iterable<Line> }).lines = cut(text, state);
  return state;
}

function* cut(text: string, state: LogicalLines): Generator<Line> {
  const size = text.length;
  const levels: number[] = [0];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let row = 1;
  /** Columns of what follows a semicolon, or the colon of a compound statement, on the same line. */
  let carried: number | undefined;
  const fault = (line: number, what: string): void => {
    state.broken ??= { line, what };
  };
  while (at < size) {
    let indent = 0;
    let char = text.charCodeAt(at);
    for (; char === SPACE || char === TAB || char === FEED; char = text.charCodeAt(++at)) {
      indent = char === TAB ? (indent | 7) + 1 : char === FEED ? 0 : indent + 1;
    }
    if (char === HASH) {
      at = endOfLine(text, at);
      char = text.charCodeAt(at);
    }
    if (char === RETURN) char = text.charCodeAt(++at);
    if (at >= size) break;
    if (char === NEWLINE) {
      at += 1;
      row += 1;
      carried = undefined;
      continue;
    }
    indent = carried ?? indent;
    carried = undefined;
    const start = at;
    const first = row;
    let word = at;
    while (word < size && isWord(text.charCodeAt(word))) word += 1;
    const name =
      word - start > 1 && word - start < 9 && INITIAL[text.charCodeAt(start)] === 1 ? text.slice(start, word) : "";
    const compound = name !== "" && COMPOUND.has(name);
    let depth = 0;
    let opened = 0;
    let end = at;
    let tail = 0;
    let calls = false;
    let hasFlag = false;
    scan: for (; at < size; at += 1) {
      char = text.charCodeAt(at);
      if (char > 127 || SPECIAL[char] === 0) {
        end = at + 1;
        tail = char;
        continue;
      }
      switch (char) {
        case SPACE:
        case TAB:
        case RETURN:
          continue;
        case QUOTE:
        case DOUBLE: {
          if (text.charCodeAt(at + 1) === MINUS) hasFlag = true;
          const triple = text.charCodeAt(at + 1) === char && text.charCodeAt(at + 2) === char;
          const begun = row;
          if (triple) {
            const closing = endOfTriple(text, at + 3, char);
            for (
              let inner = text.indexOf("\n", at);
              inner >= 0 && inner < closing;
              inner = text.indexOf("\n", inner + 1)
            )
              row += 1;
            at = closing;
            if (at >= size) fault(begun, "a string is not closed");
            break;
          }
          at += 1;
          for (; at < size; at += 1) {
            const inner = text.charCodeAt(at);
            if (inner === BACKSLASH) {
              at += 1;
              if (text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE) at += 1;
              if (text.charCodeAt(at) === NEWLINE) row += 1;
            } else if (inner === NEWLINE) {
              fault(begun, "a string is not closed");
              at -= 1;
              break;
            } else if (inner === char) break;
          }
          if (at >= size) fault(begun, "a string is not closed");
          break;
        }
        case HASH:
          at = endOfLine(text, at) - 1;
          continue;
        case BACKSLASH: {
          const next = text.charCodeAt(at + 1) === RETURN ? at + 2 : at + 1;
          if (text.charCodeAt(next) === NEWLINE) {
            at = next;
            row += 1;
            continue;
          }
          break;
        }
        case NEWLINE:
          if (depth === 0) break scan;
          row += 1;
          FRESH.lastIndex = at + 1;
          if (FRESH.test(text)) {
            fault(opened, "a bracket is not closed");
            row -= 1;
            break scan;
          }
          continue;
        case SEMICOLON:
          if (depth === 0) break scan;
          break;
        case COLON:
          if (depth === 0 && compound && REST.test(text.slice(at + 1, at + 80))) {
            end = at + 1;
            tail = COLON;
            break scan;
          }
          break;
        case BACKTICK:
          state.odd ??= { line: row, what: "backticks for repr()" };
          break;
        case LESS:
          if (text.charCodeAt(at + 1) === MORE) state.odd ??= { line: row, what: "the operator <>" };
          break;
        default:
          if (isOpening(char)) {
            if (depth === 0) opened = row;
            depth += 1;
            calls = true;
          } else if (isClosing(char)) {
            if (depth === 0) fault(row, "a bracket is closed that was never opened");
            else depth -= 1;
          }
      }
      end = at + 1;
      tail = char;
    }
    if (at >= size && depth > 0) fault(opened, "a bracket is not closed");
    const head = text.charCodeAt(start);
    const stop = text.charCodeAt(at);
    const last = row;
    if (stop === SEMICOLON || stop === COLON) {
      // Half a column: deeper than its owner, shallower than any block.
      carried = stop === COLON ? indent + 0.5 : indent;
      at += 1;
    } else {
      at += 1;
      if (stop === NEWLINE) row += 1;
    }
    if (!Number.isInteger(indent)) {
      // On its owner's line: no level of its own.
    } else if (indent > (levels.at(-1) ?? 0)) levels.push(indent);
    else {
      while (indent < (levels.at(-1) ?? 0)) levels.pop();
      if (indent !== levels.at(-1)) {
        fault(first, "its indentation fits no line above");
        levels.push(indent);
      }
    }
    yield {
      start,
      end,
      line: first,
      lastLine: last,
      indent,
      word: name,
      isString: isStringAt(text, start, word),
      isDecorator: head === 64,
      opens: tail === COLON,
      calls,
      hasFlag,
    };
  }
  state.count = text === "" ? 0 : text.charCodeAt(size - 1) === NEWLINE ? row - 1 : row;
}
