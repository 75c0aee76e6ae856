"""Members of the app that is checked, and how one of them gets a token."""

from werkzeug.security import generate_password_hash

from kit.checking import Server

# A hash is slow to compare, so that passwords are slow to guess. Here nobody guesses.
QUICK = "pbkdf2:sha256:1"
PASSWORDS = {
    "ad": "open sesame",
    "ada": "Correct horse",
    "ben": "battery staple",
    "eve": "let me in",
}
HASHES = {name: generate_password_hash(word, QUICK) for name, word in PASSWORDS.items()}
USERS = {name: HASHES[name] for name in ("ad", "ada", "ben")}
EVE = HASHES["eve"]  # of a member that only one app knows
ADMINISTRATORS = ["ada"]  # and not "ad", though that is a part of it
# Whoever is checked may ask as often as a check does.
MEMBERS = {
    "USERS": USERS,
    "ADMINISTRATORS": ADMINISTRATORS,
    "PASSWORDS_RATE": "100000/second",
    "SESSION_COOKIE_SECURE": False,
}


def administrator(server: Server, app: int = 0) -> dict[str, str] | None:
    """Return what an administrator shows who connects; None where there are no tokens yet.

    `app` is the one of those that the server serves.
    """
    if "/auth/token" not in server.app.routes():
        return None
    with server.telling("ada signed in, and fetched a token"):
        known = {"name": "ada", "password": PASSWORDS["ada"]}
        server.post("/auth/login", by="ada", data=known, app=app)
        return {"token": server.get("/auth/token", by="ada", app=app).json().get("token")}
