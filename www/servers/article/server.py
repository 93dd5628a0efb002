# Sends data: 0 to data: 9, one event a second, with Flask.
import os
import time

from flask import Flask, Response

app = Flask(__name__)


@app.get("/events")
def events():
    def stream():
        for n in range(10):
            yield f"data: {n}\n\n"
            time.sleep(1)

    return Response(stream(), mimetype="text/event-stream", headers={
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",  # pages of other origins may read it
    })


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8080")), threaded=True)
