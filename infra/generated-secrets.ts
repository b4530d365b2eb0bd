import { randomBytes } from 'node:crypto';
import { createAccount } from '@nats-io/jwt';
import * as pulumi from '@pulumi/pulumi';

interface Inputs {
  readonly rotation: number;
  readonly passwords: readonly string[];
  readonly accountKeys: readonly string[];
}

interface State extends Inputs {
  readonly values: Readonly<Record<string, string>>;
}

// the engine keeps this object's source in the state and runs it in another process: whatever it
// uses must be in it, or be a package
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs: Inputs) {
    return { id: 'generated', outs: fill(inputs, {}) };
  },
  async diff(_id: string, old: State, wanted: Inputs) {
    const known = (state: Inputs) => [state.rotation, state.passwords, state.accountKeys];
    return { changes: JSON.stringify(known(old)) !== JSON.stringify(known(wanted)) };
  },
  async update(_id: string, old: State, wanted: Inputs) {
    // a name that comes later leaves the others' values as they are
    return { outs: fill(wanted, old.rotation === wanted.rotation ? old.values : {}) };
  },
};

function fill(inputs: Inputs, old: Readonly<Record<string, string>>): State {
  const values: Record<string, string> = {};
  // a password is a word for every configuration file that it stands in, so it begins with a letter
  for (const name of inputs.passwords) {
    values[name] = old[name] ?? `p${randomBytes(24).toString('hex')}`;
  }
  for (const name of inputs.accountKeys) {
    values[name] = old[name] ?? new TextDecoder().decode(createAccount().getSeed());
  }
  const { rotation, passwords, accountKeys } = inputs;
  return { rotation, passwords, accountKeys, values };
}

/** What to generate; each name is one value. */
export interface GeneratedSecretsArgs {
  /** Another number replaces every value. */
  readonly rotation: number;
  /** Names of passwords: 192 bits each, a letter and hexadecimal digits. */
  readonly passwords: readonly string[];
  /** Names of seeds of nkey accounts. */
  readonly accountKeys: readonly string[];
}

/** Secrets that are made once, when they are first asked for, and then live in the state, encrypted. */
export class GeneratedSecrets extends pulumi.dynamic.Resource {
  declare private readonly values: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: GeneratedSecretsArgs, opts?: pulumi.CustomResourceOptions) {
    const sorted = {
      passwords: [...args.passwords].sort(),
      accountKeys: [...args.accountKeys].sort(),
    };
    super(
      provider,
      name,
      { rotation: args.rotation, ...sorted, values: undefined },
      { ...opts, additionalSecretOutputs: ['values'] },
    );
  }

  /** The value of a name; unknown in a preview before the first update. */
  value(name: string): pulumi.Output<string> {
    return pulumi.secret(this.values.apply((values) => values[name]));
  }
}
