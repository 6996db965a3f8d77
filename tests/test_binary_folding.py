"""C++ names of the standard library on the names that the rules know, decorations, noise, and names for display."""

from __future__ import annotations

import time

import pytest

from portlint.catalog.load import load_catalog
from portlint.extractors.binary.cpp_names import standard_name
from portlint.extractors.binary.demangle import demangle, plain_name
from portlint.extractors.binary.folding import fold
from portlint.extractors.binary.noise import knowledge


@pytest.mark.parametrize(
    ("mangled", "plain"),
    [
        ("_ZNSt6thread4joinEv", "std::thread::join"),
        ("_ZNSt3__16thread4joinEv", "std::thread::join"),  # libc++
        ("_ZNSt6__ndk16thread4joinEv", "std::thread::join"),  # Android's
        ("_ZNSt4__Cr6threadD1Ev", "std::thread"),  # Chromium's
        ("_ZNSt3__14__fs10filesystem7__spaceERKNS1_4pathEPNS_10error_codeE", "std::filesystem::space"),
        ("_ZNSt10filesystem19temp_directory_pathB5cxx11Ev", "std::filesystem::temp_directory_path"),
        ("_ZNSt10filesystem7__cxx114path5_ListC1Ev", "std::filesystem::path::_List"),
        ("_ZNSt6chrono3_V212steady_clock3nowEv", "std::chrono::steady_clock::now"),
        ("_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE", "std::rethrow_exception"),
        ("_ZNKSt6locale4nameB5cxx11Ev", "std::locale::name"),
        ("?join@thread@std@@QEAAXXZ", "std::thread::join"),
        ("?_Random_device@std@@YAIXZ", "std::_Random_device"),
        ("_ZN6Engine6thread4joinEv", ""),
        ("?join@thread@engine@@QEAAXXZ", ""),
        ("_ZNSt9999threadE", ""),
        ("_ZTVNSt6thread6_StateE", ""),  # a table, not a call
        ("socket", ""),
    ],
)
def test_standard_name(mangled: str, plain: str) -> None:
    assert standard_name(mangled) == plain


@pytest.mark.parametrize(
    ("name", "kind", "machine", "flavour", "plain"),
    [
        ("_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE", *"elf x86_64".split(),
         "", "std::thread"),
        ("_ZNSt6thread20hardware_concurrencyEv@GLIBCXX_3.4.17", "elf", "arm64", "",
         "std::thread::hardware_concurrency"),
        ("__ZNSt3__16threadD1Ev", "macho", "arm64", "", "std::thread"),
        ("__ZNSt3__115__thread_structC1Ev", "macho", "arm64", "", "std::thread"),
        ("_ZNSt3__25mutex4lockEv", "wasm", "wasm32", "object", "std::mutex"),
        ("_ZNSt3__26thread4joinEv", "wasm", "wasm32", "object", "std::thread"),
        ("_ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1EEEE", "elf", "x86", "",
         "std::this_thread::sleep_for"),
        ("_Thrd_join", "pe", "x86_64", "", "std::thread"),
        ("__Thrd_join", "pe", "x86", "object", "std::thread"),
        ("_Mtx_lock", "pe", "x86_64", "", "std::mutex"),
        ("_Cnd_wait", "pe", "x86_64", "", "std::condition_variable"),
        ("___std_fs_space@12", "pe", "x86", "", "std::filesystem::space"),
        ("_ZNSt6vectorIiSaIiEE9push_backERKi", "elf", "x86_64", "", "_ZNSt6vectorIiSaIiEE9push_backERKi"),
        ("_SDL_Init@4", "pe", "x86", "", "SDL_Init"),
        ("@fast@8", "pe", "x86", "object", "fast"),
        ("vector@@16", "pe", "x86_64", "object", "vector"),
        ("_SDL_Init@4", "pe", "x86_64", "", "_SDL_Init@4"),  # only 32-bit Windows decorates
    ],
)  # fmt: skip
def test_fold(name: str, kind: str, machine: str, flavour: str, plain: str) -> None:
    assert fold(name, kind, machine, flavour, knowledge()) == plain


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("_Znwm", "elf"), ("_ZdlPvj", "elf"), ("_ZnamSt11align_val_tRKSt9nothrow_t", "elf"), ("_Znwm", "macho"),
        ("_Znwm", "wasm"), ("_Znwy", "pe"), ("??2@YAPEAX_K@Z", "pe"), ("??3@YAXPAX@Z", "pe"), ("__dynamic_cast", "elf"),
        ("_ZSt9terminatev", "macho"), ("_Unwind_Resume", "pe"), ("_Unwind_SjLj_Resume", "macho"),
    ],
)  # fmt: skip
def test_noise(name: str, kind: str) -> None:
    assert name in knowledge().noise[kind]


@pytest.mark.parametrize("kind", ["elf", "macho", "pe", "wasm"])
@pytest.mark.parametrize("name", ["__cxa_throw", "__cxa_allocate_exception", "_CxxThrowException", "__cxa_rethrow"])
def test_what_throws_is_no_noise(name: str, kind: str) -> None:
    assert name not in knowledge().noise[kind]


def test_the_rules_know_what_is_folded() -> None:
    """But for locks, which work everywhere, and names that are there so that they do not read as their class."""
    known = {name for rule in load_catalog().rules.values() for match in rule.match for name in match.names}
    asked = {name for name in knowledge().standard.values() if name not in known}
    assert all("mutex" in name or "condition" in name or "once" in name or "exit" in name for name in asked), asked


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("_ZNSt6thread4joinEv", "std::thread::join()", "std::thread::join"),
        ("__ZNSt6thread4joinEv", "std::thread::join()", "std::thread::join"),
        ("?join@thread@std@@QEAAXXZ", "public: void __cdecl std::thread::join(void)", "std::thread::join"),
        ("_RNvCs1234_7mycrate3foo", "mycrate::foo", "mycrate::foo"),
        (
            "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE",
            "core::fmt::Write::write_fmt",
            "core::fmt::Write::write_fmt",
        ),
        ("_ZNK1AclEiP3Foo", "A::operator()(int, Foo*) const", "A::operator()"),
        ("_Z1fPFivE", "f(int (*)())", "f"),
        ("_ZTVN3FooE", "vtable for Foo", "vtable for Foo"),
        ("socket", "socket", "socket"),
        ("_Znonsense", "_Znonsense", "_Znonsense"),
        ("_Z1f\x1b[31m", "_Z1f\x1b[31m", "_Z1f\x1b[31m"),
    ],
)
def test_demangle(name: str, full: str, short: str) -> None:
    pytest.importorskip("pydemumble")
    assert demangle(name) == full
    assert plain_name(name) == short


def test_a_short_name_may_stand_for_gigabytes() -> None:
    """Each pair repeats the one before twice: 250 letters would be 512 MB and 16 s."""
    numbers = ["S_", *(f"S{digit}_" for digit in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    name = "_Z1f1pIiiE" + "".join(f"S_I{part}{part}E" for part in numbers[1:25])
    start = time.process_time()
    assert demangle(name) == name
    assert time.process_time() - start < 1
