/** A request of the administration that is refused. The message says what to do instead. */
export class AdminError extends Error {
  override name = 'AdminError';
  readonly status: 400 | 401 | 403 | 404 | 409;

  constructor(status: AdminError['status'], message: string) {
    super(message);
    this.status = status;
  }
}
