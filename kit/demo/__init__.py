"""What `demo` does: it serves the finished dashboard, and says where people find it.

`one_process` serves as on a laptop, `deployed` with several processes behind nginx. `announcing`
says where: `addresses` knows the way there, `qr` draws it for the phones in the room.
"""
