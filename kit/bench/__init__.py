"""The bench: how much one dashboard server carries, beside others that do the same job.

`measuring` is the whole run: `peers` starts the servers, `crowd` is their clients, `rounds` loads
them, `figures` is what comes out, `page` weighs what a browser is sent.
"""
