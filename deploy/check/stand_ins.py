"""Replacements for programs on machines without systemd, ssh and a network, and a load generator."""

SYSTEMCTL = r"""#!/usr/bin/python3
import os, re, shlex, signal, subprocess, sys, time
from pathlib import Path
words = [word for word in sys.argv[1:] if not word.startswith("-")]
verb, names = words[0], words[1:]
PIDS = Path("/run")
def lines(name, key):
    text = Path(f"/etc/systemd/system/{name}.service").read_text()
    return re.findall(rf"^{key}=(.*)$", text, re.M)
def one(name, key, default=""):
    return (lines(name, key) or [default])[-1]
def start(name):
    user = one(name, "User", "root")
    environment = {"PATH": "/usr/bin:/bin"}
    for file in lines(name, "EnvironmentFile"):
        for line in Path(file).read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                key, _, value = line.partition("=")
                environment[key] = value
    for folder in lines(name, "StateDirectory"):
        path = Path("/var/lib") / folder
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(int(one(name, "StateDirectoryMode", "755"), 8))
        subprocess.run(["chown", f"{user}:{user}", path], check=True)
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--no-new-privs", "--bounding-set=-all"]
    def command(text):
        for key, value in environment.items():
            text = text.replace(f"${key}", value)
        return become + shlex.split(text)
    umask, place = int(one(name, "UMask", "022"), 8), one(name, "WorkingDirectory", "/")
    options = {"env": environment, "umask": umask, "cwd": place, "start_new_session": True}
    log = open(f"/var/log/{name}.log", "ab")
    if one(name, "Type") == "oneshot":
        for text in lines(name, "ExecStartPre"):
            done = subprocess.run(command(text.lstrip("-")), stdout=log, stderr=log, **options)
            if done.returncode and not text.startswith("-"):
                sys.exit(1)
        done = subprocess.run(command(one(name, "ExecStart")), stdout=log, stderr=log, **options)
        if done.returncode:
            sys.stderr.write(Path(f"/var/log/{name}.log").read_text()[-3000:])
        sys.exit(done.returncode)
    process = subprocess.Popen(command(one(name, "ExecStart")), stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options)
    (PIDS / f"{name}.pid").write_text(str(process.pid))
def stop(name):
    file = PIDS / f"{name}.pid"
    if not file.exists():
        return
    pid = int(file.read_text())
    deadline = time.monotonic() + float(one(name, "TimeoutStopSec", "90"))
    try:
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < deadline:
            time.sleep(0.05)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                break
    except (ProcessLookupError, FileNotFoundError):
        pass
    else:
        if time.monotonic() >= deadline:
            sys.exit(f"{name} did not stop in time")
    file.unlink()
OTHERS = {
    "nginx": ("/usr/sbin/nginx", "/usr/sbin/nginx -s reload"),
    "haproxy": ("/usr/sbin/haproxy -D -p /run/haproxy.pid -f /etc/haproxy/haproxy.cfg",
                "/usr/sbin/haproxy -D -p /run/haproxy.pid -f /etc/haproxy/haproxy.cfg"),
    "postgresql": ("/usr/bin/pg_ctlcluster 17 main start", "/usr/bin/pg_ctlcluster 17 main restart"),
}
if verb == "daemon-reload":
    sys.exit(0)
for name in names:
    if name.endswith(".timer"):
        subprocess.run(["test", "-f", f"/etc/systemd/system/{name}"], check=True)
    elif name in OTHERS:
        first, again = OTHERS[name]
        marker = PIDS / f"{name}.begun"
        subprocess.run(shlex.split(again if marker.exists() else first), check=True)
        marker.touch()
    else:
        if verb == "restart":
            stop(name)
        start(name)
"""

SUDO = r"""#!/bin/sh
[ "$1" = -- ] && shift
if [ "$1" = -u ]; then user=$2; shift 2; exec setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; fi
exec "$@"
"""

CURL = r"""#!/bin/sh
case "$*" in *download.geofabrik.de*)
  out=liechtenstein-latest.osm.pbf
  while [ $# -gt 0 ]; do [ "$1" = --output ] && out=$2; shift; done
  exec cp /shared/sample.osm.pbf "$out";;
esac
exec /usr/bin/curl "$@"
"""

LOAD = r"""
import http.client, ssl, sys, threading, time
token = open("/shared/token").read().strip()
context = ssl.create_default_context(cafile="/shared/certificate.pem")
stop, lost, done = threading.Event(), [], [0]
def call():
    connection = None
    while not stop.is_set():
        try:
            if connection is None:
                connection = http.client.HTTPSConnection("maps.example.com", timeout=20, context=context)
            connection.request("GET", "/v1/geocode?q=Mannerheimintie+5,+Helsinki", headers={"Authorization": "Bearer " + token})
            answer = connection.getresponse()
            answer.read()
            done[0] += 1
            time.sleep(0.01)
            if answer.status != 200:
                lost.append(answer.status)
            if answer.getheader("connection", "").lower() == "close":
                connection.close(); connection = None
        except Exception as error:
            lost.append(repr(error)); connection = None
threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads: thread.start()
while not __import__("os").path.exists("/shared/stop"): time.sleep(0.1)
stop.set()
for thread in threads: thread.join()
print("calls", done[0], "lost", len(lost), lost[:5])
"""
