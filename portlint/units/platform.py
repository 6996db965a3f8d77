"""Macros by which code tells platforms apart, beyond what the toolchains' tables list."""

from __future__ import annotations

# Macros that compilers of other platforms define: undefined means false here, whatever the tables list.
PLATFORM_MACROS = frozenset(
    (
        "AMIGA ANDROID BSD CYGWIN DEBUG EMSCRIPTEN MACOSX MACOS_X MINGW32 MSDOS NDEBUG OS2 RISCOS "
        "TARGET_OS_IOS TARGET_OS_IPHONE TARGET_OS_MAC TARGET_OS_OSX TARGET_OS_SIMULATOR TARGET_OS_TV "
        "UNDER_CE VMS WIN32 WIN64 WINAPI_FAMILY WINCE _DEBUG _MSC_VER _WIN32 _WIN64 __APPLE__ __BEOS__ "
        "__BORLANDC__ __CYGWIN__ __HAIKU__ __MACH__ __MACOSX__ __MINGW32__ __MINGW64__ __MSDOS__ __OBJC__ "
        "__STDC__ __WATCOMC__ __amigaos__ __cplusplus __linux __sun __unix linux macintosh sun unix "
    ).split()
)
