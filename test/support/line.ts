import { connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";

interface Flow {
  /** What a connection may bring. */
  limit: number;
  /** The most that one has brought. */
  most: number;
}

/** Passes on what comes until it is more than the limit; the rest waits for ever. */
function until(flow: Flow): Transform {
  let passed = 0;
  return new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      passed += piece.length;
      if (passed > flow.limit) return;
      flow.most = Math.max(flow.most, passed);
      done(null, piece);
    },
  });
}

/** A line to a server on this machine, which a test can hold in the middle of an answer and cut as a network does. */
export class Line {
  readonly port: number;
  private readonly server: Server;
  private readonly ends: Set<Socket>;
  private readonly flow: Flow;

  private constructor(port: number, server: Server, ends: Set<Socket>, flow: Flow) {
    this.port = port;
    this.server = server;
    this.ends = ends;
    this.flow = flow;
  }

  static async to(port: number): Promise<Line> {
    const ends = new Set<Socket>();
    const flow: Flow = { limit: Number.POSITIVE_INFINITY, most: 0 };
    const server = createServer((near) => {
      const far = connect(port, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        ends.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => ends.delete(one));
      }
      near.on("close", () => far.destroy());
      near.pipe(far);
      far.pipe(until(flow)).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return new Line(typeof address === "object" && address ? address.port : 0, server, ends, flow);
  }

  /** Stops the server's answer so many bytes past the longest one so far, so that there is a middle to cut. */
  hold(bytes: number): void {
    this.flow.limit = this.flow.most + bytes;
  }

  /** Cuts what is open; who connects again gets through. */
  cut(): void {
    this.flow.limit = Number.POSITIVE_INFINITY;
    for (const end of this.ends) end.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
