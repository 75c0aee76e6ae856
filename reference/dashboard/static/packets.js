// What a packet says: Engine.IO's wrapping, and Socket.IO's message inside it.

const ENGINE = { open: "opened", close: "closed", ping: "ping", pong: "pong", upgrade: "upgrade", noop: "nothing" };
const MESSAGES = ["connect", "disconnect", "event", "acknowledgement", "refused", "event", "acknowledgement"];

const utf8 = new TextEncoder();

/** A packet of Engine.IO, {type, data}, in words.
 *
 * Gives {kind, event, namespace, ack, bytes, payload}: the kind in words; the event's name, the
 * namespace and the number of the acknowledgement where there is one; the size on the wire; and
 * the payload as JSON text, perhaps empty.
 */
export function decoded({ type, data }) {
  if (data !== undefined && typeof data !== "string") {
    return { kind: "binary", bytes: data.byteLength ?? data.size ?? 0, payload: "" };
  }
  const bytes = 1 + (data ? utf8.encode(data).length : 0);
  if (type !== "message") return { kind: ENGINE[type] ?? type, bytes, payload: data ?? "" };
  const [, digit, namespace = "", number = "", payload] = data.match(
    /^(\d)(?:\d+-)?(?:(\/[^,]*),)?(\d*)([\s\S]*)$/,
  ) ?? [null, "", "", "", data];
  const packet = { kind: MESSAGES[digit] ?? "unknown", namespace, ack: number, bytes, payload };
  if (packet.kind !== "event") return packet;
  const name = payload.match(/^\["((?:[^"\\]|\\.)*)"(?:,([\s\S]*))?\]$/);
  // Both stay text: most packets are never looked at closely.
  return name ? { ...packet, event: name[1], payload: name[2] ?? "" } : packet;
}

/** JSON text with a line for each value, cut after so many letters; other text as it is. */
export function pretty(payload, most = 20_000) {
  let text = payload;
  try {
    text = JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    try {
      text = JSON.stringify(JSON.parse(`[${payload}]`), null, 2); // several arguments
    } catch {
      // It is no JSON.
    }
  }
  return text.length > most ? `${text.slice(0, most)}\n… and ${text.length - most} letters more` : text;
}
