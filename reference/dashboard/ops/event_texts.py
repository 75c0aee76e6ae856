# lab 14 (given): a module for what the description of the server says in words
"""The words of the AsyncAPI document: how a client talks to this server, event by event."""

INFO = """\
Live dashboards over Socket.IO. This document is all that a client needs to know.

**Connect.** The protocol is Socket.IO 5 over Engine.IO 4 (any client library of today), at
`{path}` of this host, by WebSocket or long polling. Each channel is a namespace; its address is the
name. A client opens one by `connect`, a CONNECT packet whose `auth` is the payload. On `/` the
server answers with `welcome`. Where it refuses, it answers with a CONNECT_ERROR packet, the reply
`refuse.connect`. A browser's page has to be of this server, or of an origin that it is told of.

**Sign in.** A client without a token is a guest. A member signs in with a form, `name` and
`password`, by `POST {root}/auth/login`. With the cookie of the answer, `GET {root}/auth/token`
gives `{{"token": text, "expires_in": seconds}}`. The token goes into `auth`: a new one for each
connection.

**Events.** An event has one argument, the payload; where that may be `null`, it may also be left
out. Ask for an acknowledgement: its argument is `{{"ok": true, ...}}`, or nothing where `accept`
says `null`, and `{{"ok": false, "error": ...}}` for whatever is refused. That includes events which
are not in this document (`unknown_event`). What an event makes the server send comes before its
acknowledgement. A packet that is malformed, or has more than {most_bytes} bytes, ends the
connection.

**Come back.** Each connection begins a new session, the one in its `welcome`. A client that has
lost its connection connects again, by itself or after the `goodbye` of a server that stops. It
sends `resume_session` with the session that it *had* and the newest `number` that it has heard.
That session goes on in place of the new one, until {session_seconds:g} seconds after its connection
was lost. First comes each `update_data` that was missed, or an `update_chart` where some are
forgotten, then the acknowledgement. Refused with `session_expired` or `session_invalid`, the client
goes on with its new session, and joins again.
"""

CHANNELS = {
    "main": "Dashboards, for everybody.",
    "admin": "How the server is doing, for administrators: there is nothing to send but"
    " acknowledgements, which `figures` ask for.",
}

RECEIVED = {
    "connect": "Open this namespace. It may have to be done again after `token_expired`.",
    "refresh_data": "Ask for the newest values of a dashboard, and for rows of it. The client, and"
    " nobody else, is sent `data_updated`.",
    "update_chart": "Ask for a dashboard's figure, or for what came after a number. The client, and"
    " nobody else, is sent `update_chart`.",
    "join_dashboard": "Follow a dashboard, and no other any more. The client is sent `update_chart`"
    " with the whole figure, and `audience`; after that each `update_data`, whose numbers go on"
    " from the figure's without a gap, and `audience` when it changes.",
    "leave_dashboard": "Follow a dashboard no more.",
    "resume_session": "Go on with the session of a connection that was lost. The client is sent"
    " what it has missed.",
    "process_data": "Ask for rows of a dashboard that are within bounds, or for means of stretches"
    " of time. The client, and nobody else, is sent `process_result`.",
}

TOKEN = {
    "type": "apiKey",
    "in": "user",
    "description": "A token from `GET /auth/token`, as `token` in the `auth` of Socket.IO's CONNECT"
    " packet. It is in no header, no query and no cookie.",
}
