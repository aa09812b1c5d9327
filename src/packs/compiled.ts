import type { TableDriver } from "../database/driver.ts";
import { mayHoldTokens } from "../shared/tokens.ts";
import type { Ahead, DocNode, Group, Option, Pack, PackFile, PackFiles, Prepared, Prose, Ready } from "../types.ts";

/**
 * A pack in one file: the length of an index, the index in JSON, and behind it everything else, each at a place that is
 * named in front of it. What is not asked for is neither copied nor decoded, so options that are not chosen cost nothing.
 */
const HEAD = 4;

/** Where something is, and how many bytes it has. */
type Slice = readonly [at: number, length: number];

/** A file: `x` when it may be run, `t` when tokens may stand in it, `p` what loading made of it, `h` with values in it. */
interface CompiledFile {
  readonly id: number;
  readonly b: Slice;
  readonly x?: 1;
  readonly t?: 1;
  readonly p?: { readonly kind: Prepared["kind"]; readonly at: Slice; readonly h?: 1 };
}

/** Paths with their files, in their order. */
type CompiledFiles = readonly (readonly [string, CompiledFile])[];

/** Files and fragments of one owner, as a slice of its own. */
interface Sources {
  readonly files: PackFiles;
  readonly shared: PackFiles;
}

interface CompiledPack extends Omit<Pack, "ahead" | "groups" | "parts" | "project"> {
  readonly groups: readonly (Omit<Group, "any" | "options"> & {
    readonly any: Slice;
    readonly options: readonly CompiledOption[];
  })[];
  readonly parts: readonly (readonly [string, Slice])[];
  readonly project: Slice;
  readonly ahead?: { readonly when: string; readonly documents: Slice };
}

type CompiledOption = Omit<Option, "files" | "shared" | "with" | "readme" | "source"> & {
  readonly sources: Slice;
  readonly with: readonly (readonly [string, Slice])[];
  readonly readme?: CompiledFile;
  readonly source?: { readonly driver: Slice; readonly sources: Slice };
};

/** A pack as one file for the bundle. */
export function compilePack(pack: Pack): Uint8Array {
  const store = new Store();
  const index = Buffer.from(JSON.stringify(compileIndex(pack, store)));
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(index.length);
  return Buffer.concat([head, index, ...store.parts]);
}

/** The pack again. */
export function revivePack(file: Buffer): Pack {
  const end = HEAD + file.readUInt32LE();
  return reviveIndex(JSON.parse(file.toString("utf8", HEAD, end)) as CompiledPack, new Shelf(file.subarray(end)));
}

/** Everything behind the index, one behind the other. */
class Store {
  readonly parts: Uint8Array[] = [];
  private end = 0;
  private files = 0;

  bytes(bytes: Uint8Array): Slice {
    const at = this.end;
    this.parts.push(bytes);
    this.end += bytes.length;
    return [at, bytes.length];
  }

  json(value: unknown): Slice {
    return this.bytes(Buffer.from(JSON.stringify(value)));
  }

  file(file: PackFile): CompiledFile {
    const { bytes, mode, prepared } = file;
    return {
      id: this.files++,
      b: this.bytes(bytes),
      ...(mode === 0o755 && { x: 1 as const }),
      ...(mayHoldTokens(bytes) && { t: 1 as const }),
      ...(prepared && {
        p: {
          kind: prepared.kind,
          at: this.json(prepared.kind === "prose" ? prepared.prose : prepared.root),
          ...(prepared.kind === "document" && prepared.holes && { h: 1 as const }),
        },
      }),
    };
  }

  sources({ files, shared }: Sources): Slice {
    const compiled = (all: PackFiles): CompiledFiles => [...all].map(([path, file]) => [path, this.file(file)]);
    return this.json([compiled(files), compiled(shared)]);
  }
}

function compileIndex(pack: Pack, store: Store): CompiledPack {
  const { ahead, ...rest } = pack;
  return {
    ...rest,
    groups: pack.groups.map((group) => ({
      ...group,
      any: store.sources(group.any),
      options: group.options.map((option) => compileOption(option, store)),
    })),
    parts: [...pack.parts].map(([id, part]) => [id, store.sources(part)]),
    project: store.sources(pack.project),
    ...(ahead && { ahead: { when: ahead.when, documents: compileAhead(ahead, store) } }),
  };
}

