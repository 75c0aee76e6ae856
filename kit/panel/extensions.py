"""The one SocketIO object, which the page's modules share; the factory binds it to an app."""

from flask_socketio import SocketIO

# The mode is named because an installed gevent or eventlet would change the default.
socketio = SocketIO(async_mode="threading")
