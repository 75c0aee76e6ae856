"""What the server carries: rates, delays, and what a client, a worker and a page cost.

`measuring` is the whole run. `peers` starts the servers side by side and `by_workers` the deployed
one, `crowd` is their clients, `rounds` loads them. `page` weighs what a browser is sent, and
`first_chart` sees how soon it has drawn it. `report` is what comes out, in `figures` that
`explained` puts in words.
"""
