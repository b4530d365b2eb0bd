import { createAccount } from '@nats-io/jwt';
import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import * as state from '@pulumi/pulumi/runtime/state';

/** One registration as the engine would get it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  /** URNs under which the engine looks for the resource in the state, after its own. */
  readonly aliases: readonly string[];
  readonly provider: string;
  readonly inputs: Record<string, unknown>;
  readonly secretInputs: boolean;
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly createTimeout: string;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getAliasurnsList(): string[];
  getProvider(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getDeletebeforereplace(): boolean;
  getCustomtimeouts(): { getCreate(): string } | undefined;
}

// the module's types leave the function out
const untypedState = state as unknown as { getStore(): { supportsAliasSpecs: boolean } };

const register = MockMonitor.prototype.registerResource;

/** Starts a program, or a preview, in which every registration succeeds; records what the engine would see. */
export function recordResources(preview = false): Registration[] {
  const registrations: Registration[] = [];
  pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: type === 'pulumi-nodejs:dynamic:Resource' ? generated(inputs) : (inputs as object),
      }),
    },
    'autoscaling-lab',
    'test',
    preview,
  );
  // an engine without alias specifications is sent all URNs, with those that follow from the parent's
  untypedState.getStore().supportsAliasSpecs = false;
  // the mocks that Pulumi offers leave out parents, dependencies and options: they are in the request
  jest.spyOn(MockMonitor.prototype, 'registerResource').mockImplementation(function (
    this: MockMonitor,
    request,
    callback,
  ) {
    registrations.push(describe(request as RegisterRequest));
    return register.call(this, request, callback);
  });
  return registrations;
}

/** What every generated password is in these tests. */
export const GENERATED = 'a-generated-password';

interface GeneratedInputs {
  readonly passwords: readonly string[];
  readonly accountKeys: readonly string[];
  readonly certificates: object;
}

// the engine has another process make the values
function generated(inputs: GeneratedInputs): object {
  const key = new TextDecoder().decode(createAccount().getSeed());
  const values = [
    ...inputs.passwords.map((name) => [name, GENERATED]),
    ...inputs.accountKeys.map((name) => [name, key]),
  ];
  return { ...inputs, values: Object.fromEntries(values), issued: inputs.certificates };
}

/** The name at the end of a URN, or an empty string. */
export function nameOf(urn: string): string {
  return urn.split('::').pop() ?? '';
}

function describe(request: RegisterRequest): Registration {
  const inputs = request.getObject().toJavaScript();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: nameOf(request.getParent()),
    aliases: request.getAliasurnsList(),
    provider: request.getProvider(),
    inputs,
    secretInputs: JSON.stringify(inputs).includes(SECRET_SIGNATURE),
    dependencies: request.getDependenciesList().map(nameOf),
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? '',
  };
}

const SECRET_SIGNATURE = '1b47061264138c4ac30d75fd1eb44270';
