"""The bench: what one dashboard server carries, beside others, and what it bears.

`server` measures it beside others that do the same job; `harm` breaks it and sends it what nobody
should. Both speak `websocket`, run the server in one process through `serving`, and the whole of it
through `deployed`.
"""
