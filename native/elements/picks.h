// Short runs of samples out of a row of a picture, laid side by side. Where a picture shrinks these are all of the row
// that is needed, and picking them one by one would take as long as all the arithmetic after it: 16 bytes at a time are
// shuffled where the processor can. Any number of threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

class Picks {
 public:
  // `at`: where each run of so many bytes (16 at most) begins in a row, not falling. What it has beyond the row's end
  // becomes 0.
  Picks(std::vector<uint32_t> at, size_t run_bytes, size_t row_bytes);

  // `out` has room for room() bytes; those after the last run mean nothing.
  void copy(const uint8_t* row, uint8_t* out) const;
  // The same for every processor.
  void copy_plainly(const uint8_t* row, uint8_t* out) const;
  size_t room() const { return at_.size() * run_bytes_ + kBlock; }

 private:
  static constexpr size_t kBlock = 16;
  // As many runs as lie within 16 bytes of the row.
  struct Block {
    uint32_t from, to;
    std::array<uint8_t, kBlock> order;  // for each byte its place in the row's; 0x80: 0
  };
  static void shuffle(const std::vector<Block>& blocks, const uint8_t* row, uint8_t* out);

  std::vector<uint32_t> at_;
  size_t run_bytes_, row_bytes_;
  std::vector<Block> blocks_;  // empty: this processor cannot, or the row is too short
};

}  // namespace vedette
