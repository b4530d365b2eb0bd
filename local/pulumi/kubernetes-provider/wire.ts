import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import type { InputFailure } from './check';
import type { ResourceDiff } from './diff';
import type { Properties } from './property-values';

/** Reads the properties of a request; a missing bag is an empty one. */
export function decode(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Writes properties into a response. */
export function encode(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

/** Writes completed inputs, and what is wrong with them. */
export function checkResponse(
  inputs: Properties,
  failures: readonly InputFailure[],
): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(encode(inputs));
  for (const { property, reason } of failures) {
    const failure = new pb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

/** Writes a comparison, property by property. */
export function diffResponse(diff: ResourceDiff): pb.DiffResponse {
  const { ADD, DELETE, UPDATE, ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = pb.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;

  const response = new pb.DiffResponse();
  response.setChanges(diff.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of diff.changes) {
    const property = new pb.PropertyDiff();
    property.setKind(kinds[kind][replaces ? 1 : 0]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  const replacing = diff.changes.filter(({ replaces }) => replaces);
  response.setReplacesList(replacing.map(({ path }) => path));
  response.setDiffsList([...new Set(diff.changes.map(({ path }) => path.split(/[.[]/)[0]!))]);
  response.setDeletebeforereplace(replacing.length > 0 && diff.deleteBeforeReplace);
  return response;
}
