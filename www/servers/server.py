# An event stream from Python with Flask. Each client uses a thread: run it in
# gunicorn with, for example, --threads 100, or with gevent.
import os
import random
import time

from flask import Flask, Response, request

app = Flask(__name__)


@app.get("/events")
def events():
    # Event n is due n seconds after 1970, so ids stay valid when the server
    # restarts. A new client starts with the next event; a client that reconnects
    # gets what it missed, at most 1,000 events.
    now = int(time.time())
    seen = request.headers.get("Last-Event-ID", "")
    n = int(seen) if seen.isdecimal() and len(seen) < 16 else now
    n = min(max(n, now - 1000), now)

    def stream(n):
        yield f"retry: {random.randrange(1000, 2000)}\n\n"  # so that clients do not return all at once
        while True:
            n += 1
            time.sleep(max(0, n - time.time()))
            yield f"id: {n}\ndata: event {n}\n\n"

    return Response(stream(n), mimetype="text/event-stream", headers={
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",  # nginx must not buffer events
    })


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
