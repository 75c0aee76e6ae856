"""Submissions that attack the grader: none is worth more, or less, than its code."""

from tests.grading.small_class import right_one_that, starter_if, starter_that

# The one that reports to the harness lies in the same process as the submission.
REPORTER = """
import gc
reporter = next(one for one in gc.get_objects() if type(one).__name__ == "Reporter")
tell = reporter.say
"""
# Passing would look like this, wherever it could be said.
FORGED = """
import json
NAMES = "adds", "doubles", "doubles_for_nobody_else"
lines = [{"result": {"check": name, "lab": 1, "title": name, "outcome": "passed", "seconds": 0,
          "finding": None, "detail": ""}} for name in NAMES]
lines.append({"verdict": {"lab": 1, "results": [one["result"] for one in lines], "seconds": 0}})
lines.append({"event": "exited", "pid": 1, "code": 0})
text = "".join(json.dumps(line) + "\\n" for line in lines).encode()
"""

# What an untouched starter tries, to pass all the same.
IN_VAIN = {
    "patches builtins": """
        import builtins
        builtins.isinstance = lambda *_: True
        builtins.AssertionError = builtins.Exception
        builtins.str.__eq__ = None if False else str.__eq__
        """,
    "patches json": """
        import json
        json.loads = lambda *_, **__: 42
        json.JSONDecoder.decode = lambda *_, **__: 42
        """,
    "patches socketio and its packets": """
        import socketio as library
        from socketio import packet as packets
        packets.Packet.__eq__ = lambda *_: True
        library.Client.call = lambda *_, **__: 8
        """,
    "patches the WebSocket of whoever listens": """
        import websocket
        websocket.WebSocket.recv = lambda *_: '43[8]'
        """,
    "patches pytest": """
        import pytest, _pytest.runner
        _pytest.runner.check_interactive_exception = lambda *_: False
        pytest.fail = lambda *_, **__: None
        """,
    "patches the checks": """
        import sys, types
        for name in ("kit", "kit.checking", "kit.checking.runner", "checks"):
            sys.modules[name] = types.ModuleType(name)
        """,
    "answers everything with True": """
        class Same(str):
            __eq__ = lambda *_: True
            __hash__ = str.__hash__
        import flask
        flask.Flask.make_response = lambda self, rv: self.response_class(Same("True"))
        """,
    "prints a verdict": FORGED
    + """
import os
os.write(1, text)
os.write(2, text)
""",
    "writes a verdict to every descriptor": FORGED
    + """
import os, contextlib
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.write(number, text)
""",
    "writes a verdict to files": FORGED
    + """
import contextlib
for name in ("/tmp/verdict.json", "/submission/verdict.json", "results.json", "/dev/stdout"):
    with contextlib.suppress(OSError):
        open(name, "wb").write(text)
""",
    "says that it has passed": REPORTER
    + """
for event in ("passed", "verdict", "result"):
    tell({"event": event, "passed": True, "outcome": "passed"})
""",
    "says that it ended well": REPORTER
    + """
tell({"event": "exited", "pid": 2, "code": 0})
tell({"event": "started", "pid": 1})
""",
    "reports no error": REPORTER
    + """
reporter.say = lambda message: message["event"] in ("exception", "failed") or tell(message)
""",
    "answers every question as it would please": REPORTER
    + """
def say(message):
    if message["event"] == "answer":
        message["answer"] = {"doubled": ["None"], "double": [reporter.folder]}
    tell(message)
reporter.say = say
""",
    "names another port": REPORTER
    + """
def say(message):
    if message["event"] == "listening":
        message["ports"] = [22]
    tell(message)
reporter.say = say
""",
    "ends as if all were well": "import sys\nsys.exit(0)",
    "ends at once": "import os\nos._exit(0)",
    "ends in a thread": """
        import os, threading
        threading.Thread(target=os._exit, args=(0,)).start()
        """,
    "ends a moment later": """
        import os, threading
        threading.Timer(0.3, os._exit, (0,)).start()
        """,
    "crashes": "import ctypes\nctypes.string_at(0)",
    "aborts": "import os\nos.abort()",
    "never ends": "while True: pass",
    "sleeps for ever": "import time\ntime.sleep(10**6)",
    "stops itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "kills everything that it sees": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "is a fork bomb": """
        import os, time
        while True:
            try:
                os.fork()
            except OSError:
                time.sleep(20)
        """,
    "starts threads without an end": """
        import threading, time
        while True:
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        """,
    "takes all memory": """
        import os, time
        for _ in range(5):
            if not os.fork():
                break
        held = bytearray(os.urandom(1 << 20) * 700)
        time.sleep(1000)
        """,
    "takes memory in files that are nowhere": """
        import os, time
        part = bytes(16 << 20)
        held = [os.memfd_create(str(number)) for number in range(200)]
        for one in held:
            os.write(one, part)
            time.sleep(0.002)
        """,
    "leaves memory to nobody": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.shmat.restype = ctypes.c_void_p
        size = 64 << 20
        for _ in range(40):
            number = libc.shmget(0, size, 0o1600)
            if number < 0:
                break
            at = libc.shmat(number, None, 0)
            ctypes.memset(at, 1, size)
            libc.shmdt(ctypes.c_void_p(at))
        else:
            def create_app():
                raise MemoryError("it could take all that it wanted")
        """,
    "fills the disk": """
        for place in ("/tmp", "/dev/shm", "/submission"):
            try:
                for number in range(10**6):
                    open(f"{place}/{number}", "wb").write(bytes(1 << 22))
            except OSError:
                pass
        """,
    "writes many files": """
        try:
            for number in range(10**6):
                open(f"/submission/{number}.py", "wb").close()
        except OSError:
            pass
        """,
    "opens many files": """
        try:
            held = [open("/dev/null") for _ in range(10**6)]
        except OSError:
            pass
        """,
    "floods the log": """
        import threading
        def flood():
            for _ in range(20_000):
                print("x" * 200)
        threading.Thread(target=flood, daemon=True).start()
        """,
    "sends far too much": """
        def create_app():
            app = Flask(__name__)
            app.get("/sum")(lambda: (b"42" * (1 << 20) for _ in range(200)))
            return app
        """,
    "sends very slowly": """
        import time
        def drip():
            for _ in range(1000):
                yield "4"
                time.sleep(0.3)
        def create_app():
            app = Flask(__name__)
            app.get("/sum")(drip)
            return app
        """,
    "puts a pipe in a module's place": """
        import os
        os.mkfifo("/submission/dashboard/aaa.py")
        open("/submission/dashboard/aaa.py")
        """,
    "has another clock": """
        import time
        time.time = time.monotonic = lambda: 0.0
        time.sleep = lambda _: None
        """,
}

