"""A real browser without a library: chromedriver over its HTTP interface (w3.org/TR/webdriver2)."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMEDRIVER = shutil.which("chromedriver")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"),  # no name is ever looked up
)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_KEYS = {"tab": "\ue004", "enter": "\ue007", "down": "\ue015"}
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the driver is on this machine


class Browser:
    """One window, offline."""

    def __init__(self, base: str) -> None:
        self._base = base

    def call(self, method: str, path: str, body: object = None) -> Any:
        return _call(method, self._base + path, body)

    def open(self, file: Path, width: int, height: int, dark: bool = False) -> None:
        """From disk, in a viewport of this size."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._devtools("Emulation.setDeviceMetricsOverride", screen)
        self.emulate("dark" if dark else "light")
        self.call("POST", "/url", {"url": file.as_uri()})

    def emulate(self, scheme: str, media: str = "") -> None:
        """A colour scheme; `media`: print, or "" for the screen."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._devtools("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def run(self, script: str, *arguments: object) -> Any:
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_later(self, script: str) -> Any:
        """The last argument of the script is the function to call with the answer."""
        return self.call("POST", "/execute/async", {"script": script, "args": []})

    def element(self, selector: str) -> str:
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def click(self, selector: str) -> None:
        self.call("POST", f"/element/{self.element(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self.call("POST", f"/element/{self.element(selector)}/value", {"text": _KEYS.get(text, text)})

    def press(self, *names: str) -> None:
        """Keys, one after the other, wherever the focus is."""
        values = [_KEYS.get(name, name) for name in names]
        keys = [{"type": kind, "value": value} for value in values for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": keys}]})

    def click_at(self, x: int, y: int) -> None:
        """A click of the mouse at this point of the viewport."""
        moves = [
            {"type": "pointerMove", "x": x, "y": y},
            *({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")),
        ]
        pointer = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": moves}
        self.call("POST", "/actions", {"actions": [pointer]})

    def text(self, selector: str) -> str:
        return str(self.call("GET", f"/element/{self.element(selector)}/text"))

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        """What the browser's console has heard since the last question: script errors, refused loads and styles."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def _devtools(self, command: str, parameters: object) -> Any:
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def offline(self) -> None:
        conditions = {"offline": True, "latency": 0, "download_throughput": 0, "upload_throughput": 0}
        self.call("POST", "/chromium/network_conditions", {"network_conditions": conditions})


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium that cannot reach any network."""
    assert CHROMEDRIVER and CHROMIUM
    command = [CHROMEDRIVER, "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as driver:
        try:
            base = f"http://127.0.0.1:{_port(driver)}"
            options = {"binary": CHROMIUM, "args": list(_ARGUMENTS)}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            made = _call("POST", f"{base}/session", {"capabilities": {"alwaysMatch": wanted}})
            window = Browser(f"{base}/session/{made['sessionId']}")
            window.offline()
            try:
                yield window
            finally:
                window.call("DELETE", "")
        finally:
            driver.terminate()


def _port(driver: subprocess.Popen[str]) -> int:
    assert driver.stdout
    deadline = time.monotonic() + 30
    for line in driver.stdout:
        if "started successfully on port " in line:
            return int(line.rpartition(" ")[2].strip(" .\n"))
        if time.monotonic() > deadline:
            break
    raise RuntimeError("chromedriver did not start")


def _call(method: str, url: str, body: object) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with _OPENER.open(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(json.load(error)["value"]["message"]) from error
