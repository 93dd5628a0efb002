#!/usr/bin/env python3
"""A client with nothing but Python's standard library, as an example of an adapter.

    harness run --client 'python3 harness/clients/client.py'
"""
import base64, http.client, json, re, sys, threading, urllib.parse

lock, streams = threading.Lock(), {}


def write(message):
    with lock:
        print(json.dumps(message), flush=True)


class Stream:
    def __init__(self, id, url, close):
        self.id, self.url, self.when = id, url, close
        self.closed, self.seen, self.last_id, self.retry = threading.Event(), 0, b"", 3.0

    def report(self, type, state, data=None):
        event = {"type": type, "readyState": state, "lastEventId": self.last_id.decode("utf-8", "replace")}
        if data is not None:
            event["bytes"] = base64.b64encode(data).decode()
        write({"in": self.id, "event": event})
        if self.when and self.when["on"] == type:
            self.seen += 1
            if self.seen == self.when["nth"]:
                self.closed.set()

    def run(self):
        while not self.closed.is_set():
            reconnect = True
            try:
                reconnect = self.connect()
            except (OSError, http.client.HTTPException):
                pass
            if self.closed.is_set():
                return
            self.report("error", 0 if reconnect else 2)
            if not reconnect:
                return
            self.closed.wait(self.retry)

    def connect(self):
        url, headers = self.url, {"Accept": "text/event-stream", "Cache-Control": "no-cache", "Pragma": "no-cache"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id.decode("utf-8", "replace").strip(" \t").encode()
        for _ in range(21):
            parts = urllib.parse.urlsplit(url)
            connection = http.client.HTTPConnection(parts.netloc)
            connection.request("GET", urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")), headers=headers)
            response = connection.getresponse()
            if response.status not in (301, 302, 303, 307, 308) or not response.headers["Location"]:
                break
            url = urllib.parse.urljoin(url, response.headers["Location"])
        else:
            return True
        content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if response.status != 200 or content_type != "text/event-stream":
            return False
        self.report("open", 1)
        self.read(response)
        return True

    def read(self, response):
        data, type, id = None, b"", self.last_id
        for line in lines(response):
            if self.closed.is_set():
                return
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if not line:
                self.last_id = id
                if data is not None:
                    self.report(type.decode("utf-8", "replace") or "message", 1, data)
                data, type = None, b""
            elif name == b"data":
                data = value if data is None else data + b"\n" + value
            elif name == b"event":
                type = value
            elif name == b"id" and b"\0" not in value:
                id = value
            elif name == b"retry" and value.isdigit():
                self.retry = min(int(value), 2**31) / 1000


def lines(response):
    """Yields the lines of a stream as they are completed."""
    rest, after_cr, start = b"", False, True
    while chunk := response.read1(65536):
        rest += chunk[1:] if after_cr and chunk[:1] == b"\n" else chunk
        after_cr = chunk.endswith(b"\r")
        if start and b"\xef\xbb\xbf".startswith(rest[:3]) and len(rest) < 3:
            continue  # the byte order mark may not be complete
        if start:
            rest, start = rest.removeprefix(b"\xef\xbb\xbf"), False
        *complete, rest = re.split(b"\r\n|\r|\n", rest)
        yield from complete


write({"ready": {
    "protocol": 1,
    "name": "http.client of Python " + sys.version.split()[0],
    "reports": ["open", "error", "lastEventId", "readyState"],
    "can": ["reconnect", "close"],
}})
for text in sys.stdin:
    message = json.loads(text)
    if "open" in message:
        stream = Stream(message["open"], message["url"], message.get("close"))
        if not (stream.when and stream.when["on"] == "construct"):
            streams[stream.id] = stream
            threading.Thread(target=stream.run, daemon=True).start()
    elif message["close"] in streams:
        streams.pop(message["close"]).closed.set()
