# For instructors without Linux: grades a class confined, in a container. In the project's folder:
#   docker build -t roundtrip-grading -f docs/grading.Dockerfile .
# How to run it, and why so: docs/grading.md, "Without Linux".
FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /roundtrip
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY kit kit
COPY checks checks
COPY labs labs
COPY reference reference
# Nobody special: bubblewrap makes a user namespace of its own then, and needs no privilege.
RUN useradd --uid 1000 --create-home grader && mkdir /marks && chown grader /marks
USER grader
ENTRYPOINT ["/roundtrip/.venv/bin/python", "-B", "-m", "kit.cli", "grade"]
