/** Something that runs until it is told to end. */
interface Running {
  stop(): Promise<void>;
}

/**
 * Goes on with a start; where it fails, what runs already is ended, so that no process is left and
 * Jest can end.
 *
 * @throws the fault of the start
 */
export async function endAtFault<T>(
  running: readonly Running[],
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await Promise.all(running.map((each) => each.stop()));
    throw error;
  }
}
