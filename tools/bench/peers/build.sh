#!/usr/bin/env bash
# Builds llama.cpp's llama-bench with one GPU backend a file, so that each can be measured alone and a prebuilt Vulkan
# backend of the same version can lie beside a CUDA backend that was compiled for exactly the GPU of this machine.
#
#   npm install --no-save --ignore-scripts node-llama-cpp@3.22.1     brings the source and the prebuilt Vulkan backend
#   git clone node_modules/node-llama-cpp/llama/gitRelease.bundle llama.cpp
#   tools/bench/peers/build.sh llama.cpp build-peers node_modules/@node-llama-cpp/linux-x64-vulkan/bins/linux-x64-vulkan
#
# Usage: build.sh SOURCE OUT [FOLDER with libggml-vulkan.so]
#   CUDA=OFF     leave the CUDA backend out (it needs nvcc and cuBLAS)
#   CUDA_ARCH    e.g. 90-real; default: that of the GPU in this machine
#   JOBS         compilers at a time; default: one a core
# Needs CMake 3.18, ninja and a C++17 compiler. Writes OUT/bin (program, libraries, CPU backend) and OUT/backends.
set -euo pipefail

source=$(realpath "$1")
mkdir -p "$2/cmake" "$2/backends"
out=$(realpath "$2")
vulkan=${3:+$(realpath "$3")}
cuda=${CUDA:-ON}

# CMake finds nvcc on the PATH; many installations of CUDA do not put it there.
if [ "$cuda" = ON ] && ! command -v nvcc >/dev/null && [ -x /usr/local/cuda/bin/nvcc ]; then
  export CUDACXX=/usr/local/cuda/bin/nvcc
fi

number() { sed -n "s/^set(LLAMA_VERSION_$1 \([0-9]*\))$/\1/p" "$source/CMakeLists.txt"; }
version=v$(number MAJOR).$(number MINOR).$(number PATCH)

# A project around llama.cpp's, because its own would configure every tool, test and example.
cat >"$out/cmake/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.18)
project(peers C CXX)
# The prebuilt backend asks for "libggml-base.so": with that very name ours answers, and no second copy is loaded.
set(CMAKE_PLATFORM_NO_VERSIONED_SONAME ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY \${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY \${CMAKE_BINARY_DIR}/bin)
add_subdirectory("$source" llama.cpp EXCLUDE_FROM_ALL)
add_subdirectory("$source/tools/llama-bench" llama-bench)
END

options=(
  -DCMAKE_BUILD_TYPE=Release
  -DBUILD_SHARED_LIBS=ON
  # Excludes GGML_NATIVE: the CPU backend gets AVX2, enough for what is left to it, looking up embeddings.
  -DGGML_BACKEND_DL=ON
  -DGGML_NATIVE=OFF
  -DGGML_CUDA="$cuda"
  # RWKV has no attention, and these kernels take most of the time to compile. Graphs stay on, as in every release.
  -DGGML_CUDA_FA=OFF
  -DGGML_CUDA_NCCL=OFF
  -DLLAMA_ALL_WARNINGS=OFF
  -DLLAMA_BUILD_COMMON=ON
  -DLLAMA_BUILD_TESTS=OFF
  -DLLAMA_BUILD_TOOLS=OFF
  -DLLAMA_BUILD_EXAMPLES=OFF
  -DLLAMA_BUILD_APP=OFF
  -DLLAMA_OPENSSL=OFF
  # What llama-bench reports as its build: by itself it would ask git, which may answer for a repository around it.
  -DLLAMA_BUILD_COMMIT="$version"
  -DLLAMA_BUILD_NUMBER=0
)
if [ "$cuda" = ON ]; then options+=(-DCMAKE_CUDA_ARCHITECTURES="${CUDA_ARCH:-native}"); fi

cmake -G Ninja -S "$out/cmake" -B "$out" "${options[@]}"
targets=(llama-bench ggml-cpu)
if [ "$cuda" = ON ]; then targets+=(ggml-cuda); fi
cmake --build "$out" --parallel "${JOBS:-$(nproc)}" --target "${targets[@]}"

# Away from the program: it loads every backend that lies beside it, and only one GPU backend may be there at a time.
if [ "$cuda" = ON ]; then mv "$out/bin/libggml-cuda.so" "$out/backends/"; fi
if [ -n "$vulkan" ]; then cp "$vulkan/libggml-vulkan.so" "$out/backends/"; fi
echo "llama.cpp $version: $(ls "$out/backends")"
