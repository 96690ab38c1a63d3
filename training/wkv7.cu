// The WKV step of RWKV-7, forward and backward, for heads of 64.
//
// One block of 64 threads works on one (sequence, head) and walks along the sequence. Thread i keeps
// row i of the state S (value i, keys 0..63) in registers on the way forward. On the way back thread i
// keeps column i of S and rebuilds S[t-1] from S[t]; to keep rounding from growing, the forward pass
// stores S every CHUNK steps and the backward pass picks it up there.
//
//   S[t] = S[t-1] diag(w) + (S[t-1] a) b^T + v k^T,   y = S[t] r,   w = exp(-exp(lw))
//
// Plain C functions, so that the library loads without PyTorch's headers: it compiles in seconds.
#include <cuda_bf16.h>
#include <cuda_runtime.h>

using bf16 = __nv_bfloat16;
constexpr int N = 64;
constexpr int CHUNK = 16;

__device__ inline float load(bf16 x) { return __bfloat162float(x); }
__device__ inline bf16 store(float x) { return __float2bfloat16_rn(x); }

__global__ void forwardKernel(int T, int H, const bf16* r, const bf16* lw, const bf16* k, const bf16* v,
                              const bf16* a, const bf16* b, bf16* y, float* states, float* sums) {
  const int head = blockIdx.x, sequence = blockIdx.y, i = threadIdx.x;
  float s[N];
#pragma unroll
  for (int j = 0; j < N; j++) s[j] = 0;
  __shared__ float R[N], W[N], K[N], A[N], B[N];

  for (int t = 0; t < T; t++) {
    const long at = ((long)(sequence * T + t) * H + head) * N + i;
    __syncthreads();
    R[i] = load(r[at]);
    W[i] = __expf(-__expf(load(lw[at])));
    K[i] = load(k[at]);
    A[i] = load(a[at]);
    B[i] = load(b[at]);
    const float vi = load(v[at]);
    __syncthreads();

    float sa = 0;
#pragma unroll
    for (int j = 0; j < N; j++) sa += s[j] * A[j];
    sums[at] = sa;
    float out = 0;
#pragma unroll
    for (int j = 0; j < N; j++) {
      s[j] = s[j] * W[j] + sa * B[j] + vi * K[j];
      out += s[j] * R[j];
    }
    y[at] = store(out);

    if ((t + 1) % CHUNK == 0) {
      // Transposed, so that the backward thread reads its column as one run of floats.
      const long base = (((long)sequence * H + head) * (T / CHUNK) + t / CHUNK) * N * N;
#pragma unroll
      for (int j = 0; j < N; j++) states[base + j * N + i] = s[j];
    }
  }
}

__global__ void backwardKernel(int T, int H, const bf16* r, const bf16* lw, const bf16* k, const bf16* v,
                               const bf16* a, const bf16* b, const bf16* dy, const float* states, const float* sums,
                               bf16* dr, bf16* dlw, bf16* dk, bf16* dv, bf16* da, bf16* db) {
  const int head = blockIdx.x, sequence = blockIdx.y, i = threadIdx.x;
  float column[N];   // S[.][i]
  float dRow[N];     // gradient of S[i][.]
  float dColumn[N];  // gradient of S[.][i]
#pragma unroll
  for (int j = 0; j < N; j++) dRow[j] = dColumn[j] = column[j] = 0;
  __shared__ float R[N], W[N], K[N], V[N], A[N], B[N], DY[N], SA[N], DSA[N];

  for (int t = T - 1; t >= 0; t--) {
    const long at = ((long)(sequence * T + t) * H + head) * N + i;
    __syncthreads();
    const float ew = __expf(load(lw[at])), wi = __expf(-ew);
    const float ri = load(r[at]), ki = load(k[at]), ai = load(a[at]), bi = load(b[at]), dyi = load(dy[at]);
    R[i] = ri;
    W[i] = wi;
    K[i] = ki;
    V[i] = load(v[at]);
    A[i] = ai;
    B[i] = bi;
    DY[i] = dyi;
    SA[i] = sums[at];
    __syncthreads();

    if ((t + 1) % CHUNK == 0) {
      const long base = (((long)sequence * H + head) * (T / CHUNK) + t / CHUNK) * N * N;
      const float4* from = (const float4*)(states + base + i * N);
#pragma unroll
      for (int j = 0; j < N / 4; j++) {
        const float4 q = from[j];
        column[4 * j] = q.x;
        column[4 * j + 1] = q.y;
        column[4 * j + 2] = q.z;
        column[4 * j + 3] = q.w;
      }
    }
    float gr = 0;
#pragma unroll
    for (int j = 0; j < N; j++) gr += DY[j] * column[j];
    dr[at] = store(gr);

    const float inverse = 1.f / wi;
    float gk = 0, gb = 0, gv = 0, gsa = 0;
#pragma unroll
    for (int j = 0; j < N; j++) {
      dRow[j] += dyi * R[j];
      dColumn[j] += DY[j] * ri;
      column[j] = (column[j] - V[j] * ki - SA[j] * bi) * inverse;  // S[t-1]
      gv += dRow[j] * K[j];
      gsa += dRow[j] * B[j];
      gk += dColumn[j] * V[j];
      gb += dColumn[j] * SA[j];
    }
    dv[at] = store(gv);
    dk[at] = store(gk);
    db[at] = store(gb);
    DSA[i] = gsa;
    __syncthreads();

    float gw = 0, ga = 0;
#pragma unroll
    for (int j = 0; j < N; j++) {
      gw += dColumn[j] * column[j];
      ga += DSA[j] * column[j];
      dRow[j] = dRow[j] * W[j] + gsa * A[j];
      dColumn[j] = dColumn[j] * wi + DSA[j] * ai;
    }
    dlw[at] = store(gw * wi * -ew);
    da[at] = store(ga);
  }
}

extern "C" int wkv7_forward(int B, int T, int H, const void* r, const void* lw, const void* k, const void* v,
                            const void* a, const void* b, void* y, void* states, void* sums, void* stream) {
  forwardKernel<<<dim3(H, B), N, 0, (cudaStream_t)stream>>>(
      T, H, (const bf16*)r, (const bf16*)lw, (const bf16*)k, (const bf16*)v, (const bf16*)a, (const bf16*)b, (bf16*)y,
      (float*)states, (float*)sums);
  return (int)cudaGetLastError();
}

extern "C" int wkv7_backward(int B, int T, int H, const void* r, const void* lw, const void* k, const void* v,
                             const void* a, const void* b, const void* dy, const void* states, const void* sums,
                             void* dr, void* dlw, void* dk, void* dv, void* da, void* db, void* stream) {
  backwardKernel<<<dim3(H, B), N, 0, (cudaStream_t)stream>>>(
      T, H, (const bf16*)r, (const bf16*)lw, (const bf16*)k, (const bf16*)v, (const bf16*)a, (const bf16*)b,
      (const bf16*)dy, (const float*)states, (const float*)sums, (bf16*)dr, (bf16*)dlw, (bf16*)dk, (bf16*)dv,
      (bf16*)da, (bf16*)db);
  return (int)cudaGetLastError();
}