# What would help a starter, if it worked. `MARK` stands for what the test has left for it to find.
LOCKED = {
    "reads the checks": """
        return any("lab_01_sums.py" in files for _, _, files in os.walk("/"))
        """,
    "reads the reference": """
        return any(place.endswith("reference/dashboard") for place, _, _ in os.walk("/"))
        """,
    "cuts the solution": "from kit import cut\nreturn True",
    "imports the checks": "import kit.checking\nreturn True",
    "reads what others have handed in": """
        return any("neighbour" in name for _, folders, _ in os.walk("/") for name in folders)
        """,
    "reads the environment": """
        texts = [str(os.environ)]
        for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                texts.append(path.read_text())
            except OSError:
                pass
        return "MARK" in "".join(texts)
        """,
    "sees the processes of the grader": """
        lines = [p.read_bytes() for p in pathlib.Path("/proc").glob("[0-9]*/cmdline")]
        return any(b"kit.grading" in line or b"pytest" in line for line in lines)
        """,
    "writes to its parent's memory": """
        return open(f"/proc/{os.getppid()}/mem", "r+b") is not None
        """,
    "reads its parent's memory": """
        return open(f"/proc/{os.getppid()}/maps").read() != ""
        """,
    "traces its parent": """
        return ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0
        """,
    "takes its parent's descriptors": """
        return os.listdir(f"/proc/{os.getppid()}/fd") != []
        """,
    "takes a descriptor of its parent's": """
        libc = ctypes.CDLL(None)
        return libc.syscall(438, libc.syscall(434, os.getppid(), 0), 3, 0) >= 0
        """,
    "writes to the kit": """
        import flask
        for root in (pathlib.Path("/kit"), pathlib.Path(flask.__file__).parents[5]):
            if (root / "kit" / "running" / "host.py").exists():
                (root / "kit" / "running" / "host.py").open("a")
                return True
        """,
    "writes to site-packages": """
        import flask
        (pathlib.Path(flask.__file__).parents[1] / "zz.pth").write_text("import os")
        return True
        """,
    "changes an installed file": """
        import flask
        pathlib.Path(flask.__file__).open("a")
        return True
        """,
    "writes to the system": """
        for place in ("/", "/usr", "/etc", "/dev", "/handed-in", sys.prefix, sys.base_prefix):
            try:
                pathlib.Path(place, "left").write_text("x")
                return True
            except OSError:
                pass
        """,
    "mounts what is read-only anew": """
        mount = ctypes.CDLL(None).mount
        return mount(None, b"/", None, ctypes.c_ulong(32 | 4096), None) == 0
        """,
    "uncovers the machine's processes": """
        libc = ctypes.CDLL(None)
        child = os.fork()  # with threads beside it, nobody gets a namespace
        if child == 0:
            uncovered = (
                libc.unshare(0x10000000 | 0x00020000) == 0
                and libc.umount2(b"/proc", 2) == 0
                and len(list(pathlib.Path("/proc").glob("[0-9]*"))) > 12
            )
            os._exit(7 if uncovered else 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        """,
    "becomes root": "os.setuid(0)\nreturn True",
    "speaks with a server of this machine": """
        return socket.create_connection(("127.0.0.1", PORT), 2) is not None
        """,
    "has a way out": """
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        out.connect(("192.0.2.1", 53))
        return True
        """,
    "speaks with an abstract socket": """
        there = socket.socket(socket.AF_UNIX)
        there.connect("\\0MARK")
        return True
        """,
    "finds shared memory": 'return os.path.exists("/dev/shm/MARK")',
    "finds temporary files": """
        return any("MARK" in name for name in os.listdir("/tmp"))
        """,
}

