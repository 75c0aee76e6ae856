# lab 14 (given): a room for several processes
"""Several processes that act as one server: one reads the sources, all share its rows."""
