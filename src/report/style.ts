/** Colours by meaning, or none. Pure. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

const paint =
  (on: boolean, open: number, close: number) =>
  (text: string): string =>
    on ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export function style(colour: boolean): Style {
  return {
    bold: paint(colour, 1, 22),
    dim: paint(colour, 2, 22),
    good: paint(colour, 32, 39),
    bad: paint(colour, 31, 39),
    warn: paint(colour, 33, 39),
  };
}

/** `NO_COLOR` (any value but empty) and `--no-color` win; else colour where a terminal reads it. */
export function wantsColour(flag: boolean, env: NodeJS.ProcessEnv, terminal: boolean): boolean {
  return flag && !env.NO_COLOR && env.TERM !== "dumb" && terminal;
}
