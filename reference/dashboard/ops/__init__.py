# lab 11 (given): a room for those who run the server
"""For those who run the server: health, figures, and a description for programs."""
