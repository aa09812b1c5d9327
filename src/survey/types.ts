/** What a survey knows of a repository. All of it is read; nothing of the repository is imported or run. */

export type Encoding = "utf-8" | "utf-8 with BOM" | "utf-16" | "latin-1" | "cp1252" | "other";
export type LineEnding = "lf" | "crlf" | "cr" | "mixed" | "none";
export type Indentation = "spaces" | "tabs" | "mixed" | "none";

/** A place in a file, for people: `path:line`. */
export interface Spot {
  readonly path: string;
  readonly line: number;
}

export interface Finding extends Spot {
  readonly what: string;
}

/** A file that was not read, and why. */
export interface Passed {
  readonly path: string;
  readonly why: string;
}

/** How a text file is written, so that what is added to it is written like that. */
export interface TextShape {
  readonly encoding: Encoding;
  readonly ending: LineEnding;
  readonly indentation: Indentation;
  /** Columns of one level; 0 when nothing is indented. */
  readonly width: number;
  readonly finalNewline: boolean;
}

export interface PythonFunction {
  /** `Class.method`, `outer.inner`. */
  readonly name: string;
  readonly line: number;
  readonly lastLine: number;
  readonly docstring: boolean;
  /** As written between the brackets, on one line. */
  readonly parameters: string;
  readonly decorators: readonly string[];
  readonly inside: "module" | "class" | "function";
  /** It has an `assert`, or calls a method of that name. */
  readonly asserts: boolean;
}

export interface PythonClass {
  readonly name: string;
  readonly line: number;
  readonly docstring: boolean;
  readonly bases: string;
}

export interface PythonImport {
  /** Without the leading dots. */
  readonly module: string;
  readonly level: number;
  /** What is taken from it; empty for `import module`. */
  readonly names: readonly string[];
  readonly line: number;
  /** Done while the module is imported, not in a function. */
  readonly atImport: boolean;
  /** In a `try`: it may be missing. */
  readonly guarded: boolean;
}

/** A Python file as its lines tell it. */
export interface Skeleton {
  readonly lines: number;
  readonly docstring: boolean;
  readonly functions: readonly PythonFunction[];
  readonly classes: readonly PythonClass[];
  readonly imports: readonly PythonImport[];
  /** What happens when it is imported, besides definitions. */
  readonly effects: readonly { readonly line: number; readonly what: string }[];
  /** It has `if __name__ == "__main__":`. */
  readonly main: boolean;
  /** Flags it declares: `--rows`. */
  readonly flags: readonly string[];
  /** A sign of Python 2, which Python 3 does not parse. */
  readonly python2?: { readonly line: number; readonly what: string };
  /** Where it can't be read as any Python. */
  readonly broken?: { readonly line: number; readonly what: string };
}

export interface PythonFile {
  readonly path: string;
  readonly shape: TextShape;
  readonly skeleton: Skeleton;
  /** Its dotted name below its import root. */
  readonly module: string;
  readonly isTest: boolean;
}
