# lab 10 (given): a room for what the libraries' transport lacks
"""What the libraries' transport lacks: framing, bounds, and nobody who is waited for."""
