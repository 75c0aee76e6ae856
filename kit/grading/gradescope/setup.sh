#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: /autograder/source holds the zip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
apt-get update
apt-get install -y bubblewrap
python=""
for one in python3.14 python3.13 python3.12 python3.11; do
    if command -v "$one" >/dev/null; then python="$one"; break; fi
done
if [ -z "$python" ]; then
    python=python3.11
    apt-get install -y python3.11
fi
"$python" -m venv --help >/dev/null 2>&1 && "$python" -c "import ensurepip" 2>/dev/null \
    || apt-get install -y "$python-venv"
"$python" -m venv .venv
.venv/bin/python -m pip install --require-hashes -r requirements.txt
