/** `.ml-project/waivers.yaml`: findings that somebody answers for, until a day. Pure. */
import { parseDocument } from "yaml";
import { AnswerRefused } from "../errors.ts";
import { globbed } from "../packs/glob.ts";
import type { Finding } from "./judge.ts";

export const WAIVERS = ".ml-project/waivers.yaml";

interface Waiver {
  readonly policy: string;
  readonly path?: string;
  readonly because: string;
  /** The last day, as `2027-01-31`. */
  readonly until: string;
}

/** Reads them; whatever is none is refused. */
export function readWaivers(text: string): Waiver[] {
  const document = parseDocument(text, { merge: false, schema: "failsafe", logLevel: "error" });
  const list: unknown = document.errors.length > 0 ? undefined : (document.toJS({ maxAliasCount: 0 }) ?? []);
  const isWaiver = (one: unknown): one is Waiver => {
    const { policy, path, because, until } = (typeof one === "object" && one !== null ? one : {}) as Record<
      string,
      unknown
    >;
    return (
      typeof policy === "string" &&
      typeof because === "string" &&
      because.trim() !== "" &&
      typeof until === "string" &&
      /^\d{4}-\d\d-\d\d$/.test(until) &&
      !Number.isNaN(Date.parse(until)) &&
      (path === undefined || typeof path === "string")
    );
  };
  if (Array.isArray(list) && list.every(isWaiver)) return list;
  throw new AnswerRefused("type", {
    what: "The waivers can't be read",
    where: WAIVERS,
    fix: "Each has policy, because, until (as 2027-01-31), and path where it is for some files only.",
  });
}

/** What is left of the findings; and for each waiver that has run out, one more. */
export function waived(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  today: string,
): { readonly left: Finding[]; readonly waived: readonly Finding[] } {
  const covers = ({ policy, path }: Waiver, one: Finding): boolean =>
    policy === one.policy && (path === undefined || (one.path !== undefined && globbed(path).test(one.path)));
  const live = waivers.filter(({ until }) => until >= today);
  const over = waivers.filter((waiver) => waiver.until < today && findings.some((one) => covers(waiver, one)));
  const isWaived = (one: Finding): boolean => live.some((waiver) => covers(waiver, one));
  return {
    left: [
      ...findings.filter((one) => !isWaived(one)),
      ...over.map(
        ({ policy, because, until }): Finding => ({
          policy,
          owner: "you",
          severity: "error",
          path: WAIVERS,
          what: `The waiver of ${policy} ran out on ${until}`,
          because,
          fix: "Mend what it was for, or set another day for a reason that holds.",
        }),
      ),
    ],
    waived: findings.filter(isWaived),
  };
}
