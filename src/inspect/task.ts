/** What is to be predicted: is the target good for it, which task is it, which class is the positive one. Pure. */
import { DataRefused } from "../errors.ts";
import type { Column } from "./column.ts";
import type { Kind } from "./kind.ts";
import type { Case } from "./roles.ts";
import type { Task } from "./types.ts";

/** Fewer rows with a target than this leave nothing to hold out: a quarter of them is what a model is judged on. */
export const FEWEST_ROWS = 40;
const MOST_CLASSES = 50;
/** A target of so few different whole numbers is taken for classes, unless told otherwise. */
const FEW_NUMBERS = 10;
const POSITIVE = ["1", "true", "yes", "y", "t", "positive", "pos", "1.0"];
const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

type Refuse = (reason: string, what: string, why: string, fix: string) => never;

function refusal(where: string): Refuse {
  return (reason, what, why, fix) => {
    throw new DataRefused(reason, { what, where, why, fix });
  };
}

/** Nothing can be learnt from these, whatever the task. */
function refuseUnlearnable(rows: number, goal: Column, refuse: Refuse): void {
  if (rows === 0)
    refuse(
      "few-rows",
      "The file has a header, but no rows",
      "There is nothing to learn from",
      "Give a file with rows.",
    );
  if (goal.present === 0)
    refuse(
      "target-empty",
      `The target "${goal.name}" is missing in every row`,
      "A model learns from rows whose target is known",
      "Choose another --target, or a file in which it is filled in.",
    );
  if (goal.distinct.size === 1)
    refuse(
      "one-class",
      `The target "${goal.name}" has the same value in every row`,
      "There is nothing to tell apart",
      "Choose another --target, or add rows of another class.",
    );
  if (goal.present < FEWEST_ROWS) {
    refuse(
      "few-rows",
      `Only ${goal.present} rows have a target`,
      `A quarter of the rows is held out to judge on; that needs at least ${FEWEST_ROWS}`,
      `Give a file with at least ${FEWEST_ROWS} such rows.`,
    );
  }
}

/** The task, said or inferred. */
export function taskOf({ seen, kinds, warnings }: Case, goal: Column, wanted: string | undefined): Task {
  const kind = kinds.get(goal.name) as Kind;
  const refuse = refusal(`${seen.path}, column ${goal.name}`);
  refuseUnlearnable(seen.rows, goal, refuse);
  const { size: classes } = goal.distinct;
  if (wanted !== undefined && !TASKS.includes(wanted as Task)) {
    refuse(
      "task",
      `"${wanted}" is no task`,
      `The tasks are ${TASKS.join(", ")}`,
      "Add --task with one of them, or leave it out.",
    );
  }
  const numeric = kind.type === "integer" || kind.type === "number";
  if (wanted === "regression" && !numeric)
    refuse(
      "task",
      `The target "${goal.name}" holds no numbers`,
      "Regression predicts a number",
      "Leave --task out, or choose another --target.",
    );
  if (wanted === "binary" && classes !== 2)
    refuse(
      "task",
      `The target "${goal.name}" has ${classes} different values, not two`,
      "Binary means one of two classes",
      "Leave --task out, or give --task multiclass.",
    );
  if (wanted === "regression") return "regression";
  if (wanted === undefined && kind.type === "datetime")
    refuse(
      "task",
      `The target "${goal.name}" is a date`,
      "Dates are not predicted",
      "Choose a number or a class as --target.",
    );
  const inferred: Task =
    classes === 2
      ? "binary"
      : numeric && (kind.type === "number" || classes > FEW_NUMBERS)
        ? "regression"
        : "multiclass";
  const task = (wanted as Task | undefined) ?? inferred;
  if (task === "regression") return task;
  if (classes > MOST_CLASSES) {
    refuse(
      "classes",
      `The target "${goal.name}" has ${classes} different values`,
      `Up to ${MOST_CLASSES} classes can be told apart`,
      numeric ? "Add --task regression, or choose another --target." : "Choose another --target, or group its values.",
    );
  }
  if (wanted === undefined && numeric && task === "multiclass") {
    warnings.push({
      code: "task",
      column: goal.name,
      text: `"${goal.name}" has ${classes} different whole numbers: taken for classes. If they are amounts, add --task regression.`,
    });
  }
  const rare = [...(goal.distinct.counts ?? [])].filter(([, count]) => count < 5).length;
  if (rare > 0)
    warnings.push({
      code: "rare",
      column: goal.name,
      text: `${rare} of the ${classes} classes of "${goal.name}" ${rare === 1 ? "has" : "have"} fewer than 5 rows: too few to judge on.`,
    });
  return task;
}

/** The class whose probability is the score: one that says yes, else the rarer one. */
export function positiveOf(goal: Column): string {
  const counts = [...(goal.distinct.counts ?? [])].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? 1 : -1));
  const named = counts.find(([word]) => POSITIVE.includes(word.toLowerCase()));
  return (named ?? counts[0])?.[0] ?? "";
}
