#include "picks.h"

#include <algorithm>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace vedette {
namespace {

bool can_shuffle() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("ssse3") != 0;
#elif defined(__aarch64__)
  return true;
#else
  return false;
#endif
}

}  // namespace

Picks::Picks(std::vector<uint32_t> at, size_t run_bytes, size_t row_bytes)
    : at_(std::move(at)), run_bytes_(run_bytes), row_bytes_(row_bytes) {
  if (!can_shuffle() || row_bytes < kBlock) return;
  for (size_t i = 0; i < at_.size();) {
    const auto from = static_cast<uint32_t>(std::min<size_t>(at_[i], row_bytes - kBlock));
    Block block{from, static_cast<uint32_t>(i * run_bytes), {}};
    block.order.fill(0x80);
    const auto fits = [&](size_t run, size_t filled) {
      const size_t end = std::min(at_[run] + run_bytes, row_bytes);
      return end <= from + kBlock && filled + run_bytes <= kBlock;
    };
    for (size_t filled = 0; i < at_.size() && fits(i, filled); i++) {
      for (size_t k = 0; k < run_bytes; k++, filled++)
        if (at_[i] + k < row_bytes) block.order[filled] = static_cast<uint8_t>(at_[i] + k - from);
    }
    blocks_.push_back(block);
  }
}

void Picks::copy(const uint8_t* row, uint8_t* out) const {
  if (blocks_.empty()) return copy_plainly(row, out);
  shuffle(blocks_, row, out);
}

void Picks::copy_plainly(const uint8_t* row, uint8_t* out) const {
  for (const uint32_t at : at_) {
    const size_t bytes = std::min(run_bytes_, row_bytes_ - at);
    std::memcpy(out, row + at, bytes);
    std::memset(out + bytes, 0, run_bytes_ - bytes);
    out += run_bytes_;
  }
}

#if defined(__x86_64__)
__attribute__((target("ssse3"))) void Picks::shuffle(const std::vector<Block>& blocks, const uint8_t* row,
                                                     uint8_t* out) {
  for (const Block& block : blocks) {
    const __m128i samples = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row + block.from));
    const __m128i order = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block.order.data()));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + block.to), _mm_shuffle_epi8(samples, order));
  }
}
#elif defined(__aarch64__)
void Picks::shuffle(const std::vector<Block>& blocks, const uint8_t* row, uint8_t* out) {
  for (const Block& block : blocks)
    vst1q_u8(out + block.to, vqtbl1q_u8(vld1q_u8(row + block.from), vld1q_u8(block.order.data())));
}
#else
void Picks::shuffle(const std::vector<Block>&, const uint8_t*, uint8_t*) {}
#endif

}  // namespace vedette