# Of these, the ones that change nothing where they are run without walls.
OPEN_OUTSIDE = (
    "cuts the solution",
    "imports the checks",
    "reads the environment",
    "sees the processes of the grader",
    "reads its parent's memory",
    "takes its parent's descriptors",
    "changes an installed file",
    "writes to the kit",
    "speaks with a server of this machine",
    "speaks with an abstract socket",
    "finds shared memory",
    "finds temporary files",
)

# One leaves what the one after it would like to find.
LEAVES = starter_that(
    """
    import contextlib, os, socket, time
    for place in ("/tmp", "/dev/shm", "/submission", "/handed-in", "/tmp/compiled", "/"):
        with contextlib.suppress(OSError):
            open(f"{place}/left-behind", "w").write("x")
    if not os.fork():
        os.setsid()
        if not os.fork():
            there = socket.create_server(("127.0.0.1", 45671))
            hidden = socket.socket(socket.AF_UNIX)
            hidden.bind("\\0left-behind")
            hidden.listen()
            time.sleep(1000)
        os._exit(0)
    """
)
FINDS = starter_if(
    """
    places = ("/tmp", "/dev/shm", "/submission", "/handed-in", "/tmp/compiled", "/")
    if any(os.path.exists(f"{place}/left-behind") for place in places):
        return True
    for family, address in (
        (socket.AF_INET, ("127.0.0.1", 45671)), (socket.AF_UNIX, "\\0left-behind")
    ):
        try:
            socket.socket(family).connect(address)
            return True
        except OSError:
            pass
    """
)

# Right solutions that do what a grader may stumble over: they are worth all points.
HARMLESS = {
    "writes to stderr": "import sys\nprint('Traceback (most recent call last):', file=sys.stderr)",
    "stops its parent": "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)",
    "kills its parent": """
        import os, signal
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            os.kill(os.getppid(), number)
        """,
    "says that it has failed": FORGED.replace("passed", "failed") + "\nprint(text.decode())",
    "writes files of its own": "open('notes.log', 'w').write('x'); open('/tmp/x', 'w').close()",
    "starts a child": "import subprocess\nsubprocess.Popen(['sleep', '1000'])",
}


def in_vain(mark: str, port: int) -> dict[str, str]:
    """Return the submissions that are worth nothing, by what they try."""
    found = {name: starter_that(does) for name, does in IN_VAIN.items()}
    for name, works in LOCKED.items():
        found[name] = starter_if(works.replace("MARK", mark).replace("PORT", str(port)))
    return found | {"leaves things": LEAVES, "leaves things, found": FINDS}


def harmless() -> dict[str, str]:
    """Return the submissions that are worth all points."""
    return {name: right_one_that(does) for name, does in HARMLESS.items()}
