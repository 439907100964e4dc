/** Why a signal is aborted: Ctrl-C, or SIGTERM from a supervisor. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
