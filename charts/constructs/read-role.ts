import { ApiObject, JsonPatch } from 'cdk8s';
import {
  ApiResource,
  ClusterRole,
  type ClusterRoleBinding,
  type RoleBinding,
  type ServiceAccount,
} from 'cdk8s-plus-28';
import { type Construct } from 'constructs';

/** Resources of one API group. */
export interface ReadRule {
  /** Empty for the core group. */
  readonly group: string;
  readonly resources: readonly string[];
  /**
   * @default - get, list and watch
   */
  readonly verbs?: readonly ('get' | 'list' | 'watch')[];
}

/** A ClusterRole that reads some resources and changes none. */
export function readRole(
  scope: Construct,
  id: string,
  name: string,
  rules: readonly ReadRule[],
): ClusterRole {
  const role = new ClusterRole(scope, id, { metadata: { name } });
  for (const { group, resources, verbs = ['get', 'list', 'watch'] } of rules) {
    const endpoints = resources.map((resourceType) =>
      ApiResource.custom({ apiGroup: group, resourceType }),
    );
    role.allow([...verbs], ...endpoints);
  }
  // the API server does not keep an empty list, so that it would show as a difference
  const empty = role.rules.flatMap(({ endpoints }) => endpoints);
  ApiObject.of(role).addJsonPatch(
    ...empty.map((_, index) => JsonPatch.remove(`/rules/${index}/resourceNames`)),
  );
  return role;
}

/** Gives a ServiceAccount what a binding stands for; called once for each binding. */
export function bindTo(binding: RoleBinding | ClusterRoleBinding, account: ServiceAccount): void {
  binding.addSubjects(account);
  // the API server does not keep an empty group either
  ApiObject.of(binding).addJsonPatch(JsonPatch.remove('/subjects/0/apiGroup'));
}
