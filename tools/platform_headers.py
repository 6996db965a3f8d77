"""Write rules/toolchains/platform-headers.tsv: headers that belong to Windows or Apple systems alone.

Names come from the headers that PyPI `ziglang` installs (mingw-w64 and Darwin), less those that the `host`
toolchain has, and from the list of Apple frameworks below, which ziglang does not carry.

    python tools/platform_headers.py ZIGLANG_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "rules" / "toolchains"
FRAMEWORKS = (
    "AppKit AudioToolbox AudioUnit AVFoundation Carbon Cocoa CoreAudio CoreFoundation CoreGraphics CoreHaptics"
    " CoreMedia CoreMotion CoreServices CoreVideo ForceFeedback Foundation GameController GLKit GLUT IOKit Metal"
    " MetalKit OpenCL OpenGL OpenGLES QuartzCore Security SystemConfiguration UIKit UserNotifications WebKit"
).split()
# C++ and C standard headers that mingw ships too, and names too common to belong to one platform.
COMMON = {"version.h", "resource.h", "process.h", "share.h", "types.h", "io.h"}
# Libraries that a system ships and that every other one has too: a unit that reads them is built anywhere.
LIBRARIES = {
    "zlib.h", "zconf.h", "db.h", "ndbm.h", "uuid/uuid.h", "sql.h", "sqlext.h", "sqltypes.h", "sqlucode.h",
    "GL/gl.h", "GL/glu.h", "GL/glext.h", "GL/glcorearb.h", "GL/glxext.h", "KHR/khrplatform.h",
}  # fmt: skip
NOT_EVIDENCE = frozenset(COMMON | LIBRARIES)


def main(folder: Path) -> None:
    host = {line[2:].strip() for line in (ROOT / "host" / "headers.txt").read_text().splitlines() if line[:2] == "@ "}
    rows: dict[str, str] = {}
    for platform, name in (("windows", "any-windows-any"), ("apple", "any-darwin-any")):
        base = folder / "lib" / "libc" / "include" / name
        for path in sorted(base.rglob("*.h")):
            header = path.relative_to(base).as_posix()
            if header not in host and header not in NOT_EVIDENCE:
                rows.setdefault(header, platform)
    rows |= {f"{framework}/{framework}.h": "apple" for framework in FRAMEWORKS}
    spelled = ("Windows.h", "WinSock2.h", "WinBase.h", "Winsock2.h", "WS2tcpip.h", "process.h", "io.h")
    rows |= dict.fromkeys(spelled, "windows")
    text = "header\tplatform\n" + "".join(f"{header}\t{platform}\n" for header, platform in sorted(rows.items()))
    (ROOT / "platform-headers.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
