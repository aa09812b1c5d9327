/** `project`: a new machine-learning project. What is asked comes from the packs; what is done with it, from `src/`. */
import type { NodePlopAPI, PlopGeneratorConfig } from "node-plop";

type Prompts = Extract<PlopGeneratorConfig["prompts"], (...args: never[]) => unknown>;

export interface ProjectSeams {
  readonly prompts: Prompts;
  /** Takes over once everything is answered. */
  readonly emit: () => Promise<void>;
}

export default function projectGenerator(plop: NodePlopAPI, { prompts, emit }: ProjectSeams): void {
  plop.setActionType("emit", async () => {
    await emit();
    return "";
  });
  plop.setGenerator("project", {
    description: "A machine-learning project that trains, predicts and reports by itself.",
    prompts,
    actions: [{ type: "emit" }],
  });
}
