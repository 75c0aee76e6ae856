// The token that says who has signed in: a fresh one for each connection, for it is short-lived.

const PATIENCE = 3000; // ms for the server to answer

export class Credentials {
  /** Fetch tokens from `url`; without one everybody is a guest. */
  constructor(url) {
    this.url = url;
  }

  /** A promise of what to show at connect, or of undefined for a guest. It never fails. */
  async get() {
    if (!this.url) return undefined;
    try {
      const answer = await fetch(this.url, { signal: AbortSignal.timeout(PATIENCE) });
      // A server without tokens (404), or somebody who is a visitor by name alone (403).
      if (answer.status === 404 || answer.status === 403) this.url = null;
      if (!answer.ok) return undefined;
      const { token } = await answer.json();
      return typeof token === "string" ? { token } : undefined;
    } catch {
      return undefined; // the connection itself will tell that the server does not answer
    }
  }
}
