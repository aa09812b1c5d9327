import fc from "fast-check";

/** Texts that a careless reader would take for headers, comments or ends of strings. */
const traps = fc.constantFrom(
  "[project]",
  "[project.optional-dependencies]",
  "# no comment",
  "ml = []",
  "a = ]",
  "}{][",
  "optional-dependencies",
  "ü☃𝒳",
  'say "]" # = [x]',
  "x",
  "",
);

/** One line of TOML ends so in all of a file, or in most of it. */
export interface Shape {
  readonly ending: string;
  readonly indent: string;
}

const basic = traps.map((text) => JSON.stringify(text));
const literal = traps.map((text) => `'${text}'`);
const longs = (ending: string) =>
  fc
    .tuple(fc.constantFrom('"""', "'''"), fc.array(traps, { maxLength: 4 }), fc.constantFrom("", '"', "'", '\\"'))
    .map(([quote, lines, last]) => {
      const own = quote === "'''" ? (last === '\\"' ? "" : last) : last;
      return `${quote}${ending}${lines.join(ending)}${own}${quote}`;
    });
const plain = fc.constantFrom("1", "-0.5", "true", "1979-05-27T07:32:00Z", "1979-05-27", "07:32:00", "nan", "0x1F");
const comment = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: traps.map((text) => `  # ${text} ' " ''' """`) },
);

function value(shape: Shape, depth: number): fc.Arbitrary<string> {
  const scalar = fc.oneof(basic, literal, plain, longs(shape.ending));
  if (depth === 0) return scalar;
  const inner = value(shape, depth - 1);
  const short = fc.oneof(basic, literal, plain);
  return fc.oneof(
    { weight: 3, arbitrary: scalar },
    {
      weight: 1,
      arbitrary: fc.array(inner, { maxLength: 3 }).map((items) => `[ ${items.join(" , ")}]`),
    },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(inner, comment), { minLength: 1, maxLength: 4 })
        .map(
          (items) =>
            `[${shape.ending}${items.map(([item, said]) => `${shape.indent}${item},${said}${shape.ending}`).join("")}${shape.indent}]`,
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.constantFrom("a", "b.c", '"d e"', "'f#'"), {
          maxLength: 3,
        })
        .chain((keys) => fc.tuple(...keys.map((key) => short.map((one) => `${key} = ${one}`))))
        .map((pairs) => `{ ${pairs.join(", ")} }`),
    },
  );
}

/** Lines of pairs with keys of their own, comments and empty lines between them. */
function pairs(shape: Shape, keys: readonly string[], max = 4): fc.Arbitrary<string[]> {
  const line = (key: string): fc.Arbitrary<string[]> =>
    fc
      .tuple(
        value(shape, 2),
        comment,
        fc.constantFrom("", "", "# alone [x]", "\t"),
        fc.constantFrom(" = ", "=", "\t=  "),
      )
      .map(([one, said, before, equals]) => [
        ...(before === "" ? [] : [before.trim()]),
        `${shape.indent}${key}${equals}${one}${said}`,
      ]);
  return fc
    .shuffledSubarray([...keys], { maxLength: Math.min(max, keys.length) })
    .chain((chosen) => fc.tuple(...chosen.map(line)))
    .map((lines) => lines.flat());
}

const requirements = (shape: Shape): fc.Arbitrary<string> =>
  fc.constantFrom(
    '["pytest"]',
    "[]",
    "['a>=1', \"b[x] ; os_name == 'nt'\"]",
    `[${shape.ending}${shape.indent}"pytest", # [dev]${shape.ending}${shape.indent}'x'${shape.ending}]`,
  );

const extraNames = ["dev", '"d.ev"', "'test s'", "ml", "ML_models", "docs"];

/** The extras of a project, in one of the forms that TOML has for them. */
function extras(shape: Shape): fc.Arbitrary<{ readonly dotted: string[]; readonly table: string[] }> {
  const lines = (prefix: string) =>
    fc
      .uniqueArray(fc.constantFrom(...extraNames), { maxLength: 4 })
      .chain((names) =>
        fc.tuple(
          ...names.map((name) =>
            fc
              .tuple(requirements(shape), comment)
              .map(([one, said]) => `${shape.indent}${prefix}${name} = ${one}${said}`),
          ),
        ),
      );
  return fc.oneof<fc.Arbitrary<{ readonly dotted: string[]; readonly table: string[] }>[]>(
    fc.constant({ dotted: [], table: [] }),
    lines("optional-dependencies.").map((dotted) => ({ dotted, table: [] })),
    lines("").map((table) => ({
      dotted: [],
      table: ["[ project . 'optional-dependencies' ] # extras", ...table],
    })),
    fc.constantFrom("{}", "{ dev = ['x'] }").map((one) => ({
      dotted: [`optional-dependencies = ${one}`],
      table: [],
    })),
  );
}

