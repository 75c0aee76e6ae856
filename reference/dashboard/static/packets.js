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

const MOST = 24; // parts of one list or object that are shown

/** JSON text with a line for each field, long lists and objects cut; other text as it is. */
export function pretty(payload, most = 20_000) {
  let text = payload;
  try {
    text = laidOut(JSON.parse(payload));
  } catch {
    try {
      text = laidOut(JSON.parse(`[${payload}]`)); // several arguments
    } catch {
      // It is no JSON.
    }
  }
  return text.length > most ? `${text.slice(0, most)}\n… and ${text.length - most} letters more` : text;
}

function laidOut(value, indent = "") {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = isList ? value : Object.entries(value);
  const inner = `${indent}  `;
  const shown = parts
    .slice(0, MOST)
    .map((part) => (isList ? laidOut(part, inner) : `${JSON.stringify(part[0])}: ${laidOut(part[1], inner)}`));
  if (parts.length > MOST) shown.push(`… and ${parts.length - MOST} more`);
  const [open, close] = isList ? "[]" : "{}";
  // A list of plain values reads best as one line, and so does what is empty.
  if (parts.length === 0) return open + close;
  if (isList && parts.every((part) => part === null || typeof part !== "object")) {
    return `${open}${shown.join(", ")}${close}`;
  }
  return `${open}\n${inner}${shown.join(`,\n${inner}`)}\n${indent}${close}`;
}
