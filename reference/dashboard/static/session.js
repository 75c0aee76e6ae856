// The session that a server gives in `welcome`: who shows it again is sent what was missed.

const ANSWER_MS = 5000; // a busy server takes its time, and who gives up gets the whole chart

export class Session {
  /** Listen for sessions on `socket`; `told` is called with whether the server gives them. */
  constructor(socket, told) {
    this.socket = socket;
    this.text = null; // the session that we are in
    this.fresh = null; // the one that this connection brought
    socket.on("welcome", (message) => {
      const session = message?.session;
      this.fresh = typeof session === "string" ? session : null;
      this.text ??= this.fresh;
      told(this.fresh !== null);
    });
    socket.on("disconnect", () => (this.fresh = null));
  }

  /** Go on with the session that this connection brought, or will bring. */
  renew() {
    this.text = this.fresh;
  }

  /** Ask for what came after update `number`; give the server's answer, or null without one.
   *
   * A session that has gone on keeps its text. Where it has not, the fresh one takes its place.
   */
  async resume(number) {
    let answer = null;
    try {
      answer = await this.socket
        .timeout(ANSWER_MS)
        .emitWithAck("resume_session", { session: this.text, number });
    } catch {
      if (!this.socket.connected) return null; // lost again: the same session is shown next time
    }
    if (answer?.ok !== true) this.renew();
    return answer;
  }
}
