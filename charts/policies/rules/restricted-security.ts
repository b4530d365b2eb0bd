import { type LabGraph } from './lab-graph';
import { ownPodTemplates, type PodTemplate, type RenderedContainer } from './pod-template';
import { type RuleViolation } from './rule';

const HOW = 'use the settings of constructs/restricted-security';

/** Our pods keep to the restricted profile, and write nowhere but into their volumes. */
export function restrictedSecurity(graph: LabGraph): RuleViolation[] {
  return ownPodTemplates(graph).flatMap((template) =>
    [
      ...podFaults(template),
      ...template.containers.flatMap((c) => containerFaults(template, c)),
    ].map((fault) => ({ path: template.object.path, message: `${fault}; ${HOW}` })),
  );
}

function podFaults({ spec }: PodTemplate): string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  const hostPaths = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined);
  return [
    ...host.map((field) => `"${field}" is true`),
    ...hostPaths.map(({ name }) => `volume "${name}" is a "hostPath"`),
  ];
}

function containerFaults({ spec }: PodTemplate, container: RenderedContainer): string[] {
  const own = container.securityContext ?? {};
  const runAsNonRoot = own.runAsNonRoot ?? spec.securityContext?.runAsNonRoot;
  const runAsUser = own.runAsUser ?? spec.securityContext?.runAsUser;
  const seccomp = (own.seccompProfile ?? spec.securityContext?.seccompProfile)?.type;
  const drop = own.capabilities?.drop ?? [];
  const added = (own.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const faults: [boolean, string][] = [
    [runAsNonRoot !== true, `"runAsNonRoot" is ${runAsNonRoot}, not true`],
    [runAsUser === 0, '"runAsUser" is 0, which is root'],
    [
      seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost',
      `"seccompProfile.type" is ${seccomp}, not RuntimeDefault`,
    ],
    [own.privileged === true, '"privileged" is true'],
    [
      own.allowPrivilegeEscalation !== false,
      `"allowPrivilegeEscalation" is ${own.allowPrivilegeEscalation}, not false`,
    ],
    [
      own.readOnlyRootFilesystem !== true,
      `"readOnlyRootFilesystem" is ${own.readOnlyRootFilesystem}, not true`,
    ],
    [!drop.includes('ALL'), `"capabilities.drop" is [${drop.join(', ')}], without ALL`],
    [added.length > 0, `"capabilities.add" is [${added.join(', ')}]`],
  ];
  return faults
    .filter(([broken]) => broken)
    .map(([, fault]) => `container "${container.name}": ${fault}`);
}
