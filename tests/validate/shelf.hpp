// Shelf: a scratch file that is none.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "hub/record/scratch.hpp"

namespace homeroom::validate {

class Shelf : public record::Scratch {
 public:
  explicit Shelf(uint64_t budget) : budget_(budget) {}
  ~Shelf() override { EXPECT_EQ(kept_, 0u) << "pieces that nobody forgot"; }
  uint64_t budget() const override { return budget_; }
  uint64_t put(std::string_view bytes) override {
    pieces_.emplace_back(bytes);
    ++kept_;
    return pieces_.size() - 1;
  }
  void get(uint64_t piece, std::string& bytes) override { bytes = pieces_[piece]; }
  void forget(uint64_t piece) noexcept override {
    pieces_[piece].clear();
    --kept_;
  }
  std::size_t pieces() const { return pieces_.size(); }

 private:
  uint64_t budget_;
  std::vector<std::string> pieces_;
  std::size_t kept_ = 0;
};

}  // namespace homeroom::validate
