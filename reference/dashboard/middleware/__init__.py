# lab 7 (given): a room for what stands around the app
"""What stands around the app: cookies, headers, names and paths of this server, other origins."""
