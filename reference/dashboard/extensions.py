# lab 3 (given): the one SocketIO object
"""Objects that every module shares.

They are made here without an app, and bound to one by the factory. A module that needs
`socketio` imports it from here, so that no module has to import the factory.
"""

from flask_socketio import SocketIO

# The mode is named because an installed gevent or eventlet would change the default.
socketio = SocketIO(async_mode="threading")
