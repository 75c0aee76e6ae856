"""What no client should send, and the clients that send it all the same.

`payloads`, `packets` and `requests` say what; `websockets`, `polling`, `http` and `idling` send it.
"""
