import {
  Capability,
  type ContainerSecurityContextProps,
  type k8s,
  type PodSecurityContextProps,
  SeccompProfileType,
} from 'cdk8s-plus-28';

/** The namespace label that makes the API server hold pods to the restricted profile. */
export const RESTRICTED_NAMESPACE = { 'pod-security.kubernetes.io/enforce': 'restricted' } as const;

/** Lets operators in whose release manifests do not promise the restricted profile. */
export const BASELINE_NAMESPACE = { 'pod-security.kubernetes.io/enforce': 'baseline' } as const;

/**
 * The user of a cdk8s-plus workload's pods.
 *
 * @param uid user and group of the processes; not 0
 */
export function restrictedPod(uid: number): PodSecurityContextProps {
  return { ensureNonRoot: true, user: uid, group: uid };
}

/**
 * The restricted profile for a container of a cdk8s-plus workload. Everything stands on the
 * container: cdk8s-plus has no seccomp profile for pods.
 *
 * @param uid user and group of the process; not 0
 */
export function restrictedContainer(uid: number): ContainerSecurityContextProps {
  return {
    ensureNonRoot: true,
    user: uid,
    group: uid,
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: [Capability.ALL] },
    seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
  };
}

/**
 * The pod's half of the restricted profile for a plain Kubernetes object.
 *
 * @param uid user and group of the processes, and owner of the volumes; not 0
 */
export function restrictedPodContext(uid: number): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    // with the default, every start walks through all files of the volume
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** The container's half of the restricted profile for a plain Kubernetes object. */
export const RESTRICTED_CONTAINER_CONTEXT: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
