import { type LabGraph } from './lab-graph';

/** One broken rule at one object. */
export interface RuleViolation {
  /** The construct's path, for example `Worker/Deployment`. */
  readonly path: string;
  /** What is wrong and what to do, one sentence, lower case, no full stop. */
  readonly message: string;
}

/** A truth about the whole lab: returns what breaks it, empty where nothing does. */
export type Rule = (graph: LabGraph) => readonly RuleViolation[];
