#!/bin/sh
# Fill FOLDER (default .toolchains) with what tools/refresh.py reads. Debian 12 or later, as root; about 1.3 GB.
# WASI_LIBC may name a clone of WebAssembly/wasi-libc; without it one is made.
set -eu
folder=$(mkdir -p "${1:-.toolchains}" && cd "${1:-.toolchains}" && pwd)
tag=wasi-sdk-33
head=476bd3c2

apt-get install -y --no-install-recommends clang-22 lld-22 llvm-22 libclang-rt-22-dev-wasm32 emscripten clang-14 lld-14 \
  git libc6-dev libcrypt-dev g++
command -v npm > /dev/null || apt-get install -y --no-install-recommends nodejs npm
npm install --no-audit --no-fund --prefix "$folder/npm" @yowasp/clang@22.0.0-git20542-10
mkdir -p "$folder/yowasp"
tar xf "$folder/npm/node_modules/@yowasp/clang/gen/llvm-resources.tar" -C "$folder/yowasp"
# wasi-libc wants a newer cmake than Debian 12 has.
python3 -m venv "$folder/wasmtime"
"$folder/wasmtime/bin/pip" install --quiet wasmtime==50.0.1 cmake ninja
PATH="$folder/wasmtime/bin:$PATH"

if [ -z "${WASI_LIBC:-}" ]; then
  WASI_LIBC="$folder/wasi-libc.git"
  [ -d "$WASI_LIBC" ] || git clone --bare https://github.com/WebAssembly/wasi-libc "$WASI_LIBC"
fi

# sysroot COMMIT TARGET NINJA-TARGET
sysroot() {
  mkdir -p "$folder/src-$2"
  git --git-dir="$WASI_LIBC" archive "$1" | tar x -C "$folder/src-$2"
  cmake -G Ninja -S "$folder/src-$2" -B "$folder/build-$2" -DTARGET_TRIPLE="wasm32-$2" -DCMAKE_C_COMPILER=clang-22 \
    -DCMAKE_AR=/usr/bin/llvm-ar-22 -DCMAKE_NM=/usr/bin/llvm-nm-22 -DCMAKE_RANLIB=/usr/bin/llvm-ranlib-22 -DBUILD_SHARED=OFF \
    -DBUILTINS_LIB="$(clang-22 --target=wasm32-wasip1 -print-libgcc-file-name)"
  # The headers are complete even where the tools for interface types cannot be downloaded.
  ninja -k 0 -C "$folder/build-$2" $3 || test -f "$folder/build-$2/sysroot/include/wasm32-$2/wctype.h"
  ln -sfn "build-$2/sysroot" "$folder/$2"
}
sysroot $head wasip1-threads all
sysroot $tag wasip2 sysroot_inc

# Upstream's lists of defined names, one per release; the folders have changed names over time.
mkdir -p "$folder/expected"
save() { # COMMIT RELEASE TARGET FOLDER...
  commit=$1 list="$folder/expected/$3@$2.txt"
  shift 3
  for old; do
    if git --git-dir="$WASI_LIBC" show "$commit:expected/$old/defined-symbols.txt" > "$list" 2> /dev/null; then return; fi
  done
  rm -f "$list"
}
for number in 16 17 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34; do
  commit=wasi-sdk-$number
  if [ $number = 34 ]; then commit=$head; fi
  save $commit wasi-sdk-$number wasm32-wasip1 wasm32-wasip1 wasm32-wasi wasm32-wasi/single
  save $commit wasi-sdk-$number wasm32-wasip1-threads wasm32-wasip1-threads wasm32-wasi-threads wasm32-wasi-pthread
  save $commit wasi-sdk-$number wasm32-wasip2 wasm32-wasip2
done

# WASIX: headers, and the names of its builds without exceptions, with them, and with position-independent code.
wasix=34178a6272804f90448b5bd08dc7bcf0d85438e3
if [ -z "${WASIX_LIBC:-}" ]; then
  WASIX_LIBC="$folder/wasix-libc.git"
  [ -d "$WASIX_LIBC" ] || git clone --bare https://github.com/wasix-org/wasix-libc "$WASIX_LIBC"
fi
mkdir -p "$folder/src-wasix"
git --git-dir="$WASIX_LIBC" archive $wasix | tar x -C "$folder/src-wasix"
make -C "$folder/src-wasix" -f Makefile-eh TARGET_ARCH=wasm32 TARGET_OS=wasix PIC=yes CC=clang-22 SYSROOT="$folder/wasix" include_dirs
for build in wasm32-wasi wasm32-wasi-eh wasm32-wasi-ehpic; do cat "$folder/src-wasix/expected/$build/defined-symbols.txt"; done |
  sort -u > "$folder/expected/wasix.txt"
