import { randomBytes } from 'node:crypto';
import { createAccount } from '@nats-io/jwt';
import * as pulumi from '@pulumi/pulumi';
import { type ServerCertificate } from './server-certificate';

type Certificates = Readonly<Record<string, ServerCertificate>>;

interface Wanted {
  readonly rotation: number;
  readonly passwords: readonly string[];
  readonly accountKeys: readonly string[];
  readonly certificateNames: readonly string[];
}

interface Inputs extends Wanted {
  /** New ones; only those that the state does not have yet are taken. */
  readonly certificates: Certificates;
}

interface State extends Wanted {
  readonly values: Readonly<Record<string, string>>;
  readonly issued: Certificates;
}

/**
 * Makes the values and keeps them. The engine keeps this object's source in the state and runs it in
 * another process: whatever it uses must be in it, or be a package.
 */
export const provider = {
  async create(inputs: Inputs) {
    return { id: 'generated', outs: fill(inputs, {}, {}) };
  },
  async diff(_id: string, old: State, wanted: Inputs) {
    const known = (state: Wanted) => [
      state.rotation,
      state.passwords,
      state.accountKeys,
      // state from older versions has no list of certificates
      state.certificateNames ?? [],
    ];
    return { changes: JSON.stringify(known(old)) !== JSON.stringify(known(wanted)) };
  },
  async update(_id: string, old: State, wanted: Inputs) {
    // a name that comes later leaves the others' values as they are
    const same = old.rotation === wanted.rotation;
    return { outs: fill(wanted, same ? old.values : {}, same ? (old.issued ?? {}) : {}) };
  },
} satisfies pulumi.dynamic.ResourceProvider;

function fill(inputs: Inputs, old: Readonly<Record<string, string>>, issued: Certificates): State {
  const values: Record<string, string> = {};
  // a password is a word for every configuration file that it stands in, so it begins with a letter
  for (const name of inputs.passwords) {
    values[name] = old[name] ?? `p${randomBytes(24).toString('hex')}`;
  }
  for (const name of inputs.accountKeys) {
    values[name] = old[name] ?? new TextDecoder().decode(createAccount().getSeed());
  }
  const { rotation, passwords, accountKeys, certificateNames, certificates } = inputs;
  const kept = certificateNames.map((name) => [name, issued[name] ?? certificates[name]]);
  return {
    rotation,
    passwords,
    accountKeys,
    certificateNames,
    values,
    issued: Object.fromEntries(kept) as Certificates,
  };
}

/** What to generate; each name is one value. */
export interface GeneratedSecretsArgs {
  /** Another number replaces every value. */
  readonly rotation: number;
  /** Names of passwords: 192 bits each, a letter and hexadecimal digits. */
  readonly passwords: readonly string[];
  /** Names of seeds of nkey accounts. */
  readonly accountKeys: readonly string[];
  /** Makes a certificate, by its name; the first one of a rotation is kept. */
  readonly certificates: Readonly<Record<string, () => Promise<ServerCertificate>>>;
}

/** Secrets that are made once, when they are first asked for, and then live in the state, encrypted. */
export class GeneratedSecrets extends pulumi.dynamic.Resource {
  declare private readonly values: pulumi.Output<Readonly<Record<string, string>>>;
  declare private readonly issued: pulumi.Output<Certificates>;

  constructor(name: string, args: GeneratedSecretsArgs, opts?: pulumi.CustomResourceOptions) {
    const sorted = {
      passwords: [...args.passwords].sort(),
      accountKeys: [...args.accountKeys].sort(),
      certificateNames: Object.keys(args.certificates).sort(),
    };
    // the process that keeps the state cannot make them: it has this file's own code alone
    const certificates = pulumi.secret(made(args.certificates));
    super(
      provider,
      name,
      { rotation: args.rotation, ...sorted, certificates, values: undefined, issued: undefined },
      { ...opts, additionalSecretOutputs: ['values', 'issued'] },
    );
  }

  /** The value of a name; unknown in a preview before the first update. */
  value(name: string): pulumi.Output<string> {
    return pulumi.secret(this.values.apply((values) => values[name]));
  }

  /** A part of a certificate, as PEM; unknown in a preview before the first update. */
  certificate(name: string, part: keyof ServerCertificate): pulumi.Output<string> {
    return pulumi.secret(this.issued.apply((issued) => issued[name][part]));
  }
}

async function made(makers: GeneratedSecretsArgs['certificates']): Promise<Certificates> {
  const entries = Object.entries(makers).map(async ([name, make]) => [name, await make()]);
  return Object.fromEntries(await Promise.all(entries)) as Certificates;
}
