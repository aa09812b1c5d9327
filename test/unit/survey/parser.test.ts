import { beforeAll, describe, expect, it } from "vitest";
import { type Parsed, parserOfPython } from "../../../src/survey/parser.ts";

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await parserOfPython();
});

describe("where a file breaks, and why", () => {
  it.each([
    ["a = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> x\n", 2, "a merge conflict was left in it"],
    ["%matplotlib inline\nimport os\n", 1, "a command of IPython, not of Python"],
    ["import os\n!pip install x\n", 2, "a command of IPython, not of Python"],
    ["import {{ name }}\n", 1, "a placeholder of a template"],
    ["x = 1\ndef f()\n    return 1\n", 2, "a colon is missing"],
    ["if a = b:\n    pass\n", 1, "= where == is meant"],
    ["import os\nx = = 'secret'\n", 2, "this is no statement: x = = …"],
  ])("%j", (text, line, what) => expect(parse(`${text}\ndef later(): pass\n`).broken).toEqual({ line, what }));

  it.each([
    ["import os\nos.chmod(p, 0755)\n", 2, "the number 0755"],
    ["x = 10L\n", 1, "the number 10L"],
    ["def f(a,\n      (b, c)):\n    pass\n", 2, "a parameter in brackets"],
  ])("%j is Python 2", (text, line, what) => expect(parse(text).python2).toEqual({ line, what }));

  it.each([
    "x = '0755 10L'  # 0755\ny = 0o755 + 00 + 0 + 1_000 + 0x10\nz = 007.5 + 1e05\n",
    "def f(a=(1, 2)): pass\ndef g(b: Callable[[int], (int, str)]): pass\n",
    "match x:\n    case {'a': 1, **rest} if rest:\n        pass\ntype X[T] = list[T]\n",
    "x = f'{a!r:>{w}} {f\"{b}\"}'\ntry:\n    pass\nexcept* E:\n    pass\ngenerator = lambda: (yield)\n",
  ])("%j is Python 3", (text) => expect(parse(text)).toEqual({ effects: [] }));
});

it("tells what runs at import, and only that", () => {
  const { effects, broken } = parse(`import os
def f(rows=3, when=datetime.now(), *, path: str = open("x")):
    open("y")
later = lambda: open("z")
class A(B):
    settings = open("settings").read()
    def g(self):
        os.system("x")
if __name__ == "__main__":
    os.system("main")
else:
    connect("dsn")
if TYPE_CHECKING:
    connect()
try:
    import fast
except ImportError:
    os.system("make fast")
with open("a") as file, open("b"):
    pass
for row in read_csv("c"):
    print(row)
@app.route("/")
def page(): pass
@cached(os.environ["HOME"])
def home(): pass
"a string with open()"
names = ["open()"]
`);
  expect(broken).toBeUndefined();
  expect(effects).toEqual([
    { line: 2, what: "reads the clock, once for all calls: when=datetime.now()" },
    { line: 2, what: "opens a file, once for all calls: path: str = open(…)" },
    { line: 6, what: "opens a file: settings = open(…).read()" },
    { line: 12, what: "connects to a database: connect(…)" },
    { line: 18, what: "starts a program: os.system(…)" },
    { line: 19, what: "opens a file: open(…) as file" },
    { line: 19, what: "opens a file: open(…)" },
    { line: 21, what: "opens a file: read_csv(…)" },
    { line: 22, what: "calls print(row)" },
    { line: 25, what: "reads the environment: @cached(os.environ[…])" },
  ]);
});
