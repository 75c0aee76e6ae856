# lab 14 (given): a room for starting several processes
"""Starting and supervising the deployed server: workers, their places, and the proxy in front."""
