/** The tests as plain pytest, and the values that lie beside them. Pure. */
import { createHash } from "node:crypto";
import type { TreeFile } from "../types.ts";
import { callText } from "./judge.ts";
import type { Judged, Raised } from "./types.ts";

export interface Place {
  /** The test file, from the top of the repository. */
  readonly path: string;
  /** The folder to import from, from the top; empty for the top. */
  readonly root: string;
  readonly module: string;
  readonly python: string;
}

const OWNER = "characterize";
const SEAL = "# create-ml-project characterize, sha256 ";
/** Longer values are put beside the test. */
const LONG = 1500;

const file = (text: string | Buffer): TreeFile => ({ bytes: Buffer.from(text), mode: 0o644, owner: OWNER });
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Whether a file is as it was emitted. */
export function isUntouched(text: string): boolean {
  const at = text.lastIndexOf(SEAL);
  return at >= 0 && text.slice(at + SEAL.length).trim() === sha256(text.slice(0, at));
}

/** Makes the files of one module. */
export function emit(functions: readonly Judged[], { path, root, module, python }: Place): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  const folder = path.replace(/\.py$/, "");
  const imports = new Set(["sys", "pathlib", "pytest", module]);
  const bodies: string[] = [];
  let [long, arrays, frames, yields] = [false, false, false, false];
  for (const { name, pinned } of functions) {
    pinned.forEach(({ text, error }, at) => {
      const id = `${name.replaceAll(".", "_")}_${at + 1}`;
      for (const one of [...text.imports, ...(error?.module ? [error.module] : [])]) imports.add(one);
      const beside = text.files.map(({ end, content }, number) => {
        const place = `${id}_${number + 1}.${end}`;
        files.set(`${folder}/${place}`, file(end === "npy" ? Buffer.from(content, "base64") : content));
        if (end === "npy") arrays = true;
        else frames = true;
        return place;
      });
      let extra = 0;
      const say = (value: string): string => {
        const filled = value.replace(
          /(array_of|frame_of)\(<(\d+)>/g,
          (_, call: string, number: string) => `${call}("${beside[Number(number)] ?? ""}"`,
        );
        const literal =
          !/\b(?:array_of|frame_of|float\(|datetime\.|decimal\.|fractions\.|uuid\.|numpy\.|frozenset|set\()/.test(
            filled,
          );
        if (filled.length < LONG || !literal) return filled;
        long = true;
        extra += 1;
        const place = `${id}_value_${extra}.txt`;
        files.set(`${folder}/${place}`, file(`${filled}\n`));
        return `value_of("${place}")`;
      };
      const lines: string[] = [];
      const passed = (words: readonly (readonly [key: string, value: string])[]): string =>
        words.map(([key, value]) => `${/^\d+$/.test(key) ? "" : `${key}=`}${value}`).join(", ");
      const given = [
        ...text.args.map((value, number) => [String(number), `a${number + 1}`, value] as const),
        ...Object.entries(text.named).map(([key, value]) => [key, `its_${key}`, value] as const),
      ];
      const words = given.map(([key, variable, value]) => {
        const changed = text.after[key] !== undefined;
        if (changed) lines.push(`${variable} = ${say(value)}`);
        return [key, changed ? variable : say(value)] as const;
      });
      const dot = name.lastIndexOf(".");
      if (text.made !== null) {
        const made = [...Object.entries(text.made.args), ...Object.entries(text.made.named)];
        lines.push(`it = ${module}.${name.slice(0, dot)}(${passed(made.map(([key, value]) => [key, say(value)]))})`);
      }
      let call = `${text.made === null ? `${module}.${name}` : `it${name.slice(dot)}`}(${passed(words)})`;
      for (const how of text.how) {
        call = how === "awaited" ? `asyncio.run(${call})` : `first_of(${call})`;
        imports.add(how === "awaited" ? "asyncio" : "itertools");
        if (how === "listed") yields = true;
      }
      if (error === undefined) lines.push(`result = ${call}`, `assert_same(result, ${say(text.result ?? "None")})`);
      else lines.push(...raising(call, error));
      for (const [key, variable] of given) {
        const after = text.after[key];
        if (after !== undefined) lines.push(`assert_same(${variable}, ${say(after)})  # it changes its argument`);
      }
      for (const [attribute, value] of Object.entries(text.state))
        lines.push(`assert_same(it.${attribute}, ${say(value)})  # it changes its object`);
      const shown = callText(name, text, "").replace(/\s+/g, " ");
      const says = `${shown.slice(0, 90)}${shown.length > 90 ? " …" : ""}`;
      bodies.push(`def test_${id}():\n    # ${says}\n${lines.map((line) => `    ${line}\n`).join("")}`);
    });
  }
  const up = path.split("/").length - 1;
  const plain = [...imports].filter((one) => one !== "sys" && one !== "pathlib" && one !== "pytest" && one !== module);
  const helpers = [
    SAME,
    ...(long
      ? ['def value_of(name):\n    return ast.literal_eval((BESIDE / name).read_text(encoding="utf-8"))\n']
      : []),
    ...(arrays ? ["def array_of(name):\n    return numpy.load(BESIDE / name, allow_pickle=False)\n"] : []),
    ...(frames ? [FRAME] : []),
    ...(yields ? [FIRST] : []),
  ];
  const top = [
    `"""What ${module} does, as it was recorded with Python ${python}: golden values, with every quirk as it is.`,
    "",
    "They say what the code did, not what it should do. Floats may differ by 1e-9 of their size",
    "(pytest.approx); everything else has to be the same, its type too. Recorded anew with:",
    "create-ml-project characterize",
    '"""',
    "",
    ...["pathlib", "sys", ...(long ? ["ast"] : []), ...plain.filter((one) => STANDARD.has(one))]
      .sort()
      .map((one) => `import ${one}`),
    "",
    ...["pytest", ...plain.filter((one) => !STANDARD.has(one))].sort().map((one) => `import ${one}`),
    "",
    `ROOT = pathlib.Path(__file__).resolve().parents[${up}]`,
    ...(long || arrays || frames ? ['BESIDE = pathlib.Path(__file__).with_suffix("")'] : []),
    `sys.path.insert(0, str(ROOT${root === "" ? "" : ` / ${JSON.stringify(root)}`}))`,
    "",
    `import ${module}  # noqa: E402`,
    "",
    "",
  ];
  const body = `${top.join("\n")}${[...helpers, ...bodies].join("\n\n")}`;
  files.set(path, file(`${body}\n\n${SEAL}${sha256(`${body}\n\n`)}\n`));
  return files;
}

const STANDARD = new Set(["asyncio", "datetime", "decimal", "fractions", "itertools", "uuid"]);

function raising(call: string, { module, name, text }: Raised): string[] {
  const kind = module === "" ? name : `${module}.${name}`;
  return [
    `with pytest.raises(${kind}) as caught:`,
    `    ${call}`,
    `assert type(caught.value) is ${kind}`,
    `assert str(caught.value) == ${pythonText(text)}`,
  ];
}

/** A text as Python writes it; what JSON escapes, Python reads the same. */
export const pythonText = (text: string): string =>
  JSON.stringify(text)
    .replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replace(/\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}/g, (pair) => JSON.parse(`"${pair}"`) as string);

const SAME = `def assert_same(actual, expected):
    assert type(actual) is type(expected)
    if isinstance(expected, float):
        assert actual == pytest.approx(expected, rel=1e-9, abs=0, nan_ok=True)
    elif isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected):
            assert_same(one, other)
    elif isinstance(expected, dict):
        assert list(actual) == list(expected)
        for key in expected:
            assert_same(actual[key], expected[key])
    elif type(expected).__module__.split(".")[0] == "numpy" and hasattr(expected, "dtype"):
        assert actual.dtype == expected.dtype and actual.shape == expected.shape
        if expected.dtype.kind in "fc":
            assert actual == pytest.approx(expected, rel=1e-9, abs=0, nan_ok=True)
        else:
            assert (actual == expected).all()
    elif type(expected).__module__.split(".")[0] == "pandas":
        testing = sys.modules["pandas"].testing
        check = testing.assert_frame_equal if expected.ndim == 2 else testing.assert_series_equal
        check(actual, expected, rtol=1e-9, atol=0, check_index_type=False, check_names=False)
    else:
        assert actual == expected
`;

const FRAME = `def frame_of(name, types, index):
    times = [column for column, kind in types.items() if kind.startswith("datetime64")]
    plain = {column: kind for column, kind in types.items() if column not in times}
    frame = pandas.read_csv(BESIDE / name, dtype=plain, parse_dates=times, float_precision="round_trip")
    frame = frame.astype(types)
    frame.index = index
    return frame
`;

const FIRST = `def first_of(values):
    assert type(values).__name__ == "generator"
    return list(itertools.islice(values, 100))  # some have no end
`;
