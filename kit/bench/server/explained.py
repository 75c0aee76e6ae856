"""What each figure of the report means."""

# The figures of one server with so many clients, in the report and in the table.
EXPLAINED = {
    "clients": "clients connected and in the room",
    "joins_per_s": "clients a second that connected, joined and had their figure",
    "rate": "deliveries a second, with four updates always on their way: the best round",
    "p50_ms": "half of the deliveries came within this, at a steady ten updates a second",
    "p99_ms": "99 of 100 deliveries came within this, from the server's sending on",
    "prepare_ms": "from reading the source to sending: what one update costs before any client",
    "cpu_us": "the server's processor time for one delivery, at the full rate, in microseconds",
    "prepare_us": "what of that is preparing: prepare_ms shared by the clients",
    "server_cpu": "processors that the server kept busy at the full rate; 1 is all it can use",
    "load_cpu": "processors that the clients kept busy meanwhile; near 1 they hold the server back",
    "load_ceiling": "deliveries a second that the clients could have taken in",
    "memory": "bytes of memory that the server holds, with its clients connected",
    "wrong": "deliveries that were not the next number: lost, doubled or out of order",
    "rounds": "rate, p50_ms and p99_ms of each round",
}
# The figures of the deployed server with so many workers. All else means what it means above.
WORKERS_EXPLAINED = {
    "by_workers": "the deployed server: nginx, Redis and so many workers, at by_workers.clients",
    "by_workers.clients": "clients connected and in the room, whatever the number of workers",
    "by_workers.workers": "processes that serve clients, behind one address",
    "by_workers.rate": (
        "deliveries a second, with four updates always on their way: the best round. The clients"
        " and all of the server share the processors of one machine, so more workers cannot raise"
        " it once these are busy: go by the processor time for one delivery"
    ),
    "by_workers.p50_ms": "half of the deliveries came within this, at ten updates a second",
    "by_workers.p99_ms": "99 of 100 deliveries came within this, from the writing to Redis on",
    "by_workers.cpu_us": (
        "processor time for one delivery, at the full rate, in microseconds: workers, nginx and"
        " Redis together"
    ),
    "by_workers.cpu_us_of": "what of that each part of it takes",
    "by_workers.server_cpu": "processors that workers, nginx and Redis kept busy at the full rate",
    "by_workers.load_cpu": "processors that the clients kept busy meanwhile; 1 is all they can use",
    "by_workers.joins_per_s": "clients a second that connected, joined and had their figure",
    "by_workers.memory": (
        "bytes of memory of all workers together, with the clients connected; what they share"
        " counts once (Linux), or not at all"
    ),
    "by_workers.wrong": "deliveries that were not the next number: lost, doubled or out of order",
    "by_workers.rounds": "rate, p50_ms and p99_ms of each round",
    "by_workers.memory_per_worker": "bytes of memory that one more worker takes",
    "by_workers.update_ms_per_worker": (
        "processor time, in ms, that one more worker takes for each update at the full rate,"
        " beside what the deliveries take: every worker reads each update from Redis"
    ),
    "by_workers.left_out": "what this machine lacks for it; null where it was measured",
    "by_workers.failed": "why there is no more of it; null where it held",
}
# What a person waits for. `visits` has the figures of each.
CHART_EXPLAINED = {
    "first_chart": (
        "the dashboard in a real Chromium, each visit with a fresh profile that has nothing"
        " cached: the median of the visits. The server is on the same machine, so no network is"
        " in it, and both share its processors"
    ),
    "first_chart.first_paint_ms": "from the beginning of the visit until anything is to be seen",
    "first_chart.first_chart_ms": "until Plotly has drawn the first chart, of 300 rows",
    "first_chart.visits": "the same of each visit, the first one in a browser that just started",
    "first_chart.left_out": "what this machine lacks for it; null where it was measured",
    "first_chart.failed": "why there is nothing, or no more; null where all went well",
}
# The other figures of the report.
ALSO_EXPLAINED = {
    "memory_per_client": "bytes of memory that one more client takes, without traffic",
    "cpu_growth": "cpu_us with the most clients, as a multiple of cpu_us with the fewest",
    "failed": "why there is no more of this server; null where it held",
    "reference_to_node": (
        "by clients: the reference's rate, p99_ms and cpu_us divided by Node's; the rate's is the"
        " median over the rounds"
    ),
    "weight.update": "bytes of one live update of one series, with its WebSocket frame",
    "weight.figure": "bytes of the whole figure that a newcomer is sent",
    "weight.rows": "the rows in that figure",
    "weight.page": "bytes of the dashboard's page and all that it loads",
    "weight.page_gzipped": "the same, each file compressed with gzip",
    "weight.requests": "how many files that is",
    "plan.window": "updates that are always on their way at the full rate",
    "plan.updates_a_second": "updates a second at the steady pace",
}
