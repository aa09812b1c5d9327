/** Distinct values of a column: exact, with counts, up to a limit; then HyperLogLog. */

/** Up to here counts are exact; beyond it they are marked ≈. */
export const EXACT_LIMIT = 10_000;
const PRECISION = 14;
const REGISTERS = 1 << PRECISION;

function hash(text: string, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export class Distinct {
  private tallies: Map<string, { count: number }> | undefined = new Map();
  private registers: Uint8Array | undefined;

  /** How often each spelling occurs, or undefined once there were too many. */
  get counts(): ReadonlyMap<string, number> | undefined {
    return this.tallies && new Map([...this.tallies].map(([word, { count }]) => [word, count]));
  }

  add(text: string, start: number, end: number): void {
    const { tallies } = this;
    if (tallies === undefined) {
      this.note(hash(text, start, end));
      return;
    }
    const key = text.slice(start, end);
    const known = tallies.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    // Stored keys are copies: a slice would keep the whole chunk of the file it was cut from in memory.
    tallies.set(Buffer.from(key, "utf16le").toString("utf16le"), { count: 1 });
    if (tallies.size <= EXACT_LIMIT) return;
    this.registers = new Uint8Array(REGISTERS);
    for (const word of tallies.keys()) this.note(hash(word, 0, word.length));
    this.tallies = undefined;
  }

  private note(hashed: number): void {
    const index = hashed >>> (32 - PRECISION);
    const rank = Math.min(Math.clz32((hashed << PRECISION) >>> 0), 32 - PRECISION) + 1;
    const registers = this.registers as Uint8Array;
    if (rank > (registers[index] as number)) registers[index] = rank;
  }

  get exact(): boolean {
    return this.tallies !== undefined;
  }

  get size(): number {
    if (this.tallies !== undefined) return this.tallies.size;
    const registers = this.registers as Uint8Array;
    let sum = 0;
    let zeros = 0;
    for (const rank of registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros += 1;
    }
    const raw = ((0.7213 / (1 + 1.079 / REGISTERS)) * REGISTERS * REGISTERS) / sum;
    if (raw <= 2.5 * REGISTERS && zeros > 0) return Math.round(REGISTERS * Math.log(REGISTERS / zeros));
    // A hash of 32 bits runs into itself when there are very many values.
    return Math.round(raw > 2 ** 32 / 30 ? -(2 ** 32) * Math.log(1 - raw / 2 ** 32) : raw);
  }
}
