/** What single statements of Python tell: a sign of Python 2, something done at import, flags of a command. Pure. */
import type { Line } from "./lines.ts";

type Statement = () => string;

/** Flags that a statement declares, as `argparse`, `click`, `typer` and `optparse` do. */
export function flagsIn(statement: string): string[] {
  return [...statement.matchAll(/["'](--?[A-Za-z][\w-]*)(?:\/--[\w-]+)?["']/g)].map(([, flag = ""]) => flag);
}

/** Whether an `if` asks for being the program: its body does not run at import. */
export function namesMain(statement: string): boolean {
  return /__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__/.test(statement);
}

const OLD = new Set(["print", "exec", "except", "raise", "ur", "UR"]);

/** Whether a statement may be one of Python 2: a quick look before {@link signOfPython2}. */
export function isOld(word: string, { isString }: Line): boolean {
  return OLD.has(word) && (isString || word.length > 2);
}

/** What Python 3 does not parse. */
export function signOfPython2(
  word: string,
  text: string,
  { line, isString }: Line,
): { line: number; what: string } | undefined {
  if (word === "print" && /^print(?:\s*>>|\s+(?![=(.,:[)]|(?:in|is|and|or|if|not|for)\b)\S)/.test(text))
    return { line, what: "a print statement" };
  if (word === "exec" && /^exec\s+["'\w]/.test(text)) return { line, what: "an exec statement" };
  if (word === "except" && /^except\s+(?:[\w.]+|\([^()]*\))\s*,\s*\w+\s*:/.test(text))
    return { line, what: "except X, error" };
  if (word === "raise" && /^raise\s+[\w.]+\s*,/.test(text)) return { line, what: "raise X, message" };
  return isString ? { line, what: 'ur"…"' } : undefined;
}

/** Words that begin no expression. */
const QUIET = new Set(
  "import from def class if elif else for while try except finally with return pass raise global nonlocal del async assert print exec lambda yield break continue type match case".split(
    " ",
  ),
);
/** Calls without consequences for anybody else, and those that are what such a module is for. */
const HARMLESS =
  /^(?:__all__\.|warnings\.|typing\.|pytest\.|logging\.getLogger|logger\.(?:debug|addHandler)|register\b|setup\(|setuptools\.|urlpatterns|admin\.site\.|sys\.exit\()/;
/** What reaches out of the module: files, network, processes, databases, the clock, chance, the environment. */
const REACHING = [
  [
    /\bopen\s*\(|\.open\s*\(|\.read_text\s*\(|\bread_(?:csv|excel|parquet|pickle|json|table)\s*\(|\bload\s*\(|\.load\s*\(/,
    "opens a file",
  ],
  [
    /\b(?:requests|httpx|urllib\d?(?:\.request)?)\.\w+\s*\(|\burlopen\s*\(|\bsocket\.\w+\s*\(|\bboto3\./,
    "uses the network",
  ],
  [/\bconnect\s*\(|\bcreate_engine\s*\(|\bMongoClient\s*\(|\bread_sql\w*\s*\(/, "connects to a database"],
  [/\bsubprocess\.|\bos\.system\s*\(|\bos\.popen\s*\(/, "starts a program"],
  [/\bos\.(?:chdir|mkdir|makedirs|remove|umask|putenv)\b/, "changes folders or files"],
  [
    /\bos\.environ\[[^\]]*\]\s*=|\bos\.environ\.(?:update|setdefault)\b|\bsys\.path\.(?:insert|append)|\bsys\.path\s*=/,
    "changes the process",
  ],
  [/\bos\.environ\b|\bos\.getenv\s*\(/, "reads the environment"],
  [/\bsys\.argv\b|\bparse_args\s*\(|\binput\s*\(/, "reads the command line"],
  [/\bdatetime\.(?:now|today|utcnow)\s*\(|\bdate\.today\s*\(|\btime\.time\s*\(/, "reads the clock"],
  [/\brandom\.(?!RandomState|default_rng|seed)\w+\s*\(|\brandom\.seed\s*\(/, "uses chance"],
] as const;

/** What a statement at the level of a module does at import; nothing when it only defines. */
export function effectOf(word: string, statement: Statement, { calls, isString, opens }: Line): string | undefined {
  if (isString || (opens && word !== "with" && word !== "for" && word !== "while" && word !== "if")) return undefined;
  const prints = word === "print" || word === "exec";
  if (!calls && !prints) return undefined;
  if (QUIET.has(word) && !prints && !opens) return undefined;
  const text = statement();
  const code = text.replace(/#.*$/gm, "").replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '""');
  if (!opens) return doneBy(code, text);
  const reach = reachOf(code);
  return reach && `${reach}: ${shown(text)}`;
}

/** What code without its strings reaches out for. */
export function reachOf(code: string): string | undefined {
  return REACHING.find(([rule]) => rule.test(code))?.[1];
}

/** What a whole statement of a module does, `code` being what of it is run, without its strings. */
export function doneBy(code: string, text: string): string | undefined {
  const reach = reachOf(code);
  if (reach !== undefined) return `${reach}: ${shown(text)}`;
  return /^(?:print\b|exec\b|[\w.]+\s*\()/.test(code) && !HARMLESS.test(code) ? `calls ${shown(text)}` : undefined;
}

/** Enough to find it again, without the values that stand in it. */
export function shown(text: string): string {
  const plain = text.replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, "…").replace(/\s+/g, " ");
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}
