"""A database of one's own, a server on it, and people who talk to it as a browser does. Without importing Odoo."""

import contextlib
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

# What a person must never read.
RAW = re.compile(r"psycopg|serializ|constraint|violat|duplicate key|deadlock|could not|SQL|Error\(", re.I)


WIB = timezone(timedelta(hours=7))  # the cooperatives' clock, wherever the tests run


def today():
    return datetime.now(WIB).date()


class Refused(Exception):
    """The server's answer when somebody may not do something, or not so: the sentence she reads."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def assert_human(errors, kinds=Refused):
    """Every failure is a sentence for people."""
    for error in errors:
        assert isinstance(error, kinds), repr(error)
        assert str(error).strip() and not RAW.search(str(error)), str(error)


# === DATABASES === #


def postgres(program, *args):
    return subprocess.run(
        [
            os.path.join(os.environ["KOPERASI_PG_BIN"], program),
            "-h",
            os.environ["KOPERASI_DB_HOST"],
            "-U",
            os.environ["KOPERASI_DB_USER"],
            *args,
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


@contextlib.contextmanager
def database(name, template=None):
    """A copy of `template` (default: Odoo with our addons) and of its files, dropped at the end."""
    template = template or os.environ["KOPERASI_TEMPLATE_DB"]
    files = os.path.join(os.environ["KOPERASI_DATA_DIR"], "filestore")
    drop(name)
    postgres("createdb", "-T", template, name)
    try:  # Odoo never changes a file there, so links will do
        shutil.copytree(os.path.join(files, template), os.path.join(files, name), copy_function=os.link)
        yield name
    finally:
        drop(name)
        shutil.rmtree(os.path.join(files, name), ignore_errors=True)


def drop(name):
    """Drop a database, whoever is connected; who is no superuser has to wait for the end of an autovacuum."""

    def dropped():
        with contextlib.suppress(subprocess.CalledProcessError):
            postgres("dropdb", "--if-exists", "--force", name)
            return True

    wait_for(dropped, pause=0.5)


def odoo(*args, script=None):
    """Run Odoo to its end.

    :param script: what its shell reads
    :return: what it printed on standard output, and its log
    """
    command = [args[0]] if args[0] == "shell" else []
    done = subprocess.run(
        [
            *(os.environ["KOPERASI_PYTHON"], os.environ["KOPERASI_ODOO"], *command),
            *("-c", os.environ["KOPERASI_ODOO_RC"], *args[len(command) :], "--no-http", "--max-cron-threads", "0"),
        ],
        input=script,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        check=False,
    )
    assert not done.returncode and "Traceback" not in done.stderr, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout, done.stderr


# === A SERVER === #


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def running(name, *options):
    """Odoo in processes of its own, in a group that is killed whole at the end.

    :return: the process, with the path of its log as `log`
    """
    log = os.path.join(os.environ["KOPERASI_DATA_DIR"], f"{name}.log")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [
                os.environ["KOPERASI_PYTHON"],
                os.environ["KOPERASI_ODOO"],
                "-c",
                os.environ["KOPERASI_ODOO_RC"],
                "-d",
                name,
                "--db-filter",
                f"^{name}$",
                *options,
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    process.log = log
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.unlink(log)


def wait_for(condition, seconds=60, pause=0.02):
    """Look until it holds; what is waited for happens in another process.

    :return: what the condition gave
    """
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(pause)
    return result


def first_answer(port, name, login):
    """The client of the first person who gets in: waits until the server answers."""

    def answers():
        with contextlib.suppress(urllib.error.URLError):
            return Client(port, name, login)

    return wait_for(answers)


class Client:
    """A browser's session, as far as JSON-RPC goes; passwords are the logins."""

    def __init__(self, port, name, login, context=None):
        self.url = f"http://127.0.0.1:{port}"
        self.context = context or {}
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.uid = self.post("/web/session/authenticate", db=name, login=login, password=login)["uid"]

    def post(self, path, **params):
        request = urllib.request.Request(
            self.url + path,
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with self.opener.open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"]["data"]
            if data["name"].startswith("odoo.exceptions."):
                raise Refused(data["name"].rpartition(".")[2], data["message"])
            raise RuntimeError(f"{data['name']}: {data['message']}\n{data['debug']}")
        return answer.get("result")  # nothing, where the method returns nothing

    def call(self, model, method, *args, context=None, **kwargs):
        """What the web client's call of a public method returns; `context` beside the client's own."""
        kwargs["context"] = {**self.context, **(context or {})}
        return self.post("/web/dataset/call_kw", model=model, method=method, args=list(args), kwargs=kwargs)
