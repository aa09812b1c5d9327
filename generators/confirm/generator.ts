/** `confirm`: one question before a change is written; the change itself is made in `src/`. */
import type { NodePlopAPI, PlopGeneratorConfig } from "node-plop";

type Prompts = Extract<PlopGeneratorConfig["prompts"], (...args: never[]) => unknown>;

export default function confirmGenerator(plop: NodePlopAPI, prompts: Prompts): void {
  plop.setGenerator("confirm", { description: "Asks before a change is written.", prompts, actions: [] });
}