/** A manifest that smol-toml can read, of everything that is hard about the format. */
export const manifest: fc.Arbitrary<string> = fc
  .record({
    ending: fc.constantFrom("\n", "\r\n"),
    indent: fc.constantFrom("", "", "  ", "\t"),
  })
  .chain((shape) => {
    const block = (header: string, keys: readonly string[], max?: number) =>
      fc.tuple(pairs(shape, keys, max), comment).map(([lines, said]) => [`${shape.indent}${header}${said}`, ...lines]);
    const keys = ["version", "dependencies", '"ke.y"', "'#x'", "a.b", "a.c.d", "scripts.x"];
    const other = fc.constantFrom(
      "[tool.ruff]",
      "[tool.'x.y'.z]",
      "[build-system]",
      "[dependency-groups]",
      "[[tool.many]]",
      "[project.urls]",
    );
    return fc
      .record({
        head: fc.constantFrom("", "", "\ufeff"),
        root: pairs(shape, ["x", "y.z"], 2),
        project: block("[project]", keys),
        extras: extras(shape),
        others: fc
          .uniqueArray(other, { maxLength: 4 })
          .chain((all) => fc.tuple(...all.map((one) => block(one, ["a", "b.c", "'d'"])))),
        at: fc.nat(),
        gaps: fc.array(fc.constantFrom("", "", "\n", "# between\n"), {
          minLength: 8,
          maxLength: 8,
        }),
        last: fc.boolean(),
      })
      .map(({ head, root, project, extras: { dotted, table }, others, at, gaps, last }) => {
        const blocks = [...others];
        blocks.splice(at % (blocks.length + 1), 0, [...project, ...dotted]);
        if (table.length > 0) blocks.splice((at >> 3) % (blocks.length + 1), 0, table);
        const lines = [root, ...blocks].flatMap((one, nth) => [...(gaps[nth] ?? "").split("\n").slice(0, -1), ...one]);
        return `${head}${lines.join(shape.ending)}${last ? shape.ending : ""}`;
      });
  });

/** A conda environment: comments, quotes and indentation of all kinds, with and without a list for pip. */
export const environment: fc.Arbitrary<string> = fc
  .record({
    ending: fc.constantFrom("\n", "\r\n"),
    head: fc.constantFrom("", "\ufeff", "# conda [x]: - y\n", "---\n"),
    before: fc.subarray(["name: 'x' # - a", "channels:\n- conda-forge", 'variables:\n  A: "b # c"']),
    behind: fc.subarray([
      "prefix: /opt/x",
      "# the end",
      "platforms: [linux-64]",
      "note: |\n  dependencies:\n    - pip:",
    ]),
    outer: fc.constantFrom("", "  ", "    "),
    inner: fc.constantFrom("  ", "    ", "      "),
    items: fc.array(
      fc.constantFrom(
        "python=3.12",
        "'numpy' # arrays: yes",
        '"scipy>=1"',
        "pip",
        "conda-forge::pip=24.*",
        "# alone",
        "",
      ),
      { maxLength: 6 },
    ),
    pip: fc.option(
      fc.array(fc.constantFrom("flask", "'django>=4' # web", "# alone", "", "-r requirements.txt", "--no-deps"), {
        minLength: 1,
        maxLength: 4,
      }),
    ),
    at: fc.nat(),
    last: fc.boolean(),
  })
  .map(({ ending, head, before, behind, outer, inner, items, pip, at, last }) => {
    const written = (indent: string, one: string): string =>
      one === "" || one.startsWith("#") ? indent.slice(0, one.length * 9) + one : `${indent}- ${one}`;
    const list = items.map((one) => written(outer, one));
    if (pip !== null)
      list.splice(at % (list.length + 1), 0, `${outer}- pip: # more`, ...pip.map((one) => written(outer + inner, one)));
    const text = [...before, "dependencies:", ...list, ...behind].join("\n");
    return (head + text + (last ? "\n" : "")).replaceAll("\n", ending);
  });
