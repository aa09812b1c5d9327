/** `setup.cfg`, `tox.ini`, `pytest.ini`, `mypy.ini`, `alembic.ini`: sections of keys, as Python's configparser reads them. Pure. */

export type Ini = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Reads such a file; lines it can't place are left out, as a survey refuses nothing. */
export function readIni(text: string): Ini {
  const out: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    const head = /^\[([^\]]+)\]/.exec(line);
    if (head !== null) {
      const name = head[1] ?? "";
      section = out[name] ?? {};
      out[name] = section;
      key = undefined;
    } else if (/^\s+\S/.test(line) && section && key !== undefined) {
      section[key] = `${section[key] ?? ""}\n${line.trim()}`.trim();
    } else {
      const pair = /^([^=:\s][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
      if (pair === null || section === undefined) continue;
      key = (pair[1] ?? "").trim().toLowerCase();
      section[key] = (pair[2] ?? "").trim();
    }
  }
  return out;
}
