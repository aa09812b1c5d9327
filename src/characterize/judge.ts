/** Which cases hold from run to run, and may be written down. Pure. */
import { secretsIn } from "../survey/secrets.ts";
import type { CaseText, Judged, Told, ToldCase } from "./types.ts";

const HIDDEN = "(not shown: it may hold a secret or personal data)";

/** What looks like somebody's own: addresses of examples are nobody's. */
const PERSONAL: readonly (readonly [RegExp, string])[] = [
  [
    /[\w.+-]+@(?!(?:[\w-]+\.)*example\.(?:com|org|net)\b)[\w-]+(?:\.[\w-]+)*\.(?!(?:test|invalid|example)\b)[A-Za-z]{2,}\b/,
    "an e-mail address",
  ],
  [/\b\d{3}-\d{2}-\d{4}\b/, "a social security number"],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/, "a bank account"],
  [/(?:\+\d{1,3}[ -]?|\b0)\(?\d{2,4}\)?[ -]\d{3,4}[ -]?\d{3,5}\b/, "a telephone number"],
];

/** Groups of digits, of which some look like a telephone's. */
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/** What must not be written down, if there is any. */
export function privateIn(written: string): string | undefined {
  const secret = secretsIn("", written)[0]?.what;
  if (secret !== undefined) return secret;
  const text = written.replace(UUID, "");
  for (const [number] of text.matchAll(/\b\d(?:[ -]?\d){12,18}\b/g)) if (luhn(number)) return "a card number";
  return PERSONAL.find(([rule]) => rule.test(text))?.[1];
}

function luhn(number: string): boolean {
  const digits = [...number.replace(/\D/g, "")].map(Number).reverse();
  if (!/^[3-6]/.test(number)) return false;
  const sum = digits.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}

type Words = Pick<CaseText, "args" | "named">;
const wordsOf = ({ args, named }: Words): string =>
  [...args, ...Object.entries(named).map(([key, value]) => `${key}=${value}`)].join(", ");

/** A call as it is written in Python: of a method with its object. */
export function callText(name: string, text: CaseText | undefined, typed: string): string {
  if (text === undefined) return `${name}(${typed})`;
  const dot = name.lastIndexOf(".");
  return text.made === null
    ? `${name}(${wordsOf(text)})`
    : `${name.slice(0, dot)}(${wordsOf(text.made)})${name.slice(dot)}(${wordsOf(text)})`;
}

/** A run under other circumstances, and what it means when that gives something else. */
export interface Again {
  readonly told: Told;
  readonly why: string;
  /** It is about what calls leave behind, so it speaks of all of a function's cases. */
  readonly ties?: true;
}

const core = ({ result, after, state, error }: ToldCase): string => JSON.stringify([result, after, state, error]);

function differsIn(told: Told, name: string, at: number, one: ToldCase): boolean {
  const same = told.functions[name]?.cases[at];
  return same === undefined || core(same) !== core(one);
}

/**
 * Compares runs.
 *
 * @param others the first that differs names the reason
 * @param recorded what a real run gave, by function and case, where there was one
 */
export function judge(
  first: Told,
  others: readonly Again[],
  recorded: Readonly<Record<string, readonly string[]>>,
): Judged[] {
  return Object.entries(first.functions).map(([name, { cases, doc }]) => {
    const pinned: (ToldCase & { text: CaseText })[] = [];
    const open: { call: string; why: string[] }[] = [];
    // What one case leaves behind another one finds: with cases left out, none of them is sure.
    const tied = others.some(
      ({ ties, told }) => ties === true && cases.some((one, at) => differsIn(told, name, at, one)),
    );
    cases.forEach((one, at) => {
      const why = [
        ...one.unpinned,
        ...first.environment.map((key) => `its module reads the variable ${key} at import`),
      ];
      const differs = others.find(({ told }) => differsIn(told, name, at, one));
      if (differs !== undefined) why.push(differs.why);
      else if (tied) why.push("it depends on calls that went before, in another case");
      const real = recorded[name]?.[at];
      if (real !== undefined && real !== outcome(one))
        why.push("the real run gave something else: it depends on more than its arguments");
      const text = JSON.stringify([one.text, one.error?.text]).replaceAll('\\"', '"');
      const secret = privateIn(callText(name, one.text, "")) ?? privateIn(one.text?.result ?? "") ?? privateIn(text);
      if (secret !== undefined) why.push(`it holds ${secret}`);
      if (why.length === 0 && one.text !== undefined) pinned.push({ ...one, text: one.text });
      else
        open.push({
          call: secret === undefined ? callText(name, one.text, "…") : `${name}(…) ${HIDDEN}`,
          why: [...new Set(why)],
        });
    });
    return { name, doc, pinned, open };
  });
}

/** Of a call what a real run gives, too. */
export const outcome = ({ result, error }: Pick<ToldCase, "result" | "error">): string =>
  JSON.stringify([result ?? null, error ?? null]);
