# lab 14 (given): a module for the headers of every answer
"""What browsers are told about every page: what it may load, and who may show it."""

from flask import Flask, Response

HEADERS = {
    # plotly.js writes its styles into the page; it needs no `unsafe-eval` in its basic bundle.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline';"
        # the script in index.html
        " script-src 'self' 'sha256-WGT91eDVQInRNhPaSKhQ/G/bGocBadH4xPNi81IdRBo=';"
        " img-src 'self' data: blob:; connect-src 'self' ws: wss:; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


# lab 14 (given): add the headers
def init_app(app: Flask) -> None:
    """Let every answer of `app` carry `HEADERS`, unless a view has set one itself."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