function compileOption(option: Option, store: Store): CompiledOption {
  const { files, shared, readme, source, ...rest } = option;
  return {
    ...rest,
    sources: store.sources({ files, shared }),
    with: [...option.with].map(([pair, sources]) => [pair, store.sources(sources)]),
    ...(readme && { readme: store.file(readme) }),
    ...(source && { source: { driver: store.json(source.driver), sources: store.sources(source) } }),
  };
}

function compileAhead({ documents }: Ahead, store: Store): Slice {
  return store.json([...documents].map(([key, ready]) => [key, store.json(ready())]));
}

/** Everything behind the index, read when it is asked for. */
class Shelf {
  constructor(private readonly all: Buffer) {}

  bytes([at, length]: Slice): Buffer {
    return this.all.subarray(at, at + length);
  }

  json<Value>([at, length]: Slice): Value {
    return JSON.parse(this.all.toString("utf8", at, at + length)) as Value;
  }

  file({ id, b, x, t, p }: CompiledFile): PackFile {
    const bytes = this.bytes(b);
    const mode = x ? 0o755 : 0o644;
    return { id, bytes, mode, tokens: t === 1, ...(p && { prepared: this.prepared(p) }) };
  }

  prepared({ kind, at, h }: NonNullable<CompiledFile["p"]>): Prepared {
    if (kind === "prose") {
      const prose = once(() => this.json<Prose>(at));
      return {
        kind,
        get prose() {
          return prose();
        },
      };
    }
    const root = once(() => this.json<DocNode>(at));
    return {
      kind,
      holes: h === 1,
      get root() {
        return root();
      },
    };
  }

  sources<Rest extends object>(rest: Rest, slice: Slice): Rest & Sources {
    const read = once(() => this.json<readonly [CompiledFiles, CompiledFiles]>(slice));
    const files = once(() => this.files(read()[0]));
    const shared = once(() => this.files(read()[1]));
    return {
      ...rest,
      get files() {
        return files();
      },
      get shared() {
        return shared();
      },
    };
  }

  ahead({ when, documents }: NonNullable<CompiledPack["ahead"]>): Ahead {
    const slices = this.json<readonly (readonly [string, Slice])[]>(documents);
    return { when, documents: new Map(slices.map(([key, slice]) => [key, () => this.json<Ready>(slice)])) };
  }

  private files(files: CompiledFiles): PackFiles {
    return new Map(files.map(([path, file]) => [path, this.file(file)]));
  }
}

function reviveIndex(index: CompiledPack, shelf: Shelf): Pack {
  const { ahead, ...pack } = index;
  return {
    ...pack,
    groups: pack.groups.map((group) => ({
      ...group,
      any: shelf.sources({}, group.any),
      options: group.options.map((option) => reviveOption(option, shelf)),
    })),
    parts: new Map(pack.parts.map(([id, slice]) => [id, shelf.sources({ id }, slice)])),
    project: shelf.sources({}, pack.project),
    ...(ahead && { ahead: shelf.ahead(ahead) }),
  };
}

function reviveOption({ sources, readme, source, ...option }: CompiledOption, shelf: Shelf): Option {
  const pairs = option.with.map(([pair, slice]) => [pair, shelf.sources({}, slice)] as const);
  const rest = { ...option, with: new Map(pairs), ...(readme && { readme: shelf.file(readme) }) };
  return shelf.sources({ ...rest, ...(source && { source: reviveSource(source, shelf) }) }, sources);
}

function reviveSource(
  { driver, sources }: NonNullable<CompiledOption["source"]>,
  shelf: Shelf,
): NonNullable<Option["source"]> {
  const read = once(() => shelf.json<TableDriver>(driver));
  const behind = shelf.sources({}, sources);
  return {
    get driver() {
      return read();
    },
    get files() {
      return behind.files;
    },
    get shared() {
      return behind.shared;
    },
  };
}

/** A function whose result is kept. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
