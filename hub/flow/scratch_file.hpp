// ScratchFile: rows beside memory, in a file without a name, each piece sealed under a key that is
// in memory alone.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "hub/keys/passing_key.hpp"
#include "hub/record/scratch.hpp"
#include "hub/world/files.hpp"

namespace homeroom::flow {

class ScratchFile final : public record::Scratch {
 public:
  /// `folder`: on a disk with room. The file is made with the first piece.
  ScratchFile(std::filesystem::path folder, uint64_t budget)
      : folder_(std::move(folder)), budget_(budget) {}

  uint64_t budget() const override { return budget_; }
  /// Throws Error(retry) when the disk is full, naming the folder and what to do.
  uint64_t put(std::string_view bytes) override;
  void get(uint64_t piece, std::string& bytes) override;
  void forget(uint64_t piece) noexcept override;
  /// Bytes that were put so far.
  uint64_t written() const { return written_; }

 private:
  struct Piece {
    uint64_t at = 0;
    uint64_t size = 0;  ///< 0: forgotten
  };

  std::filesystem::path folder_;
  uint64_t budget_;
  std::mutex mutex_;  ///< guards all below
  keys::PassingKey key_;
  std::optional<world::File> file_;
  std::vector<Piece> pieces_;
  uint64_t end_ = 0;
  std::string sealed_;
  std::atomic<uint64_t> written_ = 0;
};

}  // namespace homeroom::flow
